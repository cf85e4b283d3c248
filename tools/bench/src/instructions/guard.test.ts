import { expect, test } from "vitest";
import { instructionsPerCycle, readReport } from "./count.js";
import { adviceOn, compareCounts, compilerKey, printComparisons } from "./guard.js";

const VERSION = `rustc 1.90.0 (0123456789 2026-01-01)
binary: rustc
commit-hash: 0123456789abcdef0123456789abcdef01234567
commit-date: 2026-01-01
host: x86_64-unknown-linux-gnu
release: 1.90.0
`;

test("a compiler is its release, its commit and its host", () => {
  expect(compilerKey(VERSION)).toBe("1.90.0 012345678 x86_64-unknown-linux-gnu");
  expect(compilerKey(VERSION.replace(/commit-hash.*\n/, ""))).toBe("1.90.0 unknown x86_64-unknown-linux-gnu");
  expect(compilerKey("cargo 1.90.0")).toBeUndefined();
});

test("a count may differ by five percent", () => {
  const kept = { a: 1000, b: 1000, c: 1000, d: 1000 };
  const counted = { a: 1050, b: 1051, c: 950, d: 949, e: 1 };
  expect(compareCounts(counted, kept).map(({ design, verdict }) => `${design} ${verdict}`)).toEqual([
    "a unchanged",
    "b regressed",
    "c unchanged",
    "d improved",
    "e unknown",
  ]);
});

test("lines name the design, both counts and the difference; advice names the file and the command", () => {
  const comparisons = compareCounts({ pipeline: 120 }, { pipeline: 100 });
  expect(printComparisons(comparisons)).toEqual([
    "  pipeline                  120.0 instructions/cycle  kept 100.0, +20.0 %  REGRESSED",
  ]);
  expect(adviceOn(comparisons, "x", ["x"])).toEqual([
    "Over 5 % more instructions than tools/bench/instruction-counts.json allows: pipeline.",
    "Find out why; where it is worth it, say so in the commit and keep the new counts: npm run bench -- --instructions --update",
  ]);
  expect(adviceOn(compareCounts({ pipeline: 80 }, { pipeline: 100 }), "x", ["x"])).toEqual([
    "Over 5 % fewer than before: pipeline. Keep the new counts: npm run bench -- --instructions --update",
  ]);
  expect(adviceOn(compareCounts({ pipeline: 100 }, { pipeline: 100 }), "x", ["x"])).toEqual([]);
});

test("another compiler is not judged, and the reason is said", () => {
  const comparisons = compareCounts({ pipeline: 120 }, undefined);
  expect(comparisons.map(({ verdict }) => verdict)).toEqual(["unknown"]);
  expect(adviceOn(comparisons, "2.0 abc host", ["1.90.0 012 host"])).toEqual([
    "Not compared: pipeline. tools/bench/instruction-counts.json has no counts by rustc 2.0 abc host, only by 1.90.0 012 host.",
  ]);
});

/** A design that ends after 7 000 cycles. */
const runOfTwentyFive = (cycles: number) => {
  const ran = Math.min(cycles, 7_000);
  return { cycles: ran, instructions: 1_000_000 + 25 * ran };
};

test("only cycles count, as many as ran", () => {
  expect(instructionsPerCycle(runOfTwentyFive)).toBe(25);
  expect(() => instructionsPerCycle(() => ({ cycles: 40, instructions: 5 }))).toThrow(
    "the design ends after 40 cycles, too early to count",
  );
});

test("reads what a simulator and callgrind print", () => {
  const text = `{"cycles":7,"stop":"limit","droppedWrites":0,"logLines":0,"seconds":0.1}\n==12== Collected : 4567\n`;
  expect(readReport(text)).toEqual({ cycles: 7, instructions: 4567 });
  expect(readReport(text.replace("Collected", "Events"))).toBeUndefined();
});
