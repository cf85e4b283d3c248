import type { Loc, Module, SimulationDescription, System } from "@assassyn/ir";
import { DEFAULT_CONFIG } from "@assassyn/ir";
import { typeOfText } from "./cells.js";

const NOWHERE: Loc = { file: 0, line: 1, column: 1 };

/**
 * The declarations of a compiled design without its bodies: enough for waveforms and for anything else that only asks for names and types.
 *
 * @example const signals = tracePlan(outlineOf(simulation.description));
 */
export function outlineOf(description: SimulationDescription): System {
  return {
    name: description.name,
    files: description.files,
    config: { ...DEFAULT_CONFIG, ...description.config },
    arrays: description.arrays.map(({ name, type, size, scalar }) => ({
      name,
      type: typeOfText(type),
      size,
      scalar,
      initial: [],
      fill: 0n,
      loc: NOWHERE,
    })),
    externs: [],
    modules: description.modules.map(({ name, kind, fifos, exposed }): Module => ({
      kind,
      name,
      source: name,
      ports: fifos.map((fifo) => ({ name: fifo.name, type: typeOfText(fifo.type), loc: NOWHERE })),
      exposed: exposed.map((slot) => ({ name: slot.name, type: typeOfText(slot.type) })),
      operations: [],
      body: { operations: [] },
      loc: NOWHERE,
    })),
  };
}
