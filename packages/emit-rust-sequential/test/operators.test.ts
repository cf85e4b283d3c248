import type { ModuleBuilder, OpId, Type } from "@assassyn/ir";
import { BINARY_OPERATORS, SystemBuilder, bits, int, type, uint } from "@assassyn/ir";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import type { Case } from "./harness.js";
import { compareAll } from "./harness.js";
import { lower } from "./lower.js";

const CLASSES = ["u", "i", "b"] as const;
/** Products and divisions have tables of their own. */
const OPERATORS = BINARY_OPERATORS.filter((operator) => !["mul", "div", "rem"].includes(operator));

/** Bit patterns at which something changes. */
function edges(width: number): bigint[] {
  const all = (1n << BigInt(width)) - 1n;
  const top = 1n << BigInt(width - 1);
  const candidates = [0n, 1n, 2n, BigInt(width), top - 1n, top, top + 1n, all - 1n, all, all / 3n];
  return [...new Set(candidates.map((value) => BigInt.asUintN(width, value)))];
}

/** Adds a driver that sees a pair of edge values in each cycle, out of arrays, so that nothing is known at compile time. */
function addPairs(
  system: SystemBuilder,
  name: string,
  left: Type,
  right: Type,
  body: (driver: ModuleBuilder, a: OpId, b: OpId) => void,
): void {
  const all = edges(left.width).flatMap((a) => edges(right.width).map((b) => [a, b] as const));
  const as = system.array(`${name}_a`, left, { size: 128, initial: all.map(([a]) => a) });
  const bs = system.array(`${name}_b`, right, { size: 128, initial: all.map(([, b]) => b) });
  const driver = system.module("driver", name);
  const index = driver.slice(driver.binary("sub", driver.cycle(), driver.const(uint(64), 1)), 6, 0);
  body(driver, driver.read(as, index, left), driver.read(bs, index, right));
}

/** One design of one driver for each number. */
function design(
  name: string,
  numbers: Iterable<number>,
  fill: (system: SystemBuilder, number: number) => void,
): Case {
  const system = new SystemBuilder(name);
  system.config = { ...system.config, cycles: 100 };
  for (const number of numbers) fill(system, number);
  const built = system.build();
  return { system: built, lowered: lower(built) };
}

function* range(from: number, to: number): Generator<number> {
  for (let number = from; number <= to; number += 1) yield number;
}

const logAll = (driver: ModuleBuilder, format: string, values: readonly OpId[]): void =>
  void driver.log(values.map(() => format).join(" "), values);

function binaryOperators(system: SystemBuilder, width: number): void {
  const right = type(CLASSES[(width + (width >> 2)) % 3] ?? "u", width);
  for (const left of [int(width), bits(width)]) {
    addPairs(system, `w${width}${left.class}`, left, right, (driver, a, b) => {
      logAll(
        driver,
        width % 2 === 0 ? "{}" : "{:#x}",
        OPERATORS.map((operator) => driver.binary(operator, a, b)),
      );
      driver.log("{}", [driver.binary("mul", a, b)]);
      driver.when(driver.binary("ne", b, driver.const(right, 0)), () =>
        logAll(driver, "{}", [driver.binary("div", a, b), driver.binary("rem", a, b)]),
      );
      const divisors = [driver.const(left, width < 4 ? 1 : 7), driver.const(left, -1)];
      logAll(
        driver,
        "{}",
        divisors.flatMap((divisor) => [driver.binary("div", a, divisor), driver.binary("rem", a, divisor)]),
      );
    });
  }
}

function mixedOperators(system: SystemBuilder, number: number): void {
  const [leftWidth, rightWidth] = (
    [
      [1, 8],
      [5, 32],
      [31, 7],
      [32, 33],
      [40, 9],
      [63, 64],
      [64, 1],
      [17, 64],
    ] as const
  )[number] ?? [1, 1];
  for (const left of CLASSES) {
    for (const right of CLASSES) {
      addPairs(
        system,
        `m${number}${left}${right}`,
        type(left, leftWidth),
        type(right, rightWidth),
        (driver, a, b) =>
          logAll(
            driver,
            "{}",
            OPERATORS.map((operator) => driver.binary(operator, a, b)),
          ),
      );
    }
  }
}

