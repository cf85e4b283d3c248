import { expect, test } from "vitest";
import { run } from "./harness.js";

const DESIGN = `/// Adds two numbers that the driver sends it.
system async_call {
  config { cycles: 200, idle: 50 }

  reg cnt: i32                          // a register; starts at 0

  module adder(a: i32, b: i32) {        // a stage; each port is a FIFO
    take a, b                           // wait until both are valid, then pop both
    let c = a + b
    log("Adder: {} + {} = {}", a, b, c)
  }

  driver {                              // runs every cycle
    cnt <= cnt + 1                      // visible in the next cycle
    when cnt < 100 {
      adder(a: cnt, b: cnt)             // asynchronous call: push both ports, add one credit
    }
  }
}
`;

test("the first design of the language page compiles", () => {
  const lines = run(DESIGN, {}, 200);
  expect(lines.length).toBe(100);
  expect(lines[3]).toBe("5 adder: Adder: 3 + 3 = 6");
});
