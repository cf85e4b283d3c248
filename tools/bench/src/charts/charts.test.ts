import { expect, test } from "vitest";
import type { Results } from "../report.js";
import { judgeTargets, TARGET_ROWS } from "../targets.js";
import type { Figure } from "../workload.js";
import { drawCharts, generatedPart, PAGE_MARKS, withGeneratedPart } from "./page.js";
import { drawChart } from "./svg-chart.js";

const CHART = {
  title: "a < b",
  xLabel: "modules",
  yLabel: "ns",
  yScale: "logarithmic",
  series: [
    {
      name: "one & all",
      points: [
        { x: 1000, y: 100 },
        { x: 10, y: 1 },
      ],
    },
    { name: "other", points: [{ x: 1000, y: 100 }] },
  ],
} as const;

test("a chart is well-formed, its lines go from left to right, its names do not cover each other", () => {
  const svg = drawChart(CHART);
  expect(svg).toContain("<title>a &lt; b</title>");
  expect(svg).toContain(">one &amp; all</text>");
  // Ten is on the left edge of the frame, one on its lower edge; a thousand and a hundred are opposite.
  expect(svg).toContain(`d="M70 348L570 44"`);
  const heights = [...svg.matchAll(/x="580" y="([\d.]+)"/g)].map(([, y]) => Number(y));
  expect(heights).toEqual([48, 64]);
  expect(svg.match(/<text/g)).toHaveLength(svg.match(/<\/text>/g)?.length ?? 0);
  expect(drawChart(CHART)).toBe(svg);
});

test("a linear axis begins at nothing and has the mark", () => {
  const svg = drawChart({ ...CHART, yScale: "linear", mark: { y: 1, name: "even" } });
  expect(svg).toContain(">even</text>");
  expect(svg).toContain(">0</text>");
});

test("what cannot be drawn is refused", () => {
  expect(() => drawChart({ ...CHART, series: [] })).toThrow("a < b: nothing that can be drawn");
  const series = [{ name: "zero", points: [{ x: 1, y: 0 }] }];
  expect(() => drawChart({ ...CHART, series })).toThrow("nothing that can be drawn");
});

const MACHINE = {
  processor: "P",
  cores: 2,
  memoryGiB: 8,
  node: "v20",
  rustc: "rustc 1",
  load: 0.5,
  commit: "abc",
};
const ratio = (name: string, value: number, least: number): Figure => ({
  name,
  value,
  unit: "×",
  target: { relation: ">", value: least },
});
const RESULTS: Results = {
  layouts: {
    machine: MACHINE,
    seconds: 60,
    figures: [
      ratio("pipeline, classic against fast", 50, 40),
      ratio("systolic 8, classic against fast", 39, 40),
      ratio("systolic 8, classic against fast, lines written", 1, 40),
      {
        name: "systolic 8, fast",
        value: 7,
        unit: "ns/cycle",
        point: { chart: "design-size", series: "fast", x: 65 },
      },
    ],
  },
  threads: { machine: MACHINE, seconds: 1, figures: [] },
};

test("a row is as good as the worst of its figures", () => {
  const outcomes = judgeTargets(RESULTS);
  expect(outcomes.map(({ row }) => row.id)).toEqual(TARGET_ROWS.map(({ id }) => id));
  const [small, cpu] = outcomes;
  expect([small?.verdict, small?.figures.length]).toEqual(["missed", 2]);
  expect([cpu?.verdict, cpu?.reason]).toEqual(["not measured", "there is no corpus"]);
  expect(outcomes.find(({ row }) => row.id === "eight-threads")?.reason).toBe(
    "the machine has 2 processors, not 8",
  );
  expect(outcomes.find(({ row }) => row.id === "arithmetic")?.reason).toBe(
    "the workload layouts did not measure it",
  );
  expect(outcomes.find(({ row }) => row.id === "start")?.reason).toBe("the workload start was not run");
});

test("the page gets the table, the chart and the machine, and keeps what stands around", () => {
  const page = withGeneratedPart(
    `before\n${PAGE_MARKS.start}\nwas here before\n${PAGE_MARKS.end}\nafter\n`,
    RESULTS,
  );
  expect(page.startsWith(`before\n${PAGE_MARKS.start}\n`)).toBe(true);
  expect(page.endsWith(`${PAGE_MARKS.end}\nafter\n`)).toBe(true);
  expect(page).not.toContain("was here before");
  expect(generatedPart(RESULTS)).toContain(
    "| ≥ 40×, stretch 100× | pipeline 50×, systolic 8 39× | **missed** | `npm run bench -- layouts` |",
  );
  expect(page).toContain(
    "Measured on: P, 2 processors, 8 GiB, Node v20, rustc 1. Load when measuring began: 0.5 to 0.5.",
  );
  expect([...drawCharts(RESULTS).keys()]).toEqual(["design-size"]);
  expect(page).toContain("(performance/design-size.svg)");
  expect(() => withGeneratedPart("no marks", RESULTS)).toThrow("docs/performance.md has lost its marks");
});
