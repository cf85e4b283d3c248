/** The options of the target `rust-parallel`, and what they mean for its passes. */
import type { AssassynConfig } from "@assassyn/config";
import type { System } from "@assassyn/ir";
import type { Executor } from "./commands/targets.js";
import { refuseOption } from "./failure.js";
import type { DesignWishes, PlanPart } from "./pipeline-options.js";
import { PARALLEL_TARGET } from "./pipeline-options.js";

/** The last rung on which all modules share one state; behind it, clusters have states of their own. */
const LAST_SHARED_RUNG = "lock-elision";
/** Clusters that the pass `partition` makes unless it is told otherwise, and the most that it can make. */
const CLUSTERS = { usual: 8, most: 64 };

/** The options of threads, as typed. */
export interface ThreadOptions {
  readonly threads: number | "auto" | undefined;
  readonly executor: Executor | undefined;
  readonly timeline: string | undefined;
}

/** Refuses options that mean nothing to a target. @throws CommandError */
export function checkThreadOptions(options: Partial<ThreadOptions>, target: string | undefined): void {
  if (target === PARALLEL_TARGET) return;
  const shown = target === undefined ? "this target" : `the target ${target}`;
  const advice = `${shown} runs on one thread; add --target ${PARALLEL_TARGET}`;
  if (options.threads !== undefined) refuseOption("--threads", advice);
  if (options.executor !== undefined)
    refuseOption("--executor", `${shown} has no executors; add --target ${PARALLEL_TARGET}`);
  if (options.timeline !== undefined)
    refuseOption("--timeline", `${shown} has no threads to show; add --target ${PARALLEL_TARGET}`);
}

/** The threads of a run: the command line's, else the configuration's, else the design's; there, 0 is automatic. */
export function wantedThreads(
  option: number | "auto" | undefined,
  config: AssassynConfig,
  design: DesignWishes,
): number | "auto" {
  if (option !== undefined) return option;
  const threads = config.threads ?? design.threads;
  return threads === 0 ? "auto" : threads;
}

/**
 * What threads and executor change about the passes: more threads than the usual number of clusters need more clusters, and an executor other
 * than workers needs the form in which modules share one state.
 */
export function fitPlan(
  plan: PlanPart,
  target: string | undefined,
  executor: Executor | undefined,
  threads: number | "auto",
): PlanPart {
  const { passOptions = {}, pipeline, rung } = plan;
  const clusters = threads === "auto" ? CLUSTERS.usual : Math.min(threads, CLUSTERS.most);
  const { partition = {} } = passOptions;
  const isFree =
    executor !== undefined && executor !== "workers" && target === PARALLEL_TARGET && pipeline === undefined;
  return {
    ...plan,
    ...(isFree ? { rung: rung ?? LAST_SHARED_RUNG } : {}),
    ...(clusters > CLUSTERS.usual
      ? { passOptions: { ...passOptions, partition: { "max-threads": String(clusters), ...partition } } }
      : {}),
  };
}

/** Refuses an executor that a design in clusters would ignore. @throws CommandError */
export function checkExecutor(executor: Executor | undefined, system: System): void {
  if (executor === undefined || executor === "workers") return;
  if ((system.concurrency?.clusters.length ?? 0) === 0) return;
  refuseOption(
    "--executor",
    `clusters always run on workers; for ${executor} end the ladder earlier, e.g. with --rung ${LAST_SHARED_RUNG}`,
  );
}
