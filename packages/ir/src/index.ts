export * from "./builder.js";
export * from "./faults.js";
export * from "./format.js";
export * from "./ir.js";
export * from "./operations.js";
export * from "./order.js";
export * from "./simulation.js";
export * from "./types.js";
