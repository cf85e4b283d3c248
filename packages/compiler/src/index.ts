export * from "./compile.js";
export type { BehaviourOptions } from "./behaviour.js";
export * from "./host.js";
export * from "./inspect.js";
export { messages } from "./messages.js";
export { isIrText, readDesign } from "./read-design.js";
export type { ReadDesign, ReadOptions } from "./read-design.js";
export { isDumpText, readDump } from "./read-dump.js";
export type { UpstreamOptions } from "./read-dump.js";
