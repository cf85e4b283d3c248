import { rustEmitter } from "@assassyn/emit-rust-sequential";
import { wasmEmitter } from "@assassyn/emit-wasm";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { fuzz, interpreterTarget, printFailure } from "../src/index.js";
import type { DriveOptions, RandomSystemOptions, Target } from "../src/index.js";
import { lowerFor, passesTarget, rustTarget, wasmTarget } from "../src/targets.js";

/** Seeds that are always tried, and one that nobody has tried; it stands in the test's name and in every failure. */
const SEEDS = [1, 2, 3];
const FRESH_SEED = Date.now() % 1_000_000_000;

const forWasm = lowerFor({ target: "wasm", emitters: [wasmEmitter] });
const forRust = lowerFor({ target: "rust", emitters: [rustEmitter] });

function expectNoFailure(
  seed: number,
  count: number,
  targets: readonly Target[],
  drive: DriveOptions = {},
  generator: RandomSystemOptions = {},
): void {
  const failures = fuzz({ seed, count, targets, drive, generator, reference: interpreterTarget });
  expect(failures.map(printFailure).join("\n")).toBe("");
}

for (const seed of [...SEEDS, FRESH_SEED]) {
  test(`random designs run alike behind the passes and on WASM, seed ${seed}`, { timeout: 120_000 }, () => {
    expectNoFailure(seed, 38, [
      passesTarget("default passes", lowerFor({})),
      passesTarget("passes for wasm", forWasm),
      wasmTarget(forWasm),
      wasmTarget(forWasm, { commit: "deferred" }),
    ]);
  });
}

test("modules that meet at arrays and FIFOs run alike on WASM", { timeout: 120_000 }, () => {
  const generator = { maxDepth: 0, maxArrays: 1, maxModules: 8, maxStatements: 5, maxCycles: 30 };
  expectNoFailure(6, 150, [wasmTarget(forWasm)], {}, generator);
});

test("slices and snapshots change nothing on WASM", { timeout: 120_000 }, () => {
  expectNoFailure(4, 30, [wasmTarget(forWasm)], { slice: 3, snapshotAt: 4 });
});

test("writes of the host take effect before the next cycle on WASM", { timeout: 120_000 }, () => {
  const hostWrites = [
    { after: 0, pick: 0, value: -1n },
    { after: 5, pick: 7, value: 0x1234_5678_9abc_def0_1122n },
    { after: 9, pick: 1, value: 3n },
  ];
  expectNoFailure(5, 30, [wasmTarget(forWasm), wasmTarget(forWasm, { commit: "deferred" })], { hostWrites });
});

test.each<[string, DriveOptions]>([
  ["in one go", {}],
  ["in steps", { slice: 17 }],
  ["with a snapshot", { snapshotAt: 30 }],
  [
    "with writes of the host",
    { hostWrites: [20, 21, 60, 150].map((after) => ({ after, pick: after, value: 1n })) },
  ],
])("designs with gaps run alike on WASM, %s", { timeout: 120_000 }, (_, drive) => {
  const targets = [wasmTarget(forWasm), wasmTarget(forWasm, { commit: "deferred" })];
  expectNoFailure(7, 25, targets, drive, { patterns: "all", maxDepth: 2 });
});

testWithRust("random designs run alike on Rust", { timeout: 900_000 }, (cargo) => {
  const common = { cargo, suite: "differential" };
  const shape = { maxModules: 5, maxStatements: 6 };
  const gaps = { patterns: "all", maxModules: 5, maxStatements: 4, maxDepth: 2 } as const;
  const variants = [
    { target: rustTarget(forRust, common), count: 30, shape },
    { target: rustTarget(forRust, { ...common, commit: "deferred" }), count: 4, shape },
    { target: rustTarget(forRust, { ...common, layout: "classic" }), count: 4, shape },
    { target: rustTarget(forRust, common), count: 20, shape: gaps },
  ];
  for (const [index, { target, count, shape: generator }] of variants.entries()) {
    const options = { seed: 20 + index, count, generator, reference: interpreterTarget };
    const failures = fuzz({
      ...options,
      targets: [target],
      drive: { snapshotAt: 5 },
      batch: 12,
      reduceLimit: 300,
    });
    expect(failures.map(printFailure).join("\n")).toBe("");
  }
});
