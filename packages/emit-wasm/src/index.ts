export { emitWasm } from "./emit.js";
export type { WasmOptions, WasmOutput } from "./emit.js";
export { wasmEmitter } from "./emitter.js";
export { StateTooLarge } from "./layout.js";
export { messages } from "./messages.js";
