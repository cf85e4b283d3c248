export { lowerFor, passesTarget } from "./run/passes-target.js";
export { buildParallelProbes, rustParallelTarget, rustTarget } from "./run/rust-target.js";
export type {
  ParallelProbe,
  ParallelRun,
  RustParallelTargetOptions,
  RustTargetOptions,
} from "./run/rust-target.js";
export { wasmTarget } from "./run/wasm-target.js";
