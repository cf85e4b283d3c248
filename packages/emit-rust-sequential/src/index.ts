export { emitRustSequential } from "./emit.js";
export type { RustSequentialOptions } from "./options.js";
export { rustEmitter } from "./emitter.js";
