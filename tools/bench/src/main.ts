/** `npm run bench`: measures, and prints figures beside their targets; `--help` tells the rest. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { CATALOGUE } from "./designs/catalogue.js";
import { COUNTS_FILE } from "./instructions/guard.js";
import { runInstructions } from "./instructions/run.js";
import { machineFacts } from "./machine.js";
import { BENCH_OPTIONS } from "./options.js";
import { addResult, printFigure } from "./report.js";
import { TARGET_ROWS } from "./targets.js";
import type { BenchContext, Workload } from "./workload.js";
import { WORKLOADS } from "./workloads/index.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: BENCH_OPTIONS });

function usage(): string {
  const list = WORKLOADS.map(({ name, description, onRequest }) => {
    const only = onRequest === undefined ? "" : `; only where it is named, takes ${onRequest}`;
    return `  ${name.padEnd(12)} ${description}${only}`;
  });
  const designs = CATALOGUE.map(({ name }) => `"${name}"`).join(", ");
  return `npm run bench -- [workload …] [option …]

${list.join("\n")}

  --targets        all workloads that the targets and charts of docs/performance.md need
  --build          only build what they run, so that measuring finds it built
  --json file      put the figures into a file; what it has of other workloads stays
  --repetitions n  measured rounds, default 7
  --pairs n        pairs of the workload auto, default 15
  --seconds n      least length of a pair, default 1

npm run bench -- --instructions [design …] [--update]

  counts instructions a cycle with valgrind, figures that repeat exactly, and compares them with those kept in
  ${COUNTS_FILE}; --update keeps new ones. Without names: what CI guards.
  Designs: ${designs}.
`;
}

/** Ends the program with what is wrong, the usage behind it. */
function refuse(...reasons: readonly string[]): never {
  for (const reason of reasons) console.error(reason);
  console.log(usage());
  process.exit(2);
}

function numberOf(name: "repetitions" | "pairs" | "seconds"): number {
  const number = Number(values[name]);
  const isFine =
    name === "seconds" ? number > 0 && number < 1000 : Number.isSafeInteger(number) && number > 0;
  return isFine
    ? number
    : refuse(`--${name} needs a number of at least ${name === "seconds" ? "0.001" : "1"}`);
}

if (values.help) {
  console.log(usage());
  process.exit(0);
}
const known = values.instructions ? CATALOGUE : WORKLOADS;
const unknown = positionals.filter((name) => !known.some((one) => one.name === name));
const kind = values.instructions ? "design" : "workload";
if (unknown.length > 0) refuse(...unknown.map((name) => `there is no ${kind} "${name}"`));

const root = process.cwd();
const progress = (text: string): void => void process.stderr.write(`  … ${text}\n`);
if (values.instructions) process.exit(runInstructions({ root, progress }, positionals, values.update));

function isWanted({ name, onRequest, builds, isCharted }: Workload): boolean {
  if (values.build && builds !== true) return false;
  if (positionals.includes(name)) return true;
  if (values.targets) return isCharted === true || TARGET_ROWS.some((row) => row.workload === name);
  return positionals.length === 0 && onRequest === undefined;
}

const machine = machineFacts(root);
console.log(
  `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, load ${machine.load}; Node ${machine.node}; ${machine.rustc}; ${machine.commit}`,
);
const temporary = mkdtempSync(path.join(tmpdir(), "assassyn-bench-"));
const context: BenchContext = {
  root,
  temporary,
  repetitions: { warmUp: 1, measured: numberOf("repetitions") },
  pairs: { count: numberOf("pairs"), seconds: numberOf("seconds") },
  isBuildOnly: values.build,
  progress,
};

/** Runs one workload. @returns whether it ran to its end */
function runWorkload({ name, description, run }: Workload): boolean {
  console.log(`\n${name}: ${description}`);
  const start = performance.now();
  try {
    const outcome = run(context);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    const skipped = "skipped" in outcome ? { skipped: outcome.skipped } : {};
    const figures = "skipped" in outcome ? [] : outcome;
    if ("skipped" in outcome) console.log(`  skipped: ${outcome.skipped}`);
    for (const figure of figures) console.log(printFigure(figure));
    console.log(`  ${values.build ? "built" : "measured"} in ${seconds} s`);
    if (values.json !== undefined && !values.build)
      addResult(values.json, name, { machine, seconds, figures, ...skipped });
    return true;
  } catch (error) {
    // The others are worth having; the status tells.
    console.log(`  FAILED: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

try {
  const failed = WORKLOADS.filter(isWanted).filter((workload) => !runWorkload(workload));
  if (failed.length > 0) process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
