// `npm test`: installs if need be, builds, runs every test. Arguments go to Vitest: `npm test -- packages/ir`.
//
// The last line is always `N passed, N failed`, with `, N skipped` if any were, alone on its line.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { PreparationError, prepare, run } from "./prepare.mjs";
import { describeMissing } from "./requirements.mjs";

/** @typedef {import("./count-reporter.mjs").Counts} Counts */

/**
 * Runs Vitest with its ordinary report on the terminal.
 *
 * @returns {Counts}
 */
function runVitest() {
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-test-"));
  try {
    const countsFile = path.join(folder, "counts.json");
    const status = run(
      process.execPath,
      [
        "node_modules/vitest/vitest.mjs",
        "run",
        "--reporter=default",
        "--reporter=./tools/workspace/count-reporter.mjs",
        ...process.argv.slice(2),
      ],
      { ASSASSYN_TEST_COUNTS: countsFile },
    );
    const counts = readCounts(countsFile);
    // Whatever else Vitest objects to: a crash, no tests at all.
    if (status !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {Counts} zeros if Vitest did not get as far as writing it
 */
function readCounts(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 0, skipped: 0 };
}

/** @returns {Counts} */
function runAll() {
  try {
    prepare();
  } catch (error) {
    if (!(error instanceof PreparationError)) throw error;
    console.error(`\n${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const missing = describeMissing();
  const counts = runVitest();
  for (const { line, failed } of missing) {
    console.log(line);
    if (failed) counts.failed += 1;
  }
  return counts;
}

const { passed, failed, skipped } = runAll();
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;
