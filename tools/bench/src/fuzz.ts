/** `npm run fuzz -- --count N --rust M --seed S`: a long differential run over random designs. */
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { interpreterTarget, fuzz, printFailure } from "@assassyn/testing";
import type { FuzzFailure, FuzzOptions, HostWrite, RandomSystemOptions } from "@assassyn/testing";
import {
  lowerFor,
  passesTarget,
  rustParallelTarget,
  rustTarget,
  wasmTarget,
} from "@assassyn/testing/targets";
import batching from "@assassyn/plugin-lock-batching";
import { rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import { rustEmitter } from "@assassyn/emit-rust-sequential";
import type { RustSequentialOptions } from "@assassyn/emit-rust-sequential";
import { wasmEmitter } from "@assassyn/emit-wasm";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "2000" },
    rust: { type: "string", default: "0" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    failures: { type: "string", default: "3" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(
    "npm run fuzz -- [--count designs] [--rust designs through cargo] [--seed first seed] [--failures stop after]",
  );
  process.exit(0);
}

const number = (name: string, text: string): number => {
  const result = Number(text);
  if (!Number.isSafeInteger(result) || result < 0) {
    console.error(`--${name} needs a whole number of at least 0, not ${text}`);
    process.exit(2);
  }
  return result;
};

const count = number("count", values.count);
const rustCount = number("rust", values.rust);
const firstSeed = number("seed", values.seed);
const maxFailures = number("failures", values.failures);

const forWasm = lowerFor({ target: "wasm", emitters: [wasmEmitter] });
const forRust = lowerFor({ target: "rust", emitters: [rustEmitter] });
const forClusters = lowerFor({
  target: "rust-parallel",
  emitters: [rustParallelEmitter],
  plugins: [batching],
});

/** Shapes of designs, in turn. */
const SHAPES: readonly RandomSystemOptions[] = [
  {},
  { maxWidth: 32, maxResultWidth: 64, maxModules: 10, maxStatements: 10, maxCycles: 100 },
  { maxModules: 3, maxStatements: 14, maxDepth: 5 },
  { faults: "never", maxModules: 9 },
  // Little but effects, so that modules meet at arrays and FIFOs.
  { maxDepth: 0, maxArrays: 1, maxModules: 8, maxStatements: 5, maxCycles: 30 },
  // Long bodies, which emitters cut into pieces.
  { maxModules: 3, maxStatements: 50, maxDepth: 4, maxCycles: 15 },
  // Long runs, in which FIFOs grow.
  { maxModules: 4, maxStatements: 4, maxDepth: 1, maxCycles: 4000, maxWidth: 130 },
  // Stretches in which nothing happens, and cases that exclude each other.
  { patterns: "all" },
  { patterns: "all", maxModules: 4, maxStatements: 4, maxDepth: 1, maxWidth: 40 },
];
const BATCH = 100;
const RUST_BATCH = 40;

/** Where the crates are built: apart from those of the tests, which may run at the same time. */
const build = { suite: "fuzz", cacheFolder: path.resolve("node_modules/.cache/assassyn-fuzz") };
/** Ways to emit for one thread. */
const SEQUENTIAL: readonly RustSequentialOptions[] = [{}, { commit: "deferred" }, { layout: "classic" }];

/** Writes of the host, in every other batch. */
const hostWrites: readonly HostWrite[] = [
  { after: 0, pick: 0, value: -1n },
  { after: 12, pick: 7, value: 0x1234_5678_9abc_def0_1122_3344n },
  { after: 12, pick: 3, value: 5n },
  { after: 19, pick: 1, value: 0n },
];

let failed = 0;
function report(failures: readonly FuzzFailure[]): void {
  for (const failure of failures) {
    failed += 1;
    console.log(`\n${printFailure(failure)}`);
  }
  if (failed >= maxFailures) {
    console.log(`${failed} failures, stopped`);
    process.exit(1);
  }
}

function batches(
  total: number,
  size: number,
  run: (options: Pick<FuzzOptions, "seed" | "count" | "generator">, round: number) => void,
): void {
  for (let done = 0, round = 0; done < total; done += size, round += 1) {
    const generator = SHAPES[round % SHAPES.length] ?? {};
    run({ seed: firstSeed + round, count: Math.min(size, total - done), generator }, round);
    process.stderr.write(`\r${Math.min(total, done + size)} of ${total} designs, ${failed} failures `);
  }
  if (total > 0) process.stderr.write("\n");
}

console.log(`first seed ${firstSeed}`);
batches(count, BATCH, (options, round) => {
  const drive = round % 2 === 0 ? {} : { slice: 1 + (round % 7), snapshotAt: 1 + (round % 11), hostWrites };
  const targets = [
    passesTarget("default passes", lowerFor({})),
    passesTarget("passes for wasm", forWasm),
    wasmTarget(forWasm),
    wasmTarget(forWasm, { commit: "deferred" }),
  ];
  report(fuzz({ ...options, reference: interpreterTarget, targets, drive, maxFailures }));
});
batches(rustCount, RUST_BATCH, (options, round) => {
  const drive = round % 2 === 0 ? {} : { snapshotAt: 1 + (round % 11) };
  // A crate for each design and way to emit it is what takes the time, so the ways take turns.
  const sequential = SEQUENTIAL[round % SEQUENTIAL.length] ?? {};
  const commit = round % 2 === 0 ? "auto" : "deferred";
  const clusters = { ...build, variant: `clusters ${commit}`, commit } as const;
  const targets = [
    rustTarget(forRust, { ...build, ...sequential }),
    ...[1, 2, 3, 8].map((threads) => rustParallelTarget(forClusters, { ...clusters, threads })),
    rustParallelTarget(forClusters, { ...clusters, threads: 2, delays: 1 + round }),
    rustParallelTarget(forClusters, { ...clusters, threads: 8, delays: 1 + round }),
  ];
  report(
    fuzz({
      ...options,
      reference: interpreterTarget,
      targets,
      drive,
      maxFailures,
      batch: 12,
      reduceLimit: 600,
    }),
  );
});
console.log(`${count} designs on wasm, ${rustCount} on rust and rust-parallel: ${failed} failures`);
process.exit(failed === 0 ? 0 : 1);
