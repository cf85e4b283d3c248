/** `npm run api`: writes the API reports into `api/` and removes those of packages that are gone. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { buildAndReadApi, formatReports } from "./reports.js";

// npm starts scripts in the root of the workspace.
const root = process.cwd();
try {
  const reports = await formatReports(root, buildAndReadApi(root));
  const folder = path.join(root, "api");
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (!reports.has(`api/${name}`)) rmSync(path.join(folder, name));
  }
  for (const [file, text] of reports) writeFileSync(path.join(root, file), text);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
