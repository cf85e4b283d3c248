import type { System } from "@assassyn/ir";
import { randomSystem, seededChooser } from "@assassyn/ir/random";
import { sampleSystems } from "@assassyn/testing";
import { expect, test } from "vitest";
import { lowered, roundTripProblem, withoutFiles } from "./round-trip.js";

/** Designs of each kind; more by `PRINT_SOURCE_DESIGNS=1000 npx vitest run packages/print-source`. */
const COUNT = Number(process.env["PRINT_SOURCE_DESIGNS"] ?? 15);
/**
 * Random designs without a module called `bool`: the frontend declares such a module where the type is first looked up, so that its place
 * among the modules is not that of the source.
 */
const designs = (seed: number): System[] =>
  sampleSystems(COUNT, seed).filter((system) => system.modules.every((module) => module?.name !== "bool"));
const generated = { isGenerated: () => true };

test("random systems of the IR package mean the same after printing", () => {
  for (let seed = 0; seed < COUNT; seed += 1) {
    const system = withoutFiles(randomSystem(seededChooser(seed), { faults: seed % 3 === 0 }));
    expect(roundTripProblem(system), `seed ${seed}`).toBeUndefined();
    expect(roundTripProblem(system, {}, generated), `seed ${seed}, folded`).toBeUndefined();
  }
});

test("random designs of the testing package mean the same after printing", () => {
  for (const [index, system] of designs(7).entries()) {
    expect(roundTripProblem(system), `design ${index}`).toBeUndefined();
    expect(roundTripProblem(system, {}, generated), `design ${index}, folded`).toBeUndefined();
  }
});

test("what the default passes made of a design can be printed, too", () => {
  for (const [index, system] of designs(8).entries())
    expect(roundTripProblem(lowered(system)), `design ${index}`).toBeUndefined();
});
