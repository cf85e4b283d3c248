export { diffSystems } from "./diff.js";
export type { Instruments, StepFilter } from "./instruments.js";
export { passManagerMessages } from "./messages.js";
export * from "./pass-manager.js";
export { NO_TARGET } from "./plan.js";
export type { Plan, PlannedStep, PlanOptions, PlanResult } from "./plan.js";
export type { Contributed, Registry } from "./registry.js";
export type { Reproducer, RunOptions, RunResult, StepRecord } from "./run.js";
