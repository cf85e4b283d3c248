import { SystemBuilder, int, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { createInterpreter } from "./interpreter.js";

function asyncCall() {
  const system = new SystemBuilder("async_call");
  system.config = { ...system.config, cycles: 10 };
  const count = system.array("cnt", int(32));
  const adder = system.module("stage", "adder");
  const driver = system.module("driver", "Driver");
  const a = adder.port("a", int(32));
  const b = adder.port("b", int(32));
  const both = adder.binary("and", adder.fifoValid(adder.id, a), adder.fifoValid(adder.id, b));
  adder.wait(both);
  const x = adder.pop(a);
  const y = adder.pop(b);
  adder.log("Adder: {} + {} = {}", [x, y, adder.binary("add", x, y)]);
  const zero = driver.const(uint(1), 0);
  const value = driver.read(count, zero, int(32));
  const next = driver.binary("add", value, driver.const(int(32), 1));
  driver.write(count, zero, next);
  driver.when(driver.binary("lt", value, driver.const(int(32), 3)), () => {
    driver.push(adder.id, a, value);
    driver.push(adder.id, b, value);
    driver.call(adder.id);
  });
  return system.build();
}

test("a call made in cycle t runs the callee in t + 1", () => {
  const lines: string[] = [];
  const simulation = createInterpreter(asyncCall(), {
    onLog: (r) => lines.push(`${r.cycle} ${r.module} ${r.text}`),
  });
  expect(simulation.run()).toEqual({ cycles: 10, stop: { kind: "limit" }, droppedWrites: 0 });
  expect(lines).toEqual(["2 adder Adder: 0 + 0 = 0", "3 adder Adder: 1 + 1 = 2", "4 adder Adder: 2 + 2 = 4"]);
  expect(simulation.read("cnt")).toBe(10n);
});

test("arrays too large to be held are refused before the memory is gone", () => {
  const system = new SystemBuilder("large");
  system.array("big", uint(64), { size: 1_000_000_000 });
  system.module("driver", "Driver");
  expect(() => createInterpreter(system.build())).toThrow(
    /^the arrays have 1000000000 elements; the interpreter holds at most \d+$/,
  );
});

test("a snapshot restores state and cycle", () => {
  const simulation = createInterpreter(asyncCall());
  simulation.step(2);
  const snapshot = simulation.snapshot();
  simulation.step(3);
  simulation.restore(snapshot);
  expect(simulation.cycle).toBe(2);
  expect(simulation.read("cnt")).toBe(2n);
  expect(simulation.fifo("adder.a")).toEqual({ length: 1, head: 1n });
  expect(simulation.credits("adder")).toBe(1n);
});
