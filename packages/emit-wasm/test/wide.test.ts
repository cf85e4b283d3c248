import type { ModuleBuilder, OpId, System, Type } from "@assassyn/ir";
import { bits, int, SystemBuilder, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { compare } from "./compare.js";

const WIDTHS = [65, 100, 127, 128, 129, 192, 200];

function edges(width: number): bigint[] {
  const all = (1n << BigInt(width)) - 1n;
  const top = 1n << BigInt(width - 1);
  return [0n, 1n, 3n, 1n << 63n, (1n << 64n) - 1n, 1n << 64n, top - 1n, top, top + 1n, all - 6n, all].map(
    (value) => BigInt.asUintN(width, value),
  );
}

/** Every pair of edge values in two registers, one pair a cycle. */
function pairs(valueType: Type, body: (driver: ModuleBuilder, a: OpId, b: OpId) => void): System {
  const all = edges(valueType.width).flatMap((a) => edges(valueType.width).map((b) => [a, b] as const));
  const system = new SystemBuilder("pairs");
  system.config = { ...system.config, cycles: all.length };
  const as = system.array("a", valueType, { size: 128, initial: all.map(([a]) => a) });
  const bs = system.array("b", valueType, { size: 128, initial: all.map(([, b]) => b) });
  const driver = system.module("driver", "Driver");
  const next = driver.binary("sub", driver.cycle(), driver.const(uint(64), 1));
  const index = driver.slice(next, 6, 0);
  body(driver, driver.read(as, index, valueType), driver.read(bs, index, valueType));
  return system.build();
}

/** The limbs of a value, least significant first, as the pass `legalize-widths` takes them. */
function limbs(builder: ModuleBuilder, value: OpId): OpId[] {
  const { width } = builder.typeOf(value);
  return Array.from({ length: Math.ceil(width / 64) }, (_, index) =>
    builder.slice(value, Math.min(64 * index + 63, width - 1), 64 * index),
  );
}

test("division and remainder of wide numbers", () => {
  for (const width of WIDTHS) {
    for (const valueType of [uint(width), int(width)]) {
      const { lines } = compare(
        pairs(valueType, (driver, a, b) => {
          const pieces = limbs(driver, b).map((limb) =>
            driver.binary("ne", limb, driver.const(driver.typeOf(limb), 0)),
          );
          const nonZero = pieces.reduce((x, y) => driver.binary("or", x, y));
          driver.when(nonZero, () =>
            driver.log("{} {}", [driver.binary("div", a, b), driver.binary("rem", a, b)]),
          );
        }),
      );
      expect(lines.length).toBeGreaterThan(99);
    }
  }
});

test("a wide division by zero faults", () => {
  const { stop } = compare(pairs(int(100), (driver, a, b) => driver.log("{}", [driver.binary("rem", a, b)])));
  expect(stop).toMatchObject({ kind: "fault", fault: { message: "remainder by zero", cycle: 1 } });
});

test("wide values move through bundles, choices, FIFOs, registers, exposed values and logs", () => {
  for (const width of WIDTHS) {
    const valueType = bits(width);
    const system = new SystemBuilder("wide");
    system.config = { ...system.config, cycles: 30 };
    const values = system.array("values", valueType, { size: 16, initial: edges(width), fill: 5n });
    const result = system.array("result", valueType, { size: 3, fill: edges(width)[7] ?? 0n });
    const stage = system.module("stage", "stage");
    const driver = system.module("driver", "Driver");
    const downstream = system.module("downstream", "down");
    const port = stage.port("p", valueType);
    stage.wait(stage.fifoValid(stage.id, port));
    const peeked = stage.fifoPeek(stage.id, port, valueType);
    const taken = stage.pop(port);
    const parts = limbs(stage, taken);
    const turned = stage.concat(parts.map((limb) => stage.unary("not", limb)).toReversed());
    const isOdd = stage.slice(parts[0] ?? taken, 0, 0);
    const chosen = stage.choose(
      isOdd,
      () => taken,
      () => stage.cast("bitcast", turned, valueType),
    );
    stage.write(result, stage.slice(stage.cycle(), 1, 0), chosen);
    const exposed = stage.expose("value", chosen);
    stage.log("{} {:x} {:#b} {:>90}", [taken, turned, peeked, chosen]);
    const index = driver.slice(driver.cycle(), 3, 0);
    driver.push(stage.id, port, driver.read(values, index, valueType));
    driver.call(stage.id);
    const got = downstream.choose(
      downstream.exposedValid(stage.id, exposed),
      () => downstream.exposedGet(stage.id, exposed, int(width)),
      () => downstream.const(int(width), -3),
    );
    downstream.log("{}", [downstream.cast("bitcast", got, int(width))]);
    for (const functionSize of [1500, 4]) {
      const { lines } = compare(system.build(), { step: 1, wasm: { functionSize } });
      expect(lines).toHaveLength(58);
    }
  }
});

test("a deferred wide write and a wide push that waits for the commit", () => {
  const wide = uint(130);
  const system = new SystemBuilder("deferred");
  system.config = { ...system.config, cycles: 12 };
  const register = system.array("r", wide, { size: 4, initial: [7n << 100n] });
  const stage = system.module("stage", "stage");
  const driver = system.module("driver", "Driver");
  const port = stage.port("p", wide, 3);
  stage.log("{} {}", [stage.pop(port), stage.read(register, stage.const(uint(2), 1), wide)]);
  const zero = driver.const(uint(2), 0);
  driver.write(
    register,
    driver.const(uint(2), 1),
    driver.concat([driver.const(uint(2), 1), driver.cycle(), driver.cycle()]),
  );
  // Read behind the write: sees the old value.
  driver.push(stage.id, port, driver.read(register, driver.const(uint(2), 1), wide));
  driver.log("{}", [driver.read(register, zero, wide)]);
  driver.call(stage.id);
  compare(system.build(), { step: 1 });
});

test("extern functions take and give values of all widths, and fail as faults", () => {
  const system = new SystemBuilder("externs");
  system.config = { ...system.config, cycles: 6 };
  const at = { file: 0, line: 1, column: 1 };
  const mix = system.extern({
    name: "mix",
    parameters: [
      { name: "a", type: int(70) },
      { name: "b", type: int(8) },
      { name: "c", type: uint(40) },
    ],
    results: [
      { name: "x", type: int(80) },
      { name: "y", type: uint(3) },
    ],
    loc: at,
  });
  const half = system.extern({
    name: "half",
    parameters: [{ name: "a", type: uint(64) }],
    results: [{ name: "x", type: uint(16) }],
    loc: at,
  });
  const driver = system.module("driver", "Driver");
  const small = driver.externCall(half, [driver.cycle()], uint(16));
  const wide = driver.externCall(
    mix,
    [driver.const(int(70), -5), driver.const(int(8), -2), driver.const(uint(40), 1n << 39n)],
    bits(83),
  );
  driver.log("{} {:x}", [small, wide]);
  const { lines, stop } = compare(system.build(), {
    externs: {
      mix: (a = 0n, b = 0n, c = 0n) => [a * b - c, 13n],
      half: (a = 0n) => {
        if (a === 5n) throw new Error("five is odd");
        return a / 2n;
      },
    },
  });
  expect(lines).toHaveLength(4);
  expect(stop).toMatchObject({
    kind: "fault",
    fault: { message: "extern half failed: five is odd", cycle: 5 },
  });
});

test("an index may be wide, and one above 2^64 - 1 is shown as that", () => {
  for (const [last, shown] of [
    [5n, "5"],
    [1n << 64n, "18446744073709551615"],
    [(1n << 100n) - 1n, "18446744073709551615"],
  ] as const) {
    const system = new SystemBuilder("index");
    system.config = { ...system.config, cycles: 20 };
    const indices = system.array("indices", uint(100), {
      size: 8,
      initial: [0n, 4n, 1n << 64n, 3n, (1n << 99n) + 2n, 4n, last, 1n],
    });
    const target = system.array("target", uint(8), { size: 5, initial: [10n, 11n, 12n, 13n, 14n] });
    const driver = system.module("driver", "Driver");
    const now = driver.read(indices, driver.slice(driver.cycle(), 2, 0), uint(100));
    driver.write(target, now, driver.slice(driver.cycle(), 7, 0));
    driver.when(driver.binary("eq", driver.cycle(), driver.const(uint(64), 6)), () =>
      driver.log("{}", [driver.read(target, now, uint(8))]),
    );
    const { stop } = compare(system.build(), { step: 1 });
    expect(stop).toMatchObject({
      fault: { message: `read of target[${shown}], which has 5 elements`, cycle: 6 },
    });
  }
});
