/** The targets of the project, each with what measures it. */
import type { MachineFacts } from "./machine.js";
import type { Results } from "./report.js";
import type { Figure, Verdict } from "./workload.js";
import { verdictOf } from "./workload.js";
import { WORKLOADS } from "./workloads/index.js";

/** A row of the table of targets. */
export interface TargetRow {
  /** Short and unique; the section on a row that is not met has it in its heading. */
  readonly id: string;
  readonly what: string;
  readonly target: string;
  readonly workload: string;
  /** Which figures of the workload count, by name and unit; those without a target never do. */
  readonly figures: RegExp;
  readonly unit?: Figure["unit"];
  /** Fewer processors than this cannot show it. */
  readonly cores?: number;
  /** Its design belongs to the corpus. */
  readonly needsCorpus?: true;
}

/** What was found of a row. */
export interface TargetOutcome {
  readonly row: TargetRow;
  readonly figures: readonly Figure[];
  readonly verdict: Verdict | "not measured";
  /** Why it was not measured. */
  readonly reason?: string;
}

const ROWS: readonly TargetRow[] = [
  {
    id: "small-modules",
    what: "sequential Rust against `--layout classic`, designs of many small modules",
    target: "≥ 40×, stretch 100×",
    workload: "layouts",
    figures: /^(pipeline|systolic \d+), classic against fast$/,
  },
  {
    id: "minor-cpu",
    what: "the same, minor_cpu (qsort), logs removed",
    target: "≥ 20×",
    workload: "layouts",
    figures: /^minor_cpu qsort, classic against fast$/,
    needsCorpus: true,
  },
  {
    id: "minor-cpu-lines",
    what: "the same, minor_cpu (qsort), logs to a null device",
    target: "≥ 8×",
    workload: "layouts",
    figures: /^minor_cpu qsort, classic against fast, lines written$/,
    needsCorpus: true,
  },
  {
    id: "arithmetic",
    what: "the same, 64 heavy modules, bound by arithmetic",
    target: "≥ 1.4×",
    workload: "layouts",
    figures: /^arithmetic, classic against fast$/,
  },
  {
    id: "two-threads",
    what: "2 threads against our best sequential Rust, ≥ 10 µs of work a cycle",
    target: "≥ 1.6× (1.8× on an idle machine)",
    workload: "threads",
    figures: /^arithmetic, 2 threads against rust$/,
    cores: 2,
  },
  {
    id: "eight-threads",
    what: "efficiency of 8 threads",
    target: "≥ 0.7",
    workload: "threads",
    figures: /efficiency of 8 threads$/,
    cores: 8,
  },
  {
    id: "wasm-threads",
    what: "WASM, 2 threads against 1, ≥ 20 µs of work a cycle",
    target: "≥ 1.4×",
    workload: "wasm-threads",
    figures: /^arithmetic, 2 threads against 1 thread$/,
    cores: 2,
  },
  {
    id: "auto",
    what: "`--threads auto` against sequential Rust, every example, 95 % interval of 15 pairs",
    target: "never under 0.97×",
    workload: "auto",
    figures: /, auto against rust$/,
  },
  {
    id: "locks",
    what: "lock acquisitions a cycle at the top of the ladder, designs with one writer",
    target: "0",
    workload: "threads",
    figures: /, lock acquisitions in clusters$/,
  },
  {
    id: "wasm",
    what: "WASM against sequential Rust, time",
    target: "≤ 1.5×",
    workload: "layouts",
    figures: /, WASM against fast$/,
  },
  {
    id: "edit-wasm",
    what: "edit to first cycle on WASM, 10 000 statements, whole process",
    target: "< 0.6 s",
    workload: "first-cycle",
    figures: /, edit to WASM$/,
  },
  {
    id: "edit-rust-cold",
    what: "the same on Rust, nothing built before",
    target: "< 4 s",
    workload: "first-cycle",
    figures: /, edit to Rust, cold$/,
  },
  {
    id: "edit-rust",
    what: "the same on Rust, incremental",
    target: "< 1 s",
    workload: "first-cycle",
    figures: /, edit to Rust, incremental$/,
  },
  {
    id: "watch",
    what: "a one-line edit under `--watch`, 10 000 statements, to the first cycle on WASM",
    target: "< 0.2 s",
    workload: "watch",
    figures: /./,
    unit: "s",
  },
  {
    id: "compiler-rate",
    what: "front end and passes",
    target: "≥ 200 000 statements/s",
    workload: "compiler",
    figures: /./,
    unit: "statements/s",
  },
  {
    id: "compiler-time",
    what: "the same, 1 000 000 statements",
    target: "< 10 s",
    workload: "compiler",
    figures: /./,
    unit: "s",
  },
  {
    id: "compiler-memory",
    what: "memory of it",
    target: "< 4 GiB",
    workload: "compiler",
    figures: /./,
    unit: "MiB",
  },
  {
    id: "log-lines-rust",
    what: "log lines formatted and written, Rust",
    target: "≥ 10 M/s",
    workload: "logs",
    figures: /^rust/,
  },
  {
    id: "log-lines-wasm",
    what: "log lines formatted and written, WASM in Node",
    target: "≥ 1 M/s",
    workload: "logs",
    figures: /^wasm/,
  },
  {
    id: "start",
    what: "`assassyn --version`",
    target: "< 0.15 s",
    workload: "start",
    figures: /^assassyn --version$/,
  },
  {
    id: "systolic-64-rust",
    what: "systolic array of 64 × 64 (4 097 modules), source to Rust binary",
    target: "< 15 s",
    workload: "first-cycle",
    figures: /^systolic 64, source to Rust/,
  },
  {
    id: "systolic-64-wasm",
    what: "the same, source to WASM running",
    target: "< 2 s",
    workload: "first-cycle",
    figures: /^systolic 64, source to WASM/,
  },
];

/** All rows that a workload measures, in the order of the table. */
export const TARGET_ROWS: readonly TargetRow[] = ROWS.filter((row) =>
  WORKLOADS.some(({ name }) => name === row.workload),
);

/** The command that measures a row. */
export const commandOf = (row: TargetRow): string => `npm run bench -- ${row.workload}`;

const WORST: readonly Verdict[] = ["missed", "unresolved", "met"];

/** What the results say about each row: the worst of its figures. */
export function judgeTargets(results: Results): TargetOutcome[] {
  return TARGET_ROWS.map((row): TargetOutcome => {
    const result = results[row.workload];
    const figures = (result?.figures ?? []).filter(
      (figure) =>
        row.figures.test(figure.name) &&
        (row.unit === undefined || row.unit === figure.unit) &&
        figure.target !== undefined,
    );
    const verdicts = new Set(figures.map(verdictOf));
    const verdict = WORST.find((one) => verdicts.has(one));
    if (verdict !== undefined) return { row, figures, verdict };
    return { row, figures, verdict: "not measured", reason: reasonOf(row, result?.machine, result?.skipped) };
  });
}

function reasonOf(row: TargetRow, machine: MachineFacts | undefined, skipped: string | undefined): string {
  if (machine === undefined) return `the workload ${row.workload} was not run`;
  if (row.cores !== undefined && machine.cores < row.cores)
    return `the machine has ${machine.cores} processors, not ${row.cores}`;
  if (skipped !== undefined) return skipped;
  return row.needsCorpus === true ? "there is no corpus" : `the workload ${row.workload} did not measure it`;
}
