export { emitRustSequential } from "./emit.js";
export type { RustSequentialOptions } from "./options.js";
