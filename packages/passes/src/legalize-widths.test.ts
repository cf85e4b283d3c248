import { createInterpreter } from "@assassyn/interpreter";
import { createPassManager } from "@assassyn/pass-manager";
import type { BinaryOperator, ModuleBuilder, OpId, System, Type } from "@assassyn/plugin-api";
import { SystemBuilder, bits, int, uint } from "@assassyn/plugin-api";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { builtinPasses, widthsLegal } from "./index.js";

/** Puts `values` into registers, so that nothing is constant, and logs what `make` computes from them. */
function design(
  values: readonly (readonly [Type, bigint])[],
  make: (module: ModuleBuilder, inputs: OpId[]) => OpId,
): System {
  const builder = new SystemBuilder("wide");
  const arrays = values.map(([type, value], index) =>
    builder.array(`r${index}`, type, { initial: [BigInt.asUintN(type.width, value)] }),
  );
  const driver = builder.module("driver", "Driver");
  const inputs = arrays.map((array, index) =>
    driver.read(array, driver.const(uint(1), 0), values[index]?.[0] ?? bits(1)),
  );
  driver.log("{} {0:x}", [make(driver, inputs)]);
  return { ...builder.build(), config: { ...builder.config, cycles: 1 } };
}

function print(system: System): string {
  const lines: string[] = [];
  const { stop } = createInterpreter(system, { onLog: (record) => lines.push(record.text) }).run();
  return `${lines.join()} ${stop.kind === "fault" ? stop.fault.message : stop.kind}`;
}

const manager = createPassManager({ plugins: [builtinPasses] });
const { plan } = manager.plan({ pipeline: ["explicit-operands", "legalize-widths"] });

function expectSame(system: System): void {
  if (plan === undefined) throw new Error("the pipeline is refused");
  const result = manager.run(system, plan);
  if (!result.ok) throw new Error(result.diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  expect(widthsLegal.check?.(result.system)).toEqual([]);
  expect(print(result.system)).toBe(print(system));
}

const anyType = fc
  .tuple(fc.constantFrom(uint, int, bits), fc.integer({ min: 1, max: 200 }))
  .map(([make, width]) => make(width));
const interesting = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 200n) - 1n }),
  fc.constantFrom(0n, 1n, -1n, (1n << 64n) - 1n, 1n << 64n, -(1n << 63n)),
  fc.nat(199).map((place) => 1n << BigInt(place)),
);

test("operations on two equal widths keep their meaning", () => {
  const operators: BinaryOperator[] = [
    "add",
    "sub",
    "mul",
    "div",
    "rem",
    "and",
    "or",
    "xor",
    "lt",
    "gt",
    "le",
    "ge",
    "eq",
    "ne",
  ];
  const property = fc.property(
    fc.constantFrom(...operators),
    anyType,
    interesting,
    interesting,
    (operator, type, a, b) => {
      const make = (module: ModuleBuilder, [left, right]: OpId[]): OpId => {
        if (left === undefined || right === undefined) throw new Error("two inputs");
        const made = module.binary(operator, left, right);
        // The pass `explicit-operands`, which comes before, leaves products as wide as their operands.
        return operator === "mul" ? module.slice(made, type.width - 1, 0) : made;
      };
      const system = design(
        [
          [type, a],
          [type, b],
        ],
        make,
      );
      expectSame(system);
    },
  );
  fc.assert(property, { numRuns: 1500 });
});

test("products keep their meaning when the operands are extended first", () => {
  const property = fc.property(anyType, anyType, interesting, interesting, (left, right, a, b) => {
    const make = (module: ModuleBuilder, [x, y]: OpId[]): OpId => {
      if (x === undefined || y === undefined) throw new Error("two inputs");
      const type = { class: left.class, width: left.width + right.width };
      const extend = (id: OpId, from: Type): OpId =>
        module.cast(from.class === "i" ? "sext" : "zext", id, type);
      return module.append({
        kind: "binary",
        operator: "mul",
        left: extend(x, left),
        right: extend(y, right),
        type,
        loc: module.loc,
      });
    };
    expectSame(
      design(
        [
          [left, a],
          [right, b],
        ],
        make,
      ),
    );
  });
  fc.assert(property, { numRuns: 500 });
});

