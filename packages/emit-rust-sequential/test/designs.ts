import type { System } from "@assassyn/ir";
import { SystemBuilder, int, uint } from "@assassyn/ir";

/** The first design of the language's tutorial: a driver calls an adder in each of its first `calls` cycles. */
export function asyncCall(calls = 100, cycles = 200): System {
  const system = new SystemBuilder("async_call");
  system.config = { ...system.config, cycles, idle: 50 };
  const count = system.array("cnt", int(32));
  const adder = system.module("stage", "adder", { loc: { file: 0, line: 5, column: 1 } });
  const driver = system.module("driver", "Driver", { loc: { file: 0, line: 11, column: 1 } });
  const a = adder.port("a", int(32));
  const b = adder.port("b", int(32));
  adder.loc = { file: 0, line: 6, column: 3 };
  adder.wait(adder.binary("and", adder.fifoValid(adder.id, a), adder.fifoValid(adder.id, b)));
  const x = adder.pop(a);
  adder.rename(x, "a");
  const y = adder.pop(b);
  adder.rename(y, "b");
  adder.loc = { file: 0, line: 7, column: 3 };
  const sum = adder.binary("add", x, y);
  adder.rename(sum, "c");
  adder.loc = { file: 0, line: 8, column: 3 };
  adder.log("Adder: {} + {} = {}", [x, y, sum]);
  driver.loc = { file: 0, line: 12, column: 3 };
  const zero = driver.const(uint(1), 0);
  const value = driver.read(count, zero, int(32));
  driver.rename(value, "cnt");
  driver.write(count, zero, driver.binary("add", value, driver.const(int(32), 1)));
  driver.loc = { file: 0, line: 13, column: 3 };
  driver.when(driver.binary("lt", value, driver.const(int(32), calls)), () => {
    driver.push(adder.id, a, value);
    driver.push(adder.id, b, value);
    driver.call(adder.id);
  });
  return system.build();
}
