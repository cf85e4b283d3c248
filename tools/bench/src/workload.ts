/** What a benchmark consists of and what it reports. */
import type { Repetitions, Timing } from "./measure.js";

/** One figure and, where there is one, what it should be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit:
    "s" | "ms" | "×" | "MiB" | "M lines/s" | "ns/cycle" | "kcycles/s" | "locks/cycle" | "statements/s";
  readonly target?: { readonly relation: "<" | ">" | "="; readonly value: number };
  /** Where the true value lies in 95 of 100 cases; then the verdict needs all of it on one side of the target. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** Its place in a chart of docs/performance.md. */
  readonly point?: { readonly chart: ChartName; readonly series: string; readonly x: number };
  /** What a reader must know beside it. */
  readonly note?: string;
  /** What the figure was computed from. */
  readonly timings?: readonly Timing[];
}

/** Charts that figures may be points of. */
export type ChartName = "design-size" | "work-per-cycle" | "compile-size";

/** Why a workload could not run, e.g. a missing tool. */
export interface Skipped {
  readonly skipped: string;
}

/** What a workload may use. */
export interface BenchContext {
  readonly root: string;
  readonly repetitions: Repetitions;
  /** Of the workload `auto`: how many pairs, and how many seconds the two runs of a pair take at least. */
  readonly pairs: { readonly count: number; readonly seconds: number };
  /** A folder that is deleted afterwards. */
  readonly temporary: string;
  /** Only build what takes long to build, so that measuring finds it; the workload returns nothing. */
  readonly isBuildOnly: boolean;
  /** Shows what is going on. */
  progress(text: string): void;
}

/** A benchmark. */
export interface Workload {
  readonly name: string;
  readonly description: string;
  /** Builds simulators first; these alone run where nothing is to be measured yet. */
  readonly builds?: boolean;
  /** Its figures are points of a chart, so it is measured with the targets. */
  readonly isCharted?: boolean;
  /** Measured only when it is named or targets are: it takes long. Says how long. */
  readonly onRequest?: string;
  run(context: BenchContext): readonly Figure[] | Skipped;
}

/** What a figure is beside its target. `unresolved`: noise does not let one tell. */
export type Verdict = "met" | "missed" | "unresolved";

/** Whether the figure reaches its target; `undefined` without one. */
export function verdictOf({ target, value, interval }: Figure): Verdict | undefined {
  if (target === undefined) return undefined;
  const { low, high } = interval ?? { low: value, high: value };
  const reaches = (one: number): boolean => {
    if (target.relation === "=") return one === target.value;
    return target.relation === "<" ? one <= target.value : one >= target.value;
  };
  if (reaches(low) && reaches(high)) return "met";
  return reaches(low) || reaches(high) ? "unresolved" : "missed";
}
