import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import type { LargeShape } from "../designs/large.js";
import { LARGE_SHAPES, largeDesign } from "../designs/large.js";
import { summarize } from "../measure.js";
import { buildCommand } from "../tools.js";
import type { BenchContext, Figure, Workload } from "../workload.js";

/** The first edits find code that V8 has not compiled yet; a person who watches makes more of them. */
const WARM_UP = 8;

/** An edit while the command watches. */
export const watchWorkload: Workload = {
  name: "watch",
  description:
    "`assassyn run --watch` on WASM: an edit of 10 000 statements to its first log line, the delay of the file system included",
  run(context) {
    const command = buildCommand(context);
    if (context.isBuildOnly) return [];
    return (["many small modules", "few big modules"] as const).flatMap((shape) =>
      figuresOf(context, shape, command),
    );
  },
};

function figuresOf(context: BenchContext, shape: LargeShape, command: string): Figure[] {
  context.progress(`watch: ${shape}`);
  const file = path.join(context.temporary, `watch-${LARGE_SHAPES[shape]}.asyn`);
  const design = largeDesign({ statements: 10_000, perModule: LARGE_SHAPES[shape] });
  writeFileSync(file, design.replace("  driver {\n", '  driver {\n    log("edit 0000")\n'));
  const edits = WARM_UP + 3 * context.repetitions.measured;
  const program = [
    path.join(context.root, "tools", "workspace", "run-typescript.mjs"),
    path.join("tools", "bench", "src", "watch-driver.ts"),
    command,
    file,
    String(edits),
  ];
  const result = spawnSync(process.execPath, program, { cwd: context.root, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`the watch failed: ${result.stderr.slice(0, 2000)}`);
  const samples = readSamples(result.stdout).map((milliseconds) => milliseconds / 1000);
  const timing = summarize(shape, samples.slice(WARM_UP));
  return [
    { name: `${shape}, first edit`, value: samples[0] ?? Number.NaN, unit: "s" },
    {
      name: `${shape}, later edits`,
      value: timing.median,
      unit: "s",
      target: { relation: "<", value: 0.2 },
      timings: [timing],
    },
  ];
}

/** Marked helper: what our own program has just printed. */
function readSamples(text: string): readonly number[] {
  return JSON.parse(text) as readonly number[]; // oxlint-disable-line typescript/consistent-type-assertions
}
