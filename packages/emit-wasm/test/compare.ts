/** Runs a system on the reference interpreter and on WebAssembly and compares everything that can be observed. */
import type { Optimization } from "@assassyn/emit-core";
import { optimizationNames } from "@assassyn/emit-core";
import { createInterpreter } from "@assassyn/interpreter";
import type { ExternFunction, Simulation, SimulationOptions, Stop, System } from "@assassyn/ir";
import { arrayIds, arrayOf, moduleIds, moduleOf } from "@assassyn/ir";
import { loadSync } from "@assassyn/simulator";
import { expect } from "vitest";
import type { WasmOptions } from "../src/index.js";
import { emitWasm, wasmEmitter } from "../src/index.js";

/** What is compared. */
export interface CompareOptions {
  readonly cycles?: number;
  readonly idle?: number;
  readonly externs?: Readonly<Record<string, ExternFunction>>;
  readonly wasm?: WasmOptions;
  /** Sets of optimisations to leave out in further runs. */
  readonly without?: readonly (readonly Optimization[])[];
  /** Cycles of each step; default: one run to the end. */
  readonly step?: number;
  /** What the emitter gets instead of the system itself: the same design in the forms that it needs. */
  readonly lowered?: System;
}

/** All state that a host can see. */
export function observe(simulation: Simulation, system: System): unknown {
  return {
    cycle: simulation.cycle,
    droppedWrites: simulation.droppedWrites,
    arrays: arrayIds(system).map((id) => [
      arrayOf(system, id).name,
      simulation.readArray(arrayOf(system, id).name),
    ]),
    modules: moduleIds(system).map((id) => {
      const module = moduleOf(system, id);
      return {
        name: module.name,
        credits: simulation.credits(module.name),
        triggered: simulation.triggered(module.name),
        fifos: module.ports.map((port) => simulation.fifo(`${module.name}.${port.name}`)),
        exposed: module.exposed.map((slot) => simulation.exposed(`${module.name}.${slot.name}`)),
      };
    }),
  };
}

/** Lines, stop and, unless a module faulted, state of a run. */
export function execute(
  make: (options: SimulationOptions) => Simulation,
  system: System,
  options: CompareOptions,
): { lines: string[]; stop: Stop; states: unknown[]; cycles: number } {
  const lines: string[] = [];
  const simulation = make({
    ...(options.cycles === undefined ? {} : { cycles: options.cycles }),
    ...(options.idle === undefined ? {} : { idle: options.idle }),
    ...(options.externs === undefined ? {} : { externs: options.externs }),
    onLog: (record) => lines.push(`${record.cycle} [${record.module}] ${record.loc.line} ${record.text}`),
  });
  const states: unknown[] = [];
  let stop: Stop | undefined;
  while (stop === undefined) {
    stop = simulation.step(options.step ?? 10_000_000);
    // State is not specified in a cycle in which some module faulted.
    if (stop?.kind !== "fault") states.push(observe(simulation, system));
  }
  const result = { lines, stop, states, cycles: simulation.cycle };
  simulation.dispose();
  return result;
}

/** What the interpreter does; the last state is left out where a module faulted, although an earlier `finish` decides. */
export function executeReference(
  system: System,
  options: CompareOptions,
): ReturnType<typeof execute> & { readonly isSpecified: boolean } {
  let reference: ReturnType<typeof createInterpreter> | undefined;
  const expected = execute((given) => (reference = createInterpreter(system, given)), system, options);
  const isSpecified = reference?.stateSpecified === true || expected.stop.kind === "fault";
  if (!isSpecified) expected.states.pop();
  return { ...expected, isSpecified };
}

/** The optimisations that the emitter has. */
export const switches = optimizationNames.filter((name) => name in (wasmEmitter.options ?? {}));

/** The n-th of those, to be left out by the n-th of many designs: all of them get their turn. */
export const nthSwitch = (n: number): Optimization[] => switches.slice(n % switches.length).slice(0, 1);

/**
 * Expects the same of both, with effects immediate where possible and with all of them deferred, and without the optimisations of
 * `options.without`; returns what happened.
 */
export function compare(system: System, options: CompareOptions = {}): ReturnType<typeof execute> {
  const { isSpecified, ...expected } = executeReference(system, options);
  for (const without of [[], ["immediate-commit"], ...(options.without ?? [])] as const) {
    const { wasm } = emitWasm(options.lowered ?? system, { ...options.wasm, without });
    const actual = execute((given) => loadSync(wasm, given), system, options);
    if (!isSpecified) actual.states.pop();
    expect({ without, ...actual }).toEqual({ without, ...expected });
  }
  return expected;
}
