import { definePlugin, defineReport } from "@assassyn/plugin-api";
import type { ReportDefinition } from "@assassyn/plugin-api";
import { countCoverage } from "./count-coverage.js";
import { formatCoverage } from "./format-coverage.js";
import { formatLcov } from "./format-lcov.js";
import { messages } from "./messages.js";
import { reportCoverage } from "./report-coverage.js";

export { countCoverage } from "./count-coverage.js";
export type { ConditionKind } from "./coverage-map.js";
export { formatCoverage } from "./format-coverage.js";
export { formatLcov } from "./format-lcov.js";
export { messages } from "./messages.js";
export { reportCoverage } from "./report-coverage.js";
export type {
  ConditionCoverage,
  CoverageReport,
  FileCoverage,
  LineCoverage,
  ModuleCoverage,
} from "./report-coverage.js";

/** Shows what ran behind `assassyn run --pass count-coverage`; `--report-dir` gets the tracefile `lcov.info`. */
export const coverageReport: ReportDefinition = defineReport({
  name: "coverage",
  description: "Lines, outcomes of conditions and modules that ran, and an lcov tracefile",
  pass: countCoverage.name,
  run({ simulation, system }) {
    const report = reportCoverage(simulation, system);
    return {
      text: formatCoverage(report),
      data: report,
      files: [{ path: "lcov.info", content: formatLcov(report) }],
    };
  },
});

/** The plugin: the pass `count-coverage` and the report `coverage`. */
export default definePlugin({
  name: "@assassyn/plugin-coverage",
  passes: [countCoverage],
  reports: [coverageReport],
  catalogues: [messages],
});
