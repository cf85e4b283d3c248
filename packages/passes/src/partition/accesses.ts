/** Who touches what: the graph that is cut. */
import type { Module, ModuleId, Region, System } from "@assassyn/plugin-api";
import { moduleIds, moduleOf, operationOf } from "@assassyn/plugin-api";
import { ARM_SHARE } from "./costs.js";
import type { Profile } from "./profile.js";
import { rateOf } from "./profile.js";

/** A module that touches a location, and how often a cycle, from 0 to 1 as far as the nesting of its `when`s tells. */
export interface Access {
  readonly module: ModuleId;
  rate: number;
}

/** Accesses of one location; each module is in a list once, modules in writer order: stages by declaration, then downstreams. */
export interface LocationAccesses {
  readonly writers: Access[];
  readonly readers: Access[];
}

/** All accesses that cross modules. */
export interface SystemAccesses {
  /** By array. */
  readonly arrays: readonly LocationAccesses[];
  /** By module and port: writers push, readers look at it; the owner's own looks and pops are not among them. */
  readonly fifos: readonly (readonly LocationAccesses[])[];
  /** By module: who calls it. */
  readonly callers: readonly Access[][];
  /** By module: who asks for its flag; whoever reads a value does. */
  readonly flagUsers: readonly Access[][];
  /** By module and slot: who reads the value. */
  readonly valueUsers: readonly (readonly Access[][])[];
  /** Modules that call externs. */
  readonly externCallers: readonly ModuleId[];
}

const none = (): LocationAccesses => ({ writers: [], readers: [] });

/**
 * Collects every access in one walk over the design.
 *
 * @param profile says how often each module runs; without one, every module runs in every cycle
 */
export function collectAccesses(system: System, profile?: Profile): SystemAccesses {
  const arrays = system.arrays.map(none);
  const fifos = system.modules.map((module) => module?.ports.map(none) ?? []);
  const callers = system.modules.map((): Access[] => []);
  const flagUsers = system.modules.map((): Access[] => []);
  const valueUsers = system.modules.map((module) => module?.exposed.map((): Access[] => []) ?? []);
  const externCallers: ModuleId[] = [];

  const walkRegion = (id: ModuleId, module: Module, region: Region, rate: number): void => {
    const note = (list: Access[] | undefined): void => {
      if (list === undefined) return;
      const last = list.at(-1);
      // Modules are walked one after the other, so a module that is in the list stands at its end.
      if (last?.module === id) last.rate = Math.min(1, last.rate + rate);
      else list.push({ module: id, rate });
    };
    for (const operationId of region.operations) {
      const operation = operationOf(module, operationId);
      switch (operation.kind) {
        case "array-read":
          note(arrays[operation.array]?.readers);
          break;
        case "array-write":
          note(arrays[operation.array]?.writers);
          break;
        case "fifo-valid":
        case "fifo-peek":
          if (operation.module !== id) note(fifos[operation.module]?.[operation.port]?.readers);
          break;
        case "fifo-push":
          note(fifos[operation.module]?.[operation.port]?.writers);
          break;
        case "call":
          note(callers[operation.module]);
          break;
        case "exposed-get":
        case "exposed-valid":
          note(valueUsers[operation.module]?.[operation.slot]);
          note(flagUsers[operation.module]);
          break;
        case "triggered":
          note(flagUsers[operation.module]);
          break;
        case "extern-call":
          if (externCallers.at(-1) !== id) externCallers.push(id);
          break;
        case "if":
          walkRegion(id, module, operation.then, rate * ARM_SHARE);
          walkRegion(id, module, operation.else, rate * ARM_SHARE);
          break;
        default:
          // Nothing else touches what another module can see.
          break;
      }
    }
  };
  for (const id of writerOrder(system)) {
    const module = moduleOf(system, id);
    walkRegion(id, module, module.body, rateOf(module, profile));
  }
  return { arrays, fifos, callers, flagUsers, valueUsers, externCallers };
}

/** Stages by declaration, then downstreams by declaration: the order in which writes of one cycle reach an array. */
export function writerOrder(system: System): ModuleId[] {
  const ids = moduleIds(system);
  const isDownstream = (id: ModuleId): boolean => moduleOf(system, id).kind === "downstream";
  return [...ids.filter((id) => !isDownstream(id)), ...ids.filter(isDownstream)];
}
