/** The pass pipelines, as a target: what comes out of them must run like what went in. */
import { lower } from "@assassyn/compiler";
import type { LowerOptions } from "@assassyn/compiler";
import { createInterpreter } from "@assassyn/interpreter";
import type { System } from "@assassyn/ir";
import type { Prepare, Target } from "./targets.js";
import { targetOf } from "./targets.js";
import { traceSimulation } from "./trace.js";

/**
 * Runs the passes of `options` on a system, the verifier behind each.
 *
 * @throws Error with the diagnostics, and the system before the culprit as IR text where a pass broke it
 */
export function lowerFor(options: LowerOptions): Prepare {
  return (system: System) => {
    const result = lower(system, { sources: [] }, options);
    if (result.system !== undefined) return result.system;
    const messages = result.diagnostics.map(({ code, message }) => `${code}: ${message}`);
    throw new Error(
      [...messages, ...(result.reproducer === undefined ? [] : [result.reproducer.ir])].join("\n"),
    );
  };
}

/** The interpreter behind the passes of `prepare`. State is read by the names of the original system. */
export function passesTarget(name: string, prepare: Prepare): Target {
  return targetOf(name, (system, drive) => {
    const lowered = prepare(system);
    return traceSimulation(name, system, (options) => createInterpreter(lowered, options), {
      ...drive,
      lowered,
    });
  });
}
