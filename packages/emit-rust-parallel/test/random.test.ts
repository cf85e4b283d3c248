import batching from "@assassyn/plugin-lock-batching";
import { fuzz, interpreterTarget, printFailure } from "@assassyn/testing";
import type { Target } from "@assassyn/testing";
import { lowerFor, rustParallelTarget } from "@assassyn/testing/targets";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { rustParallelEmitter } from "../src/index.js";

const forClusters = lowerFor({
  target: "rust-parallel",
  emitters: [rustParallelEmitter],
  plugins: [batching],
});

function expectNoFailure(seed: number, count: number, targets: readonly Target[]): void {
  const failures = fuzz({ seed, count, targets, reference: interpreterTarget, batch: 8, reduceLimit: 200 });
  expect(failures.map(printFailure).join("\n")).toBe("");
}

testWithRust(
  "random designs in clusters run alike on 1, 2, 3 and 8 threads",
  { timeout: 900_000 },
  (cargo) => {
    const common = { cargo, suite: "parallel-random" };
    expectNoFailure(
      21,
      30,
      [1, 2, 3, 8].flatMap((threads) => [
        rustParallelTarget(forClusters, { ...common, threads }),
        rustParallelTarget(forClusters, { ...common, threads, delays: 1000 + threads }),
      ]),
    );
  },
);

testWithRust(
  "random designs in clusters run alike with every effect deferred",
  { timeout: 900_000 },
  (cargo) => {
    const common = { cargo, suite: "parallel-deferred", variant: "deferred", commit: "deferred" } as const;
    expectNoFailure(22, 5, [
      rustParallelTarget(forClusters, { ...common, threads: 1 }),
      rustParallelTarget(forClusters, { ...common, threads: 3, delays: 9 }),
    ]);
  },
);
