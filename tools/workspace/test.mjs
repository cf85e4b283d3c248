// `npm test`: installs if need be, builds, runs every test. Arguments go to Vitest: `npm test -- packages/ir`.
//
// The last line is always `N passed, N failed`, with `, N skipped` if any were, alone on its line.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { PreparationError, prepare, run } from "./prepare.mjs";
import { describeMissing } from "./requirements.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Runs Vitest with its ordinary report on the terminal.
 *
 * @returns {Counts}
 */
function runVitest() {
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-test-"));
  try {
    const report = path.join(folder, "report.json");
    const status = run(process.execPath, [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ]);
    return countResults(readReport(report), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @typedef {{ status: string }} Assertion
 * @typedef {{ status: string, assertionResults: readonly Assertion[] }} FileResult
 *
 * @param {string} file
 * @returns {readonly FileResult[]} nothing if Vitest did not get as far as writing it
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).testResults;
  } catch {
    return [];
  }
}

/**
 * @param {readonly FileResult[]} files
 * @param {number} status Vitest's exit status
 * @returns {Counts}
 */
function countResults(files, status) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    for (const { status: outcome } of file.assertionResults) {
      if (outcome === "passed") counts.passed += 1;
      else if (outcome === "failed") counts.failed += 1;
      else counts.skipped += 1;
    }
    // A file that could not be loaded has no tests to blame.
    if (
      file.status === "failed" &&
      file.assertionResults.every((assertion) => assertion.status !== "failed")
    ) {
      counts.failed += 1;
    }
  }
  // Errors outside any test, a crash, or no tests at all.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
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
