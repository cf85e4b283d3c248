/** The certificate derives accesses itself; on systems without mistakes its table and that of the IR say the same. */
import type { System } from "@assassyn/ir";
import { accessesOf, implicitAccesses, locationKey, moduleIds, moduleOf, walk } from "@assassyn/ir";
import { randomSystem } from "@assassyn/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { derive } from "../src/accesses.js";

function ofTheIr(system: System): string[] {
  const found = new Set<string>();
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    for (const { location, mode } of implicitAccesses(module, id))
      found.add(`${id} run ${mode} ${locationKey(location)}`);
    walk(module, (operation, op) => {
      for (const { location, mode } of accessesOf(operation, id))
        found.add(`${id} ${op} ${mode} ${locationKey(location)}`);
    });
  }
  return [...found].toSorted();
}

function derived(system: System): string[] {
  const tables = [...derive(system).locations.values()];
  return tables
    .flatMap(({ accesses }) =>
      accesses.map(
        ({ module, operation = "run", mode, location }) =>
          `${module} ${operation} ${mode} ${locationKey(location)}`,
      ),
    )
    .toSorted();
}

test("two tables of accesses agree", () => {
  fc.assert(
    fc.property(randomSystem({ maxModules: 12 }), (system) => {
      expect(derived(system)).toEqual(ofTheIr(system));
    }),
    { numRuns: 60 },
  );
});
