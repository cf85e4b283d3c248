export * from "./check-import.js";
export * from "./corpus.js";
export * from "./log-comparison.js";
export * from "./modes.js";
export * from "./report.js";
export * from "./run-conformance.js";
export * from "./run-design.js";
