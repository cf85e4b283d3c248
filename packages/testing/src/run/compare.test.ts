import { SystemBuilder, int } from "@assassyn/ir";
import { expect, test } from "vitest";
import { sampleSystems } from "../generator/random-system.js";
import { compareTraces, expectSame } from "./compare.js";
import { interpreterTarget, runOn } from "./targets.js";
import type { RunTrace } from "./trace.js";

const line = { cycle: 1, module: "m", text: "a" };
const trace: RunTrace = { target: "one", lines: [line], stop: "limit", cycles: 3, droppedWrites: 0 };

test("equal runs have no differences", () => {
  expect(compareTraces(trace, { ...trace, target: "two" })).toEqual([]);
});

test("the message shows the first line that differs and every other difference", () => {
  const other: RunTrace = { ...trace, target: "two", lines: [line, { ...line, cycle: 2 }], droppedWrites: 4 };
  expect(() => expectSame(trace, other)).toThrow(/two differs from one/);
  expect(compareTraces(trace, other)).toEqual([
    "log line 2 of 1 (one) and 2 (two):",
    '    @1 [m] "a"',
    "  - (no more lines)",
    '  + @2 [m] "a"',
    "dropped writes:",
    "  - 0",
    "  + 4",
  ]);
});

test("state is not compared after a fault", () => {
  const other: RunTrace = { ...trace, droppedWrites: 4 };
  expect(compareTraces({ ...trace, stateSpecified: false }, other)).toEqual([]);
});

test("state is compared by name", () => {
  const system = new SystemBuilder("s");
  const register = system.array("r", int(8), { initial: [3n] });
  system.config = { ...system.config, cycles: 2 };
  const driver = system.module("driver", "d");
  driver.write(register, driver.const(int(8), 0), driver.const(int(8), -1));
  const result = runOn(system.build(), interpreterTarget);
  const { state } = result;
  if (state === undefined) throw new Error("the interpreter gives its state");
  expect(state.arrays.get("r")).toEqual([-1n]);
  const other = { ...result, state: { ...state, arrays: new Map([["r", [3n]]]) } };
  expect(compareTraces(result, other)).toEqual(["array r:", '  - ["-1n"]', '  + ["3n"]']);
});

test("slices and snapshots change nothing on the interpreter", () => {
  for (const system of sampleSystems(40, 11)) {
    const whole = runOn(system, interpreterTarget);
    expectSame(whole, runOn(system, interpreterTarget, { slice: 3 }));
    expectSame(whole, runOn(system, interpreterTarget, { snapshotAt: 5, slice: 2 }));
  }
});
