import type { CrateFile } from "@assassyn/testing/rust";
import type { System } from "@assassyn/ir";
import { designOf, hasLogs, moduleCount } from "../designs/catalogue.js";
import type { Subject, Timing } from "../measure.js";
import { measure } from "../measure.js";
import { pacedSubject } from "../paced.js";
import type { Lines } from "../simulators.js";
import { runNative, warmWasm, wasmWithLines } from "../simulators.js";
import { buildRelease, rustCrate, wasmOf } from "../tools.js";
import type { BenchContext, Figure, Workload } from "../workload.js";

/** A design of the catalogue with what is promised of it. */
interface Plan {
  readonly name: string;
  /** The classic layout has a function and several maps for each of thousands of modules; rustc is not done with that in ten minutes. */
  readonly isTooLargeForClassic?: boolean;
  /** Least ratio of classic to fast without lines, and with lines that are written. */
  readonly least?: { readonly removed: number; readonly written?: number };
  /** Thousands of cycles a second of the original's simulator, as measured on another machine. */
  readonly original?: { readonly removed: number; readonly written: number };
}

const PLANS: readonly Plan[] = [
  { name: "pipeline", least: { removed: 40 } },
  { name: "systolic 8", least: { removed: 40 } },
  { name: "systolic 16", least: { removed: 40 } },
  { name: "systolic 32", least: { removed: 40 } },
  { name: "systolic 64", isTooLargeForClassic: true },
  { name: "arithmetic", least: { removed: 1.4 } },
  { name: "riscv" },
  { name: "manycore" },
  {
    name: "minor_cpu qsort",
    least: { removed: 20, written: 8 },
    original: { removed: 103, written: 55 },
  },
  { name: "minor_cpu multiply", original: { removed: 112, written: 55 } },
  { name: "fft", original: { removed: 1200, written: 280 } },
];

/** What runs a design: a label, and what becomes of its lines. */
interface Variant {
  readonly runs: (typeof RUNS)[number];
  readonly lines: Lines;
}

const RUNS = ["fast", "classic", "wasm"] as const;

const labelOf = ({ runs, lines }: Variant): string => (lines === "removed" ? runs : `${runs}, lines written`);

/** Native layouts against each other, and WASM against the fast one. */
export const layoutsWorkload: Workload = {
  name: "layouts",
  description:
    "time a cycle of the Rust layouts classic and fast and of WASM, with log lines removed and with lines written to the null device",
  builds: true,
  run(context) {
    const figures: Figure[] = [];
    for (const plan of PLANS) {
      const system = designOf(plan.name).load();
      if (system === undefined) {
        context.progress(`${plan.name} is left out: there is no corpus (ASSASSYN_CORPUS names its folder)`);
        continue;
      }
      const key = plan.name.replace(/\W/g, "_");
      const crates = new Map<string, CrateFile[]>([[`${key}_fast`, rustCrate(system)]]);
      if (plan.isTooLargeForClassic !== true)
        crates.set(`${key}_classic`, rustCrate(system, { layout: "classic" }));
      const binaries = buildRelease(context, key, crates);
      if (binaries === undefined) return { skipped: "cargo was not found" };
      if (context.isBuildOnly) continue;
      context.progress(`running ${plan.name}`);
      const binary = (layout: string): string => binaries.get(`${key}_${layout}`) ?? "";
      figures.push(...figuresOf(plan, system, timingsOf(context, plan, system, binary)));
    }
    return figures;
  },
};

function timingsOf(
  context: BenchContext,
  { name, isTooLargeForClassic }: Plan,
  system: System,
  binary: (layout: string) => string,
): Map<string, Timing> {
  const lines: readonly Lines[] = hasLogs(system) ? ["removed", "written"] : ["removed"];
  const wasm = warmWasm(wasmOf(system));
  const subjectOf = (variant: Variant): Subject => {
    const label = labelOf(variant);
    if (variant.runs !== "wasm")
      return pacedSubject(label, (cycles) => runNative(binary(variant.runs), cycles, variant.lines));
    return pacedSubject(label, variant.lines === "removed" ? wasm.run : wasmWithLines(context, name, system));
  };
  const subjects = lines.flatMap((some) =>
    RUNS.filter((runs) => runs !== "classic" || isTooLargeForClassic !== true).map((runs) =>
      subjectOf({ runs, lines: some }),
    ),
  );
  try {
    return new Map(measure(subjects, context.repetitions).map((timing) => [timing.name, timing]));
  } finally {
    wasm.dispose();
  }
}

function figuresOf(plan: Plan, system: System, timings: ReadonlyMap<string, Timing>): Figure[] {
  const { name, least, original } = plan;
  const figures: Figure[] = [...timings].map(([label, timing]) => ({
    name: `${name}, ${label}`,
    value: timing.median * 1e9,
    unit: "ns/cycle",
    timings: [timing],
    ...(name.startsWith("systolic")
      ? { point: { chart: "design-size", series: label, x: moduleCount(system) } }
      : {}),
  }));
  for (const lines of ["removed", "written"] as const) {
    const timing = (runs: Variant["runs"]): Timing | undefined => timings.get(labelOf({ runs, lines }));
    const [fast, classic, wasm] = [timing("fast"), timing("classic"), timing("wasm")];
    if (fast === undefined || wasm === undefined) continue;
    const suffix = lines === "removed" ? "" : ", lines written";
    const wanted = least?.[lines];
    if (classic !== undefined)
      figures.push({
        name: `${name}, classic against fast${suffix}`,
        value: classic.median / fast.median,
        unit: "×",
        ...(wanted === undefined ? {} : { target: { relation: ">", value: wanted } }),
      });
    figures.push({
      name: `${name}, WASM against fast${suffix}`,
      value: wasm.median / fast.median,
      unit: "×",
      ...(lines === "removed" ? { target: { relation: "<", value: 1.5 } } : {}),
    });
    if (original !== undefined)
      figures.push({
        name: `${name}, fast${suffix}`,
        value: 1e-3 / fast.median,
        unit: "kcycles/s",
        note: `the original on another machine: ${original[lines]}`,
      });
  }
  return figures;
}
