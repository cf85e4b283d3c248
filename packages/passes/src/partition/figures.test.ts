import type { Operation, System } from "@assassyn/plugin-api";
import { opId, parseSystem, uint, SystemBuilder } from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import type { CycleEstimate } from "./index.js";
import {
  BARRIER_NANOSECONDS,
  estimateCycle,
  moduleCost,
  operationCost,
  partitionFigures,
  planPartition,
  UNIT_NANOSECONDS,
  WORTHWHILE_SPEEDUP,
} from "./index.js";

function parse(text: string): System {
  const { system, diagnostics } = parseSystem(text);
  expect(diagnostics).toEqual([]);
  if (system === undefined) throw new Error("no system");
  return system;
}

const COSTS = parse(`ir 1
system costs {
  file "t.asyn"
  reg wide: [u200; 4]
  extern f(a: u8) -> (r: u8)
  module m {
    port p: u65
    exposes x: u8
    %0: u8 = 3
    %1: u65 = pop(p)
    %2: u65 = %1 + %1
    %3: u130 = %1 * %1
    %4: u65 = %1 / %1
    %5: b65 = %1 << %0
    %6: b65 = %1 << %2
    %7: b2 = %0[1:0]
    %8: u200 = wide[%7]
    %9 wide[%7] <= %8
    %10: b8 = extern f(%0)
    %11 log("{} {}", %0, %8)
    %12: b1 = %0[0:0]
    %13 when %12 {
      %14 log("")
    } else {
      %15: u8 = %0 * %0
    }
    %16 expose x = %0
    %17: b8 = bitcast(%0)
    %18 call m
    %19 assert %12, "no"
    %20: b8 = zext(%7)
    %21: u8 = 7
    %22: u8 = %0 / %21
  }
}
`);

test.each([
  ["constant", 0, 0],
  ["pop", 1, 4],
  ["sum of two limbs", 2, 2],
  ["product", 3, 12],
  ["quotient", 4, 80],
  ["quotient by a constant", 22, 4],
  ["shift by a constant", 5, 2],
  ["shift", 6, 4],
  ["slice", 7, 1],
  ["read of four limbs", 8, 5],
  ["write of four limbs", 9, 6],
  ["extern", 10, 22],
  ["log", 11, 70],
  ["if: the mean of 20 and 3, and the condition", 13, 12.5],
  ["expose", 16, 3],
  ["cast that changes nothing", 17, 0],
  ["call", 18, 2],
  ["assert", 19, 1],
  ["extension", 20, 1],
])("the cost of a %s", (_, id, cost) => {
  const module = COSTS.modules[0];
  const operation: Operation | null | undefined = module?.operations[opId(id)];
  if (module == null || operation == null) throw new Error(`no operation %${id}`);
  expect(operationCost(module, operation)).toBe(cost);
});

test("the cost of a module is that of its operations, and two for running it at all", () => {
  const module = COSTS.modules[0];
  if (module == null) throw new Error("no module");
  const sum = module.body.operations.reduce((total, id) => {
    const operation = module.operations[id];
    return total + (operation == null ? 0 : operationCost(module, operation));
  }, 0);
  expect(moduleCost(module)).toBe(2 + Math.round(sum));
});

/** `count` stages with `work` divisions each; the first pushes to the last. */
function independent(count: number, work: number): System {
  const builder = new SystemBuilder("independent", ["t.asyn"]);
  const stages = Array.from({ length: count }, (_, index) => builder.module("stage", `s${index}`));
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined) throw new Error("no stages");
  const port = last.port("p", uint(32));
  for (const stage of stages) {
    const one = stage.unary("not", stage.const(uint(32), 1));
    for (let left = work; left > 0; left -= 1) stage.binary("div", one, one);
  }
  first.push(last.id, port, first.const(uint(32), 1));
  return builder.build();
}

function estimate(system: System, workers: number): CycleEstimate {
  const plan = planPartition(system, { maxThreads: 4, shape: "auto", balance: 10 });
  if (plan.kind !== "ok") throw new Error("loop");
  return estimateCycle(partitionFigures({ ...system, concurrency: plan.concurrency }), workers);
}

test("heavy modules are worth threads, light ones are not", () => {
  const { speedup, workers, nanoseconds } = estimate(independent(4, 1_000), 2);
  expect(workers).toBe(2);
  // Two modules of 20 003 on the busiest worker; the push stays on it.
  expect(nanoseconds).toBeCloseTo(40_009 * UNIT_NANOSECONDS + BARRIER_NANOSECONDS, -1);
  expect(speedup).toBeGreaterThan(1.9);
  expect(estimate(independent(4, 1), 2).speedup).toBeLessThan(1);
  expect(estimate(independent(4, 1), 2).speedup).toBeLessThan(WORTHWHILE_SPEEDUP);
});

test("one worker has neither barriers nor mail, and there are no more workers than clusters", () => {
  const system = independent(4, 100);
  const one = estimate(system, 1);
  expect(one.nanoseconds).toBe(one.sequentialNanoseconds);
  expect(one.assignment).toEqual([0, 0, 0, 0]);
  expect(estimate(system, 64).workers).toBe(4);
  expect(estimate(system, 64).assignment.toSorted()).toEqual([0, 1, 2, 3]);
});

test("the critical path follows the values", () => {
  const builder = new SystemBuilder("path", ["t.asyn"]);
  const heavy = builder.module("driver", "heavy");
  const one = heavy.unary("not", heavy.const(uint(32), 1));
  for (let left = 9; left > 0; left -= 1) heavy.binary("div", one, one);
  const value = heavy.expose("v", one);
  const middle = builder.module("downstream", "middle");
  const next = middle.expose("w", middle.exposedGet(heavy.id, value, uint(32)));
  const light = builder.module("downstream", "light");
  light.exposedValid(heavy.id, value);
  const last = builder.module("downstream", "last");
  last.exposedValid(middle.id, next);
  const system = builder.build();
  const { criticalPath, totalCost, imbalance, clusters } = partitionFigures(system);
  expect(criticalPath.modules).toEqual([heavy.id, middle.id, last.id]);
  expect(criticalPath.cost).toBe(totalCost - 3);
  expect(imbalance).toBe(1);
  expect(clusters).toHaveLength(1);
});
