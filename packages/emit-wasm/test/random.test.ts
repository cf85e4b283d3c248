import type { System } from "@assassyn/ir";
import { seededChooser, randomSystem } from "@assassyn/ir/random";
import { sampleSystems } from "@assassyn/testing";
import { expect, test } from "vitest";
import type { WasmOptions } from "../src/index.js";
import { compare } from "./compare.js";
import { isNarrow, makeOperandsExplicit } from "./lower.js";

/** More for a long search by hand: `WASM_RANDOM=5000 npx vitest run packages/emit-wasm`. */
const COUNT = Number(process.env["WASM_RANDOM"] ?? 150);
const SEED = Number(process.env["WASM_SEED"] ?? 1);

/** Unusual shapes of the code, which must not change what it does. */
const VARIANTS: readonly WasmOptions[] = [
  {},
  { logBufferBytes: 0 },
  { functionSize: 12 },
  { functionSize: 3, logBufferBytes: 0 },
];

function runAll(systems: readonly System[]): void {
  let compared = 0;
  systems.forEach((system, index) => {
    const lowered = makeOperandsExplicit(system);
    if (!isNarrow(lowered)) return;
    compared += 1;
    try {
      compare(system, { lowered, step: 1 + (index % 9), wasm: VARIANTS[index % VARIANTS.length] ?? {} });
    } catch (error) {
      throw new Error(`design ${index} differs`, { cause: error });
    }
  });
  expect(compared).toBeGreaterThan(COUNT / 4);
}

test("random designs equal the interpreter, immediate and deferred", () => {
  runAll(sampleSystems(COUNT, SEED, { maxWidth: 32 }));
  runAll(sampleSystems(COUNT, SEED + 1, { maxWidth: 64, maxDepth: 2 }));
});

test("random operations equal the interpreter", () => {
  const choose = seededChooser(SEED);
  runAll(
    Array.from({ length: COUNT }, () => randomSystem(choose, { maxWidth: 32, faults: choose(3) === 0 })),
  );
});
