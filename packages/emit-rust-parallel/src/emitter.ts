import { defineEmitter } from "@assassyn/plugin-api";
import { optimizationSwitches, switchedOff } from "@assassyn/emit-core";
import { emitRustParallel } from "./emit.js";
import { PARALLEL_OPTIMIZATIONS } from "./options.js";

/**
 * The target `rust-parallel`: a crate with a library and a binary that runs on several threads.
 *
 * @example compile({ entry, host, target: "rust-parallel", emitters: [rustParallelEmitter] }).outputs
 */
export const rustParallelEmitter = defineEmitter({
  target: "rust-parallel",
  description: "a Rust crate that simulates the design on several threads",
  pipeline: "rust-parallel",
  requires: ["operands-explicit", "widths-legal", "locks-explicit"],
  options: {
    executor: {
      type: "choice",
      choices: ["workers", "scope", "rayon"],
      default: "workers",
      description: "what runs modules at once where they share one state",
    },
    commit: {
      type: "choice",
      choices: ["auto", "deferred"],
      default: "auto",
      description: "deferred makes every effect within a cluster wait for the commit",
    },
    ...optimizationSwitches(...PARALLEL_OPTIMIZATIONS),
  },
  emit: ({ system, options }) =>
    emitRustParallel(system, { ...options, without: switchedOff(options) }).map(({ path, text }) => ({
      path,
      content: text,
    })),
});
