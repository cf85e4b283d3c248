/** The whole run: every design on every target, a row each. */
import type { System } from "@assassyn/ir";
import { checkSystem, compareTypes } from "./check-import.js";
import type { CorpusDesign, Golden } from "./corpus.js";
import { importCorpusDesign, readCorpus } from "./corpus.js";
import { UPSTREAM_DESIGNS } from "./modes.js";
import type { Row } from "./report.js";
import { HEAD, isFine, printRow, printSummary } from "./report.js";
import type { RunResult } from "./run-design.js";
import { ownGolden, runOnInterpreter } from "./run-design.js";
import type { ConformanceTarget } from "./targets.js";

/** What is run. */
export interface ConformanceOptions {
  readonly corpus: string;
  readonly targets: readonly ConformanceTarget[];
  readonly filter?: string | undefined;
  readonly print: (line: string) => void;
}

/** A design with all that its runs need. */
interface Prepared {
  readonly row: Row;
  readonly system: System;
  readonly golden: Golden;
}

/** Runs the corpus. @returns whether nothing differs */
export async function runConformance(options: ConformanceOptions): Promise<boolean> {
  const { targets, print } = options;
  const rows: Row[] = [];
  const prepared: Prepared[] = [];
  const built = targets.flatMap((target) => (target.kind === "built" ? [target] : []));
  print(HEAD);
  for (const design of readCorpus(options.corpus, options.filter)) {
    const ready = prepare(design, options, rows);
    if (ready !== undefined) prepared.push(ready);
    const row = rows.at(-1);
    if (built.length === 0 && row !== undefined) print(printRow(row));
  }
  for (const { name, build } of built) {
    const run = build(new Map(prepared.map(({ row, system }) => [row.name, system])));
    for (const { row, golden } of prepared) row.results.set(name, await run(row.name, golden));
  }
  if (built.length > 0) for (const row of rows) print(printRow(row));
  print(
    printSummary(
      rows,
      targets.map(({ name }) => name),
    ),
  );
  return rows.every(isFine);
}

/** Imports a design, finds its mode, and runs it on the targets in this process. */
function prepare(design: CorpusDesign, options: ConformanceOptions, rows: Row[]): Prepared | undefined {
  const listed = UPSTREAM_DESIGNS[design.name];
  const imported = importCorpusDesign(design, listed === undefined ? "exact" : "upstream");
  const row: Row = {
    name: design.name,
    importProblems: checkSystem(design, imported),
    typeProblems: compareTypes(design, imported),
    mode: listed === undefined ? "exact" : "upstream",
    ...(listed === undefined ? {} : { reason: listed }),
    golden: design.golden !== undefined,
    results: new Map(),
  };
  rows.push(row);
  let { system } = imported;
  if (system === undefined || row.importProblems.length > 0) return undefined;
  const golden = design.golden ?? ownGolden(system);
  const onInterpreter = (candidate: System): RunResult => runOnInterpreter(candidate, golden);
  let first = onInterpreter(system);
  if (!first.equal && listed === undefined) {
    const second = importCorpusDesign(design, "upstream").system;
    const result = second === undefined ? undefined : onInterpreter(second);
    if (second !== undefined && result?.equal === true) {
      row.mode = "upstream";
      row.reason = `not listed; with exact widths ${first.difference ?? "it differs"}`;
      system = second;
      first = result;
    }
  }
  for (const target of options.targets) {
    if (target.kind !== "in-process") continue;
    // The interpreter has run already, to find the mode.
    row.results.set(target.name, target.run === runOnInterpreter ? first : target.run(system, golden));
  }
  return { row, system, golden };
}
