import type { Optimization, OptimizationOptions } from "@assassyn/emit-core";

/** The optimisations that this target has. */
export const SEQUENTIAL_OPTIMIZATIONS = [
  "immediate-commit",
  "shared-bodies",
  "inlining",
  "activity-skipping",
  "idle-skipping",
  "range-analysis",
] as const satisfies readonly Optimization[];

/** Options of the target. The layout `classic` has no optimisations. */
export interface RustSequentialOptions extends OptimizationOptions {
  /**
   * `fast`: credit counters, rings, effects at once wherever nobody can tell. `classic`: ordered maps of pending effects, queues of
   * time stamps and a table of functions, in canonical order; kept as the partner of comparisons. Default `fast`.
   */
  readonly layout?: "fast" | "classic";
  /** `deferred` is the older name of `without: ["immediate-commit"]`. Default `auto`. */
  readonly commit?: "auto" | "deferred";
  /**
   * Fewest stages with one struct that `activity-skipping` looks after, at least 2. Default 2048: when all are busy, looking after them
   * costs more than it saves.
   */
  readonly flaggedMembers?: number;
}
