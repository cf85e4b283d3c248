// A Vitest reporter that names what is skipped and leaves the counts of a run as JSON in the file that ASSASSYN_TEST_COUNTS names.

import { writeFileSync } from "node:fs";
import process from "node:process";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @typedef {import("vitest/node").Reporter} Reporter */

/** @implements {Reporter} */
export default class CountReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {Counts} */
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed" || state === "failed") {
          counts[state] += 1;
          continue;
        }
        // A test that can be skipped says why in its name.
        counts.skipped += 1;
        process.stdout.write(`skipped: ${module.relativeModuleId}: ${test.fullName}\n`);
      }
      // A file that does not load has errors but no test to blame; so have failing hooks.
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    }
    const file = process.env["ASSASSYN_TEST_COUNTS"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
  }
}
