/** `npm run charts`: draws the charts of docs/performance.md and writes its tables, from the figures beside it. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { readResults } from "../report.js";
import { judgeTargets } from "../targets.js";
import { FIGURES_FILE, PAGE_FILE, drawCharts, withGeneratedPart } from "./page.js";

const results = readResults(FIGURES_FILE);
if (Object.keys(results).length === 0)
  console.error(
    `${FIGURES_FILE} has no figures; npm run bench -- --targets --json ${FIGURES_FILE} measures them`,
  );
const folder = path.dirname(FIGURES_FILE);
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) if (file.endsWith(".svg")) rmSync(path.join(folder, file));
for (const [name, svg] of drawCharts(results)) {
  writeFileSync(path.join(folder, `${name}.svg`), svg);
  console.log(`wrote ${folder}/${name}.svg`);
}
const page = withGeneratedPart(readFileSync(PAGE_FILE, "utf8"), results);
writeFileSync(PAGE_FILE, await format(page, { ...(await resolveConfig(PAGE_FILE)), parser: "markdown" }));
console.log(`wrote ${PAGE_FILE}`);
for (const { row, verdict, reason } of judgeTargets(results)) {
  const demand = `its section in ${PAGE_FILE} must have a **Limit:** and what was **Tried:**`;
  if (verdict !== "met") console.log(`  ${row.id}: ${verdict}; ${reason ?? demand}`);
}
