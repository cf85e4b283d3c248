import { createInterpreter } from "@assassyn/interpreter";
import type { BinaryOperator, Module, ModuleBuilder, OpId, System, Type } from "@assassyn/plugin-api";
import { SystemBuilder, bits, int, operandsOf, operationOf, uint, walk } from "@assassyn/plugin-api";
import fc from "fast-check";
import { expect, test } from "vitest";
import { legalizeModule } from "./legalize-module.js";

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

/** What the form `widths-legal` forbids. */
function illegal(module: Module): string[] {
  const found: string[] = [];
  const storage = [
    "array-read",
    "array-write",
    "fifo-peek",
    "fifo-pop",
    "fifo-push",
    "exposed-get",
    "expose",
    "extern-call",
    "log",
    "if",
  ];
  walk(module, (operation, id) => {
    const wide = (of: OpId): boolean => (operationOf(module, of).type?.width ?? 0) > 64;
    const limb = operation.kind === "slice" && operation.low % 64 === 0 && operation.type.width <= 64;
    const division =
      operation.kind === "binary" && (operation.operator === "div" || operation.operator === "rem");
    const whole = ["const", "concat", "cast"].includes(operation.kind) || storage.includes(operation.kind);
    if ((operation.type?.width ?? 0) > 64 && !whole && !division)
      found.push(`%${id} ${operation.kind} has a wide result`);
    const takesWhole = limb || division || operation.kind === "cast" || storage.includes(operation.kind);
    if (operandsOf(operation).some(wide) && !takesWhole)
      found.push(`%${id} ${operation.kind} has a wide operand`);
    if (operation.kind === "concat" && operation.type.width > 64) {
      const widths = operation.operands.slice(1).map((operand) => operationOf(module, operand).type?.width);
      if (widths.some((width) => width !== 64)) found.push(`%${id} joins other things than limbs`);
    }
  });
  return found;
}

function expectSame(system: System): void {
  const legal = { ...system, modules: system.modules.map((module) => module && legalizeModule(module)) };
  expect(legal.modules.flatMap((module) => (module === null ? [] : illegal(module)))).toEqual([]);
  expect(print(legal)).toBe(print(system));
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
