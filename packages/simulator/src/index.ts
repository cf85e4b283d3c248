export { VcdWriter } from "@assassyn/ir";
export { load, loadSync } from "./load.js";
export type { WasmSource } from "./load.js";
export { LogFormatter } from "./log-formatter.js";
export { outlineOf } from "./outline.js";
export { WasmSimulation } from "./simulation.js";
export type { RunOptions } from "./simulation.js";
export { recordWaveform, traceRun } from "./waveform.js";
export type { Recording, TraceOptions } from "./waveform.js";
