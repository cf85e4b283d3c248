export * from "./access.js";
export * from "./schedule.js";
export * from "./trace-plan.js";
