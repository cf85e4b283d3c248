import { emitRustParallel, rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import batching from "@assassyn/plugin-lock-batching";
import { lowerFor } from "@assassyn/testing/targets";
import type { CrateFile } from "@assassyn/testing/rust";
import { arithmetic, pipeline, systolic } from "../designs/shapes.js";
import { measure } from "../measure.js";
import { buildRelease, cycleSubject, rustCrate, systemOf } from "../tools.js";
import type { Figure, Workload } from "../workload.js";

/** What stands on each rung: its name, the executor, and the part of the cycles that it runs, so that a round ends. */
const STEPS: readonly (readonly [rung: string, executor: "scope" | "workers", part: number])[] = [
  ["self-signature", "scope", 2000],
  ["self-signature", "workers", 200],
  ["lock-batching", "workers", 200],
  ["lock-elision", "workers", 200],
  ["partition", "workers", 20],
];

const DESIGNS: readonly {
  readonly name: string;
  readonly cycles: number;
  readonly text: (cycles: number) => string;
}[] = [
  { name: "pipeline", cycles: 2_000_000, text: pipeline },
  { name: "systolic 8", cycles: 200_000, text: (cycles) => systolic(8, cycles) },
  { name: "arithmetic", cycles: 20_000, text: (cycles) => arithmetic(64, 2000, cycles) },
];

/** The rungs of the parallel ladder against each other and against one thread. */
export const rungsWorkload: Workload = {
  name: "rungs",
  description: "time a cycle on each rung of the parallel ladder with 2 threads, logs off",
  run(context) {
    const figures: Figure[] = [];
    for (const { name, cycles, text } of DESIGNS) {
      const key = `rungs_${name.replace(" ", "_")}`;
      const system = systemOf(key, text(cycles));
      const crates = new Map<string, readonly CrateFile[]>([[`${key}_rust`, rustCrate(system)]]);
      for (const [rung, executor] of STEPS) {
        const lower = lowerFor({
          target: "rust-parallel",
          emitters: [rustParallelEmitter],
          plugins: [batching],
          rung,
        });
        crates.set(
          `${key}_${rung.replace("-", "_")}_${executor}`,
          emitRustParallel(lower(system), { executor }),
        );
      }
      const binaries = buildRelease(context, key, crates);
      if (binaries === undefined) return { skipped: "cargo was not found" };
      context.progress(`running ${name}`);
      const subject = (label: string, crate: string, part: number, more: readonly string[]) =>
        cycleSubject(context, label, binaries.get(`${key}_${crate}`) ?? "", Math.ceil(cycles / part), more);
      const timings = measure(
        [
          subject("rust", "rust", 1, []),
          ...STEPS.map(([rung, executor, part]) =>
            subject(`${rung}, ${executor}`, `${rung.replace("-", "_")}_${executor}`, part, [
              "--threads",
              "2",
            ]),
          ),
        ],
        context.repetitions,
      );
      const [rust] = timings;
      if (rust === undefined) throw new Error("no timing");
      for (const timing of timings) {
        figures.push({
          name: `${name}, ${timing.name}`,
          value: timing.median * 1e9,
          unit: "ns/cycle",
          timings: [timing],
        });
        if (timing !== rust)
          figures.push({
            name: `${name}, ${timing.name} against rust`,
            value: rust.median / timing.median,
            unit: "×",
          });
      }
    }
    return figures;
  },
};
