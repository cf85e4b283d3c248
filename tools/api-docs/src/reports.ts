import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { publicPackages } from "@assassyn/workspace/public-packages";
import { formatReport, reportFile } from "./format-report.js";
import type { PackageApi } from "./read-api.js";
import { readApi } from "./read-api.js";

/**
 * Brings the declarations of all packages up to date and reads them.
 *
 * @param root the folder of the workspace, absolute
 * @throws Error with the compiler's output if a package does not compile
 */
export function buildAndReadApi(root: string): PackageApi[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The packages do not compile:\n${stdout}${stderr}`);
  return readApi(root, publicPackages(root));
}

/** The reports of these packages: text by file, which is relative to the root. */
export async function formatReports(root: string, apis: readonly PackageApi[]): Promise<Map<string, string>> {
  const reports = new Map<string, string>();
  for (const api of apis) {
    const file = reportFile(api.name);
    reports.set(file, await formatReport(api, path.join(root, file)));
  }
  return reports;
}
