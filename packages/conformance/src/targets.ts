/** The targets that designs are run on, as data: a new one is a line in {@link TARGETS}. */
import { rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import { rustEmitter } from "@assassyn/emit-rust-sequential";
import type { System } from "@assassyn/ir";
import type { Emitter } from "@assassyn/plugin-api";
import type { Golden } from "./corpus.js";
import { buildCrates, runBinary } from "./run-binary.js";
import type { RunResult } from "./run-design.js";
import { runOnInterpreter, runOnWasm } from "./run-design.js";
import { runThroughSource } from "./through-source.js";

/** Runs one design of those that were built together. */
export type RunBuilt = (name: string, golden: Golden) => Promise<RunResult>;

/** A way to run designs. */
export type ConformanceTarget =
  | {
      readonly kind: "in-process";
      /** The head of its column. */
      readonly name: string;
      readonly run: (system: System, golden: Golden) => RunResult;
    }
  | {
      readonly kind: "built";
      readonly name: string;
      /** Builds all designs at once, which costs little more than one. */
      readonly build: (designs: ReadonlyMap<string, System>) => RunBuilt;
    };

/** A target whose crates are built by cargo; the binaries get the arguments. */
function cargoTarget(
  name: string,
  emitter: Emitter,
  binaryArguments: readonly string[] = [],
): ConformanceTarget {
  return {
    kind: "built",
    name,
    build(designs) {
      const binaries = buildCrates(emitter, `conformance-${name}`, designs);
      return (design, golden) => runBinary(binaries.get(design) ?? "", golden, binaryArguments);
    },
  };
}

/** All targets, in the order of their columns. */
export const TARGETS: readonly ConformanceTarget[] = [
  { kind: "in-process", name: "interpreter", run: runOnInterpreter },
  { kind: "in-process", name: "wasm", run: runOnWasm },
  // The design printed as source of the language, read back, and run on WASM.
  { kind: "in-process", name: "source", run: runThroughSource },
  cargoTarget("rust", rustEmitter),
  cargoTarget("rust-parallel", rustParallelEmitter, ["--threads", "2"]),
];
