export * from "./access.js";
export * from "./schedule.js";
