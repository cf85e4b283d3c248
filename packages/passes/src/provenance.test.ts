/** Every operation that a pass makes, or turns into another, carries the name of the pass and a place in the source. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Loc, Operation, System } from "@assassyn/ir";
import { moduleIds, moduleOf, walk } from "@assassyn/ir";
import { randomSystem, seededChooser } from "@assassyn/ir/random";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses } from "./index.js";

const manager = createPassManager({ plugins: [builtinPasses] });

/** What an operation does, whatever its operands, type and name. */
function work(operation: Operation): string {
  switch (operation.kind) {
    case "const":
      return `const ${operation.value}`;
    case "unary":
    case "binary":
    case "cast":
      return `${operation.kind} ${operation.operator}`;
    case "slice":
      return `slice ${operation.high} ${operation.low}`;
    default:
      return operation.kind;
  }
}

const placeOf = ({ file, line, column }: Loc): string => `${file}:${line}:${column}`;

/** What is wrong with the operations behind a pass, and how many it made. */
function judge(before: System, after: System, pass: string): { wrong: string[]; made: number } {
  const wrong: string[] = [];
  let made = 0;
  for (const id of moduleIds(after)) {
    const module = moduleOf(after, id);
    const old = moduleOf(before, id);
    const places = new Set([placeOf(module.loc)]);
    walk(old, (operation) => places.add(placeOf(operation.loc)));
    walk(module, (operation, op) => {
      const was = old.operations[op];
      if (!places.has(placeOf(operation.loc)))
        wrong.push(`${module.name} %${op}: from nowhere, ${placeOf(operation.loc)}`);
      if (was != null && work(was) === work(operation)) {
        // Operands may be new; who made the operation stays.
        if (operation.origin !== was.origin && operation.origin !== pass)
          wrong.push(`${module.name} %${op}: by ${operation.origin ?? "nobody"}`);
        return;
      }
      made += 1;
      if (operation.origin !== pass)
        wrong.push(
          `${module.name} %${op} ${work(operation)}: by ${operation.origin ?? "nobody"}, not ${pass}`,
        );
    });
  }
  return { wrong, made };
}

/** Gives every operation a place of its own, so that one that is lost shows. */
function withPlaces(system: System): System {
  return {
    ...system,
    modules: system.modules.map((module) =>
      module === null
        ? null
        : {
            ...module,
            operations: module.operations.map((operation, index) =>
              operation === null ? null : { ...operation, loc: { file: 0, line: index + 2, column: 3 } },
            ),
          },
    ),
  };
}

/** Passes that provide facts, each behind those that it requires itself. */
function providers(facts: readonly string[]): string[] {
  const needed = (builtinPasses.passes ?? []).filter(({ provides = [] }) =>
    provides.some((fact) => facts.includes(fact)),
  );
  return [...new Set(needed.flatMap(({ name, requires = [] }) => [...providers(requires), name]))];
}

const MAKERS = new Set(["fold-constants", "explicit-operands", "legalize-widths", "lock-insertion"]);

test.each(builtinPasses.passes?.map(({ name, requires = [] }) => [name, requires] as const) ?? [])(
  "%s notes itself on what it makes, and the place it was made for",
  (name, requires) => {
    let total = 0;
    fc.assert(
      fc.property(fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 })), (seed) => {
        const { plan } = manager.plan({ pipeline: [...providers(requires), name] });
        if (plan === undefined) throw new Error(`no plan for ${name}`);
        manager.run(withPlaces(randomSystem(seededChooser(seed), { operations: 80 })), plan, {
          instruments: {
            observe(step, before, after) {
              const { wrong, made } = judge(before, after, step.pass.name);
              expect(wrong).toEqual([]);
              if (step.pass.name === name) total += made;
            },
          },
        });
      }),
      { numRuns: 40 },
    );
    // The others only remove, or change operands.
    expect(total > 100).toBe(MAKERS.has(name));
  },
);
