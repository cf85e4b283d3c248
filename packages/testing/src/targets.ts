export { lowerFor, passesTarget } from "./run/passes-target.js";
export { rustTarget } from "./run/rust-target.js";
export type { RustTargetOptions } from "./run/rust-target.js";
export { wasmTarget } from "./run/wasm-target.js";
