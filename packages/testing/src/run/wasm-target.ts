/** The WebAssembly target. */
import type { WasmOptions } from "@assassyn/emit-wasm";
import { emitWasm } from "@assassyn/emit-wasm";
import { loadSync } from "@assassyn/simulator";
import type { Prepare, Target } from "./targets.js";
import { targetOf } from "./targets.js";
import { traceSimulation } from "./trace.js";

/**
 * The WASM target in the running Node.
 *
 * @param prepare brings a system into the forms that the emitter asks for
 * @example wasmTarget(prepare, { commit: "deferred" })
 */
export function wasmTarget(prepare: Prepare, options: WasmOptions = {}): Target {
  const name = options.commit === "deferred" ? "wasm, deferred" : "wasm";
  return targetOf(name, (system, drive) => {
    const lowered = prepare(system);
    const { wasm } = emitWasm(lowered, options);
    return traceSimulation(name, system, (simulationOptions) => loadSync(wasm, simulationOptions), {
      ...drive,
      lowered,
    });
  });
}
