/** Runs systems on the reference interpreter and as generated Rust in every layout, and compares everything that can be observed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { VcdWriter, tracePlan, traceReader } from "@assassyn/emit-core";
import { createInterpreter } from "@assassyn/interpreter";
import type { System } from "@assassyn/ir";
import { exitStatus, idleText, printFault } from "@assassyn/ir";
import { buildRustDesigns } from "@assassyn/testing/rust";
import { expect } from "vitest";
import type { RustSequentialOptions } from "../src/index.js";
import { emitRustSequential } from "../src/index.js";
import { SEQUENTIAL_OPTIMIZATIONS } from "../src/options.js";

/** What a run of a simulator shows. */
export interface Observation {
  readonly stdout: string;
  /** The line of the fault, or nothing. */
  readonly fault: string;
  readonly status: number | null;
  readonly cycles: number;
  readonly stop: string;
  /** Nothing when some module faulted in the last cycle: the counters are not specified then. */
  readonly droppedWrites: number | undefined;
  readonly vcd: string;
}

/** What the reference interpreter shows, as the binary would print it. */
export function interpret(system: System): Observation & { readonly stateSpecified: boolean } {
  let stdout = "";
  const simulation = createInterpreter(system, {
    onLog: ({ cycle, module, text, loc }) => {
      stdout += `@${system.files[loc.file]}:${loc.line}  Cycle @${cycle}.00: [${module}]\t${text}\n`;
    },
  });
  const writer = new VcdWriter(system, tracePlan(system));
  const read = traceReader(system, simulation);
  let vcd = writer.start(0, read);
  for (;;) {
    const stop = simulation.step();
    if (simulation.stateSpecified) vcd += writer.sample(simulation.cycle, read);
    if (stop === undefined) continue;
    if (stop.kind === "idle") stdout += idleText(system.config.idle) + "\n";
    return {
      stdout,
      fault: stop.kind === "fault" ? printFault(stop.fault, system) : "",
      status: exitStatus(stop),
      cycles: simulation.cycle,
      stop: stop.kind,
      droppedWrites: simulation.stateSpecified ? simulation.droppedWrites : undefined,
      stateSpecified: simulation.stateSpecified,
      vcd: vcd + writer.finish(),
    };
  }
}

/** Runs a binary twice: with a waveform, for which it looks at every cycle, and without one, which must show the same. */
export function execute(binary: string, folder: string, stateSpecified: boolean): Observation {
  const vcdFile = path.join(folder, "out.vcd");
  const traced = executeOnce(binary, ["--vcd", vcdFile], stateSpecified);
  expect(executeOnce(binary, [], stateSpecified)).toEqual(traced);
  return { ...traced, vcd: readFileSync(vcdFile, "utf8") };
}

function executeOnce(binary: string, options: string[], stateSpecified: boolean): Omit<Observation, "vcd"> {
  const result = spawnSync(binary, [...options, "--stats"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = result.stderr.trimEnd().split("\n");
  const summary: unknown = JSON.parse(lines.at(-1) ?? "null");
  if (
    typeof summary !== "object" ||
    summary === null ||
    !("cycles" in summary) ||
    !("stop" in summary) ||
    !("droppedWrites" in summary)
  ) {
    throw new Error(`${binary} printed no summary: ${result.stderr}`);
  }
  return {
    stdout: result.stdout,
    fault: lines.slice(0, -1).join("\n"),
    status: result.status,
    cycles: Number(summary.cycles),
    stop: String(summary.stop),
    droppedWrites: stateSpecified ? Number(summary.droppedWrites) : undefined,
  };
}

/** The layouts that must agree. */
export const LAYOUTS: Readonly<Record<string, RustSequentialOptions>> = {
  fast: {},
  deferred: { commit: "deferred" },
  classic: { layout: "classic" },
};

/** Each optimisation switched off alone, and all of them: must agree with the layouts as well. */
export const SWITCHED_OFF: Readonly<Record<string, RustSequentialOptions>> = Object.fromEntries([
  ...SEQUENTIAL_OPTIMIZATIONS.map((name) => [`no-${name}`, { without: [name] }] as const),
  ["plain", { without: SEQUENTIAL_OPTIMIZATIONS }] as const,
  // Few designs of tests are large enough for it otherwise.
  ["flagged", { flaggedMembers: 2 }] as const,
  ["flagged-deferred", { flaggedMembers: 2, commit: "deferred" }] as const,
]);

/** A design and what the emitter gets of it. */
export interface Case {
  readonly system: System;
  /** The same in the forms that the emitter needs; default: the system itself. */
  readonly lowered?: System;
  /** Default: the layouts. */
  readonly variants?: Readonly<Record<string, RustSequentialOptions>>;
}

/**
 * Expects each design to behave as on the interpreter in every variant; returns what the interpreter showed.
 * All crates of a call are built in one cargo workspace.
 */
export function compareAll(
  suite: string,
  cases: Readonly<Record<string, Case>>,
  options: { readonly cargo: string; readonly variants?: readonly string[]; readonly clippy?: boolean },
): Record<string, Observation> {
  const wanted = ([name]: readonly [string, unknown]): boolean => options.variants?.includes(name) ?? true;
  const crates = new Map(
    Object.entries(cases).flatMap(([name, { system, lowered, variants = LAYOUTS }]) =>
      Object.entries(variants)
        .filter(wanted)
        .map(
          ([variant, variantOptions]) =>
            [`${name}-${variant}`, emitRustSequential(lowered ?? system, variantOptions)] as const,
        ),
    ),
  );
  const binaries = buildRustDesigns(suite, crates, { cargo: options.cargo, clippy: options.clippy ?? false });
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-rust-"));
  try {
    return Object.fromEntries(
      Object.entries(cases).map(([name, { system, variants = LAYOUTS }]) => {
        const { stateSpecified, ...expected } = interpret(system);
        for (const [variant] of Object.entries(variants).filter(wanted)) {
          const actual = execute(binaries.get(`${name}-${variant}`) ?? "", folder, stateSpecified);
          expect({ name, variant, ...actual }).toEqual({ name, variant, ...expected });
        }
        return [name, expected];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