test("shifts keep their meaning for amounts of every size and width", () => {
  const amounts = fc.oneof(fc.bigInt({ min: 0n, max: 260n }), interesting);
  const property = fc.property(
    fc.constantFrom("shl", "shr"),
    anyType,
    anyType,
    interesting,
    amounts,
    (operator, type, by, a, n) => {
      expectSame(
        design(
          [
            [type, a],
            [by, n],
          ],
          (module, [x, y]) => {
            if (x === undefined || y === undefined) throw new Error("two inputs");
            return module.binary(operator === "shl" ? "shl" : "shr", x, y);
          },
        ),
      );
    },
  );
  fc.assert(property, { numRuns: 1000 });
});

test("casts, slices, joins and choices keep their meaning", () => {
  const property = fc.property(
    anyType,
    anyType,
    interesting,
    interesting,
    fc.nat(400),
    fc.nat(400),
    fc.constantFrom("zext", "sext", "bitcast"),
    (left, right, a, b, p, q, operator) => {
      expectSame(
        design(
          [
            [left, a],
            [right, b],
          ],
          (module, [x, y]) => {
            if (x === undefined || y === undefined) throw new Error("two inputs");
            const cast = operator === "zext" ? "zext" : operator === "sext" ? "sext" : "bitcast";
            const other = module.cast(cast, y, left);
            const joined = module.concat([y, module.unary("neg", x), module.unary("not", other)]);
            const { width } = module.typeOf(joined);
            const [low, high] = [p % width, q % width].toSorted((m, n) => m - n);
            const part = module.slice(joined, high ?? 0, low ?? 0);
            const condition = module.binary("lt", x, other);
            const chosen = module.select(condition, x, other);
            const again = module.choose(
              condition,
              () => other,
              () => chosen,
            );
            return module.concat([part, chosen, again]);
          },
        ),
      );
    },
  );
  fc.assert(property, { numRuns: 800 });
});

test("a one-hot choice keeps its meaning and its fault", () => {
  const property = fc.property(anyType, fc.integer({ min: 1, max: 80 }), interesting, (type, count, a) => {
    expectSame(
      design(
        [
          [bits(count), a],
          [type, a],
        ],
        (module, [x, y]) => {
          if (x === undefined || y === undefined) throw new Error("two inputs");
          const arms = Array.from({ length: count }, (_, index) =>
            index % 2 === 0 ? y : module.unary("not", y),
          );
          return module.select1hot(
            x,
            arms.map((arm) => module.cast("bitcast", arm, type)),
          );
        },
      ),
    );
  });
  fc.assert(property, { numRuns: 300 });
});

test("constant digits of zero inside a factor are skipped, not those behind them", () => {
  for (const factor of [5n | (7n << 64n), 1n << 96n, (3n << 32n) | (9n << 96n), 0n]) {
    expectSame(
      design(
        [[uint(128), (1n << 127n) | 0xffff_ffff_ffff_ffffn]],
        (module, [input = module.const(uint(1), 0)]) =>
          module.slice(module.binary("mul", input, module.const(uint(128), factor)), 127, 0),
      ),
    );
  }
});

test("a wide index becomes one of 64 bits that is out of range when the wide one is", () => {
  for (const index of [0n, 3n, 4n, 1n << 64n, (1n << 64n) + 1n, 1n << 99n]) {
    const builder = new SystemBuilder("index");
    const place = builder.array("place", bits(100), { initial: [index] });
    const rf = builder.array("rf", uint(8), { size: 4, initial: [5n, 6n, 7n, 8n] });
    const driver = builder.module("driver", "Driver");
    const wide = driver.read(place, driver.const(uint(1), 0), bits(100));
    driver.write(rf, wide, driver.const(uint(8), 9));
    driver.log("{}", [driver.read(rf, wide, uint(8))]);
    expectSame({ ...builder.build(), config: { ...builder.config, cycles: 2 } });
  }
});
