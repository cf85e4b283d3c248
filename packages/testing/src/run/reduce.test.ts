import { createMemoryHost, readDesign } from "@assassyn/compiler";
import { moduleIds, moduleOf, printSystem, verify } from "@assassyn/ir";
import type { System } from "@assassyn/ir";
import { expect, test } from "vitest";
import { sampleSystems } from "../generator/random-system.js";
import { printFailure } from "./fuzz.js";
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
  // What is shown is a file that does the same.
  const shown = printFailure({
    seed: 1,
    index: 0,
    target: "t",
    original: [],
    system: small,
    differences: [],
  });
  const text = shown.slice(0, shown.indexOf("before the reduction")).replace(/^seed.*\n/, "");
  const { system: again, diagnostics } = readDesign({ path: "small.asyn", text }, createMemoryHost({}));
  if (again === undefined)
    throw new Error(`${text}\n${diagnostics.map(({ message }) => message).join("\n")}`);
  expect(divides(again)).toBe(true);
  if (operations.length > 8) throw new Error(`still large:\n${printSystem(small)}`);
});
