import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createInterpreter } from "@assassyn/interpreter";
import type { LogRecord, System } from "@assassyn/ir";
import { arrayIds, arrayOf } from "@assassyn/ir";
import type { RandomOptions } from "@assassyn/ir/random";
import { randomSystem, seededChooser } from "@assassyn/ir/random";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses, operandsExplicit, widthsLegal } from "./index.js";

const manager = createPassManager({ plugins: [builtinPasses] });

/** Everything that a user can see of a run. */
function observe(system: System): unknown {
  const logs: LogRecord[] = [];
  const simulation = createInterpreter(system, { onLog: (record) => logs.push(record) });
  const { cycles, stop, droppedWrites } = simulation.run();
  // After a fault the state is unspecified.
  const arrays =
    stop.kind === "fault" ? [] : arrayIds(system).map((id) => simulation.readArray(arrayOf(system, id).name));
  return { cycles, stop, droppedWrites: stop.kind === "fault" ? 0 : droppedWrites, arrays, logs };
}

function optimise(system: System, pipeline?: readonly string[]): System {
  const { plan, diagnostics } = manager.plan(pipeline === undefined ? {} : { pipeline });
  if (plan === undefined) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  const result = manager.run(system, plan);
  if (!result.ok)
    throw new Error(
      result.diagnostics.map((diagnostic) => diagnostic.message).join("\n") +
        (result.reproducer?.stack ?? ""),
    );
  return result.system;
}

const seeds = fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 }));

const CASES: readonly (readonly [string, readonly string[] | undefined, RandomOptions])[] = [
  ["fold-constants", ["fold-constants"], { faults: true }],
  ["eliminate-common-subexpressions", ["eliminate-common-subexpressions"], { faults: true }],
  ["eliminate-dead-code", ["eliminate-dead-code"], { faults: true }],
  ["exposure", ["exposure"], {}],
  ["explicit-operands", ["explicit-operands"], { faults: true }],
  ["legalize-widths", ["explicit-operands", "legalize-widths"], {}],
  ["the default pipeline", undefined, {}],
  ["the default pipeline on designs that fault", undefined, { faults: true }],
  ["the default pipeline on long bodies", undefined, { operations: 150 }],
];

test.each(CASES)("%s does not change what a design does", (_name, pipeline, options) => {
  const runs = Number(process.env["ASSASSYN_FUZZ_RUNS"] ?? 60);
  fc.assert(
    fc.property(seeds, (seed) => {
      const system = randomSystem(seededChooser(seed), options);
      const result = optimise(system, pipeline);
      expect(observe(result)).toEqual(observe(system));
    }),
    { numRuns: runs },
  );
});

test("the default pipeline establishes its facts", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const system = optimise(randomSystem(seededChooser(seed)));
      expect(operandsExplicit.check?.(system)).toEqual([]);
      expect(widthsLegal.check?.(system)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test("the checks of the facts find what the frontend leaves", () => {
  const system = randomSystem(seededChooser(3), { operations: 200 });
  expect(operandsExplicit.check?.(system).length).toBeGreaterThan(0);
  expect(widthsLegal.check?.(system).length).toBeGreaterThan(0);
});
