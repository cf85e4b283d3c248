/** `npm run bench [-- name …] [--json file] [--repetitions n]`: measures and prints figures beside their targets. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { CATALOGUE } from "./designs/catalogue.js";
import { COUNTS_FILE } from "./instructions/guard.js";
import { runInstructions } from "./instructions/run.js";
import { machineFacts } from "./machine.js";
import type { BenchContext, Figure, Workload } from "./workload.js";
import { meetsTarget } from "./workload.js";
import { asyncCallWorkload } from "./workloads/async-call.js";
import { largeWorkload } from "./workloads/large.js";
import { layoutsWorkload } from "./workloads/layouts.js";
import { logsWorkload } from "./workloads/logs.js";
import { rungsWorkload } from "./workloads/rungs.js";
import { startWorkload } from "./workloads/start.js";
import { threadsWorkload } from "./workloads/threads.js";
import { wasmThreadsWorkload } from "./workloads/wasm-threads.js";

const WORKLOADS: readonly Workload[] = [
  asyncCallWorkload,
  startWorkload,
  largeWorkload,
  layoutsWorkload,
  logsWorkload,
  rungsWorkload,
  threadsWorkload,
  wasmThreadsWorkload,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    repetitions: { type: "string", default: "7" },
    instructions: { type: "boolean", default: false },
    update: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

function usage(): string {
  const list = WORKLOADS.map(({ name, description }) => `  ${name.padEnd(12)} ${description}`);
  const designs = CATALOGUE.map(({ name }) => `"${name}"`).join(", ");
  return [
    "npm run bench -- [workload …] [--json file] [--repetitions n]",
    "",
    ...list,
    "",
    "npm run bench -- --instructions [design …] [--update]",
    "",
    "  counts instructions a cycle with valgrind, figures that repeat exactly, and compares them with those kept in",
    `  ${COUNTS_FILE}; --update keeps new ones. Without names: what CI guards. Designs: ${designs}.`,
    "",
  ].join("\n");
}

function print(figure: Figure): void {
  const digits = figure.value >= 100 ? 0 : figure.value >= 10 ? 1 : 3;
  const spread = Math.max(0, ...(figure.timings ?? []).map((timing) => timing.spread));
  const noise = figure.timings === undefined ? "" : ` ±${Math.round(spread * 50)} %`;
  const { target } = figure;
  const wanted = target === undefined ? "" : `  target ${target.relation} ${target.value}`;
  const verdict = { true: "  met", false: "  MISSED", undefined: "" }[String(meetsTarget(figure))] ?? "";
  console.log(
    `  ${figure.name.padEnd(46)} ${figure.value.toFixed(digits).padStart(9)} ${figure.unit}${noise}${wanted}${verdict}`,
  );
}

const known = values.instructions ? CATALOGUE : WORKLOADS;
const unknown = positionals.filter((name) => !known.some((one) => one.name === name));
const measured = Number(values.repetitions);
if (values.help || unknown.length > 0 || !(Number.isSafeInteger(measured) && measured > 0)) {
  for (const name of unknown)
    console.error(`there is no ${values.instructions ? "design" : "workload"} "${name}"`);
  if (!(measured > 0)) console.error("--repetitions needs a whole number of at least 1");
  console.log(usage());
  process.exit(values.help ? 0 : 2);
}

const root = process.cwd();
const progress = (text: string): void => void process.stderr.write(`  … ${text}\n`);
if (values.instructions) process.exit(runInstructions({ root, progress }, positionals, values.update));

const machine = machineFacts(root);
console.log(
  `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, load ${machine.load}; Node ${machine.node}; ${machine.rustc}; ${machine.commit}`,
);
const temporary = mkdtempSync(path.join(tmpdir(), "assassyn-bench-"));
const context: BenchContext = {
  root,
  temporary,
  repetitions: { warmUp: 1, measured },
  progress,
};
const results: { name: string; figures: readonly Figure[]; skipped?: string }[] = [];
try {
  for (const workload of WORKLOADS) {
    if (positionals.length > 0 && !positionals.includes(workload.name)) continue;
    console.log(`\n${workload.name}: ${workload.description}`);
    const outcome = workload.run(context);
    if ("skipped" in outcome) {
      console.log(`  skipped: ${outcome.skipped}`);
      results.push({ name: workload.name, figures: [], skipped: outcome.skipped });
    } else {
      outcome.forEach(print);
      results.push({ name: workload.name, figures: outcome });
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
}
