import type { ModuleDescription, SimulationDescription, System, Type } from "@assassyn/ir";
import { arrayIds, arrayOf, DESCRIPTION_VERSION, moduleIds, moduleOf, printType } from "@assassyn/ir";
import type { Layout } from "./layout.js";
import { arrayLayout, moduleLayout } from "./layout.js";
import type { Sites } from "./sites.js";

/** What the host must know about a module; `memory` as laid out. */
export function describeSystem(
  system: System,
  layout: Layout,
  sites: Sites,
  memory: SimulationDescription["memory"],
): SimulationDescription {
  const { cycles, idle, log } = system.config;
  return {
    version: DESCRIPTION_VERSION,
    name: system.name,
    files: system.files,
    config: { cycles, idle, log },
    memory,
    arrays: arrayIds(system).map((id) => {
      const { address, bytes, size, type } = arrayLayout(layout, id);
      const { name, scalar } = arrayOf(system, id);
      return { name, size, scalar, ...cell(type, address, bytes) };
    }),
    modules: moduleIds(system).map((id): ModuleDescription => {
      const module = moduleOf(system, id);
      const state = moduleLayout(layout, id);
      return {
        name: module.name,
        kind: module.kind,
        ...(state.credits === undefined ? {} : { credits: state.credits }),
        triggered: state.stamp,
        fifos: state.fifos.map(({ type, bytes, head, tail, ring }, index) => ({
          name: module.ports[index]?.name ?? "",
          type: printType(type),
          bytes,
          head,
          tail,
          ring: { kind: ring.kind, address: ring.address, mask: ring.mask },
        })),
        exposed: state.exposed.map(({ type, address, bytes }, index) => ({
          name: module.exposed[index]?.name ?? "",
          ...cell(type, address, bytes),
          mask: state.masks[index >> 5] ?? 0,
          bit: index & 31,
        })),
      };
    }),
    externs: system.externs.flatMap((declaration) =>
      declaration === null
        ? []
        : {
            name: declaration.name,
            parameters: declaration.parameters.map(({ type }) => printType(type)),
            results: declaration.results.map(({ type }) => printType(type)),
          },
    ),
    sites: sites.descriptions,
  };
}

function cell(type: Type, address: number, bytes: number): { type: string; address: number; bytes: number } {
  return { type: printType(type), address, bytes };
}
