export { wasmTarget } from "./run/wasm-target.js";
