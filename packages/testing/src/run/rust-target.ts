/** The sequential Rust target: many designs in one cargo workspace. */
import { spawnSync } from "node:child_process";
import { emitRustSequential } from "@assassyn/emit-rust-sequential";
import type { RustSequentialOptions } from "@assassyn/emit-rust-sequential";
import type { System } from "@assassyn/ir";
import { moduleIds, moduleOf } from "@assassyn/ir";
import { buildRustDesigns } from "../rust-workspace.js";
import type { CrateFile, RustBuildOptions } from "../rust-workspace.js";
import { rustProbe } from "./rust-probe.js";
import type { Prepare, Target } from "./targets.js";
import type { RunTrace, TraceLine, TraceState } from "./trace.js";

/** How {@link rustTarget} emits and builds. */
export interface RustTargetOptions extends RustSequentialOptions, RustBuildOptions {
  /** Name of the group of crates; two that build at the same time need two names. Default `random`. */
  readonly suite?: string;
}

/** What the probe prints in its first line. */
interface ProbeResult {
  readonly stop: string;
  readonly cycles: number;
  readonly droppedWrites: number;
  readonly arrays: readonly (readonly string[])[];
  readonly modules: readonly {
    readonly name: string;
    readonly credits: string;
    readonly triggered: boolean;
    readonly fifos: readonly (readonly [string, number, string | null])[];
    readonly exposed: readonly (readonly [string, string | null])[];
  }[];
}

/** What the simulator prints for each log. */
interface ProbeLine {
  readonly cycle: number;
  readonly module: string;
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

// Marked helpers: what the probe prints is made by rust-probe.ts and the runtime's JSON log.
/* oxlint-disable typescript/consistent-type-assertions */
const parseResult = (text: string): ProbeResult => JSON.parse(text) as ProbeResult;
const parseLine = (text: string): ProbeLine => JSON.parse(text) as ProbeLine;
/* oxlint-enable typescript/consistent-type-assertions */

/**
 * The sequential Rust target, built with overflow checks unless `profile` says otherwise. Slice options have no meaning here.
 *
 * @param prepare brings a system into the forms that the emitter asks for
 * @example rustTarget(prepare, { layout: "classic" }).runAll(sampleSystems(30, 1));
 */
export function rustTarget(prepare: Prepare, options: RustTargetOptions = {}): Target {
  const variant = options.layout ?? "fast";
  const name = options.commit === "deferred" ? `rust, ${variant}, deferred` : `rust, ${variant}`;
  return {
    name,
    runAll(systems, drive = {}) {
      if (drive.hostWrites !== undefined) throw new Error("the probe of the Rust target writes nothing");
      const crates = new Map(
        systems.map((system, index) => [
          `d${index}_${variant}_${options.commit ?? "auto"}`,
          emitProbe(prepare(system), options),
        ]),
      );
      const binaries = [...buildRustDesigns(options.suite ?? "random", crates, options).values()];
      return systems.map((system, index) =>
        runProbe(name, system, binaries[index] ?? "", drive.snapshotAt ?? 0),
      );
    },
  };
}

function emitProbe(system: System, options: RustSequentialOptions): CrateFile[] {
  const files = emitRustSequential(system, options);
  const manifest = files.find((file) => file.path === "Cargo.toml")?.text ?? "";
  const crate = /^name = "(.*)"$/m.exec(manifest)?.[1] ?? "";
  return files.map((file) => (file.path === "src/main.rs" ? { ...file, text: rustProbe(crate) } : file));
}

function runProbe(target: string, system: System, binary: string, snapshotAt: number): RunTrace {
  const result = spawnSync(binary, [String(snapshotAt)], { encoding: "utf8", maxBuffer: 1 << 30 });
  if (result.status !== 0) {
    const reason = result.error?.message ?? result.stderr.slice(0, 2000);
    return { target, lines: [], stop: `crash: ${reason}`, cycles: 0, droppedWrites: 0 };
  }
  const [first = "", ...rest] = result.stdout.split("\n");
  const { stop, cycles, droppedWrites, arrays, modules } = parseResult(first);
  const lines = rest
    .filter((line) => line !== "")
    .map((line): TraceLine => {
      const { cycle, module, text, file, line: row } = parseLine(line);
      return { cycle, module, text, place: `${file}:${row}` };
    });
  const stages = new Set(
    moduleIds(system).flatMap((id) =>
      moduleOf(system, id).kind === "stage" ? [moduleOf(system, id).name] : [],
    ),
  );
  const state: TraceState = {
    arrays: new Map(arrays.map(([name = "", ...values]) => [name, values.map(BigInt)])),
    fifos: new Map(
      modules.flatMap((module) =>
        module.fifos.map(([port, length, head]) => [
          `${module.name}.${port}`,
          { length, head: head === null ? undefined : BigInt(head) },
        ]),
      ),
    ),
    credits: new Map(
      modules.flatMap(({ name, credits }) => (stages.has(name) ? [[name, BigInt(credits)]] : [])),
    ),
    triggered: new Map(modules.map(({ name, triggered }) => [name, triggered])),
    exposed: new Map(
      modules.flatMap((module) =>
        module.exposed.map(([slot, value]) => [
          `${module.name}.${slot}`,
          value === null ? undefined : BigInt(value),
        ]),
      ),
    ),
  };
  return {
    target,
    lines,
    stop,
    cycles,
    droppedWrites,
    state,
    ...(stop.startsWith("fault") ? { stateSpecified: false } : {}),
  };
}
