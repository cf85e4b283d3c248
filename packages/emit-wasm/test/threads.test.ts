/** Clusters on threads give what the interpreter gives: lines, stops, and the whole state after each step. */
import { printSystem } from "@assassyn/ir";
import { sampleSystems } from "@assassyn/testing";
import { expect, test } from "vitest";
import type { WasmOptions } from "../src/index.js";
import { nthSwitch } from "./compare.js";
import { copies } from "./copies.js";
import { compareThreads } from "./cut.js";

/** More for a long search by hand, as in `random.test.ts`. */
const COUNT = Number(process.env["ASSASSYN_FUZZ_RUNS"] ?? 40);
const SEED = Number(process.env["ASSASSYN_FUZZ_SEED"] ?? 1);
const MINUTE = 60_000;

/** Unusual shapes of the code, which must not change what it does. */
const VARIANTS: readonly WasmOptions[] = [
  {},
  { logBufferBytes: 0, shareFrom: 2, groupFrom: 2 },
  { functionSize: 12 },
  { functionSize: 3, commit: "deferred" },
];

test.each(["joined", "split"] as const)("random designs, %s", { timeout: 10 * MINUTE }, (shape) => {
  const threads = sampleSystems(COUNT, SEED + (shape === "split" ? 1 : 0)).map((one, index) => {
    // Twice the same side by side, whose credits lie together.
    const system = index % 4 === 1 ? copies(one, 2, (value) => value) : one;
    const options = {
      shape,
      wasm: { ...VARIANTS[index % VARIANTS.length], without: index % 3 === 2 ? nthSwitch(index >> 3) : [] },
      leastCycles: index % 5 === 4 ? 4 : 1,
      ...(index % 3 === 0 ? {} : { step: 1 + (index % 9) }),
    };
    try {
      return compareThreads(system, options).threads;
    } catch (error) {
      throw new Error(`design ${index} of seed ${SEED} differs:\n${printSystem(system)}`, { cause: error });
    }
  });
  expect(threads.filter((count) => count > 1).length).toBeGreaterThan(COUNT / 3);
});
