export { emitRustParallel } from "./emit.js";
export { rustParallelEmitter } from "./emitter.js";
export type { RustParallelOptions } from "./options.js";
