import type { ModuleId } from "@assassyn/ir";
import { SystemBuilder, int, moduleOf, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { computeSchedule } from "./schedule.js";

test("a pipeline runs its consumers first and commits at once", () => {
  const builder = new SystemBuilder("pipeline");
  const driver = builder.module("driver", "Driver");
  const first = builder.module("stage", "first");
  const second = builder.module("stage", "second");
  const a = first.port("a", int(8));
  const b = second.port("b", int(8));
  driver.push(first.id, a, driver.const(int(8), 1));
  driver.call(first.id);
  second.push(second.id, b, second.const(int(8), 1));
  first.push(second.id, b, first.pop(a));
  first.call(second.id);
  const system = builder.build();
  const schedule = computeSchedule(system);
  expect(schedule.stages.map((id: ModuleId) => moduleOf(system, id).name)).toEqual([
    "second",
    "first",
    "Driver",
  ]);
  expect(schedule.ports[first.id]?.[a]).toEqual({
    pushers: [driver.id],
    push: "immediate",
    pop: "immediate",
    checkPushTwice: false,
    checkPopTwice: false,
  });
  // `first` comes before `second` in canonical order but runs behind it: the conflict must be found at the commit.
  expect(schedule.ports[second.id]?.[b]?.push).toBe("deferred");
  expect(schedule.ports[second.id]?.[b]?.checkPushTwice).toBe(true);
  expect(schedule.credits[second.id]?.commit).toBe("immediate");
});

test("a read behind an own write, and a downstream that reads, defer the write", () => {
  const builder = new SystemBuilder("reads");
  const early = builder.array("early", int(8));
  const late = builder.array("late", int(8));
  const seen = builder.array("seen", int(8));
  const driver = builder.module("driver", "Driver");
  const down = builder.module("downstream", "down");
  const zero = driver.const(uint(1), 0);
  const value = driver.read(early, zero, int(8));
  driver.write(early, zero, value);
  driver.write(late, zero, value);
  driver.log("{}", [driver.read(late, zero, int(8))]);
  driver.write(seen, zero, value);
  const slot = driver.expose("value", value);
  down.exposedGet(driver.id, slot, int(8));
  down.read(seen, down.const(uint(1), 0), int(8));
  const schedule = computeSchedule(builder.build());
  expect(schedule.arrays[early]?.commit).toBe("immediate");
  expect(schedule.arrays[late]?.commit).toBe("deferred");
  expect(schedule.arrays[seen]?.commit).toBe("deferred");
  expect(computeSchedule(builder.build(), { commit: "deferred" }).arrays[early]?.commit).toBe("deferred");
});

test("writes in the two arms of a choice are not two writes", () => {
  const builder = new SystemBuilder("arms");
  const register = builder.array("r", int(8));
  const driver = builder.module("driver", "Driver");
  const zero = driver.const(uint(1), 0);
  const write = () => void driver.write(register, zero, driver.const(int(8), 1));
  driver.when(driver.const(uint(1), 1), write, write);
  expect(computeSchedule(builder.build()).arrays[register]?.checkTwice.size).toBe(0);
  write();
  expect(computeSchedule(builder.build()).arrays[register]?.checkTwice.has(driver.id)).toBe(true);
});
