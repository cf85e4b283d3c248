import { moduleIds, moduleOf, printSystem, verify } from "@assassyn/ir";
import type { System } from "@assassyn/ir";
import { expect, test } from "vitest";
import { sampleSystems } from "../generator/random-system.js";
import { reduceSystem } from "./reduce.js";
import { interpreterTarget, runOn } from "./targets.js";

const divides = (system: System): boolean =>
  runOn(system, interpreterTarget).stop.includes("division by zero");

test("a design is reduced to what makes it fail", () => {
  const system = sampleSystems(400, 1).find(divides);
  if (system === undefined) throw new Error("no design divides by zero");
  let tried = 0;
  const small = reduceSystem(system, (candidates) => {
    tried += candidates.length;
    return candidates.findIndex(divides);
  });
  expect(verify(small)).toEqual([]);
  expect(divides(small)).toBe(true);
  expect(tried).toBeGreaterThan(0);
  const operations = moduleIds(small).flatMap((id) =>
    moduleOf(small, id).operations.filter((one) => one !== null),
  );
  if (operations.length > 8) throw new Error(`still large:\n${printSystem(small)}`);
});
