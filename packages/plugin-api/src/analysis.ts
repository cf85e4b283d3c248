/** Analyses: what can be told of a system or a module, computed once as long as it stays the same object. */
import type { Module, ModuleId, System } from "@assassyn/ir";

/** An analysis of the whole system. */
export interface SystemAnalysis<Result = unknown> {
  /** Kebab case, a noun: `sharing`. Unique among all plugins. */
  readonly name: string;
  /** One sentence for `assassyn passes`. */
  readonly description: string;
  readonly scope?: "system";
  /** A function of the system alone; the result is plain data that nobody changes. An exception is a bug of the plugin. */
  run(system: System): Result;
}

/** An analysis of one module by itself: its result outlives every change of other modules. */
export interface ModuleAnalysis<Result = unknown> {
  readonly name: string;
  readonly description: string;
  readonly scope: "module";
  /** A function of the module alone: what the system says about its neighbours must not matter. */
  run(module: Module): Result;
}

/** An analysis of either scope. */
export type Analysis<Result = unknown> = SystemAnalysis<Result> | ModuleAnalysis<Result>;

/** How passes and checks ask for results: of the system as it was when they started. */
export interface Analyses {
  /** The result for the system. */
  analysis<Result>(analysis: SystemAnalysis<Result>): Result;
  /** The result for one module. */
  analysis<Result>(analysis: ModuleAnalysis<Result>, module: ModuleId): Result;
  /**
   * The result of an analysis that some plugin contributes, by name: for a plugin that does not depend on the other one's package.
   *
   * @throws if there is no such analysis, or a module is given to one of the system or missing for one of modules
   */
  analysis(name: string, module?: ModuleId): unknown;
}

/**
 * Declares an analysis.
 *
 * @example
 * const countLogs = defineAnalysis({
 *   name: "count-logs",
 *   description: "Logs of a module",
 *   scope: "module",
 *   run: (module) => module.operations.filter((operation) => operation?.kind === "log").length,
 * });
 * // in a pass or a check: cx.analysis(countLogs, id)
 */
export function defineAnalysis<Result>(definition: ModuleAnalysis<Result>): ModuleAnalysis<Result>;
/** Declares an analysis of the whole system. */
export function defineAnalysis<Result>(definition: SystemAnalysis<Result>): SystemAnalysis<Result>;
export function defineAnalysis(definition: Analysis): Analysis {
  return definition;
}

/** Results by analysis, then by what was analysed. IR is never changed in place, so the same object has the same result. */
const results = new WeakMap<Analysis, WeakMap<System | Module, unknown>>();

/**
 * The result of an analysis outside of passes and checks: in an emitter, or in another analysis. It is computed at the first call for an
 * object, and remembered as long as that object lives; `cx.analysis` has the same memory.
 *
 * @throws what the analysis throws
 * @example analyze(countLogs, moduleOf(system, id))
 */
export function analyze<Result>(analysis: ModuleAnalysis<Result>, subject: Module): Result;
/** The result of an analysis of the whole system. */
export function analyze<Result>(analysis: SystemAnalysis<Result>, subject: System): Result;
export function analyze<Result>(
  analysis: { run(subject: System | Module): Result } & Analysis<Result>,
  subject: System | Module,
): Result {
  let known = results.get(analysis);
  if (known === undefined) results.set(analysis, (known = new WeakMap()));
  // Marked helper: what is stored under an analysis is what it returned.
  if (known.has(subject)) return known.get(subject) as Result; // oxlint-disable-line typescript/consistent-type-assertions
  const result = analysis.run(subject);
  known.set(subject, result);
  return result;
}
