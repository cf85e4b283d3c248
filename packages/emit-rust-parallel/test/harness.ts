/** Runs systems on the reference interpreter and as parallel Rust on every rung and thread count, and compares what can be observed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { System } from "@assassyn/ir";
import { buildRustDesigns } from "@assassyn/testing/rust";
import { expect } from "vitest";
import type { Case, Observation } from "../../emit-rust-sequential/test/harness.js";
import { interpret } from "../../emit-rust-sequential/test/harness.js";
import type { RustParallelOptions } from "../src/index.js";
import { emitRustParallel } from "../src/index.js";

/** A form of the parallel crate that must agree with the interpreter. */
export interface Variant {
  readonly name: string;
  readonly form: (system: System) => System;
  readonly options?: RustParallelOptions;
}

/** How to compare. */
export interface CompareOptions {
  readonly cargo: string;
  readonly variants: readonly Variant[];
  /** Default 1, 2, 3. */
  readonly threads?: readonly number[];
  readonly clippy?: boolean;
  /** Compare waveforms too, which are written on one thread. Default true. */
  readonly waveforms?: boolean;
  /** Seeds of random delays; each is one more run at the largest thread count. */
  readonly delays?: readonly number[];
}

/** What a run on several threads shows. */
export type ParallelObservation = Omit<Observation, "vcd"> & { readonly threads: number };

/** Runs a binary with `--stats` and further arguments. */
export function execute(binary: string, specified: boolean, more: readonly string[]): ParallelObservation {
  const result = spawnSync(binary, ["--stats", ...more], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  const lines = result.stderr.trimEnd().split("\n");
  let summary: unknown;
  try {
    summary = JSON.parse(lines.at(-1) ?? "null");
  } catch {
    summary = undefined;
  }
  if (
    typeof summary !== "object" ||
    summary === null ||
    !("cycles" in summary) ||
    !("stop" in summary) ||
    !("droppedWrites" in summary)
  ) {
    throw new Error(
      `${binary} ${more.join(" ")} printed no summary: ${result.stderr} ${String(result.error)}`,
    );
  }
  return {
    stdout: result.stdout,
    fault: lines.slice(0, -1).join("\n"),
    status: result.status,
    cycles: Number(summary.cycles),
    stop: String(summary.stop),
    droppedWrites: specified ? Number(summary.droppedWrites) : undefined,
    threads: "threads" in summary ? Number(summary.threads) : 1,
  };
}

/**
 * Expects each design to behave as on the interpreter in every variant at every thread count; returns what the interpreter showed.
 * All crates of a call are built in one cargo workspace.
 */
export function compareAll(
  suite: string,
  cases: Readonly<Record<string, Case>>,
  options: CompareOptions,
): Record<string, Observation> {
  const { variants, threads = [1, 2, 3], delays = [] } = options;
  const crates = new Map(
    Object.entries(cases).flatMap(([name, { system, lowered }]) =>
      variants.map(
        (variant) =>
          [
            `${name}-${variant.name}`,
            emitRustParallel(variant.form(lowered ?? system), variant.options),
          ] as const,
      ),
    ),
  );
  const binaries = buildRustDesigns(suite, crates, { cargo: options.cargo, clippy: options.clippy ?? false });
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-rust-parallel-"));
  const runs = [
    ...threads.map((count) => ["--threads", String(count)]),
    ...delays.map((seed) => ["--threads", String(Math.max(...threads)), "--test-delays", String(seed)]),
  ];
  try {
    return Object.fromEntries(
      Object.entries(cases).map(([name, { system }]) => {
        const { stateSpecified, ...expected } = interpret(system);
        const { vcd, ...outcome } = expected;
        for (const variant of variants) {
          const binary = binaries.get(`${name}-${variant.name}`) ?? "";
          for (const run of runs) {
            const { threads: _, ...actual } = execute(binary, stateSpecified, run);
            expect({ name, variant: variant.name, run, ...actual }).toEqual({
              name,
              variant: variant.name,
              run,
              ...outcome,
            });
          }
          if (options.waveforms === false) continue;
          const file = path.join(folder, "out.vcd");
          execute(binary, stateSpecified, ["--vcd", file]);
          expect({ name, variant: variant.name, vcd: readFileSync(file, "utf8") }).toEqual({
            name,
            variant: variant.name,
            vcd,
          });
        }
        return [name, expected];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
