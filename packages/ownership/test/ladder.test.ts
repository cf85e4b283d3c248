/** Whatever the ladder makes, on every rung, is certified; so are the forms of all examples. */
import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import { randomSystem as wideSystem, seededChooser } from "@assassyn/ir/random";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses } from "@assassyn/passes";
import lockBatchingPlugin from "@assassyn/plugin-lock-batching";
import { randomSystem } from "@assassyn/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { certify } from "../src/index.js";
import { examplePaths, loadExample } from "./examples.js";

const manager = createPassManager({ plugins: [builtinPasses, lockBatchingPlugin] });

/** Legal ladders; every step of each is a rung that may be emitted. */
const LADDERS: readonly (readonly string[])[] = [
  ["lock-insertion", "atomic-flags", "self-signature", "lock-batching", "lock-elision", "partition"],
  ["lock-insertion", "self-signature", "partition"],
  ["lock-insertion", "self-signature", "atomic-flags", "partition"],
  ["lock-insertion", "lock-elision", "atomic-flags", "self-signature"],
  ["lock-insertion", "lock-batching", "self-signature", "partition"],
];
const CUTS = [
  { "max-threads": 8, shape: "auto" },
  { "max-threads": 3, shape: "joined" },
  { "max-threads": 8, shape: "split", balance: 100 },
  { "max-threads": 64, shape: "split", balance: 0 },
  { "max-threads": 1 },
] as const;

/** Runs passes on a system in which all facts hold that they ask for. */
function run(system: System, pipeline: readonly string[], cut: Readonly<Record<string, unknown>>): System {
  const planned = manager.plan({
    pipeline,
    facts: ["locks-explicit", "self-shared"],
    passOptions: pipeline.includes("partition") ? { partition: cut } : {},
  });
  if (planned.plan === undefined)
    throw new Error(planned.diagnostics.map(({ message }) => message).join("\n"));
  const result = manager.run(system, planned.plan, { verifyEach: false });
  expect(result.diagnostics).toEqual([]);
  return result.system;
}

/** The systems behind the steps of a ladder, the default pipeline before it. */
function rungs(system: System, ladder: readonly string[], cut: Readonly<Record<string, unknown>>): System[] {
  let rung = run(system, ["default"], cut);
  return ladder.map((pass) => (rung = run(rung, [pass], cut)));
}

function expectCertified(system: System): void {
  const { certificate, diagnostics } = certify(system);
  expect(diagnostics.map(({ message, notes }) => [message, ...notes].join("; "))).toEqual([]);
  expect(certificate?.form).toBe((system.concurrency?.clusters.length ?? 0) > 0 ? "clusters" : "locks");
  expect(certificate?.locations.every(({ argument }) => argument !== "")).toBe(true);
}

test("there are examples", () => {
  expect(examplePaths.length).toBeGreaterThan(10);
});

test.each(examplePaths)("every rung of %s", { timeout: 60_000 }, (path) => {
  const system = loadExample(path);
  const [whole = [], ...others] = LADDERS;
  for (const rung of rungs(system, whole, CUTS[0])) expectCertified(rung);
  for (const ladder of others) expectCertified(rungs(system, ladder, CUTS[2]).at(-1) ?? system);
});

test("every rung of random designs", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      fc.oneof(
        randomSystem({ maxModules: 12 }),
        fc
          .integer({ min: 0, max: 2 ** 31 - 1 })
          .map((seed) => wideSystem(seededChooser(seed), { externs: true, faults: true })),
      ),
      fc.constantFrom(...LADDERS),
      fc.constantFrom(...CUTS),
      (system, ladder, cut) => {
        for (const rung of rungs(system, ladder, cut)) expectCertified(rung);
      },
    ),
    { numRuns: 60 },
  );
});

test("the certificate is plain data, the same for the same system", () => {
  const system = rungs(loadExample("examples/fir/fir.asyn"), LADDERS[0] ?? [], CUTS[0]).at(-1);
  if (system === undefined) throw new Error("no rung");
  const before = printSystem(system);
  const { certificate } = certify(system);
  expect(JSON.parse(JSON.stringify(certificate))).toEqual(certify(system).certificate);
  expect(printSystem(system)).toBe(before);
});

test("a system for one thread needs no proof", () => {
  expect(certify(loadExample("examples/fir/fir.asyn"))).toEqual({
    certificate: { form: "sequential", barriers: 0, locations: [] },
    diagnostics: [],
  });
});
