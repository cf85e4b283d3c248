/** Drives `divider.asyn` from TypeScript: writes registers, steps cycle by cycle, and asserts on what the registers hold. */
import { fileURLToPath } from "node:url";
import type { WasmSimulation } from "@assassyn/simulator";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openDesign } from "./open-design.js";

const design = fileURLToPath(new URL("divider.asyn", import.meta.url));
/** The host decides how long it runs, so no limit of the design shall stop it. */
const endless = { cycles: Infinity, idle: Infinity };
const largest = 2n ** 32n - 1n;

/** Hands a division in, the way a driver of a bus would, and lets the cycle pass in which the unit sees it. */
function request(simulation: WasmSimulation, numerator: bigint, denominator: bigint): void {
  simulation.write("numerator", numerator);
  simulation.write("denominator", denominator);
  simulation.write("request", 1);
  simulation.step();
}

/** Steps until `count` divisions are done. @returns the cycles that it took */
function complete(simulation: WasmSimulation, count: bigint): number {
  const start = simulation.cycle;
  while (simulation.read("completed") < count) {
    if (simulation.cycle - start > 1000) throw new Error("the divider hangs");
    simulation.step();
  }
  return simulation.cycle - start;
}

test("a division takes 32 cycles, and every one of them keeps the invariant of long division", () => {
  const simulation = openDesign(design, endless);
  const [numerator, denominator] = [1_000_003n, 97n];
  request(simulation, numerator, denominator);
  expect(simulation.read("request")).toBe(0n);
  expect(simulation.credits("divide")).toBe(1n);
  for (let done = 1n; done <= 32n; done += 1n) {
    simulation.step();
    const [quotient, rest] = [simulation.read("quotient"), simulation.read("rest")];
    expect(quotient * denominator + rest).toBe(numerator >> (32n - done));
    expect(rest).toBeLessThan(denominator);
    expect(simulation.triggered("divide")).toBe(done === 32n);
  }
  expect(simulation.read("quotient")).toBe(numerator / denominator);
  expect(simulation.read("completed")).toBe(1n);
});

test("it divides like BigInt; a zero denominator gives all ones and the numerator", () => {
  const simulation = openDesign(design, endless);
  const operand = fc.bigInt({ min: 0n, max: largest });
  fc.assert(
    fc.property(operand, fc.oneof(operand, fc.bigInt({ min: 0n, max: 9n })), (numerator, denominator) => {
      simulation.reset();
      request(simulation, numerator, denominator);
      expect(complete(simulation, 1n)).toBe(32);
      expect([simulation.read("quotient"), simulation.read("rest")]).toEqual(
        denominator === 0n ? [largest, numerator] : [numerator / denominator, numerator % denominator],
      );
    }),
  );
});

test("requests that come too early wait in the FIFOs", () => {
  const lines: string[] = [];
  const simulation = openDesign(design, { ...endless, onLog: ({ text }) => lines.push(text) });
  request(simulation, 100n, 7n);
  request(simulation, 200n, 9n);
  expect(simulation.fifo("divide.n")).toEqual({ length: 2, head: 100n });
  complete(simulation, 1n);
  expect(simulation.read("quotient")).toBe(14n);
  expect(simulation.fifo("divide.n")).toEqual({ length: 1, head: 200n });
  complete(simulation, 2n);
  expect(simulation.read("quotient")).toBe(22n);
  expect(lines).toEqual(["100 / 7", "200 / 9"]);
});

test("a snapshot goes back to the middle of a division, where a register can be changed", () => {
  const simulation = openDesign(design, endless);
  request(simulation, 1000n, 10n);
  simulation.step(22);
  const middle = simulation.snapshot();
  complete(simulation, 1n);
  expect(simulation.read("quotient")).toBe(100n);

  simulation.restore(middle);
  expect(simulation.read("completed")).toBe(0n);
  simulation.write("rest", 9n);
  complete(simulation, 1n);
  // Ten bits are still to come, below a rest of 9 instead of 0.
  expect(simulation.read("quotient")).toBe((9n * 2n ** 10n + 1000n) / 10n);
});

test("a value that does not fit a register, and a name that the design does not have, are refused", () => {
  const simulation = openDesign(design, endless);
  expect(() => simulation.write("position", 32)).toThrow(RangeError);
  expect(() => simulation.read("quotent")).toThrow("no register is called quotent");
});
