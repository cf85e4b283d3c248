import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { largeDesign } from "../designs/large.js";
import { systolic } from "../designs/shapes.js";
import type { Subject } from "../measure.js";
import { measure } from "../measure.js";
import { buildCommand, processSeconds } from "../tools.js";
import type { BenchContext, Figure, Workload } from "../workload.js";

/** Builds from nothing take long; more of them say little more. */
const COLD_REPETITIONS = 2;

/** What a subject costs at most, in seconds. */
type Goal = readonly [subject: Subject, most: number];

/** From source text to the first cycle. */
export const firstCycleWorkload: Workload = {
  name: "first-cycle",
  description:
    "whole processes from an edited source of 10 000 statements, and from a systolic array of 4 096 stages, to the first cycle",
  run(context) {
    const command = buildCommand(context);
    const run = (file: string, more: readonly string[]): number =>
      processSeconds(
        process.execPath,
        [command, "run", file, "--cycles", "1", "--log", "none", "--quiet", ...more],
        path.dirname(file),
      );
    const hasCargo = isThere(process.env["CARGO"] ?? "cargo");
    const often: Goal[] = [];
    const seldom: Goal[] = [];
    for (const [shape, perModule] of [
      ["many small modules", 20],
      ["few big modules", 5000],
    ] as const) {
      const edit = editedFile(context, shape, largeDesign({ statements: 10_000, perModule }));
      often.push([{ name: `${shape}, edit to WASM`, run: () => run(edit(), []) }, 0.6]);
      if (!hasCargo) continue;
      seldom.push([{ name: `${shape}, edit to Rust, cold`, run: () => run(cold(edit()), RUST) }, 4]);
      often.push([{ name: `${shape}, edit to Rust, incremental`, run: () => run(edit(), RUST) }, 1]);
    }
    const array = path.join(context.temporary, "systolic", "systolic.asyn");
    write(array, systolic(64, 1000));
    often.push([{ name: "systolic 64, source to WASM running", run: () => run(array, []) }, 2]);
    if (hasCargo)
      seldom.push([{ name: "systolic 64, source to Rust binary", run: () => run(cold(array), RUST) }, 15]);
    else context.progress("cargo was not found: only WASM is measured");
    const { measured } = context.repetitions;
    return [
      // First, so that what is built once more by the others stands there.
      ...figuresOf(seldom, { warmUp: 0, measured: Math.min(COLD_REPETITIONS, measured) }),
      ...figuresOf(often, context.repetitions),
    ];
  },
};

const RUST = ["--target", "rust"];

function figuresOf(goals: readonly Goal[], repetitions: BenchContext["repetitions"]): Figure[] {
  const timings = measure(
    goals.map(([subject]) => subject),
    repetitions,
  );
  return timings.map((timing, index) => ({
    name: timing.name,
    value: timing.median,
    unit: "s",
    target: { relation: "<", value: goals[index]?.[1] ?? Number.NaN },
    timings: [timing],
  }));
}

function isThere(command: string): boolean {
  try {
    processSeconds(command, ["--version"], ".");
    return true;
  } catch {
    return false;
  }
}

/** A design in a file that changes by one number in one of its stages each time it is asked for. */
function editedFile(context: BenchContext, name: string, text: string): () => string {
  const file = path.join(context.temporary, name.replaceAll(" ", "-"), "large.asyn");
  const number = "- 0xfff ";
  const place = text.indexOf(number, text.length / 2);
  if (place < 0) throw new Error("the design has no number to edit");
  let edits = 0;
  return () => {
    edits += 1;
    write(file, `${text.slice(0, place)}- ${0xfff - edits} ${text.slice(place + number.length)}`);
    return file;
  };
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Takes away what was built beside a design. */
function cold(file: string): string {
  rmSync(path.join(path.dirname(file), "target"), { recursive: true, force: true });
  return file;
}
