import { evaluateBinary, evaluateCast, evaluateUnary } from "@assassyn/interpreter";
import type { BinaryOperator, Type } from "@assassyn/ir";
import { BINARY_OPERATORS, bits, int, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import type { Interval } from "./interval.js";
import {
  binaryInterval,
  castInterval,
  fullInterval,
  sliceInterval,
  staysWithin,
  unaryInterval,
} from "./interval.js";

const WIDTH = 3;

/** Every interval of patterns. */
const intervals: Interval[] = [];
for (let low = 0n; low < 8n; low += 1n) {
  for (let high = low; high < 8n; high += 1n) intervals.push({ low, high });
}

function members({ low, high }: Interval): bigint[] {
  return Array.from({ length: Number(high - low) + 1 }, (_, index) => low + BigInt(index));
}

/** Results outside of the interval that was computed for them. */
function outside({ low, high }: Interval, results: readonly bigint[]): bigint[] {
  return results.filter((result) => result < low || result > high);
}

const classes: readonly Type[] = [uint(WIDTH), int(WIDTH), bits(WIDTH)];
const isComparison = (operator: string): boolean => ["lt", "gt", "le", "ge", "eq", "ne"].includes(operator);

test.each(BINARY_OPERATORS)("%s: every result lies in the interval", (operator) => {
  for (const type of classes) {
    const resultType = isComparison(operator) ? bits(1) : type;
    for (const left of intervals) {
      for (const right of intervals) {
        const interval = binaryInterval(operator, left, type, right, type, resultType);
        const results = members(left).flatMap((a) =>
          members(right).flatMap(
            (b) => evaluateBinary(operator, { bits: a, type }, { bits: b, type }, resultType) ?? [],
          ),
        );
        expect([type.class, left, right, outside(interval, results)]).toEqual([type.class, left, right, []]);
      }
    }
  }
});

test.each(["add", "sub", "mul", "shl"] as const)(
  "%s stays within exactly where no result is cut",
  (operator) => {
    const compute = { add: (a: bigint, b: bigint) => a + b, sub: (a: bigint, b: bigint) => a - b };
    const more = { mul: (a: bigint, b: bigint) => a * b, shl: (a: bigint, b: bigint) => a << b };
    const exact = { ...compute, ...more }[operator];
    const { high: most } = fullInterval(WIDTH);
    for (const left of intervals) {
      for (const right of intervals) {
        const cut = members(left).some((a) =>
          members(right).some(
            (b) => exact(a, b) < 0n || exact(a, b) > most || (operator === "shl" && b >= 3n),
          ),
        );
        expect([left, right, staysWithin(operator, left, right, WIDTH)]).toEqual([left, right, !cut]);
      }
    }
  },
);

test("casts, slices and unary operators keep every result in the interval", () => {
  for (const value of intervals) {
    for (const operator of ["not", "neg"] as const) {
      const results = members(value).map((pattern) =>
        evaluateUnary(operator, { bits: pattern, type: uint(3) }),
      );
      expect([operator, value, outside(unaryInterval(operator, value, 3), results)]).toEqual([
        operator,
        value,
        [],
      ]);
    }
    for (const operator of ["zext", "sext", "bitcast"] as const) {
      for (const to of [1, 2, 3, 5]) {
        const results = members(value).map((pattern) =>
          evaluateCast(operator, { bits: pattern, type: uint(3) }, uint(to)),
        );
        const found = outside(castInterval(operator, value, 3, to), results);
        expect([operator, to, value, found]).toEqual([operator, to, value, []]);
      }
    }
    for (const [high, low] of [
      [2, 0],
      [1, 0],
      [2, 1],
      [1, 1],
    ] as const) {
      const results = members(value).map((pattern) => BigInt.asUintN(high - low + 1, pattern >> BigInt(low)));
      const found = outside(sliceInterval(value, high, low), results);
      expect([high, low, value, found]).toEqual([high, low, value, []]);
    }
  }
});

/** The interval of an operation on `u8`. */
const of = (operator: BinaryOperator, a: Interval, b: Interval): Interval =>
  binaryInterval(operator, a, uint(8), b, uint(8), uint(8));
const from = (low: bigint, high: bigint): Interval => ({ low, high });

test("intervals are as small as they can be where nothing wraps", () => {
  expect(of("add", from(3n, 9n), from(1n, 1n))).toEqual(from(4n, 10n));
  // Both ends wrap alike, as for a counter that is known not to be zero.
  expect(of("add", from(1n, 9n), from(255n, 255n))).toEqual(from(0n, 8n));
  expect(of("sub", from(3n, 9n), from(1n, 3n))).toEqual(from(0n, 8n));
  expect(of("mul", from(3n, 9n), from(8n, 8n))).toEqual(from(24n, 72n));
  expect(of("rem", from(0n, 255n), from(10n, 10n))).toEqual(from(0n, 9n));
  expect(of("and", from(0n, 255n), from(7n, 7n))).toEqual(from(0n, 7n));
  expect(of("shr", from(0n, 255n), from(4n, 4n))).toEqual(from(0n, 15n));
});
