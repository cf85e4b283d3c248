import type { ModuleBuilder, OpId, System, Type } from "@assassyn/ir";
import { BINARY_OPERATORS, bits, int, SystemBuilder, type, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { compare } from "./compare.js";
import { makeOperandsExplicit } from "./lower.js";

const CLASSES = ["u", "i", "b"] as const;
/** Division faults and has a table of its own. */
const OPERATORS = BINARY_OPERATORS.filter((operator) => operator !== "div" && operator !== "rem");

/** Bit patterns at which something changes. */
function edges(width: number): bigint[] {
  const all = (1n << BigInt(width)) - 1n;
  const top = 1n << BigInt(width - 1);
  const candidates = [0n, 1n, 2n, BigInt(width), top - 1n, top, top + 1n, all - 1n, all, all / 3n];
  return [...new Set(candidates.map((value) => BigInt.asUintN(width, value)))];
}

/** Every pair of two lists, one pair a cycle, out of arrays, so that nothing is known at compile time. */
function pairs(left: Type, right: Type, body: (driver: ModuleBuilder, a: OpId, b: OpId) => void): System {
  const all = edges(left.width).flatMap((a) => edges(right.width).map((b) => [a, b] as const));
  const size = 2 ** Math.ceil(Math.log2(all.length + 1));
  const system = new SystemBuilder("pairs");
  system.config = { ...system.config, cycles: all.length };
  const as = system.array("a", left, { size, initial: all.map(([a]) => a) });
  const bs = system.array("b", right, { size, initial: all.map(([, b]) => b) });
  const driver = system.module("driver", "Driver");
  const next = driver.binary("sub", driver.cycle(), driver.const(uint(64), 1));
  const index = driver.slice(next, Math.log2(size) - 1, 0);
  body(driver, driver.read(as, index, left), driver.read(bs, index, right));
  return system.build();
}

function check(system: System, lines: number): void {
  const result = compare(system, { lowered: makeOperandsExplicit(system) });
  expect(result.lines).toHaveLength(lines);
}

const count = (left: Type, right: Type): number => edges(left.width).length * edges(right.width).length;

test("binary operators at every width and class", () => {
  for (let width = 1; width <= 64; width += 1) {
    const left = type(CLASSES[width % 3] ?? "u", width);
    const right = type(CLASSES[(width + (width >> 2)) % 3] ?? "u", width);
    for (const signedness of [left, int(width)]) {
      const system = pairs(signedness, right, (driver, a, b) => {
        const operators = width <= 32 ? OPERATORS : OPERATORS.filter((operator) => operator !== "mul");
        const results = operators.map((operator) => driver.binary(operator, a, b));
        driver.log(results.map(() => "{:x}").join(" "), results);
      });
      check(system, count(signedness, right));
    }
  }
});

test("multiplication modulo its width", () => {
  for (const width of [33, 48, 63, 64]) {
    // `mul` of the lowered form: operands and result of one width.
    const system = pairs(int(width), int(width), (driver, a, b) => {
      const product = driver.append({
        kind: "binary",
        operator: "mul",
        left: a,
        right: b,
        type: int(width),
        loc: driver.loc,
      });
      driver.log("{}", [product]);
    });
    // Lowered already, and the pass would widen it.
    expect(compare(system).lines).toHaveLength(count(int(width), int(width)));
  }
});

test("operands of different widths and classes", () => {
  for (const [leftWidth, rightWidth] of [
    [1, 8],
    [5, 32],
    [31, 7],
    [32, 33],
    [40, 9],
    [63, 64],
    [64, 1],
    [17, 64],
  ] as const) {
    for (const left of CLASSES) {
      for (const right of CLASSES) {
        const types = [type(left, leftWidth), type(right, rightWidth)] as const;
        const system = pairs(...types, (driver, a, b) => {
          const operators =
            leftWidth + rightWidth <= 64 ? OPERATORS : OPERATORS.filter((operator) => operator !== "mul");
          const results = operators.map((operator) => driver.binary(operator, a, b));
          driver.log(results.map(() => "{}").join(" "), results);
        });
        check(system, count(...types));
      }
    }
  }
});

test("division and remainder, where the divisor is not zero", () => {
  for (let width = 1; width <= 64; width += 1) {
    for (const left of [int(width), uint(width)]) {
      const system = pairs(left, left, (driver, a, b) => {
        const zero = driver.const(left, 0);
        driver.when(driver.binary("ne", b, zero), () =>
          driver.log("{} {}", [driver.binary("div", a, b), driver.binary("rem", a, b)]),
        );
        const seven = driver.const(left, width < 4 ? 1 : 7);
        const minusOne = driver.const(left, -1);
        driver.log("{} {} {}", [
          driver.binary("div", a, seven),
          driver.binary("rem", a, seven),
          driver.binary("div", a, minusOne),
        ]);
      });
      const nonZero = edges(width).filter((value) => value !== 0n).length;
      check(system, count(left, left) + edges(width).length * nonZero);
    }
  }
});

test("shifts by constants and by amounts of any width", () => {
  for (const width of [1, 7, 8, 31, 32, 33, 63, 64]) {
    for (const amountWidth of [1, 3, 5, 6, 7, 32, 40, 64]) {
      for (const left of [int(width), uint(width)]) {
        const system = pairs(left, uint(amountWidth), (driver, a, b) => {
          const fixed = [0, 1, width - 1, width, width + 1].map((amount) => driver.const(uint(8), amount));
          const results = (["shl", "shr"] as const).flatMap((operator) =>
            [b, ...fixed].map((amount) => driver.binary(operator, a, amount)),
          );
          driver.log(results.map(() => "{}").join(" "), results);
        });
        check(system, count(left, uint(amountWidth)));
      }
    }
  }
});

test("unary operators, casts, slices, concatenations and choices", () => {
  const widths = [1, 5, 8, 16, 31, 32, 33, 40, 48, 63, 64];
  for (const width of widths) {
    for (const left of [int(width), bits(width)]) {
      const system = pairs(left, left, (driver, a, b) => {
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
        driver.log(values.map(() => "{}").join(" "), values);
      });
      check(system, count(left, left));
    }
  }
});

test("select1hot with up to 64 arms", () => {
  for (const lines of [1, 2, 5, 32, 33, 64]) {
    const selector = bits(lines);
    const system = pairs(bits(6), bits(6), (driver, a, b) => {
      const one = driver.const(selector, 1);
      const amount = driver.binary("rem", a, driver.const(bits(6), Math.min(lines, 63)));
      const arms = Array.from({ length: lines }, (_, index) =>
        driver.binary("xor", b, driver.const(bits(6), index & 63)),
      );
      driver.log("{}", [driver.select1hot(driver.binary("shl", one, amount), arms)]);
    });
    check(system, count(bits(6), bits(6)));
  }
});
