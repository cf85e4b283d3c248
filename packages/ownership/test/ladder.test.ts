/** Whatever the ladder makes, on every rung, is certified; so are the forms of all examples. */
import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import { randomSystem as wideSystem, seededChooser } from "@assassyn/ir/random";
import { randomSystem } from "@assassyn/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { certify } from "../src/index.js";
import { examplePaths, loadExample } from "./examples.js";
import { CUTS, LADDERS, rungs } from "./ladders.js";

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
