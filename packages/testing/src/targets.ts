export { lowerFor, passesTarget } from "./run/passes-target.js";
export { rustParallelTarget, rustTarget } from "./run/rust-target.js";
export type { RustParallelTargetOptions, RustTargetOptions } from "./run/rust-target.js";
export { wasmTarget } from "./run/wasm-target.js";
