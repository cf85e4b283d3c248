import type { ArrayId, ModuleBuilder, ModuleId, OpId } from "@assassyn/ir";
import { SystemBuilder, bits, int, moduleOf, uint, walk } from "@assassyn/ir";
import { expect, test } from "vitest";
import type { RangeAnalysis } from "./ranges.js";
import { analyzeRanges } from "./ranges.js";

interface Place {
  readonly driver: ModuleBuilder;
  readonly table: ArrayId;
  /** An unknown number of 8 bits. */
  readonly x: OpId;
  readonly constant: (value: number) => OpId;
  readonly read: (index: OpId) => OpId;
}

/** A driver with a table of ten elements and a register; `build` writes the body. */
function analyze(build: (place: Place) => void): {
  ranges: RangeAnalysis;
  driver: ModuleId;
  /** Operations of a kind in program order. */
  all: (kind: string) => OpId[];
} {
  const builder = new SystemBuilder("ranges");
  const table = builder.array("table", uint(8), { size: 10 });
  const register = builder.array("register", uint(8), { size: 1 });
  const driver = builder.module("driver", "Driver");
  const x = driver.read(register, driver.const(uint(1), 0), uint(8));
  build({
    driver,
    table,
    x,
    constant: (value) => driver.const(uint(8), value),
    read: (index) => driver.read(table, index, uint(8)),
  });
  const system = builder.build();
  const all = (kind: string): OpId[] => {
    const found: OpId[] = [];
    walk(moduleOf(system, driver.id), (operation, id) => void (operation.kind === kind && found.push(id)));
    return found;
  };
  return { ranges: analyzeRanges(system), driver: driver.id, all };
}

/** Whether each read of the body, behind that of the register, is in bounds. */
function readsInBounds(build: (place: Place) => void): boolean[] {
  const { ranges, driver, all } = analyze(build);
  return all("array-read")
    .slice(1)
    .map((id) => ranges.inBounds(driver, id));
}

const nothing = (): void => {};

test("an index is in bounds where a condition says so, and only there", () => {
  const found = readsInBounds(({ driver, x, constant, read }) => {
    driver.when(
      driver.binary("lt", x, constant(10)),
      () => void read(x),
      () => void read(x),
    );
    driver.when(driver.binary("le", x, constant(10)), () => void read(x), nothing);
    driver.when(driver.binary("gt", constant(10), x), () => void read(x), nothing);
  });
  expect(found).toEqual([true, false, false, true]);
});

test("behind a read its index is below the size, and so is what depends on it", () => {
  const found = readsInBounds(({ driver, x, constant, read }) => {
    read(x);
    read(x);
    read(driver.binary("sub", constant(9), x));
    read(driver.binary("add", x, constant(1)));
  });
  expect(found).toEqual([false, true, true, false]);
});

test("a read in an arm says nothing behind it", () => {
  const found = readsInBounds(({ driver, x, constant, read }) => {
    driver.when(
      driver.binary("eq", x, constant(3)),
      () => void read(x),
      () => void read(x),
    );
    read(x);
  });
  expect(found).toEqual([true, false, false]);
});

test("waits, assertions, choices and arithmetic bound an index", () => {
  const found = readsInBounds(({ driver, x, constant, read }) => {
    const isSmall = driver.binary("lt", x, constant(10));
    read(driver.select(isSmall, x, constant(0)));
    read(driver.select(isSmall, constant(0), x));
    read(driver.binary("rem", x, constant(10)));
    read(driver.binary("add", driver.binary("and", x, constant(7)), constant(2)));
    driver.wait(driver.unary("not", driver.binary("ge", x, constant(9))));
    read(driver.binary("add", x, constant(1)));
  });
  expect(found).toEqual([true, false, true, true, true]);
});

test("the choice between two ends keeps a counter within them only as far as the host lets it", () => {
  // A counter modulo ten: its next value is bounded, but the host may have put anything into the register.
  const { ranges, driver, all } = analyze(({ driver: module, x, constant, read }) => {
    const next = module.select(
      module.binary("ge", x, constant(9)),
      constant(0),
      module.binary("add", x, constant(1)),
    );
    read(next);
    read(x);
  });
  const [, next, present] = all("array-read");
  expect([next, present].map((id) => id !== undefined && ranges.inBounds(driver, id))).toEqual([true, false]);
});

test("signed comparisons bound a pattern where they exclude one sign", () => {
  const found = readsInBounds(({ driver, x, read }) => {
    const number = driver.cast("bitcast", x, int(8));
    const signed = (value: number): OpId => driver.const(int(8), value);
    driver.when(driver.binary("lt", number, signed(10)), () => void read(x), nothing);
    const isPositive = driver.binary("ge", number, signed(0));
    driver.when(
      driver.binary("and", isPositive, driver.binary("lt", number, signed(10))),
      () => void read(x),
      nothing,
    );
  });
  expect(found).toEqual([false, true]);
});

test("writes count the same, and divisors are not zero where a condition says so", () => {
  const { ranges, driver, all } = analyze(({ driver: module, x, table, constant }) => {
    module.when(
      module.binary("ne", x, constant(0)),
      () => void module.write(table, module.binary("div", constant(9), x), x),
      () => void module.write(table, module.binary("rem", constant(9), x), x),
    );
  });
  const writes = all("array-write").map((id) => ranges.inBounds(driver, id));
  expect(writes).toEqual([true, true]);
  const divisions = all("binary").map((id) => ranges.nonZeroDivisor(driver, id));
  expect(divisions).toEqual([false, true, false]);
});

