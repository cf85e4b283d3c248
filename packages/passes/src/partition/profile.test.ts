import { moduleIds, moduleOf, SystemBuilder, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { moduleCost } from "./costs.js";
import { partitionFigures } from "./figures.js";
import { planPartition } from "./plan-partition.js";
import { moduleCosts, parseProfile, printProfile } from "./profile.js";
import type { Profile } from "./profile.js";

/** A driver, a stage that is heavy and seldom called, and three that are light and always run. */
function lopsided() {
  const builder = new SystemBuilder("lopsided", ["t.asyn"]);
  const driver = builder.module("driver", "Driver");
  const stages = ["seldom", "a", "b", "c"].map((name) => builder.module("stage", name));
  for (const [index, stage] of stages.entries()) {
    const one = stage.unary("not", stage.const(uint(32), 1));
    for (let left = index === 0 ? 100 : 40; left > 0; left -= 1) stage.binary("div", one, one);
    driver.call(stage.id);
  }
  return builder.build();
}

const profile: Profile = {
  design: "lopsided",
  cycles: 100,
  activations: { Driver: 100, seldom: 1, a: 100, b: 100, c: 100 },
};

test("a profile is read as it was written", () => {
  expect(parseProfile(printProfile(profile))).toEqual({ kind: "ok", profile });
});

test.each<[text: string, reason: string]>([
  ["{", "it is not JSON"],
  ["[]", "it is not an object"],
  ['{"version": 2}', "its version is 2, not 1"],
  ['{"version": 1, "cycles": 1}', "`design` is not a text"],
  ['{"version": 1, "design": "x", "cycles": 0}', "`cycles` is not a whole number of at least 1"],
  ['{"version": 1, "design": "x", "cycles": 1}', "`activations` is not an object"],
  ['{"version": 1, "design": "x", "cycles": 5, "activations": {"a": 6}}', '`activations` of "a" is not'],
])("%s is no profile", (text, reason) => {
  expect(parseProfile(text)).toEqual({ kind: "error", reason: expect.stringContaining(reason) });
});

test("a module costs as often as it runs; one that the profile does not name always does", () => {
  const system = lopsided();
  const full = moduleCosts(system);
  expect(full).toEqual(moduleIds(system).map((id) => moduleCost(moduleOf(system, id))));
  const measured = moduleCosts(system, profile);
  expect(measured[1]).toBe(1 + Math.round(((full[1] ?? 0) - 1) / 100));
  expect(measured.filter((_, id) => id !== 1)).toEqual(full.filter((_, id) => id !== 1));
  expect(moduleCosts(system, { ...profile, activations: {} })).toEqual(full);
});

test("clusters are balanced by what happened", () => {
  const system = lopsided();
  const cut = (used?: Profile) => {
    const options = { maxThreads: 2, shape: "auto", balance: 10 } as const;
    const plan = planPartition(system, used === undefined ? options : { ...options, profile: used });
    if (plan.kind !== "ok") throw new Error("loop");
    return partitionFigures({ ...system, concurrency: plan.concurrency }, profile);
  };
  // The heavy stage counts for two without a profile, and for nothing with one.
  expect(cut().imbalance).toBeGreaterThan(1.3);
  expect(cut(profile).imbalance).toBeLessThan(cut().imbalance);
});
