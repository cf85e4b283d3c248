/** Running built simulators, native ones and WebAssembly. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { devNull } from "node:os";
import path from "node:path";
import process from "node:process";
import { printSystem } from "@assassyn/ir";
import type { System } from "@assassyn/ir";
import { loadSync } from "@assassyn/simulator";
import type { LoadOptions } from "@assassyn/simulator";
import { secondsOf } from "./measure.js";
import type { Run } from "./paced.js";
import { buildCommand } from "./tools.js";
import type { BenchContext } from "./workload.js";

/** What becomes of log lines: no line is made, or they are formatted and written to the null device. */
export type Lines = "removed" | "written";

/** What a native simulator says about its run. */
export interface NativeRun extends Run {
  /** Of simulators for several threads, where they are asked for statistics. */
  readonly lockAcquisitions: number | undefined;
}

/** Output and status of a process whose standard output goes to the null device. @throws Error if it fails */
function quietly(command: string, values: readonly string[]): string {
  const output = openSync(devNull, "w");
  try {
    const { status, stderr, error } = spawnSync(command, values, {
      stdio: ["ignore", output, "pipe"],
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    if (status === 0) return stderr;
    throw new Error(`${command} ${values.join(" ")} failed: ${error?.message ?? stderr.slice(0, 2000)}`);
  } finally {
    closeSync(output);
  }
}

const member = (json: string, name: string): number | undefined => {
  const digits = new RegExp(`"${name}":([\\d.]+)`).exec(json)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** Runs a native simulator; the time is its own, without the start of the process. */
export function runNative(
  binary: string,
  cycles: number,
  lines: Lines = "removed",
  more: readonly string[] = [],
): NativeRun {
  const log = lines === "removed" ? "none" : "located";
  const values = ["--json", "--log", log, "--cycles", String(cycles), "--idle", String(cycles), ...more];
  const summary = quietly(binary, values);
  const [seconds, ran] = [member(summary, "seconds"), member(summary, "cycles")];
  if (seconds === undefined || ran === undefined) throw new Error(`${binary} printed no summary: ${summary}`);
  return { seconds, cycles: ran, lockAcquisitions: member(summary, "lockAcquisitions") };
}

/** Seconds that WebAssembly runs before it is measured, in which the engine finds out what is worth fast code. */
const WARM_UP = 0.3;

/** A simulation in this process without log lines, warm; a design that ends begins anew for each run. */
export function warmWasm(
  wasm: Uint8Array,
  options: LoadOptions = {},
): { readonly run: (cycles: number) => Run; readonly dispose: () => void } {
  const simulation = loadSync(wasm, { ...options, cycles: Infinity, idle: Infinity });
  const start = simulation.snapshot();
  let ends = false;
  const run = (cycles: number): Run => {
    if (ends) simulation.restore(start);
    const before = simulation.cycle;
    const seconds = secondsOf(() => void simulation.step(cycles));
    ends ||= simulation.stop !== undefined;
    return { seconds, cycles: simulation.cycle - before };
  };
  let seconds = 0;
  return {
    run(cycles) {
      while (seconds < WARM_UP) seconds += run(10_000).seconds + 1e-6;
      return run(cycles);
    },
    dispose: () => simulation.dispose(),
  };
}

/** Runs a design on WebAssembly as the command does, lines written to the null device; the time is that of the simulation. */
export function wasmWithLines(context: BenchContext, name: string, system: System): (cycles: number) => Run {
  const command = buildCommand(context);
  const file = path.join(context.temporary, `${name.replace(/\W/g, "_")}.ir`);
  writeFileSync(file, printSystem(system));
  return (cycles) => {
    const limits = ["--cycles", String(cycles), "--idle", String(cycles)];
    const values = [
      command,
      "run",
      file,
      "--target",
      "wasm",
      "--log",
      "located",
      "--color",
      "never",
      ...limits,
    ];
    return readSummary(quietly(process.execPath, values));
  };
}

const UNITS: Readonly<Record<string, number>> = { µs: 1e-6, ms: 1e-3, s: 1 };

/** Reads the command's summary. @throws Error if there is none */
export function readSummary(text: string): Run {
  const found = /^([\d ]+) cycles? in ([\d.e+]+) (\S+) /m.exec(text);
  const unit = UNITS[found?.[3] ?? ""];
  if (found === null || unit === undefined) throw new Error(`there is no summary in: ${text.slice(0, 500)}`);
  return { cycles: Number(found[1]?.replaceAll(/\D/g, "")), seconds: Number(found[2]) * unit };
}
