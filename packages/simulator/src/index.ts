export { load, loadSync } from "./load.js";
export type { WasmSource } from "./load.js";
export { LogFormatter } from "./log-formatter.js";
export { WasmSimulation } from "./simulation.js";
export type { RunOptions } from "./simulation.js";
