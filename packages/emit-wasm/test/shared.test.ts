/** Modules that do the same share a function, and nobody can tell. */
import { printSystem } from "@assassyn/ir";
import { seededChooser } from "@assassyn/ir/random";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses } from "@assassyn/passes";
import { sampleSystems } from "@assassyn/testing";
import { expect, test } from "vitest";
import { emitWasm } from "../src/index.js";
import { compare } from "./compare.js";
import { copies } from "./copies.js";

/** More for a long search by hand, as in `random.test.ts`. */
const COUNT = Number(process.env["ASSASSYN_FUZZ_RUNS"] ?? 40);
const SEED = Number(process.env["ASSASSYN_FUZZ_SEED"] ?? 1);

const manager = createPassManager({ plugins: [builtinPasses] });

test("copies of random designs, with other constants", () => {
  const choose = seededChooser(SEED);
  let shared = 0;
  sampleSystems(COUNT, SEED).forEach((one, index) => {
    const vary = (value: bigint, width: number, copy: number): bigint =>
      copy > 0 && index % 2 === 1 && choose(8) === 0 ? BigInt.asUintN(width, value + BigInt(copy)) : value;
    const system = copies(one, index % 5 === 0 ? 12 : 3, vary);
    const { plan } = manager.plan({ pipeline: ["explicit-operands", "legalize-widths"] });
    const lowered = plan && manager.run(system, plan);
    if (lowered?.ok !== true) throw new Error("the passes fail");
    const wasm = {
      shareFrom: 2,
      groupFrom: index % 3 === 0 ? 100 : 2,
      ...(index % 4 === 2 ? { functionSize: 5 } : {}),
    };
    const size = (without: readonly ["shared-bodies"] | readonly []): number =>
      emitWasm(lowered.system, { ...wasm, without }).wasm.length;
    if (size([]) < size(["shared-bodies"])) shared += 1;
    try {
      compare(system, { lowered: lowered.system, wasm, step: 1 + (index % 9) });
    } catch (error) {
      throw new Error(`design ${index} of seed ${SEED} differs:\n${printSystem(system)}`, { cause: error });
    }
  });
  expect(shared).toBeGreaterThan(COUNT / 2);
});