test("arithmetic that stays in its width", () => {
  const { ranges, driver, all } = analyze(({ driver: module, x, constant }) => {
    const low = module.cast("zext", module.slice(x, 3, 0), uint(8));
    module.binary("add", low, constant(240));
    module.binary("add", low, constant(241));
    module.binary("sub", constant(15), low);
    module.binary("sub", constant(14), low);
    module.binary("shl", low, constant(4));
    module.binary("shl", low, constant(5));
  });
  const found = all("binary").map((id) => ranges.staysInWidth(driver, id));
  expect(found).toEqual([true, false, true, false, true, false]);
});

test("a FIFO holds what is pushed, an array what its type allows", () => {
  const builder = new SystemBuilder("fifos");
  const driver = builder.module("driver", "Driver");
  const other = builder.module("testbench", "Other");
  const stage = builder.module("stage", "stage");
  const port = stage.port("x", uint(8));
  const register = builder.array("register", uint(8), { size: 1, initial: [3n] });
  driver.push(stage.id, port, driver.const(uint(8), 5));
  other.push(
    stage.id,
    port,
    other.binary("rem", other.read(register, other.const(uint(1), 0), uint(8)), other.const(uint(8), 9)),
  );
  const popped = stage.pop(port);
  const value = stage.read(register, stage.const(uint(1), 0), uint(8));
  const ranges = analyzeRanges(builder.build());
  expect(ranges.range(stage.id, popped)).toEqual({ low: 0n, high: 8n });
  expect(ranges.range(stage.id, value)).toEqual({ low: 0n, high: 255n });
});

test("an exposed value is one of those that are exposed", () => {
  const builder = new SystemBuilder("slots");
  const driver = builder.module("driver", "Driver");
  const downstream = builder.module("downstream", "after");
  const slot = driver.expose("e", driver.slice(driver.cycle(), 3, 0));
  const value = downstream.exposedGet(driver.id, slot, bits(4));
  const wide = downstream.cast("zext", value, bits(20));
  expect(analyzeRanges(builder.build()).range(downstream.id, wide)).toEqual({ low: 0n, high: 15n });
});

/** For each write of the table: whether it may be the second one of a cycle, and whether one may come behind it. */
function writesTwice(build: (place: Place & { readonly write: () => void }) => void): string[] {
  const { ranges, driver, all } = analyze((place) => {
    const { driver: module, table, constant } = place;
    build({ ...place, write: () => void module.write(table, constant(1), constant(1)) });
  });
  return all("array-write").map((id) =>
    [ranges.mayBeFirst(driver, id) ? "first" : "", ranges.mayBeSecond(driver, id) ? "second" : ""]
      .join(" ")
      .trim(),
  );
}

test("writes whose conditions exclude each other are never second", () => {
  const found = writesTwice(({ driver, x, constant, write }) => {
    for (const state of [1, 2, 3]) driver.when(driver.binary("eq", x, constant(state)), write, nothing);
    driver.when(driver.binary("gt", x, constant(3)), write, nothing);
  });
  expect(found).toEqual(["", "", "", ""]);
});

test("writes whose conditions may hold together are", () => {
  const found = writesTwice(({ driver, x, constant, write }) => {
    driver.when(driver.binary("lt", x, constant(3)), write, nothing);
    driver.when(driver.binary("eq", x, constant(4)), write, nothing);
    driver.when(driver.binary("gt", x, constant(1)), write, nothing);
  });
  expect(found).toEqual(["first", "first", "second"]);
});

test("a condition and its opposite exclude each other, however they are made", () => {
  const found = writesTwice(({ driver, x, constant, write }) => {
    const small = driver.binary("lt", x, constant(3));
    const even = driver.binary("eq", driver.binary("and", x, constant(1)), constant(0));
    const both = driver.binary("and", small, even);
    driver.when(both, write, nothing);
    driver.when(driver.binary("and", driver.unary("not", small), even), write, nothing);
    driver.when(driver.unary("not", even), write, nothing);
  });
  expect(found).toEqual(["", "", ""]);
});

test("the arms of one condition exclude each other, what stands behind does not", () => {
  const found = writesTwice(({ driver, x, constant, write }) => {
    driver.when(driver.binary("lt", x, constant(3)), write, write);
    write();
  });
  expect(found).toEqual(["first", "first", "second"]);
});

test("a wait in front decides as a condition does", () => {
  const found = writesTwice(({ driver, x, constant, write }) => {
    driver.when(driver.binary("lt", x, constant(3)), write, nothing);
    driver.wait(driver.binary("ge", x, constant(3)));
    write();
  });
  expect(found).toEqual(["", ""]);
});

test("what is assumed to compare two writes is forgotten", () => {
  const found = readsInBounds(({ driver, x, table, constant, read }) => {
    const write = (): void => void driver.write(table, constant(1), constant(1));
    driver.when(driver.binary("eq", x, constant(1)), write, nothing);
    driver.when(driver.binary("lt", x, constant(4)), write, nothing);
    read(x);
  });
  expect(found).toEqual([false]);
});

test("thousands of writes in a row take their time, not that of their pairs", () => {
  const found = writesTwice(({ driver, x, constant, write }) => {
    for (let state = 0; state < 3000; state += 1)
      driver.when(driver.binary("eq", x, constant(state % 200)), write, nothing);
  });
  expect(found.filter((text) => text.includes("second")).length).toBeGreaterThan(2500);
});

test("the ranges of operations that have no result do not exist", () => {
  const { ranges, driver, all } = analyze(({ driver: module, table, constant }) => {
    module.write(table, constant(1), constant(1));
  });
  const [write] = all("array-write");
  expect(() => write !== undefined && ranges.range(driver, write)).toThrow("no result");
});
