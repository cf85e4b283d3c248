import { loadSync } from "@assassyn/simulator";
import { arithmetic, pipeline, systolic } from "../designs/shapes.js";
import type { Subject } from "../measure.js";
import { measure, secondsOf } from "../measure.js";
import { buildRelease, cycleSubject, rustCrate, systemOf, wasmOf } from "../tools.js";
import type { CrateFile } from "@assassyn/testing/rust";
import type { Figure, Workload } from "../workload.js";

/** Designs with a number of cycles that takes the fast layout some tenths of a second. */
const DESIGNS: readonly {
  readonly name: string;
  readonly cycles: number;
  readonly text: (cycles: number) => string;
  /** Least ratio of classic to fast. */
  readonly target: number;
  /** The classic layout runs this part of the cycles, so that a round ends. */
  readonly classicPart: number;
}[] = [
  { name: "pipeline", cycles: 8_000_000, text: pipeline, target: 40, classicPart: 20 },
  {
    name: "systolic 8",
    cycles: 1_000_000,
    text: (cycles) => systolic(8, cycles),
    target: 40,
    classicPart: 20,
  },
  {
    name: "systolic 16",
    cycles: 200_000,
    text: (cycles) => systolic(16, cycles),
    target: 40,
    classicPart: 20,
  },
  {
    name: "systolic 32",
    cycles: 50_000,
    text: (cycles) => systolic(32, cycles),
    target: 40,
    classicPart: 20,
  },
  {
    name: "arithmetic",
    cycles: 20_000,
    text: (cycles) => arithmetic(64, 2000, cycles),
    target: 1.4,
    classicPart: 1,
  },
];

/** Native layouts against each other, and WASM against the fast one. */
export const layoutsWorkload: Workload = {
  name: "layouts",
  description: "time a cycle of the Rust layouts classic and fast and of WASM, logs off",
  run(context) {
    const figures: Figure[] = [];
    for (const { name, cycles, text, target, classicPart } of DESIGNS) {
      const key = name.replace(" ", "_");
      const system = systemOf(key, text(cycles));
      const crates = new Map<string, CrateFile[]>([
        [`${key}_fast`, rustCrate(system)],
        [`${key}_classic`, rustCrate(system, { layout: "classic" })],
      ]);
      const binaries = buildRelease(context, key, crates);
      if (binaries === undefined) return { skipped: "cargo was not found" };
      context.progress(`running ${name}`);
      const wasm = wasmOf(system);
      const native = (layout: string, part: number): Subject =>
        cycleSubject(context, layout, binaries.get(`${key}_${layout}`) ?? "", Math.ceil(cycles / part));
      const web: Subject = {
        name: "wasm",
        run: () => {
          const simulation = loadSync(wasm);
          // The engine compiles hot functions anew while they run; that is over by then.
          simulation.step(Math.ceil(cycles / 10));
          const rest = cycles - simulation.cycle;
          return secondsOf(() => void simulation.step(rest)) / rest;
        },
      };
      const timings = measure([native("fast", 1), native("classic", classicPart), web], context.repetitions);
      const [fast, classic, onWasm] = timings;
      if (fast === undefined || classic === undefined || onWasm === undefined)
        throw new Error("three subjects");
      const ratio = (one: typeof fast): string => (one.median / fast.median).toFixed(2);
      context.progress(
        `${name}: classic ${ratio(classic)} times, WASM ${ratio(onWasm)} times the time of fast`,
      );
      figures.push(
        ...timings.map((timing): Figure => ({
          name: `${name}, ${timing.name}`,
          value: timing.median * 1e9,
          unit: "ns/cycle",
          timings: [timing],
        })),
        {
          name: `${name}, classic against fast`,
          value: classic.median / fast.median,
          unit: "×",
          target: { relation: ">", value: target },
        },
        {
          name: `${name}, WASM against fast`,
          value: onWasm.median / fast.median,
          unit: "×",
          target: { relation: "<", value: 1.5 },
        },
      );
    }
    return figures;
  },
};
