import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import {
  checkSystem,
  compareTypes,
  importCorpusDesign,
  LogComparison,
  readCorpus,
  runOnInterpreter,
  runOnWasm,
  UPSTREAM_DESIGNS,
} from "../src/index.js";

const CORPUS = fileURLToPath(new URL("../../../../shared/corpus", import.meta.url));
const present = existsSync(CORPUS);
/** Runs of this length fit a test; the runner does the rest. */
const SHORT_LOG = 1200;
const designs = present ? readCorpus(CORPUS) : [];
/** Without the corpus the names of the skipped tests say why. */
const needs = present ? "" : " (skipped: no ../shared/corpus beside the repository)";

test.runIf(present)(
  `every design of the corpus imports with the types and orders of the front end${needs}`,
  () => {
    const wrong = designs.flatMap((design) => {
      const imported = importCorpusDesign(design, "exact");
      const problems = [...checkSystem(design, imported), ...compareTypes(design, imported)];
      return problems.map((problem) => `${design.name}: ${problem}`);
    });
    expect(designs.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  },
);

test.runIf(present)(`every short design prints its golden log on the interpreter and on WASM${needs}`, () => {
  const wrong = designs.flatMap((design) => {
    const { golden, name } = design;
    if (golden === undefined || golden.lineCount > SHORT_LOG) return [];
    const { system } = importCorpusDesign(design, name in UPSTREAM_DESIGNS ? "upstream" : "exact");
    if (system === undefined) return [`${name}: not imported`];
    return [runOnInterpreter(system, golden), runOnWasm(system, golden)].flatMap(({ difference }) =>
      difference === undefined ? [] : [`${name}: ${difference}`],
    );
  });
  expect(wrong).toEqual([]);
});

test.runIf(present)(`the designs listed for the other mode do differ in the default one${needs}`, () => {
  for (const design of designs) {
    if (!(design.name in UPSTREAM_DESIGNS) || design.golden === undefined) continue;
    const { system } = importCorpusDesign(design, "exact");
    expect(system === undefined ? undefined : runOnInterpreter(system, design.golden).equal).toBe(false);
  }
});

test("a log is compared line by line, its end and its hash included", () => {
  const golden = { lines: ["a", "b"], truncated: false, sha256: undefined, lineCount: 2, panics: false };
  const compare = (entries: readonly string[], truncated = false): string | undefined => {
    const comparison = new LogComparison({ ...golden, truncated });
    for (const entry of entries) comparison.add(entry);
    return comparison.finish();
  };
  expect(compare(["a", "b"])).toBeUndefined();
  expect(compare(["a\nb"])).toBeUndefined();
  expect(compare(["a"])).toBe('line 2: expected "b", found the end');
  expect(compare(["a", "c"])).toBe('line 2: expected "b", found "c"');
  expect(compare(["a", "b", "c"])).toBe('line 3: expected the end, found "c"');
  expect(compare(["a", "b", "c"], true)).toBe("3 lines where 2 are expected");
});
