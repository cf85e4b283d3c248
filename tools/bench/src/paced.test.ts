import { expect, test } from "vitest";
import { findPace, pacedSubject } from "./paced.js";

/** A simulator that takes so many seconds a cycle and ends after so many. */
const simulator =
  (perCycle: number, end = Infinity) =>
  (cycles: number) => ({ seconds: perCycle * Math.min(cycles, end), cycles: Math.min(cycles, end) });

test("a sample is long enough, and not much longer", () => {
  for (const perCycle of [1e-9, 1e-6, 1e-3]) {
    const { cycles, runs } = findPace(simulator(perCycle), 0.1);
    expect(runs).toBe(1);
    expect(cycles * perCycle).toBeGreaterThanOrEqual(0.1);
    expect(cycles * perCycle).toBeLessThan(0.5);
  }
});

test("a design that ends early runs several times", () => {
  expect(findPace(simulator(1e-6, 1000), 0.1).runs).toBe(100);
});

test("cycles that cost nothing end the search", () => {
  expect(findPace(simulator(0), 0.1).runs).toBeGreaterThan(0);
});

test("a subject's sample is seconds a cycle", () => {
  expect(pacedSubject("a", simulator(2e-6)).run()).toBeCloseTo(2e-6, 12);
  expect(pacedSubject("a", simulator(2e-6, 300)).run()).toBeCloseTo(2e-6, 12);
});
