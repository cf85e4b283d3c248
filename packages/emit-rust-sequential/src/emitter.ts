import { defineEmitter } from "@assassyn/plugin-api";
import { optimizationSwitches, switchedOff } from "@assassyn/emit-core";
import { emitRustSequential } from "./emit.js";
import { SEQUENTIAL_OPTIMIZATIONS } from "./options.js";

/**
 * The target `rust`: a crate with a library and a binary.
 *
 * @example compile({ entry, host, target: "rust", emitters: [rustEmitter], emitOptions: { layout: "classic" } }).outputs
 */
export const rustEmitter = defineEmitter({
  target: "rust",
  description: "a Rust crate that simulates the design on one thread",
  requires: ["operands-explicit", "widths-legal"],
  options: {
    layout: {
      type: "choice",
      choices: ["fast", "classic"],
      default: "fast",
      description: "data structures; classic is the partner of comparisons",
    },
    commit: {
      type: "choice",
      choices: ["auto", "deferred"],
      default: "auto",
      description: "deferred makes every effect wait for the commit",
    },
    ...optimizationSwitches(...SEQUENTIAL_OPTIMIZATIONS),
  },
  emit: ({ system, options }) =>
    emitRustSequential(system, { ...options, without: switchedOff(options) }).map(({ path, text }) => ({
      path,
      content: text,
    })),
});
