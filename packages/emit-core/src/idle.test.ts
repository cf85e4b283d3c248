import type { ModuleBuilder, OpId } from "@assassyn/ir";
import { SystemBuilder, bits, int, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { analyzeIdle, nextChange } from "./idle.js";
import type { IdleAnalysis, IdlePlan } from "./idle.js";

/** A driver that logs where `condition` holds, which is all it does. */
function logsWhen(condition: (driver: ModuleBuilder) => OpId): IdleAnalysis {
  const builder = new SystemBuilder("idle");
  const driver = builder.module("driver", "Driver");
  driver.when(
    condition(driver),
    () => void driver.log("here"),
    () => {},
  );
  return analyzeIdle(builder.build());
}

/** The cycles in which something may change, as text. */
function changesOf(idle: IdleAnalysis): string {
  if (idle.kind === "never") return "never";
  const { points, recurrences } = idle.plan;
  return [
    ...points.map(String),
    ...recurrences.map(({ modulus, residue }) => `${residue} of ${modulus}`),
  ].join(", ");
}

const number = (driver: ModuleBuilder, value: number | bigint): OpId => driver.const(bits(64), value);

test.each<[string, string, (driver: ModuleBuilder) => OpId]>([
  ["cycle == 9", "9, 10", (d) => d.binary("eq", d.cycle(), number(d, 9))],
  ["cycle != 9", "9, 10", (d) => d.binary("ne", number(d, 9), d.cycle())],
  ["cycle < 9", "9", (d) => d.binary("lt", d.cycle(), number(d, 9))],
  ["cycle <= 9", "10", (d) => d.binary("le", d.cycle(), number(d, 9))],
  ["9 > cycle", "9", (d) => d.binary("gt", number(d, 9), d.cycle())],
  ["9 >= cycle", "10", (d) => d.binary("ge", number(d, 9), d.cycle())],
  [
    "cycle - 20 < 5",
    "20, 25",
    (d) => d.binary("lt", d.binary("sub", d.cycle(), number(d, 20)), number(d, 5)),
  ],
  [
    "(cycle + 3) % 10 == 4",
    "1 of 10, 2 of 10",
    (d) =>
      d.binary("eq", d.binary("rem", d.binary("add", d.cycle(), number(d, 3)), number(d, 10)), number(d, 4)),
  ],
  [
    "cycle[3:0] >= 12",
    "0 of 16, 12 of 16",
    (d) => d.binary("ge", d.slice(d.cycle(), 3, 0), d.const(bits(4), 12)),
  ],
  ["cycle[9:4] == 3", "0 of 16", (d) => d.binary("eq", d.slice(d.cycle(), 9, 4), d.const(bits(6), 3))],
  [
    "cycle >> 5 == 3",
    "0 of 32",
    (d) => d.binary("eq", d.binary("shr", d.cycle(), number(d, 5)), number(d, 3)),
  ],
  ["cycle / 7 == 3", "0 of 7", (d) => d.binary("eq", d.binary("div", d.cycle(), number(d, 7)), number(d, 3))],
  [
    "cycle & 12 == 4",
    "0 of 4",
    (d) => d.binary("eq", d.binary("and", d.cycle(), number(d, 12)), number(d, 4)),
  ],
  [
    "cycle & 15 == 4",
    "4 of 16, 5 of 16",
    (d) => d.binary("eq", d.binary("and", d.cycle(), number(d, 15)), number(d, 4)),
  ],
  [
    "cycle as i64 > 5",
    "6",
    (d) => d.binary("gt", d.cast("bitcast", d.cycle(), int(64)), d.const(int(64), 5)),
  ],
  // Half of the patterns are negative numbers, in the middle of the period.
  [
    "cycle as i4 > 5",
    "never",
    (d) => d.binary("gt", d.cast("bitcast", d.cycle(), int(4)), d.const(int(4), 5)),
  ],
  ["cycle[0:0]", "never", (d) => d.slice(d.cycle(), 0, 0)],
  [
    "cycle * 3 == 9",
    "never",
    (d) => d.binary("eq", d.binary("mul", d.cycle(), number(d, 3)), d.const(uint(128), 9)),
  ],
  [
    "cycle < 4 || cycle > 8",
    "4, 9",
    (d) => d.binary("or", d.binary("lt", d.cycle(), number(d, 4)), d.binary("gt", d.cycle(), number(d, 8))),
  ],
  ["cycle < 2^64 - 1", "", (d) => d.binary("lt", d.cycle(), number(d, 2n ** 64n - 1n))],
])("where %s changes", (_, expected, condition) => {
  expect(changesOf(logsWhen(condition))).toBe(expected);
});

const planOf = (idle: IdleAnalysis): IdlePlan => {
  if (idle.kind === "never") throw new Error(idle.reason);
  return idle.plan;
};

test("the next change is behind the quiet cycle, whatever the order of points", () => {
  const plan: IdlePlan = {
    points: [5n, 6n, 40n],
    recurrences: [
      { modulus: 16n, residue: 3n },
      { modulus: 100n, residue: 30n },
    ],
    modules: [],
  };
  const found = [0n, 3n, 5n, 6n, 19n, 29n, 35n, 39n, 40n].map((cycle) => nextChange(plan, cycle));
  expect(found).toEqual([3n, 5n, 6n, 19n, 30n, 30n, 40n, 40n, 51n]);
  expect(nextChange({ ...plan, recurrences: [] }, 40n)).toBe(undefined);
});

test("a driver with an effect on every path is never idle", () => {
  const builder = new SystemBuilder("busy");
  const count = builder.array("count", uint(8), { size: 1 });
  const driver = builder.module("driver", "Driver");
  const now = driver.read(count, driver.const(uint(1), 0), uint(8));
  driver.write(count, driver.const(uint(1), 0), driver.binary("add", now, driver.const(uint(8), 1)));
  driver.wait(driver.binary("eq", driver.cycle(), number(driver, 9)));
  expect(analyzeIdle(builder.build())).toEqual({
    kind: "never",
    module: driver.id,
    reason: "its body has an effect in every cycle",
  });
});

test("what stands behind an effect does not matter", () => {
  const idle = logsWhen((driver) => {
    driver.wait(driver.binary("ge", driver.cycle(), number(driver, 50)));
    driver.log("effect");
    return driver.slice(driver.cycle(), 0, 0);
  });
  expect(changesOf(idle)).toBe("50");
});

test("marks stand at the first effect of each path", () => {
  const builder = new SystemBuilder("marks");
  const driver = builder.module("driver", "Driver");
  const isNine = driver.binary("eq", driver.cycle(), number(driver, 9));
  const marked: OpId[] = [];
  driver.when(
    isNine,
    () => {
      marked.push(driver.log("first"));
      driver.log("second");
    },
    () => {
      driver.when(
        driver.binary("eq", driver.cycle(), number(driver, 20)),
        () => void marked.push(driver.log("other")),
        () => {},
      );
    },
  );
  const plan = planOf(analyzeIdle(builder.build()));
  expect(plan.modules[driver.id]).toEqual({ marks: new Set(marked), always: false });
});

test("a stage is marked where it may wait behind an effect", () => {
  const builder = new SystemBuilder("stage");
  const driver = builder.module("driver", "Driver");
  driver.wait(driver.binary("eq", driver.cycle(), number(driver, 9)));
  const stage = builder.module("stage", "stage");
  const port = stage.port("x", uint(8));
  const early = stage.log("tries");
  stage.wait(stage.fifoValid(stage.id, port));
  stage.pop(port);
  stage.log("done");
  const plan = planOf(analyzeIdle(builder.build()));
  expect(plan.modules[stage.id]).toEqual({ marks: new Set([early]), always: false });
});

/** A driver that waits for cycle 9, and a module that waits for an odd cycle. */
function restlessModule(kind: "stage" | "driver"): IdleAnalysis {
  const builder = new SystemBuilder("restless");
  const driver = builder.module("driver", "Driver");
  driver.wait(driver.binary("eq", driver.cycle(), number(driver, 9)));
  const restless = builder.module(kind, "restless");
  restless.wait(restless.slice(restless.cycle(), 0, 0));
  restless.log("odd");
  return analyzeIdle(builder.build());
}

test("a stage that looks at every cycle keeps those busy in which it runs, a driver all of them", () => {
  const idle = restlessModule("stage");
  expect(changesOf(idle)).toBe("9, 10");
  expect(planOf(idle).modules.map((module) => module?.always)).toEqual([false, true]);
  expect(restlessModule("driver").kind).toBe("never");
});

/** A driver that exposes the cycle and a downstream that does what `use` says with it. */
function withDownstream(
  use: (downstream: ModuleBuilder, value: OpId, builder: SystemBuilder) => void,
): IdleAnalysis {
  const builder = new SystemBuilder("downstream");
  const driver = builder.module("driver", "Driver");
  const slot = driver.expose("now", driver.slice(driver.cycle(), 7, 0));
  const downstream = builder.module("downstream", "after");
  use(downstream, downstream.exposedGet(driver.id, slot, bits(8)), builder);
  return analyzeIdle(builder.build());
}

test("a downstream depends on the cycle by what its driver exposes", () => {
  const idle = withDownstream((downstream, value) => {
    downstream.when(
      downstream.binary("eq", value, downstream.const(bits(8), 77)),
      () => void downstream.log("seen"),
      () => {},
    );
  });
  expect(changesOf(idle)).toBe("77 of 256, 78 of 256");
});

/** A downstream that reads element `cycle % 256` of a table. */
function readsTable(size: number): IdleAnalysis {
  return withDownstream((downstream, value, builder) => {
    downstream.read(builder.array("table", uint(4), { size }), value, uint(4));
  });
}

test("an index that follows the cycle may fault in any cycle, unless it fits", () => {
  const fits = planOf(readsTable(256));
  expect(fits.modules.map((module) => module?.always)).toEqual([false, false]);
  const mayFault = planOf(readsTable(200));
  expect(mayFault.modules.map((module) => module?.always)).toEqual([false, true]);
});

test("a condition matters where one of its arms may fault, although nothing else in it does", () => {
  const builder = new SystemBuilder("peek");
  const driver = builder.module("driver", "Driver");
  const stage = builder.module("stage", "stage");
  const port = stage.port("x", uint(8));
  const slot = driver.expose("e", driver.const(uint(1), 0));
  const downstream = builder.module("downstream", "after");
  downstream.exposedValid(driver.id, slot);
  downstream.when(
    downstream.binary("ge", downstream.cycle(), number(downstream, 30)),
    () => void downstream.fifoPeek(stage.id, port, uint(8)),
    () => {},
  );
  expect(changesOf(analyzeIdle(builder.build()))).toBe("30");
});
