import type { System } from "@assassyn/ir";
import { compareTraces, interpreterTarget, sampleSystems } from "@assassyn/testing";
import { rustParallelTarget } from "@assassyn/testing/targets";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { onRung } from "./ladder.js";
import type { Rung } from "./ladder.js";

/** More for a long search by hand: `RUST_RANDOM=40 RUST_SEED=7 RUST_CLIPPY=1 npx vitest run packages/emit-rust-parallel/test/shared-random.test.ts`. */
const COUNT = Number(process.env["RUST_RANDOM"] ?? 5);
const SEED = Number(process.env["RUST_SEED"] ?? 1);
const RUNGS: readonly Rung[] = ["lock-insertion", "self-signature", "lock-batching", "lock-elision"];

testWithRust(
  "random designs leave the same state as on the interpreter, on every shared rung and thread count",
  { timeout: 3_600_000 },
  (cargo) => {
    const systems = [32, 200].flatMap((maxWidth) => sampleSystems(COUNT, SEED + maxWidth, { maxWidth }));
    const expected = interpreterTarget.runAll(systems);
    for (const rung of RUNGS) {
      const prepare = (system: System): System => onRung(system, rung);
      for (const [threads, delays] of [
        [1, 0],
        [2, 0],
        [3, SEED],
      ] as const) {
        const clippy = process.env["RUST_CLIPPY"] === "1";
        const options = { variant: rung, threads, suite: `parallel-random-${rung}`, cargo, clippy };
        const target = rustParallelTarget(prepare, delays === 0 ? options : { ...options, delays });
        target.runAll(systems, { snapshotAt: threads === 3 ? 4 : 0 }).forEach((actual, index) => {
          const reference = expected[index];
          const differences = reference === undefined ? ["no reference"] : compareTraces(reference, actual);
          expect({ target: target.name, index, differences }).toEqual({
            target: target.name,
            index,
            differences: [],
          });
        });
      }
    }
  },
);
