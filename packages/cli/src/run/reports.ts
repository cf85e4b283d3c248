import { mkdirSync } from "node:fs";
import path from "node:path";
import type { LowerResult } from "@assassyn/compiler";
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Simulation, System } from "@assassyn/ir";
import type { Plugin, Report, ReportDefinition } from "@assassyn/plugin-api";
import { cannotWrite, writeFileAtomically } from "../files/atomic-file.js";
import { messages } from "../messages.js";

/** A report of a plugin that goes with a run. */
export interface PlannedReport {
  readonly plugin: string;
  readonly report: ReportDefinition;
}

/** What the reports came to. */
export interface MadeReports {
  readonly made: readonly (Report & { readonly name: string })[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The reports whose pass has a step in the plan, in the order of the plugins. */
export function planReports(plugins: readonly Plugin[], plan: LowerResult["plan"]): PlannedReport[] {
  const steps = new Set(plan?.steps.map(({ pass }) => pass.name));
  return plugins.flatMap(({ name, reports = [] }) =>
    reports.filter(({ pass }) => steps.has(pass)).map((report) => ({ plugin: name, report })),
  );
}

/** Makes the reports behind the last cycle. One that throws is reported under the name of its plugin. */
export function makeReports(
  planned: readonly PlannedReport[],
  simulation: Simulation,
  system: System,
): MadeReports {
  const diagnostics: Diagnostic[] = [];
  const made = planned.flatMap(({ plugin, report }) => {
    try {
      return [{ name: report.name, ...report.run({ simulation, system }) }];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      diagnostics.push(createDiagnostic(messages["report-crashed"], { report: report.name, plugin, reason }));
      return [];
    }
  });
  return { made, diagnostics };
}

/**
 * Writes the files of reports into a folder, which is made if need be.
 *
 * @param folder as the user named it, relative to `cwd`
 * @throws CommandError if the system refuses
 */
export function writeReportFiles({ made }: MadeReports, folder: string, cwd: string): void {
  for (const { path: name, content } of made.flatMap(({ files = [] }) => files)) {
    const shown = path.join(folder, name);
    const place = path.resolve(cwd, shown);
    try {
      mkdirSync(path.dirname(place), { recursive: true });
    } catch (error) {
      throw cannotWrite(shown, error);
    }
    writeFileAtomically(place, shown, content);
  }
}
