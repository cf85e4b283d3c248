export { emitWasm } from "./emit.js";
export type { WasmOptions, WasmOutput } from "./emit.js";
export { wasmEmitter } from "./emitter.js";
export { StateTooLarge } from "./layout.js";
export { messages } from "./messages.js";
export { optimize } from "./optimize.js";
export type { LoadBinaryen } from "./optimize.js";
