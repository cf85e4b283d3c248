/**
 * `npm run matrix [-- design …]`: every example, and every design whose clusters get in each other's way, on every rung of the parallel
 * ladder, with every executor, on 1, 2, 3 and 8 threads, each 20 times with random delays. Status 1 if any run differs from the interpreter.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { RUNGS, conflictDesigns, printMatrix, threadMatrix } from "@assassyn/conformance";
import type { Executor } from "@assassyn/conformance";
import type { System } from "@assassyn/ir";
import { exampleNames, loadDesign, loadExample } from "./example-designs.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "1,2,3,8" },
    repetitions: { type: "string", default: "20" },
    executors: { type: "string", default: "workers,scope,rayon" },
    cycles: { type: "string", default: "2000" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(
    "npm run matrix -- [design …] [--threads 1,2,3,8] [--repetitions 20] [--executors workers,scope,rayon] [--cycles 2000]",
  );
  process.exit(0);
}

const EXECUTORS: readonly Executor[] = ["workers", "scope", "rayon"];
const executors = EXECUTORS.filter((executor) => values.executors.split(",").includes(executor));

const designs = new Map<string, System>(exampleNames().map((name) => [name, loadExample(name)]));
for (const { name } of conflictDesigns)
  designs.set(`conflict-${name}`, loadDesign(`packages/conformance/designs/conflicts/${name}.asyn`));
for (const name of positionals) {
  if (designs.has(name)) continue;
  console.error(`there is no design "${name}"; known: ${[...designs.keys()].join(", ")}`);
  process.exit(2);
}

// One design after the other, so that a failure shows early and the disk holds one group of crates.
let runs = 0;
let failed = 0;
for (const [name, system] of designs) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  if (system.externs.some((declaration) => declaration !== null)) {
    console.log(`${name}: left out, the embedder supplies its externs`);
    continue;
  }
  const rows = threadMatrix({
    designs: new Map([[name, system]]),
    rungs: RUNGS,
    executors,
    threads: values.threads.split(",").map(Number),
    repetitions: Number(values.repetitions),
    cycles: Number(values.cycles),
    scopeCycles: 200,
    suite: "matrix",
  });
  process.stdout.write(printMatrix(rows));
  for (const row of rows) {
    runs += row.runs;
    if (row.differences.length > 0) failed += 1;
  }
}
console.log(`${runs} runs, ${failed} rows differ`);
process.exit(failed === 0 ? 0 : 1);
