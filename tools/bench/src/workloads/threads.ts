import { emitRustParallel, rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import batching from "@assassyn/plugin-lock-batching";
import { lowerFor } from "@assassyn/testing/targets";
import type { CrateFile } from "@assassyn/testing/rust";
import type { System } from "@assassyn/ir";
import { cpus } from "node:os";
import { designOf } from "../designs/catalogue.js";
import type { Subject, Timing } from "../measure.js";
import { measure } from "../measure.js";
import { pacedSubject } from "../paced.js";
import { runNative } from "../simulators.js";
import { buildRelease, rustCrate } from "../tools.js";
import type { Figure, Workload } from "../workload.js";

const DESIGNS: readonly {
  readonly name: string;
  /** There are at least 10 µs of work a cycle, so threads must pay. */
  readonly isHeavy?: boolean;
}[] = [
  { name: "pipeline" },
  { name: "systolic 8" },
  { name: "systolic 16" },
  { name: "systolic 32" },
  { name: "arithmetic", isHeavy: true },
];

/** Threads whose efficiency has a target; measured where the machine has them. */
const MANY = 8;

/** The crate of a system in clusters. */
export function clusterCrate(system: System): CrateFile[] {
  const lower = lowerFor({ target: "rust-parallel", emitters: [rustParallelEmitter], plugins: [batching] });
  return emitRustParallel(lower(system));
}

/** One thread of the sequential target against clusters on several. */
export const threadsWorkload: Workload = {
  name: "threads",
  description: "time a cycle of the Rust target and of clusters on 1, 2, 8 and auto threads, logs off",
  builds: true,
  run(context) {
    const figures: Figure[] = [];
    for (const { name, isHeavy } of DESIGNS) {
      const key = `threads_${name.replace(" ", "_")}`;
      const system = designOf(name).load();
      if (system === undefined) continue;
      const crates = new Map<string, readonly CrateFile[]>([
        [`${key}_rust`, rustCrate(system)],
        [`${key}_clusters`, clusterCrate(system)],
      ]);
      const binaries = buildRelease(context, key, crates);
      if (binaries === undefined) return { skipped: "cargo was not found" };
      if (context.isBuildOnly) continue;
      context.progress(`running ${name}`);
      const rust = binaries.get(`${key}_rust`) ?? "";
      const clusters = binaries.get(`${key}_clusters`) ?? "";
      const on = (threads: string): Subject =>
        pacedSubject(
          threads === "auto" ? threads : `${threads} thread${threads === "1" ? "" : "s"}`,
          (cycles) => runNative(clusters, cycles, "removed", ["--threads", threads]),
        );
      const hasMany = cpus().length >= MANY;
      const timings = measure(
        [
          pacedSubject("rust", (cycles) => runNative(rust, cycles)),
          ...["1", "2", ...(hasMany ? [String(MANY)] : []), "auto"].map(on),
        ],
        context.repetitions,
      );
      figures.push(...figuresOf(name, timings, isHeavy === true));
      const counted = runNative(clusters, 2000, "removed", ["--threads", "2", "--stats"]);
      figures.push({
        name: `${name}, lock acquisitions in clusters`,
        value: (counted.lockAcquisitions ?? Number.NaN) / counted.cycles,
        unit: "locks/cycle",
        target: { relation: "=", value: 0 },
      });
    }
    return figures;
  },
};

function figuresOf(name: string, timings: readonly Timing[], isHeavy: boolean): Figure[] {
  const [rust, ...others] = timings;
  if (rust === undefined) throw new Error("no timing");
  const figures = timings.map((timing): Figure => ({
    name: `${name}, ${timing.name}`,
    value: timing.median * 1e9,
    unit: "ns/cycle",
    timings: [timing],
  }));
  for (const timing of others) {
    const ratio = rust.median / timing.median;
    figures.push({
      name: `${name}, ${timing.name} against rust`,
      value: ratio,
      unit: "×",
      ...(isHeavy && timing.name === "2 threads"
        ? { target: { relation: ">", value: 1.6 }, note: "1.8 on an idle machine" }
        : {}),
    });
    if (isHeavy && timing.name === `${MANY} threads`)
      figures.push({
        name: `${name}, efficiency of ${MANY} threads`,
        value: ratio / MANY,
        unit: "×",
        target: { relation: ">", value: 0.7 },
      });
  }
  return figures;
}
