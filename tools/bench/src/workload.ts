/** What a benchmark consists of and what it reports. */
import type { Repetitions, Timing } from "./measure.js";

/** One figure and, where there is one, what it should be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "s" | "ms" | "×" | "MiB" | "M lines/s" | "ns/cycle" | "statements/s";
  readonly target?: { readonly relation: "<" | ">"; readonly value: number };
  /** What the figure was computed from. */
  readonly timings?: readonly Timing[];
}

/** Why a workload could not run, e.g. a missing tool. */
export interface Skipped {
  readonly skipped: string;
}

/** What a workload may use. */
export interface BenchContext {
  readonly root: string;
  readonly repetitions: Repetitions;
  /** A folder that is deleted afterwards. */
  readonly temporary: string;
  /** Shows what is going on. */
  progress(text: string): void;
}

/** A benchmark. */
export interface Workload {
  readonly name: string;
  readonly description: string;
  run(context: BenchContext): readonly Figure[] | Skipped;
}

/** Whether the figure reaches its target; `undefined` without one. */
export function meetsTarget(figure: Figure): boolean | undefined {
  if (figure.target === undefined) return undefined;
  return figure.target.relation === "<"
    ? figure.value < figure.target.value
    : figure.value > figure.target.value;
}
