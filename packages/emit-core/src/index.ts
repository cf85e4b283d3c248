export * from "./access.js";
export * from "./code-writer.js";
export * from "./names.js";
export * from "./optimizations.js";
export * from "./output-file.js";
export * from "./schedule.js";
export * from "./trace-plan.js";
