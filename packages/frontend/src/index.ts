/** Names, types, compile-time evaluation: a parsed design into the IR. */
export type { ElaborateInput, Elaboration } from "./elaborate.js";
export { elaborate } from "./elaborate.js";
export type { ElaborationLimits, FrontendHost, ImportResult, MemoryResult } from "./design.js";
export { DEFAULT_LIMITS } from "./design.js";
export { frontendMessages } from "./messages.js";
export type { MemoryImage, ParsedMemory } from "./memory-file.js";
export { parseMemoryFile } from "./memory-file.js";
