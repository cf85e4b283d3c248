export { formatBisect } from "./bisect.js";
export type { BisectOptions, BisectResult, Culprit, Verdict } from "./bisect.js";
export { formatBlame } from "./blame.js";
export type { BlamedModule, BlamedOperation, BlameOptions, BlameResult, SourcePlace } from "./blame.js";
export { describeContributions, describeOption, formatContributions } from "./describe.js";
export type {
  AnalysisDescription,
  CheckDescription,
  PassDescription,
  PipelineDescription,
  TargetDescription,
} from "./describe.js";
export { diffSystems } from "./diff.js";
export { formatPlan } from "./explain-plan.js";
export type { ExplainedStep } from "./explain-plan.js";
export type { Instruments, StepFilter } from "./instruments.js";
export { passManagerMessages } from "./messages.js";
export * from "./pass-manager.js";
export { NO_TARGET } from "./plan.js";
export type { Plan, PlannedStep, PlanOptions, PlanResult } from "./plan.js";
export type { Contributed, Registry } from "./registry.js";
export { REPRODUCER_INPUT, reproducerArguments, reproducerFiles, shellWord } from "./reproducer.js";
export type { Reproducer } from "./reproducer.js";
export type { RunOptions, RunResult, StepRecord } from "./run.js";
