/** The rows of the conformance table. */
import type { RunResult } from "./run-design.js";
import { TARGETS } from "./targets.js";

/** What is known about one design. */
export interface Row {
  readonly name: string;
  /** Why it could not be imported, or is out of order. */
  readonly importProblems: readonly string[];
  readonly typeProblems: readonly string[];
  mode: "exact" | "upstream";
  /** Why not `exact`. */
  reason?: string;
  /** The original has a log for it; otherwise targets are compared with the interpreter. */
  readonly golden: boolean;
  /** By the name of the target. */
  readonly results: Map<string, RunResult>;
}

/** Whether nothing about the design differs. */
export function isFine(row: Row): boolean {
  return (
    row.importProblems.length === 0 &&
    row.typeProblems.length === 0 &&
    [...row.results.values()].every((result) => result.equal)
  );
}

/** The columns in front of those of the targets. */
const COLUMNS: readonly (readonly [name: string, width: number])[] = [
  ["design", 36],
  ["imported", 9],
  ["types", 6],
  ["mode", 9],
];
const WIDTHS = [
  ...COLUMNS.map(([, width]) => width),
  ...TARGETS.map(({ name }) => Math.max(7, name.length + 1)),
];

/** The cells of a row, padded. */
export function printCells(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(" ")
    .trimEnd();
}

/** The head of the table. */
export const HEAD = printCells([...COLUMNS.map(([name]) => name), ...TARGETS.map(({ name }) => name)]);

/** One line of the table, and one for each difference. */
export function printRow(row: Row): string {
  const cell = (target: string): string => {
    const result = row.results.get(target);
    if (result === undefined) return "–";
    if (!result.equal) return "DIFFERS";
    return row.golden ? "equal" : "same";
  };
  const line = printCells([
    row.name,
    row.importProblems.length === 0 ? "yes" : "NO",
    row.typeProblems.length === 0 ? "equal" : "DIFFER",
    row.mode,
    ...TARGETS.map(({ name }) => cell(name)),
  ]);
  const notes = [
    ...row.importProblems,
    ...row.typeProblems.slice(0, 3),
    ...[...row.results].flatMap(([target, { difference }]) =>
      difference === undefined ? [] : [`${target}: ${difference}`],
    ),
  ];
  return [line, ...notes.map((note) => `    ${note}`)].join("\n");
}

/** The numbers below the table, and the designs that are not run in the default mode. */
export function printSummary(rows: readonly Row[], targets: readonly string[]): string {
  const count = (holds: (row: Row) => boolean): number => rows.filter(holds).length;
  const lines = [
    "",
    `${rows.length} designs, ${count((row) => row.importProblems.length === 0)} imported, ${count((row) => row.typeProblems.length === 0)} with equal types`,
  ];
  for (const target of targets) {
    const equal = (row: Row): boolean => row.results.get(target)?.equal === true;
    const golden = count((row) => row.golden && equal(row));
    const runnable = count((row) => row.golden);
    const own = count((row) => !row.golden && equal(row));
    lines.push(
      `${target}: ${golden} of ${runnable} golden logs equal, ${own} designs without a golden log run`,
    );
  }
  const others = rows.filter((row) => row.mode === "upstream");
  if (others.length > 0) lines.push("", "not in the default mode:");
  for (const row of others) lines.push(`  ${row.name}: ${row.reason ?? ""}`);
  return lines.join("\n");
}
