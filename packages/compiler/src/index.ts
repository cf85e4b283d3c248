export * from "./compile.js";
export * from "./host.js";
export { messages } from "./messages.js";
export { isIrText, readDesign } from "./read-design.js";
export type { ReadDesign, ReadOptions } from "./read-design.js";
