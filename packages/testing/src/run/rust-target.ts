/** The Rust targets: many designs in one cargo workspace. */
import { spawnSync } from "node:child_process";
import { emitRustParallel } from "@assassyn/emit-rust-parallel";
import type { RustParallelOptions } from "@assassyn/emit-rust-parallel";
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
  return crateTarget({
    name: options.commit === "deferred" ? `rust, ${variant}, deferred` : `rust, ${variant}`,
    variant: `${variant}_${options.commit ?? "auto"}`,
    emit: (system) => emitRustSequential(prepare(system), options),
    build: options,
  });
}

/** How {@link rustParallelTarget} emits, builds and runs. */
export interface RustParallelTargetOptions extends RustParallelOptions, RustBuildOptions {
  /** Name of the group of crates; two that build at the same time need two names. Default `random`. */
  readonly suite?: string;
  /** Tells the crates of this target from those of others in the suite, e.g. the rung. Default `parallel`. */
  readonly variant?: string;
  /** Worker threads; default 2. */
  readonly threads?: number | "auto";
  /** Seed of random delays before each module; default none. */
  readonly delays?: number;
}

/**
 * The parallel Rust target. Crates do not depend on threads and delays, so that one build serves many of these targets.
 *
 * @param prepare brings a system into a form of the parallel ladder
 * @example rustParallelTarget(prepare, { threads: 3, delays: 7 }).runAll(sampleSystems(30, 1));
 */
export function rustParallelTarget(prepare: Prepare, options: RustParallelTargetOptions = {}): Target {
  const { variant = "parallel", threads = 2, delays } = options;
  const disturbed = delays === undefined ? "" : `, delays ${delays}`;
  return crateTarget({
    name: `rust-parallel, ${variant}, ${threads} threads${disturbed}`,
    variant: variant.replaceAll(/[^A-Za-z0-9]+/g, "_"),
    emit: (system) => emitRustParallel(prepare(system), options),
    build: options,
    arguments: [String(threads), String(delays ?? 0)],
  });
}

/** A design that {@link buildParallelProbes} builds. */
export interface ParallelProbe {
  /** As it was before the passes: its names are those of the trace. */
  readonly system: System;
  /** In a form of the parallel ladder. */
  readonly lowered: System;
  readonly options?: RustParallelOptions;
}

/** How one run of a probe differs from others. */
export interface ParallelRun {
  readonly threads: number | "auto";
  /** Seed of random delays before each module; default none. */
  readonly delays?: number;
}

/**
 * Builds many designs of the parallel target at once, each of which then runs as often as it is asked to.
 *
 * @param suite name of the group; two that build at the same time need two names
 * @throws Error with cargo's output if a crate does not build
 * @example buildParallelProbes("matrix", probes, { cargo }).get("adder")?.({ threads: 3, delays: 7 }).lines
 */
export function buildParallelProbes(
  suite: string,
  probes: ReadonlyMap<string, ParallelProbe>,
  build: RustBuildOptions = {},
): Map<string, (run: ParallelRun) => RunTrace> {
  const crates = new Map(
    [...probes].map(([name, { lowered, options }]) => [name, withProbe(emitRustParallel(lowered, options))]),
  );
  const binaries = buildRustDesigns(suite, crates, build);
  return new Map(
    [...probes].map(([name, { system }]) => [
      name,
      ({ threads, delays = 0 }: ParallelRun) =>
        runProbe(`${name}, ${threads} threads, delays ${delays}`, system, binaries.get(name) ?? "", [
          "0",
          String(threads),
          String(delays),
        ]),
    ]),
  );
}

/** A target that emits crates. */
interface CrateTarget {
  readonly name: string;
  /** Part of the names of its crates. */
  readonly variant: string;
  readonly emit: (system: System) => readonly CrateFile[];
  readonly build: RustBuildOptions & { readonly suite?: string };
  /** Of the probe, behind the first. */
  readonly arguments?: readonly string[];
}

function crateTarget({ name, variant, emit, build, arguments: more = [] }: CrateTarget): Target {
  return {
    name,
    runAll(systems, drive = {}) {
      if (drive.hostWrites !== undefined) throw new Error("the probe of the Rust target writes nothing");
      const crates = new Map(
        systems.map((system, index) => [`d${index}_${variant}`, withProbe(emit(system))]),
      );
      const binaries = [...buildRustDesigns(build.suite ?? "random", crates, build).values()];
      return systems.map((system, index) =>
        runProbe(name, system, binaries[index] ?? "", [String(drive.snapshotAt ?? 0), ...more]),
      );
    },
  };
}

function withProbe(files: readonly CrateFile[]): CrateFile[] {
  const manifest = files.find((file) => file.path === "Cargo.toml")?.text ?? "";
  const crate = /^name = "(.*)"$/m.exec(manifest)?.[1] ?? "";
  return files.map((file) => (file.path === "src/main.rs" ? { ...file, text: rustProbe(crate) } : file));
}

function runProbe(target: string, system: System, binary: string, values: readonly string[]): RunTrace {
  const result = spawnSync(binary, values, { encoding: "utf8", maxBuffer: 1 << 30 });
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
