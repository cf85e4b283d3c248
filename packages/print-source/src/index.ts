export type { IsGenerated } from "./analysis.js";
export { PrintSourceError } from "./print-source-error.js";
export { printSource, type PrintSourceOptions } from "./print-source.js";
