import type { System } from "@assassyn/ir";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { loadExample } from "../../../examples/example-host.js";
import { conflictDesigns, readConflictDesign } from "../src/conflicts.js";
import type { MatrixOptions } from "../src/thread-matrix.js";
import { RUNGS, printMatrix, threadMatrix } from "../src/thread-matrix.js";

const EXAMPLES = ["async-call", "downstream-adder", "arbiter", "systolic-array", "riscv"];

const example = (name: string): [string, System] => [name, loadExample(`examples/${name}/${name}.asyn`)];

function expectEqual(options: Omit<MatrixOptions, "threads" | "cycles" | "scopeCycles">): void {
  const rows = threadMatrix({ ...options, threads: [1, 2, 3], cycles: 600, scopeCycles: 200 });
  const different = rows.filter(({ differences }) => differences.length > 0);
  expect(printMatrix(different).trim()).toBe("");
  // The same hash on every rung, per design and number of cycles.
  const hashes = new Set(
    rows.map(({ design, executor, hash }) => `${design} ${executor === "scope"} ${hash}`),
  );
  expect(hashes.size).toBeLessThanOrEqual(options.designs.size * 2);
}

testWithRust(
  "five examples run alike on every rung with 1, 2 and 3 threads and delays",
  { timeout: 900_000 },
  (cargo) => {
    expectEqual({
      designs: new Map(EXAMPLES.map(example)),
      rungs: RUNGS,
      executors: ["workers", "scope"],
      repetitions: 3,
      suite: "thread-matrix",
      cargo,
    });
  },
);

testWithRust(
  "designs whose clusters get in each other's way run alike on the highest rungs",
  { timeout: 900_000 },
  (cargo) => {
    expectEqual({
      designs: new Map(conflictDesigns.map(({ name }) => [name, readConflictDesign(name)])),
      rungs: ["lock-elision", "partition"],
      executors: ["workers"],
      repetitions: 3,
      suite: "thread-conflicts",
      cargo,
    });
  },
);
