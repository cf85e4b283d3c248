import { defineEmitter } from "@assassyn/plugin-api";
import { emitRustSequential } from "./emit.js";

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
  },
  emit: ({ system, options }) =>
    emitRustSequential(system, options).map(({ path, text }) => ({ path, content: text })),
});
