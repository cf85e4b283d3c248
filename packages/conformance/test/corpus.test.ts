import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SystemBuilder } from "@assassyn/ir";
import { expect, test } from "vitest";
import type { CorpusDesign } from "../src/index.js";
import {
  checkSystem,
  compareTypes,
  importCorpusDesign,
  LogComparison,
  ownGolden,
  readCorpus,
  runOnInterpreter,
  runOnWasm,
  runThroughSource,
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

const title =
  "every short design prints its golden log on the interpreter, on WASM, and as source that was printed and read back";
test.runIf(present)(`${title}${needs}`, () => {
  const wrong = designs.flatMap((design) => {
    const { golden, name } = design;
    if (golden === undefined || golden.lineCount > SHORT_LOG) return [];
    const { system } = importCorpusDesign(design, name in UPSTREAM_DESIGNS ? "upstream" : "exact");
    if (system === undefined) return [`${name}: not imported`];
    return [runOnInterpreter, runOnWasm, runThroughSource].flatMap((run) => {
      const { difference } = run(system, golden);
      return difference === undefined ? [] : [`${name}, ${run.name}: ${difference}`];
    });
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

test.runIf(present)(`the DRAM of the corpus answers with what was written, on every way${needs}`, () => {
  const [design] = designs.filter(({ name }) => name === "tests/dram");
  const { system } = design === undefined ? {} : importCorpusDesign(design, "exact");
  if (system === undefined) throw new Error("tests/dram is not imported");
  expect(system.externs).toEqual([]);
  // Even cycles read what the odd cycle before wrote to the same address: the number of that cycle.
  const golden = ownGolden(system);
  const words = golden.lines.map((line) => Number(/Read data: (\d+) @/.exec(line)?.[1]));
  expect(words).toEqual(words.map((_, index) => Math.max(0, 2 * index - 1)));
  expect(words.length).toBeGreaterThan(50);
  for (const run of [runOnWasm, runThroughSource]) expect(run(system, golden)).toEqual({ equal: true });
});

const problems = (each: CorpusDesign): string[] => compareTypes(each, importCorpusDesign(each, "exact"));

test("the types of outputs of external modules are compared", () => {
  const dump = [
    "system s {",
    "  Driver = module Driver {",
    "    e = external_instantiate.Sum(a=(1:u8))",
    "    total = e.total",
    "  }",
    "}",
  ].join("\n");
  const design = (type: string, metadata = "{}"): CorpusDesign => ({
    name: "s",
    folder: ".",
    dumpPath: "s.ir",
    metadataPath: "s.json",
    dump,
    metadata,
    types: { Driver: { e: ["b1", 1, false], total: [type, Number(type.slice(1)), false] } },
    golden: undefined,
    stages: ["Driver"],
    downstreams: [],
  });
  expect(problems(design("i9"))).toEqual([]);
  const said = '{ "externals": { "Sum": { "outputs": { "total": "u8" } } } }';
  expect(problems(design("u8", said))).toEqual([]);
  expect(problems(design("i9", said))).toEqual([
    "Driver.total: expected i9, 9 bits, false; found u8, 8 bits, false",
  ]);
});

test("source that is refused is a difference with the reason", () => {
  const golden = { lines: [], truncated: false, sha256: undefined, lineCount: 0, panics: false };
  const system = new SystemBuilder("s");
  system.module("downstream", "idle");
  expect(runThroughSource(system.build(), golden).difference).toMatch(
    /^printed source is refused in line \d+: /,
  );
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
