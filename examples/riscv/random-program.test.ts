import { expect, test } from "vitest";
import { InstructionSimulator } from "./iss/instruction-simulator.js";
import { randomProgram } from "./random-program.js";

test("a random program halts, and goes through each kind of instruction", () => {
  const opcodes = new Set<number>();
  for (let seed = 0; seed < 50; seed += 1) {
    const simulator = new InstructionSimulator({ program: randomProgram(seed, 200) });
    while (!simulator.halted) opcodes.add(simulator.step().instruction & 0x7f);
    expect(simulator.retired).toBeGreaterThan(100);
    expect(simulator.result).toBe(simulator.register(1));
  }
  expect([...opcodes].sort((a, b) => a - b)).toEqual([0x03, 0x13, 0x17, 0x23, 0x33, 0x37, 0x63, 0x67, 0x6f]);
});
