/** The simulators that designs are compared on. */
import { createInterpreter } from "@assassyn/interpreter";
import type { System } from "@assassyn/ir";
import type { DriveOptions, RunTrace } from "./trace.js";
import { traceSimulation } from "./trace.js";

/** A way to run designs. */
export interface Target {
  readonly name: string;
  /** Runs each system to its stop; traces in the order of the systems. Many at once may cost little more than one. */
  runAll(systems: readonly System[], options?: DriveOptions): RunTrace[];
}

/** Brings a system into the forms that a target asks for, as its pipeline does. Must not change what is observed. */
export type Prepare = (system: System) => System;

/** A target that runs one design after the other. */
export function targetOf(name: string, run: (system: System, options: DriveOptions) => RunTrace): Target {
  return { name, runAll: (systems, options = {}) => systems.map((system) => run(system, options)) };
}

/** The oracle: the reference interpreter on the system as it is. */
export const interpreterTarget: Target = targetOf("interpreter", (system, options) => {
  let reference: ReturnType<typeof createInterpreter> | undefined;
  return traceSimulation(
    "interpreter",
    system,
    (simulationOptions) => (reference = createInterpreter(system, simulationOptions)),
    { ...options, stateSpecified: () => reference?.stateSpecified ?? false },
  );
});

/**
 * Runs one design.
 *
 * @example expectSame(runOn(system, interpreterTarget), runOn(system, wasmTarget()));
 */
export function runOn(system: System, target: Target, options: DriveOptions = {}): RunTrace {
  const [trace] = target.runAll([system], options);
  if (trace === undefined) throw new Error(`${target.name} returned no trace`);
  return trace;
}
