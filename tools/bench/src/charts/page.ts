/** What docs/performance.md shows of the measured figures: the table of targets, other tables, charts. */
import { digitsOf } from "../report.js";
import type { Results } from "../report.js";
import type { TargetOutcome } from "../targets.js";
import { commandOf, judgeTargets } from "../targets.js";
import type { ChartName, Figure } from "../workload.js";
import { verdictOf } from "../workload.js";
import type { Chart, Series } from "./svg-chart.js";
import { drawChart } from "./svg-chart.js";

/** Where the figures stand, from the root of the repository. */
export const FIGURES_FILE = "docs/performance/figures.json";
/** The page. */
export const PAGE_FILE = "docs/performance.md";
/** Around what is generated. */
export const PAGE_MARKS = {
  start: "<!-- generated from performance/figures.json by `npm run charts` -->",
  end: "<!-- end of what is generated -->",
} as const;

const CHARTS: Readonly<Record<ChartName, Omit<Chart, "series">>> = {
  "design-size": {
    title: "Time of a cycle against the size of a design (systolic arrays)",
    xLabel: "modules",
    yLabel: "ns a cycle",
    yScale: "logarithmic",
  },
  "work-per-cycle": {
    title: "Two threads against one",
    xLabel: "work of a cycle on one thread, µs",
    yLabel: "speed-up",
    yScale: "linear",
    mark: { y: 1, name: "as fast as one thread" },
  },
  "compile-size": {
    title: "From source text to an emitted simulator",
    xLabel: "statements",
    yLabel: "seconds",
    yScale: "logarithmic",
  },
};

// The keys of the table above.
// oxlint-disable-next-line typescript/consistent-type-assertions -- Object.keys forgets the names
const CHART_NAMES = Object.keys(CHARTS) as readonly ChartName[];

/** The charts for which there are points, as SVG, by name. */
export function drawCharts(results: Results): Map<ChartName, string> {
  const figures = Object.values(results).flatMap((result) => result.figures);
  const drawn = new Map<ChartName, string>();
  for (const name of CHART_NAMES) {
    const series = new Map<string, Series["points"]>();
    for (const { point, value } of figures) {
      if (point?.chart !== name) continue;
      series.set(point.series, [...(series.get(point.series) ?? []), { x: point.x, y: value }]);
    }
    if (series.size === 0) continue;
    const list = [...series].map(([seriesName, points]) => ({ name: seriesName, points }));
    drawn.set(name, drawChart({ ...CHARTS[name], series: list }));
  }
  return drawn;
}

/** As many figures of a row are shown one by one. */
const SHOWN = 6;

/** How far a figure is from its target: under 1 it is missed. */
function margin({ value, target, interval }: Figure): number {
  if (target === undefined) return Infinity;
  return target.relation === ">" ? (interval?.low ?? value) / target.value : target.value / value;
}

/** The subject of a figure: its name without what the row says already. */
const subjectOf = ({ name }: Figure): string => name.split(name.includes(":") ? ":" : ",")[0] ?? name;

function valueOf({ value, unit, interval }: Figure): string {
  const range = interval === undefined ? "" : ` (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`;
  const suffix = unit === "×" ? "×" : unit === "locks/cycle" ? "" : ` ${unit}`;
  return `${digitsOf(value)}${suffix}${range}`;
}

function measuredOf({ figures, reason }: TargetOutcome): string {
  if (figures.length === 0) return reason ?? "";
  if (figures.length === 1) return figures.map(valueOf).join("");
  const all = figures.toSorted((one, other) => margin(one) - margin(other));
  if (all.length <= SHOWN) return figures.map((one) => `${subjectOf(one)} ${valueOf(one)}`).join(", ");
  const met = all.filter((one) => verdictOf(one) === "met").length;
  const worst = all.slice(0, 3).map((one) => `${subjectOf(one)} ${valueOf(one)}`);
  return `${met} of ${all.length} met; the worst: ${worst.join(", ")}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** The table of all targets. */
export function targetTable(outcomes: readonly TargetOutcome[]): string {
  return table(
    ["", "what", "target", "measured", "verdict", "command"],
    outcomes.map((outcome) => [
      `[${outcome.row.id}](#${outcome.row.id})`,
      outcome.row.what,
      outcome.row.target,
      measuredOf(outcome),
      outcome.verdict === "met" ? "met" : `**${outcome.verdict}**`,
      `\`${commandOf(outcome.row)}\``,
    ]),
  );
}

function ratesTable(results: Results): string[] {
  const figures = (results["layouts"]?.figures ?? []).filter(({ note }) => note?.startsWith("the original"));
  if (figures.length === 0) return [];
  return [
    "Thousands of cycles a second of designs of the original, which stand in the corpus. The original's figures were taken on another machine, so the two columns give an order of magnitude and no ratio.",
    "",
    table(
      ["", "Rust", "the original"],
      figures.map((figure) => [
        figure.name
          .replace(", fast", ", logs removed")
          .replace("logs removed, lines written", "logs to a null device"),
        digitsOf(figure.value),
        figure.note?.split(": ")[1] ?? "",
      ]),
    ),
    "",
  ];
}

function machineLines(results: Results): string[] {
  const runs = Object.entries(results).map(([name, { machine, seconds }]) => ({ name, machine, seconds }));
  const facts = [
    ...new Set(
      runs.map(
        ({ machine: m }) =>
          `${m.processor}, ${m.cores} processors, ${m.memoryGiB} GiB, Node ${m.node}, ${m.rustc}`,
      ),
    ),
  ];
  if (runs.length === 0) return ["Nothing has been measured yet.", ""];
  const loads = runs.map(({ machine }) => machine.load);
  const minutes = runs.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const commits = [...new Set(runs.map(({ machine }) => machine.commit))];
  return [
    `Measured on: ${facts.join("; ")}. Load when measuring began: ${Math.min(...loads)} to ${Math.max(...loads)}. Commit ${commits.join(", ")}. All of it took ${minutes.toFixed(1)} minutes.`,
    "",
  ];
}

/** Everything between the marks of the page. */
export function generatedPart(results: Results): string {
  const charts = [...drawCharts(results).keys()];
  return [
    PAGE_MARKS.start,
    "",
    ...machineLines(results),
    targetTable(judgeTargets(results)),
    "",
    ...charts.flatMap((name) => [`![${CHARTS[name].title}](performance/${name}.svg)`, ""]),
    ...ratesTable(results),
    PAGE_MARKS.end,
  ].join("\n");
}

/** The page with its generated part replaced. @throws Error if the marks are missing */
export function withGeneratedPart(page: string, results: Results): string {
  const [before, rest] = page.split(PAGE_MARKS.start);
  const after = rest?.split(PAGE_MARKS.end)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE_FILE} has lost its marks`);
  return `${before}${generatedPart(results)}${after}`;
}
