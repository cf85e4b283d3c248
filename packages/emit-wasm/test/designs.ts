/** Designs of the tests, made with the builder. */
import type { System } from "@assassyn/ir";
import { bits, int, SystemBuilder, uint } from "@assassyn/ir";

/** A driver that calls an adder in the first `calls` cycles. */
export function asyncCall(cycles: number, calls: number): System {
  const system = new SystemBuilder("async_call");
  system.config = { ...system.config, cycles };
  const count = system.array("cnt", int(32));
  const adder = system.module("stage", "adder");
  const driver = system.module("driver", "Driver");
  const a = adder.port("a", int(32));
  const b = adder.port("b", int(32));
  adder.wait(adder.binary("and", adder.fifoValid(adder.id, a), adder.fifoValid(adder.id, b)));
  const x = adder.pop(a);
  const y = adder.pop(b);
  adder.log("Adder: {} + {} = {}", [x, y, adder.binary("add", x, y)]);
  const zero = driver.const(uint(1), 0);
  const value = driver.read(count, zero, int(32));
  driver.write(count, zero, driver.binary("add", value, driver.const(int(32), 1)));
  driver.when(driver.binary("lt", value, driver.const(int(32), calls)), () => {
    driver.push(adder.id, a, value);
    driver.push(adder.id, b, value);
    driver.call(adder.id);
  });
  return system.build();
}

/** A design in which every optimisation has something to do: equal stages, idle cycles, an index that is in range by what it is computed from. */
export function optimizable(stages: number): System {
  const system = new SystemBuilder("optimizable");
  system.config = { ...system.config, cycles: 100 };
  const table = system.array("table", uint(8), { size: 10 });
  const driver = system.module("driver", "Driver");
  const isTime = driver.binary("eq", driver.slice(driver.cycle(), 4, 0), driver.const(bits(5), 3));
  const count = driver.cast("bitcast", driver.slice(driver.cycle(), 7, 0), uint(8));
  const calls = Array.from({ length: stages }, (_, index) => {
    const stage = system.module("stage", `stage_${index}`);
    const total = system.array(`total_${index}`, uint(8));
    const zero = stage.const(uint(1), 0);
    const port = stage.port("a", uint(8));
    stage.wait(stage.fifoValid(stage.id, port));
    const element = stage.binary("rem", stage.pop(port), stage.const(uint(8), 10));
    const value = stage.read(table, element, uint(8));
    stage.write(total, zero, stage.binary("add", value, element));
    return () => {
      driver.push(stage.id, port, count);
      driver.call(stage.id);
    };
  });
  driver.when(isTime, () => calls.forEach((call) => call()));
  return system.build();
}
