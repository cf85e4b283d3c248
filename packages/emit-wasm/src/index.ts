export { emitWasm } from "./emit.js";
export type { WasmOptions, WasmOutput } from "./emit.js";
