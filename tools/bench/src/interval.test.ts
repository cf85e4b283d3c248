import { expect, test } from "vitest";
import { medianInterval } from "./interval.js";
import { verdictOf } from "./workload.js";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

test("order statistics of the median, as tables have them", () => {
  expect(medianInterval(upTo(15))).toEqual({ low: 4, high: 12 });
  expect(medianInterval(upTo(6))).toEqual({ low: 1, high: 6 });
  expect(medianInterval(upTo(20))).toEqual({ low: 6, high: 15 });
  expect(medianInterval(upTo(15), 0.99)).toEqual({ low: 3, high: 13 });
});

test("five samples are too few for 95 of 100 cases", () => {
  expect(medianInterval(upTo(5))).toBeUndefined();
  expect(medianInterval([])).toBeUndefined();
});

test("the interval holds the median as often as it says", () => {
  // A fixed sequence of pseudo-random numbers, uniform in 0..1, so their median is 0.5.
  let state = 12345;
  const next = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  let holds = 0;
  for (let round = 0; round < 2000; round += 1) {
    const { low, high } = medianInterval(Array.from({ length: 15 }, next)) ?? { low: 1, high: 0 };
    if (low <= 0.5 && 0.5 <= high) holds += 1;
  }
  expect(holds / 2000).toBeGreaterThan(0.95);
  expect(holds / 2000).toBeLessThan(0.98);
});

const between = (low: number, high: number) =>
  verdictOf({
    name: "a",
    unit: "×",
    value: 1,
    interval: { low, high },
    target: { relation: ">", value: 0.97 },
  });

test("a verdict needs the whole interval on one side", () => {
  expect([between(0.97, 1.1), between(0.9, 0.96), between(0.96, 1.02)]).toEqual([
    "met",
    "missed",
    "unresolved",
  ]);
  expect(verdictOf({ name: "a", unit: "×", value: 1, target: { relation: "<", value: 1 } })).toBe("met");
  expect(verdictOf({ name: "a", unit: "×", value: 1 })).toBeUndefined();
});
