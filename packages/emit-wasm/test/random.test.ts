import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import { randomSystem, seededChooser } from "@assassyn/ir/random";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses } from "@assassyn/passes";
import { sampleSystems } from "@assassyn/testing";
import { expect, test } from "vitest";
import type { WasmOptions } from "../src/index.js";
import { compare, nthSwitch } from "./compare.js";

/** More for a long search by hand: `ASSASSYN_FUZZ_RUNS=5000 ASSASSYN_FUZZ_SEED=7 npx vitest run packages/emit-wasm`. */
const COUNT = Number(process.env["ASSASSYN_FUZZ_RUNS"] ?? 80);
const SEED = Number(process.env["ASSASSYN_FUZZ_SEED"] ?? 1);

/** Unusual shapes of the code, which must not change what it does. */
const VARIANTS: readonly WasmOptions[] = [
  {},
  { logBufferBytes: 0 },
  { functionSize: 12 },
  { functionSize: 3, logBufferBytes: 0 },
];

/** Without `exposure`, which drops values that only a host could look at. */
const PIPELINES: readonly (readonly string[])[] = [
  ["explicit-operands", "legalize-widths"],
  [
    "fold-constants",
    "eliminate-common-subexpressions",
    "explicit-operands",
    "legalize-widths",
    "fold-constants",
    "eliminate-dead-code",
  ],
];

const manager = createPassManager({ plugins: [builtinPasses] });

function lower(system: System, pipeline: readonly string[]): System {
  const { plan, diagnostics } = manager.plan({ pipeline });
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const result = manager.run(system, plan);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.system;
}

function compareAll(systems: readonly System[], stepOf = (index: number) => 1 + (index % 9)): void {
  const lines = systems.map((system, index) => {
    const lowered = lower(system, PIPELINES[(index >> 2) % PIPELINES.length] ?? []);
    try {
      return compare(system, {
        lowered,
        step: stepOf(index),
        wasm: VARIANTS[index % VARIANTS.length] ?? {},
        without: [nthSwitch(Math.floor(index / 3))],
      }).lines.length;
    } catch (error) {
      throw new Error(`design ${index} of seed ${SEED} differs:\n${printSystem(system)}`, { cause: error });
    }
  });
  expect(Math.max(...lines)).toBeGreaterThan(20);
}

test("random designs equal the interpreter, with and without optimisations", () => {
  compareAll(sampleSystems(COUNT, SEED));
});

test("random designs of narrow values, which often reach the late cycles", () => {
  compareAll(sampleSystems(COUNT, SEED + 1, { maxWidth: 16, maxDepth: 2 }));
});

test("random designs with gaps in which nothing happens, and with cases that exclude each other", () => {
  const steps = [Infinity, 333, 50];
  const systems = sampleSystems(COUNT, SEED, { patterns: "all", maxCycles: 2000 });
  compareAll(systems, (index) => steps[index % steps.length] ?? 1);
});

test("random operations on values of all widths", () => {
  const choose = seededChooser(SEED);
  compareAll(Array.from({ length: COUNT }, () => randomSystem(choose, { faults: choose(3) === 0 })));
});
