import { emitWasm, wasmEmitter } from "@assassyn/emit-wasm";
import { lowerFor } from "@assassyn/testing/targets";
import type { CrateFile } from "@assassyn/testing/rust";
import { arithmetic } from "../designs/shapes.js";
import type { Subject } from "../measure.js";
import { measure } from "../measure.js";
import { pacedSubject } from "../paced.js";
import { runNative, warmWasm } from "../simulators.js";
import { buildRelease, rustCrate, systemOf, wasmOf } from "../tools.js";
import type { Figure, Workload } from "../workload.js";
import { clusterCrate } from "./threads.js";

/** Stages of each design: enough to share out evenly, few enough that mail is cheap. */
const STAGES = 8;
/** Operations of a stage: from far too little work for two threads to plenty. */
const OPERATIONS = [8, 32, 128, 512, 2048, 8192];

/** Where two threads begin to pay. */
export const workWorkload: Workload = {
  name: "work",
  description: "speed-up of 2 and auto threads over one against the work of a cycle, on Rust and on WASM",
  builds: true,
  isCharted: true,
  run(context) {
    const forClusters = lowerFor({
      target: "wasm",
      emitters: [wasmEmitter],
      passes: ["lock-insertion", "atomic-flags", "self-signature", "partition"],
    });
    const systems = OPERATIONS.map((operations) => ({
      operations,
      system: systemOf(`work_${operations}`, arithmetic(STAGES, operations, Number.MAX_SAFE_INTEGER)),
    }));
    const crates = systems.flatMap(({ operations, system }): [string, readonly CrateFile[]][] => [
      [`rust_${operations}`, rustCrate(system)],
      [`clusters_${operations}`, clusterCrate(system)],
    ]);
    const binaries = buildRelease(context, "work", new Map(crates));
    if (binaries === undefined) return { skipped: "cargo was not found" };
    if (context.isBuildOnly) return [];
    return systems.flatMap(({ operations, system }) => {
      context.progress(`running ${STAGES} stages of ${operations} operations`);
      const native = (name: string, crate: string, more: readonly string[] = []): Subject =>
        pacedSubject(name, (cycles) =>
          runNative(binaries.get(`${crate}_${operations}`) ?? "", cycles, "removed", more),
        );
      const alone = warmWasm(wasmOf(system));
      const shared = warmWasm(emitWasm(forClusters(system)).wasm, { threads: 2 });
      try {
        const [rust, two, auto, wasm, wasmTwo] = measure(
          [
            native("Rust", "rust"),
            native("Rust, 2 threads", "clusters", ["--threads", "2"]),
            native("Rust, auto", "clusters", ["--threads", "auto"]),
            pacedSubject("WASM", alone.run),
            pacedSubject("WASM, 2 threads", shared.run),
          ],
          context.repetitions,
        );
        if (rust === undefined || two === undefined || auto === undefined) throw new Error("three subjects");
        if (wasm === undefined || wasmTwo === undefined) throw new Error("five subjects");
        const speedUp = (one: typeof rust, many: typeof rust): Figure => ({
          name: `${many.name}, at ${(one.median * 1e6).toPrecision(2)} µs a cycle`,
          value: one.median / many.median,
          unit: "×",
          timings: [one, many],
          point: { chart: "work-per-cycle", series: many.name, x: one.median * 1e6 },
        });
        return [speedUp(rust, two), speedUp(rust, auto), speedUp(wasm, wasmTwo)];
      } finally {
        alone.dispose();
        shared.dispose();
      }
    });
  },
};
