/** Runs imported designs in this process. */
import { emitWasm, wasmEmitter } from "@assassyn/emit-wasm";
import { createInterpreter } from "@assassyn/interpreter";
import type { ExternFunction, LogRecord, Simulation, SimulationOptions, Stop, System } from "@assassyn/ir";
import { loadSync } from "@assassyn/simulator";
import { lowerFor } from "@assassyn/testing/targets";
import type { Golden } from "./corpus.js";
import { LogComparison } from "./log-comparison.js";

/** The outcome of a run: equal, or how it differs. */
export interface RunResult {
  readonly equal: boolean;
  readonly difference?: string;
}

/** A line as the original prints it, without the place in its source. */
const printLine = ({ cycle, module, text }: LogRecord): string => `Cycle @${cycle}.00: [${module}]\t${text}`;

/** The line that the original prints when it stops for idleness. */
const idleLine = (system: System): string =>
  `Simulation stopped due to reaching idle threshold of ${system.config.idle}`;

/** Bodies for designs with externs: they return zero, so that the design runs at all. */
export function zeroExterns(system: System): Record<string, ExternFunction> {
  return Object.fromEntries(
    system.externs.flatMap((extern) => {
      if (extern === null) return [];
      const zeros = extern.results.map(() => 0n);
      return [[extern.name, () => (zeros.length === 1 ? 0n : zeros)]];
    }),
  );
}

/** Runs a simulation in this process. */
export function runInProcess(
  system: System,
  golden: Golden,
  start: (options: SimulationOptions) => Simulation,
): RunResult {
  const comparison = new LogComparison(golden);
  const simulation = start({
    onLog: (record) => comparison.add(printLine(record)),
    externs: zeroExterns(system),
  });
  try {
    const { stop } = simulation.run();
    if (stop.kind === "idle") comparison.add(idleLine(system));
    return judge(comparison.finish() ?? compareStop(stop, golden));
  } finally {
    simulation.dispose();
  }
}

/** The outcome of a comparison whose difference is known. */
export function judge(difference: string | undefined): RunResult {
  return difference === undefined ? { equal: true } : { equal: false, difference };
}

function compareStop(stop: Stop, golden: Golden): string | undefined {
  if ((stop.kind === "fault") === golden.panics) return undefined;
  return golden.panics
    ? `the original panics, here the run ends by ${stop.kind}`
    : `the original does not panic, here: ${stop.kind === "fault" ? stop.fault.message : stop.kind}`;
}

/** Runs on the reference interpreter. */
export function runOnInterpreter(system: System, golden: Golden): RunResult {
  return runInProcess(system, golden, (options) => createInterpreter(system, options));
}

/** Runs on the WASM target. */
export function runOnWasm(system: System, golden: Golden): RunResult {
  const lowered = lowerFor({ target: "wasm", emitters: [wasmEmitter] })(system);
  const { wasm } = emitWasm(lowered);
  return runInProcess(system, golden, (options) => loadSync(wasm, options));
}

/** What the interpreter prints, as the golden log of a design that has none. */
export function ownGolden(system: System): Golden {
  const lines: string[] = [];
  const simulation = createInterpreter(system, {
    onLog: (record) => lines.push(...printLine(record).split("\n")),
    externs: zeroExterns(system),
  });
  const { stop } = simulation.run();
  if (stop.kind === "idle") lines.push(idleLine(system));
  return {
    lines,
    truncated: false,
    sha256: undefined,
    lineCount: lines.length,
    panics: stop.kind === "fault",
  };
}
