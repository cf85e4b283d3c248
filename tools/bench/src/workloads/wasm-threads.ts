import { emitWasm, wasmEmitter } from "@assassyn/emit-wasm";
import { loadSync } from "@assassyn/simulator";
import type { LoadOptions } from "@assassyn/simulator";
import { lowerFor } from "@assassyn/testing/targets";
import { arithmetic, pipeline, systolic } from "../designs/shapes.js";
import type { Subject } from "../measure.js";
import { measure, secondsOf } from "../measure.js";
import { systemOf, wasmOf } from "../tools.js";
import type { Figure, Workload } from "../workload.js";

/** Designs with a number of cycles for one sample: a few milliseconds on one thread. */
const DESIGNS: readonly {
  readonly name: string;
  readonly cycles: number;
  readonly text: (cycles: number) => string;
  /** Least speed-up of two threads, where one is promised. */
  readonly target?: number;
}[] = [
  { name: "pipeline", cycles: 10_000, text: pipeline },
  { name: "systolic 16", cycles: 2_000, text: (cycles) => systolic(16, cycles) },
  { name: "arithmetic", cycles: 100, text: (cycles) => arithmetic(64, 2000, cycles), target: 1.4 },
];

/** Seconds before the measuring starts, in which engines find out what is worth fast code. */
const WARM_UP = 1;
/** Samples of each repetition: many, since a moment in which the machine has all its processors for us is short. */
const SAMPLES = 20;

/** One thread of WebAssembly against clusters on several, in this process. */
export const wasmThreadsWorkload: Workload = {
  name: "wasm-threads",
  description:
    "time a cycle of WebAssembly in Node on one thread, and of clusters on 2 and auto threads, logs off",
  run(context) {
    const forClusters = lowerFor({
      target: "wasm",
      emitters: [wasmEmitter],
      passes: ["lock-insertion", "atomic-flags", "self-signature", "partition"],
    });
    const figures: Figure[] = [];
    for (const { name, cycles, text, target } of DESIGNS) {
      context.progress(`running ${name}`);
      const system = systemOf(`threads_${name.replace(" ", "_")}`, text(Number.MAX_SAFE_INTEGER));
      const simulations: { dispose(): void }[] = [];
      const subject = (label: string, wasm: Uint8Array, options: LoadOptions): Subject => {
        const simulation = loadSync(wasm, { ...options, cycles: Infinity, idle: Infinity });
        simulations.push(simulation);
        for (let seconds = 0; seconds < WARM_UP;) seconds += secondsOf(() => simulation.step(cycles));
        return { name: label, run: () => secondsOf(() => simulation.step(cycles)) / cycles };
      };
      const clusters = emitWasm(forClusters(system)).wasm;
      const timings = measure(
        [
          subject("1 thread", wasmOf(system), {}),
          subject("2 threads", clusters, { threads: 2 }),
          subject("auto", clusters, { threads: "auto" }),
        ],
        { ...context.repetitions, measured: SAMPLES * context.repetitions.measured },
      );
      for (const simulation of simulations) simulation.dispose();
      const [one, two, auto] = timings;
      if (one === undefined || two === undefined || auto === undefined) throw new Error("three subjects");
      const speedUp = (of: typeof one, label: string, least?: number): Figure => ({
        name: `${name}, ${label} against 1 thread`,
        value: one.median / of.median,
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
        {
          name: `${name}, 2 threads against 1, the fastest of all`,
          value: one.fastest / two.fastest,
          unit: "×",
        },
        speedUp(two, "2 threads", target),
        speedUp(auto, "auto", 0.97),
      );
    }
    return figures;
  },
};
