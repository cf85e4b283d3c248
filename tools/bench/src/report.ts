/** Figures for people, and as JSON that keeps what other runs measured. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { MachineFacts } from "./machine.js";
import type { Figure } from "./workload.js";
import { verdictOf } from "./workload.js";

/** What one workload yielded. */
export interface WorkloadResult {
  readonly machine: MachineFacts;
  /** How long the workload took, builds included. */
  readonly seconds: number;
  readonly figures: readonly Figure[];
  /** Why there are no figures. */
  readonly skipped?: string;
}

/** Results by workload. Each has the facts of its own run, so that one can be measured anew alone. */
export type Results = Readonly<Record<string, WorkloadResult>>;

// Marked helper: written by addResult below and by nothing else.
// oxlint-disable-next-line typescript/consistent-type-assertions
const parseResults = (text: string): Results => JSON.parse(text) as Results;

/** Reads what runs with `--json` wrote; nothing where there is no file. */
export function readResults(file: string): Results {
  return existsSync(file) ? parseResults(readFileSync(file, "utf8")) : {};
}

/** Puts a result into a file, in the place of an older one of the same workload. */
export function addResult(file: string, workload: string, result: WorkloadResult): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const results = { ...readResults(file), [workload]: { ...result, figures: result.figures.map(shortened) } };
  const sorted = Object.fromEntries(Object.entries(results).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, printResults(sorted));
}

/** JSON with a figure a line, so that a comparison of two files reads well. */
function printResults(results: Results): string {
  const workloads = Object.entries(results).map(([name, { figures, ...facts }]) => {
    const lines = figures.map((figure) => `      ${JSON.stringify(figure)}`);
    const head = Object.entries(facts).map(([key, value]) => `    "${key}": ${JSON.stringify(value)},\n`);
    return `  ${JSON.stringify(name)}: {\n${head.join("")}    "figures": [\n${lines.join(",\n")}\n    ]\n  }`;
  });
  return `{\n${workloads.join(",\n")}\n}\n`;
}

const round = (value: number): number => Number(value.toPrecision(5));

/** Five digits say all there is. Of many samples only what sums them up is kept. */
function shortened(figure: Figure): Figure {
  const { value, interval, timings } = figure;
  return {
    ...figure,
    value: round(value),
    ...(interval === undefined ? {} : { interval: { low: round(interval.low), high: round(interval.high) } }),
    ...(timings === undefined
      ? {}
      : {
          timings: timings.map(({ name, samples, median, fastest, spread }) => ({
            name,
            samples: samples.length > 30 ? [] : samples.map(round),
            median: round(median),
            fastest: round(fastest),
            spread: round(spread),
          })),
        }),
  };
}

/** A number with three digits that count. */
export function digitsOf(value: number): string {
  return value.toFixed(value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

/** One figure in a line. */
export function printFigure(figure: Figure): string {
  const { name, value, unit, target, interval, note, timings } = figure;
  const spread = Math.max(0, ...(timings ?? []).map((timing) => timing.spread));
  const verdict = verdictOf(figure);
  return [
    `  ${name.padEnd(50)} ${digitsOf(value).padStart(9)} ${unit}`,
    timings === undefined ? "" : ` ±${Math.round(spread * 50)} %`,
    interval === undefined ? "" : ` (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`,
    target === undefined ? "" : `  target ${target.relation} ${target.value}`,
    verdict === undefined ? "" : `  ${verdict === "missed" ? "MISSED" : verdict}`,
    note === undefined ? "" : `  (${note})`,
  ].join("");
}
