/** The options of targets that run several threads, and what they mean for their passes. */
import type { AssassynConfig } from "@assassyn/config";
import type { System } from "@assassyn/ir";
import type { Executor } from "./commands/targets.js";
import { refuseOption } from "./failure.js";
import type { DesignWishes, PlanPart } from "./pipeline-options.js";
import { PARALLEL_TARGET, wantsParallel } from "./pipeline-options.js";

/** The last rung on which all modules share one state; behind it, clusters have states of their own. */
const LAST_SHARED_RUNG = "lock-elision";
/** The rungs that lead to clusters; what stands between them leaves nothing behind there. */
const CUTTING_PASSES = ["lock-insertion", "atomic-flags", "self-signature", "partition"];
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
  if (options.threads !== undefined && target !== "wasm")
    refuseOption("--threads", `${shown} runs on one thread; add --target ${PARALLEL_TARGET}, or wasm`);
  if (options.executor !== undefined)
    refuseOption("--executor", `${shown} has no executors; add --target ${PARALLEL_TARGET}`);
  if (options.timeline !== undefined)
    refuseOption(
      "--timeline",
      `${shown} does not record what its threads do; add --target ${PARALLEL_TARGET}`,
    );
}

/**
 * The threads of a target: the command line's, else the configuration's, else the design's; there, 0 is automatic. Of wasm one, unless
 * somebody asks for several.
 */
export function wantedThreads(
  target: string | undefined,
  option: number | "auto" | undefined,
  config: AssassynConfig,
  design: DesignWishes,
): number | "auto" {
  if (option !== undefined) return option;
  if (target !== PARALLEL_TARGET && !(target === "wasm" && wantsParallel(config, design))) return 1;
  const threads = config.threads ?? design.threads;
  return threads === 0 ? "auto" : threads;
}

/**
 * What threads and executor change about the passes: threads of wasm need clusters, more threads than the usual number of clusters need more of
 * them, and an executor other than workers needs the form in which modules share one state.
 */
export function fitPlan(
  plan: PlanPart,
  target: string | undefined,
  executor: Executor | undefined,
  threads: number | "auto",
): PlanPart {
  const { passOptions = {}, passes = [], pipeline, rung } = plan;
  const isCut = target === "wasm" && threads !== 1 && pipeline === undefined && rung === undefined;
  const clusters = threads === "auto" ? CLUSTERS.usual : Math.min(threads, CLUSTERS.most);
  const { partition = {} } = passOptions;
  const isFree =
    executor !== undefined && executor !== "workers" && target === PARALLEL_TARGET && pipeline === undefined;
  return {
    ...plan,
    ...(isCut ? { passes: [...passes, ...CUTTING_PASSES.filter((name) => !passes.includes(name))] } : {}),
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
