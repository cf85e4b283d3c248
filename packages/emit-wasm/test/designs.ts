/** Designs of the tests, made with the builder. */
import type { System } from "@assassyn/ir";
import { int, SystemBuilder, uint } from "@assassyn/ir";

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
