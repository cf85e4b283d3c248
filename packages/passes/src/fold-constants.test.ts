import { createInterpreter } from "@assassyn/interpreter";
import { createPassManager } from "@assassyn/pass-manager";
import type { CastOperator, ModuleBuilder, OpId, System, Type, TypeClass } from "@assassyn/plugin-api";
import { BINARY_OPERATORS, SystemBuilder, type } from "@assassyn/plugin-api";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { builtinPasses } from "./index.js";

const manager = createPassManager({ plugins: [builtinPasses] });

/** What the design prints, and how it ends. */
function print(system: System): string {
  const lines: string[] = [];
  const { stop } = createInterpreter(system, { onLog: (record) => lines.push(record.text) }).run();
  return [...lines, stop.kind === "fault" ? stop.fault.message : stop.kind].join("\n");
}

function expectSame(system: System, pipeline: readonly string[]): void {
  const { plan } = manager.plan({ pipeline });
  if (plan === undefined) throw new Error("the pipeline is refused");
  const result = manager.run(system, plan);
  expect(result.diagnostics).toEqual([]);
  expect(print(result.system)).toBe(print(system));
}

const types = fc
  .tuple(
    fc.constantFrom<TypeClass>("u", "i", "b"),
    fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(31, 32, 63, 64, 65, 100)),
  )
  .map(([typeClass, width]) => type(typeClass, width));
/** Values at which algebra changes: nothing, one, all ones, powers of two, a shift by the width. */
const constants = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 2n, 8n, 9n, 32n, 64n, 65n, 100n),
  fc.nat(99).map((place) => 1n << BigInt(place)),
  fc.bigInt({ min: 0n, max: 1n << 100n }),
);
const PIPELINES = [["fold-constants"], ["explicit-operands", "fold-constants"], ["default"]] as const;

/** A design with one register, that `make` logs values computed from. */
function design(input: Type, value: bigint, make: (driver: ModuleBuilder, x: OpId) => void): System {
  const builder = new SystemBuilder("algebra");
  const array = builder.array("x", input, { initial: [BigInt.asUintN(input.width, value)] });
  const driver = builder.module("driver", "Driver");
  make(driver, driver.read(array, driver.const(type("u", 1), 0), input));
  builder.config = { ...builder.config, cycles: 1 };
  return builder.build();
}

test("an operation with one constant keeps its meaning", () => {
  fc.assert(
    fc.property(
      types,
      types,
      constants,
      constants,
      fc.constantFrom(...PIPELINES),
      (left, right, value, constant, pipeline) => {
        for (const operator of BINARY_OPERATORS) {
          for (const isLeft of [true, false]) {
            const system = design(left, value, (driver, x) => {
              const fixed = driver.const(right, constant);
              driver.log("{} {0:x}", [
                isLeft ? driver.binary(operator, fixed, x) : driver.binary(operator, x, fixed),
              ]);
            });
            expectSame(system, pipeline);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("an operation on one value twice keeps its meaning", () => {
  fc.assert(
    fc.property(types, constants, fc.constantFrom(...PIPELINES), (input, value, pipeline) => {
      for (const operator of BINARY_OPERATORS) {
        expectSame(
          design(input, value, (driver, x) => void driver.log("{} {0:x}", [driver.binary(operator, x, x)])),
          pipeline,
        );
      }
    }),
    { numRuns: 30 },
  );
});

test("chains of casts, slices, joins and inversions keep their meaning", () => {
  const casts = fc.constantFrom<CastOperator>("zext", "sext", "bitcast");
  fc.assert(
    fc.property(
      types,
      constants,
      fc.array(fc.tuple(fc.nat(5), casts, types, fc.nat(200), fc.nat(200)), { minLength: 2, maxLength: 6 }),
      fc.constantFrom(...PIPELINES),
      (input, value, steps, pipeline) => {
        const system = design(input, value, (driver, x) => {
          let current = x;
          for (const [kind, cast, to, first, second] of steps) {
            const { width } = driver.typeOf(current);
            const low = first % width;
            const high = low + (second % (width - low));
            if (kind <= 1) current = driver.cast(cast, current, to);
            else if (kind === 2) current = driver.slice(current, high, low);
            else if (kind === 3) current = driver.unary(first % 2 === 0 ? "not" : "neg", current);
            else if (kind === 4)
              current = driver.concat([
                driver.slice(current, width - 1, low),
                driver.slice(current, high, 0),
              ]);
            else {
              const mask = driver.const(to, BigInt(first) | (BigInt(second) << 40n));
              current = driver.binary("and", current, mask);
            }
            driver.log("{} {0:x}", [current]);
          }
        });
        expectSame(system, pipeline);
      },
    ),
    { numRuns: 400 },
  );
});

test("choices between constants, values and opposites keep their meaning", () => {
  fc.assert(
    fc.property(
      types,
      constants,
      constants,
      constants,
      fc.constantFrom(...PIPELINES),
      (input, value, one, other, pipeline) => {
        const system = design(input, value, (driver, x) => {
          const zero = driver.const(input, 0);
          const bit = type("b", 1);
          for (const condition of [
            driver.binary("eq", x, zero),
            driver.unary("not", driver.binary("lt", x, zero)),
          ]) {
            const inverse = driver.unary("not", condition);
            driver.log("{} {} {} {}", [
              driver.select(condition, driver.const(input, one), driver.const(input, other)),
              driver.select(inverse, x, driver.const(input, other)),
              driver.select(condition, driver.const(bit, one), inverse),
              driver.select(inverse, condition, driver.const(bit, other)),
            ]);
            driver.log("{} {}", [
              driver.select(condition, driver.const(bit, one), driver.const(bit, other)),
              driver.choose(
                condition,
                () => x,
                () => zero,
              ),
            ]);
          }
        });
        expectSame(system, pipeline);
      },
    ),
    { numRuns: 150 },
  );
});

test("every operation on every pair of three-bit values keeps its meaning", () => {
  const classes: readonly TypeClass[] = ["u", "i", "b"];
  const all = Array.from({ length: 8 }, (_, value) => BigInt(value));
  for (const typeClass of classes) {
    for (const value of all) {
      const system = design(type(typeClass, 3), value, (driver, x) => {
        for (const fixed of classes.flatMap((other) => all.map((one) => driver.const(type(other, 3), one)))) {
          for (const operator of BINARY_OPERATORS) {
            const isDivision = operator === "div" || operator === "rem";
            // A fault would end the design at the first division by zero.
            const constant = driver.operation(fixed);
            if (!isDivision || (constant.kind === "const" && constant.value !== 0n)) {
              driver.log("{:?} {0:x}", [driver.binary(operator, x, fixed)]);
            }
            if (!isDivision || value !== 0n) driver.log("{:?} {0:x}", [driver.binary(operator, fixed, x)]);
          }
        }
      });
      for (const pipeline of PIPELINES) expectSame(system, pipeline);
    }
  }
});
