export type { IsGenerated } from "./analysis.js";
export { PrintSourceError } from "./body-printer.js";
export { printSource, type PrintSourceOptions } from "./print-source.js";
