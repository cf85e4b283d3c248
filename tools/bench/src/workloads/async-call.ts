import { loadSync } from "@assassyn/simulator";
import { asyncCall } from "../designs/shapes.js";
import { measure, secondsOf } from "../measure.js";
import { buildRelease, processSeconds, rustCrate, systemOf, wasmOf } from "../tools.js";
import type { Figure, Workload } from "../workload.js";

const CYCLES = 1_000_000;

/** A million cycles of the smallest design. */
export const asyncCallWorkload: Workload = {
  name: "async-call",
  description: "a million cycles of async-call, logs off: load and run on WASM, whole process on Rust",
  run(context) {
    const system = systemOf("async-call", asyncCall(CYCLES));
    const wasm = wasmOf(system);
    const binary = buildRelease(context, "async-call", new Map([["call", rustCrate(system)]]))?.get("call");
    const subjects = [
      { name: "wasm", run: () => secondsOf(() => void loadSync(wasm).run()) },
      ...(binary === undefined
        ? []
        : [{ name: "rust", run: () => processSeconds(binary, ["--log", "none", "--quiet"], context.root) }]),
    ];
    return measure(subjects, context.repetitions).map((timing): Figure => ({
      name: timing.name,
      value: timing.median,
      unit: "s",
      target: { relation: "<", value: 1 },
      timings: [timing],
    }));
  },
};
