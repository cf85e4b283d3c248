import { defineEmitter } from "@assassyn/plugin-api";
import { emitWasm } from "./emit.js";

/**
 * The target `wasm`: one file, the module, which holds its description.
 *
 * @example compile({ entry, host, target: "wasm", emitters: [wasmEmitter] }).outputs
 */
export const wasmEmitter = defineEmitter({
  target: "wasm",
  description: "one self-contained WebAssembly module for @assassyn/simulator",
  requires: ["operands-explicit", "widths-legal"],
  emit: ({ system }) => [{ path: `${system.name}.wasm`, content: emitWasm(system).wasm }],
});
