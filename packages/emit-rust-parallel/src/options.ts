import type { Optimization, OptimizationOptions } from "@assassyn/emit-core";

/** The optimisations that this target has. */
export const PARALLEL_OPTIMIZATIONS = [
  "immediate-commit",
  "shared-bodies",
  "inlining",
  "range-analysis",
] as const satisfies readonly Optimization[];

/** Options of the target. */
export interface RustParallelOptions extends OptimizationOptions {
  /**
   * What runs modules at once where they share one state: `workers` are threads that live as long as the run, `scope` starts threads for
   * each step of a cycle, `rayon` uses the library of that name. A design in clusters always has workers. Default `workers`.
   */
  readonly executor?: "workers" | "scope" | "rayon";
  /** `deferred` is the older name of `without: ["immediate-commit"]`, which has a meaning within clusters. Default `auto`. */
  readonly commit?: "auto" | "deferred";
}
