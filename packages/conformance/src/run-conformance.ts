/** The whole run: every design on every target, a row each. */
import type { System } from "@assassyn/ir";
import { checkSystem, compareTypes } from "./check-import.js";
import type { CorpusDesign, Golden } from "./corpus.js";
import { importCorpusDesign, readCorpus } from "./corpus.js";
import { UPSTREAM_DESIGNS } from "./modes.js";
import type { Row, TargetName } from "./report.js";
import { HEAD, isFine, printRow, printSummary } from "./report.js";
import type { RunResult } from "./run-design.js";
import { buildOnRust, ownGolden, runOnInterpreter, runOnRust, runOnWasm } from "./run-design.js";

/** What is run. */
export interface ConformanceOptions {
  readonly corpus: string;
  readonly targets: readonly TargetName[];
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
  const useRust = targets.includes("rust");
  print(HEAD);
  for (const design of readCorpus(options.corpus, options.filter)) {
    const ready = prepare(design, options, rows);
    if (ready !== undefined) prepared.push(ready);
    const row = rows.at(-1);
    if (!useRust && row !== undefined) print(printRow(row));
  }
  if (useRust) {
    // An extern of a crate is a trait that its embedder implements, so those designs have no binary of their own.
    const buildable = prepared.filter(({ system }) => system.externs.length === 0);
    const binaries = buildOnRust(new Map(buildable.map(({ row, system }) => [row.name, system])));
    for (const { row, golden } of buildable)
      row.results.set("rust", await runOnRust(binaries.get(row.name) ?? "", golden));
    for (const row of rows) print(printRow(row));
  }
  print(printSummary(rows, targets));
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
  if (options.targets.includes("interpreter")) row.results.set("interpreter", first);
  if (options.targets.includes("wasm")) row.results.set("wasm", runOnWasm(system, golden));
  return { row, system, golden };
}
