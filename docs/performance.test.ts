/** performance.md: its generated part is what the figures say, it names every target, its commands exist, and what is missed is explained. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { expect, test } from "vitest";
import { drawCharts, FIGURES_FILE, PAGE_FILE, withGeneratedPart } from "../tools/bench/src/charts/page.js";
import { BENCH_OPTIONS } from "../tools/bench/src/options.js";
import { readResults } from "../tools/bench/src/report.js";
import { commandOf, judgeTargets, TARGET_ROWS } from "../tools/bench/src/targets.js";
import { WORKLOADS } from "../tools/bench/src/workloads/index.js";

const root = new URL("../", import.meta.url);
const fileOf = (name: string): string => fileURLToPath(new URL(name, root));
const page = readFileSync(fileOf(PAGE_FILE), "utf8");
const results = readResults(fileOf(FIGURES_FILE));

test("tables are those that `npm run charts` makes of the figures", async () => {
  const file = fileOf(PAGE_FILE);
  const written = await format(withGeneratedPart(page, results), {
    ...(await resolveConfig(file)),
    parser: "markdown",
  });
  expect(page).toBe(written);
});

test("charts are those that `npm run charts` draws of the figures, and the page shows each", () => {
  const drawn = drawCharts(results);
  const folder = new URL("docs/performance/", root);
  const files = readdirSync(folder).filter((name) => name.endsWith(".svg"));
  expect(files).toEqual([...drawn.keys()].map((name) => `${name}.svg`).toSorted());
  for (const [name, svg] of drawn) {
    expect(readFileSync(new URL(`${name}.svg`, folder), "utf8")).toBe(svg);
    expect(page).toContain(`(performance/${name}.svg)`);
  }
});

test("the table has a row for every target, and each row a workload, a command and a section", () => {
  const workloads = WORKLOADS.map(({ name }) => name);
  for (const row of TARGET_ROWS) {
    const cells = `| [${row.id}](#${row.id})`;
    const line = page.split("\n").find((one) => one.startsWith(cells)) ?? "";
    expect([row.id, line.includes(row.target), line.includes(`\`${commandOf(row)}\``)]).toEqual([
      row.id,
      true,
      true,
    ]);
    expect(workloads).toContain(row.workload);
    expect(page).toContain(`\n### ${row.id}\n`);
  }
});

/** What follows a heading, up to the next one. */
const sectionOf = (heading: string): string => page.split(`\n### ${heading}\n`)[1]?.split(/^##/m)[0] ?? "";

test("a row that is missed or unresolved tells what limits it and what was tried", () => {
  const open = judgeTargets(results).filter(
    ({ verdict }) => verdict === "missed" || verdict === "unresolved",
  );
  const silent = open.filter(({ row }) => {
    const section = sectionOf(row.id);
    return !section.includes("**Limit:**") || !section.includes("**Tried:**");
  });
  expect(silent.map(({ row }) => row.id)).toEqual([]);
});

// Marked helper: the scripts are all that is read.
// oxlint-disable-next-line typescript/consistent-type-assertions
const parseScripts = (text: string) =>
  JSON.parse(text) as { readonly scripts: Readonly<Record<string, string>> };
const { scripts } = parseScripts(readFileSync(fileOf("package.json"), "utf8"));

test("every command on the page exists, with its workloads and options", () => {
  const commands = [...page.matchAll(/npm run ([\w:-]+)(?: -- ([^`\n#]*))?/g)];
  expect(commands.length).toBeGreaterThan(TARGET_ROWS.length);
  const workloads = WORKLOADS.map(({ name }) => name);
  for (const [command, script = "", words = ""] of commands) {
    expect([command, Object.hasOwn(scripts, script)]).toEqual([command, true]);
    if (script !== "bench") continue;
    // The value of an option stands behind it.
    const plain = words.replaceAll(/(--(?:json|repetitions|pairs|seconds)) \S+/g, "$1").split(" ");
    for (const word of plain.filter((one) => one !== "")) {
      const exists = word.startsWith("--")
        ? Object.hasOwn(BENCH_OPTIONS, word.slice(2))
        : workloads.includes(word);
      expect([command, word, exists]).toEqual([command, word, true]);
    }
  }
});
