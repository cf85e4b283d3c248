import { emitRustParallel, rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import batching from "@assassyn/plugin-lock-batching";
import { lowerFor } from "@assassyn/testing/targets";
import type { CrateFile } from "@assassyn/testing/rust";
import { arithmetic, pipeline, systolic } from "../designs/shapes.js";
import type { Subject } from "../measure.js";
import { measure } from "../measure.js";
import { buildRelease, cycleSubject, rustCrate, systemOf } from "../tools.js";
import type { Figure, Workload } from "../workload.js";

/** Designs with a number of cycles that takes one thread some tenths of a second. */
const DESIGNS: readonly {
  readonly name: string;
  readonly cycles: number;
  readonly text: (cycles: number) => string;
  /** Least speed-up of two threads, where one is promised. */
  readonly target?: number;
}[] = [
  { name: "pipeline", cycles: 1_000_000, text: pipeline },
  { name: "systolic 8", cycles: 1_500_000, text: (cycles) => systolic(8, cycles) },
  { name: "systolic 16", cycles: 400_000, text: (cycles) => systolic(16, cycles) },
  { name: "systolic 32", cycles: 100_000, text: (cycles) => systolic(32, cycles) },
  {
    name: "arithmetic",
    cycles: 30_000,
    text: (cycles) => arithmetic(64, 2000, cycles),
    target: 1.6,
  },
];

/** One thread of the sequential target against clusters on several. */
export const threadsWorkload: Workload = {
  name: "threads",
  description: "time a cycle of the Rust target and of clusters on 1, 2 and auto threads, logs off",
  run(context) {
    const forClusters = lowerFor({
      target: "rust-parallel",
      emitters: [rustParallelEmitter],
      plugins: [batching],
    });
    const figures: Figure[] = [];
    for (const { name, cycles, text, target } of DESIGNS) {
      const key = `threads_${name.replace(" ", "_")}`;
      const system = systemOf(key, text(cycles));
      const crates = new Map<string, readonly CrateFile[]>([
        [`${key}_rust`, rustCrate(system)],
        [`${key}_clusters`, emitRustParallel(forClusters(system))],
      ]);
      const binaries = buildRelease(context, key, crates);
      if (binaries === undefined) return { skipped: "cargo was not found" };
      context.progress(`running ${name}`);
      const subject = (label: string, crate: string, more: readonly string[]): Subject =>
        cycleSubject(context, label, binaries.get(`${key}_${crate}`) ?? "", cycles, more);
      const timings = measure(
        [
          subject("rust", "rust", []),
          subject("1 thread", "clusters", ["--threads", "1"]),
          subject("2 threads", "clusters", ["--threads", "2"]),
          subject("auto", "clusters", ["--threads", "auto"]),
        ],
        context.repetitions,
      );
      const [rust, one, two, auto] = timings;
      if (rust === undefined || one === undefined || two === undefined || auto === undefined)
        throw new Error("four subjects");
      const speedUp = (of: typeof rust, label: string, least?: number): Figure => ({
        name: `${name}, ${label} against rust`,
        value: rust.median / of.median,
        unit: "×",
        ...(least === undefined ? {} : { target: { relation: ">" as const, value: least } }),
      });
      figures.push(
        ...timings.map((timing): Figure => ({
          name: `${name}, ${timing.name}`,
          value: timing.median * 1e9,
          unit: "ns/cycle",
          timings: [timing],
        })),
        speedUp(one, "1 thread"),
        speedUp(two, "2 threads", target),
        speedUp(auto, "auto", 0.97),
      );
    }
    return figures;
  },
};
