import { optimizationSwitches, switchedOff } from "@assassyn/emit-core";
import { defineEmitter } from "@assassyn/plugin-api";
import { emitWasm } from "./emit.js";
import { StateTooLarge } from "./layout.js";
import { messages } from "./messages.js";

/**
 * The target `wasm`: one file, the module, which holds its description.
 *
 * @example compile({ entry, host, target: "wasm", emitters: [wasmEmitter] }).outputs
 */
export const wasmEmitter = defineEmitter({
  target: "wasm",
  description: "one self-contained WebAssembly module for @assassyn/simulator",
  requires: ["operands-explicit", "widths-legal"],
  options: {
    commit: {
      type: "choice",
      choices: ["auto", "deferred"],
      default: "auto",
      description: "deferred makes every effect wait for the commit",
    },
    ...optimizationSwitches(
      "immediate-commit",
      "shared-bodies",
      "inlining",
      "activity-skipping",
      "idle-skipping",
      "range-analysis",
    ),
  },
  emit: (cx) => {
    const { system, options } = cx;
    const emitOptions = { commit: options.commit, without: switchedOff(options) };
    try {
      return [{ path: `${system.name}.wasm`, content: emitWasm(system, emitOptions).wasm }];
    } catch (error) {
      if (!(error instanceof StateTooLarge)) throw error;
      cx.report(messages["state-too-large"], { bytes: error.bytes });
      return [];
    }
  },
});