function shifts(system: SystemBuilder, width: number): void {
  for (const amountWidth of [1, 3, 6, 7, 32, 64]) {
    for (const left of [int(width), uint(width)]) {
      addPairs(system, `s${width}_${amountWidth}${left.class}`, left, uint(amountWidth), (driver, a, b) => {
        const fixed = [0, 1, width - 1, width, width + 1].map((amount) => driver.const(uint(8), amount));
        logAll(
          driver,
          "{}",
          (["shl", "shr"] as const).flatMap((operator) =>
            [b, ...fixed].map((amount) => driver.binary(operator, a, amount)),
          ),
        );
      });
    }
  }
}

function unaryOperators(system: SystemBuilder, width: number): void {
  const widths = [1, 5, 8, 16, 31, 32, 33, 40, 48, 63, 64];
  for (const left of [int(width), bits(width)]) {
    addPairs(system, `u${width}${left.class}`, left, left, (driver, a, b) => {
      const condition = driver.binary("gt", a, b);
      const values = [
        driver.unary("not", a),
        driver.unary("neg", a),
        driver.select(condition, a, b),
        driver.choose(
          condition,
          () => driver.unary("neg", b),
          () => driver.unary("not", b),
        ),
        ...widths.flatMap((to) => [
          driver.cast("sext", a, int(to)),
          driver.cast("zext", a, uint(to)),
          driver.cast("bitcast", a, int(to)),
        ]),
        ...[0, width >> 1, width - 1].flatMap((low) => [
          driver.slice(a, width - 1, low),
          driver.slice(a, low, low),
          driver.slice(a, low, 0),
        ]),
        ...(2 * width <= 64 ? [driver.concat([a, b])] : []),
        ...(width <= 20 ? [driver.concat([a, condition, b, a])] : []),
      ];
      logAll(driver, "{}", values);
    });
  }
}

function formats(system: SystemBuilder, width: number): void {
  for (const left of [int(width), uint(width)]) {
    addPairs(system, `f${width}${left.class}`, left, left, (driver, a) => {
      const specs = [
        "{}",
        "{:?}",
        "{:+}",
        "{:5}",
        "{:<7}|",
        "{:*^9}",
        "{:08}",
        "{:+08}",
        "{:x}",
        "{:X}",
        "{:#010x}",
        "{:b}",
        "{:#b}",
        "{:o}",
        "{:#06o}",
        "{:'>4}",
        "{:é<6}",
      ];
      driver.log(
        `${specs.join(" ")} {{}} "\\`,
        specs.map(() => a),
      );
    });
  }
}

/** Bundles of limbs in all places where the form `widths-legal` has wide values. */
function wideValues(system: SystemBuilder, width: number): void {
  const wide = bits(width);
  for (const left of [int(width), uint(width)]) {
    addPairs(system, `l${width}${left.class}`, left, left, (driver, a, b) => {
      const limbs = Math.ceil(width / 64);
      const parts = Array.from({ length: limbs }, (_, limb) =>
        driver.slice(a, Math.min(64 * limb + 63, width - 1), 64 * limb),
      ).reverse();
      const same = driver.concat(parts);
      const signed = driver.cast("bitcast", same, int(width));
      driver.when(driver.binary("ne", driver.slice(b, 63, 0), driver.const(bits(64), 0)), () =>
        logAll(driver, "{}", [driver.binary("div", a, b), driver.binary("rem", a, b)]),
      );
      const chosen = driver.choose(
        driver.slice(driver.cycle(), 0, 0),
        () => a,
        () => b,
      );

      logAll(driver, "{:x}", [same, chosen, driver.const(wide, (1n << BigInt(width - 1)) + 5n)]);
      driver.log("{} {:#b} {:o} {:+090}", [signed, a, b, signed]);
    });
  }
}

testWithRust("operators, casts, slices and formats at every width", { timeout: 1_200_000 }, (cargo) => {
  const result = compareAll(
    "sequential-operators",
    {
      binary_low: design("binary_low", range(1, 22), binaryOperators),
      binary_middle: design("binary_middle", range(23, 43), binaryOperators),
      binary_high: design("binary_high", range(44, 64), binaryOperators),
      mixed: design("mixed", range(0, 7), mixedOperators),
      shifts: design("shifts", [1, 7, 8, 31, 32, 33, 63, 64], shifts),
      unary: design("unary", [1, 5, 8, 16, 31, 32, 33, 40, 48, 63, 64], unaryOperators),
      formats: design("formats", [1, 4, 8, 31, 32, 33, 64, 65, 130], formats),
      wide: design("wide", [65, 100, 127, 128, 129, 192, 250], wideValues),
    },
    { cargo, variants: ["fast"], clippy: true },
  );
  expect(result["binary_low"]?.stdout.split("\n").length).toBeGreaterThan(10_000);
});
