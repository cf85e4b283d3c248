/** Stops that several threads have a say in: which one decides, and what is printed. */
import type { ModuleBuilder, Stop, System } from "@assassyn/ir";
import { SystemBuilder, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { compareThreads, cut } from "./cut.js";

/** Something to do for a module, so that it is worth a cluster of its own. */
function keepBusy(system: SystemBuilder, module: ModuleBuilder, name: string): void {
  const register = system.array(`busy_${name}`, uint(64), { initial: [1n] });
  const zero = module.const(uint(1), 0);
  let value = module.read(register, zero, uint(64));
  for (let index = 0; index < 20; index += 1)
    value = module.cast("bitcast", module.binary("add", module.binary("mul", value, value), value), uint(64));
  module.write(register, zero, value);
}

const at = (module: ModuleBuilder, cycle: number) =>
  module.binary("eq", module.cycle(), module.const(uint(64), cycle));

/**
 * Drivers that push into one FIFO: `left` always, `right` in cycle 5, which is a fault at the larger key. `extra` adds to them, and to a driver
 * `last` behind both.
 */
function twoPushers(
  extra: (left: ModuleBuilder, right: ModuleBuilder, last: ModuleBuilder) => void = () => {},
  cycles = 20,
): System {
  const system = new SystemBuilder("two_pushers");
  system.config = { ...system.config, cycles };
  const sink = system.module("stage", "sink");
  const port = sink.port("p", uint(32));
  const [left, right, last] = ["left", "right", "last"].map((name) => {
    const module = system.module("driver", name);
    keepBusy(system, module, name);
    module.log(`${name} {}`, [module.cycle()]);
    return module;
  });
  if (left === undefined || right === undefined || last === undefined) throw new Error("three drivers");
  keepBusy(system, sink, "sink");
  sink.log("sink {}", [sink.pop(port)]);
  left.push(sink.id, port, left.const(uint(32), 7));
  left.call(sink.id);
  right.when(at(right, 5), () => right.push(sink.id, port, right.const(uint(32), 8)));
  right.log("right has pushed");
  extra(left, right, last);
  return system.build();
}

const BALANCE = { balance: 0 } as const;

function stopOf(system: System): { readonly stop: Stop; readonly lines: readonly string[] } {
  const { stop, lines, threads } = compareThreads(system, BALANCE);
  expect(threads).toBe(3);
  return { stop, lines };
}

test("the pushers of the conflict send mail from clusters of their own", () => {
  const { concurrency } = cut(twoPushers(), BALANCE);
  expect(concurrency?.clusters.length).toBeGreaterThan(2);
  expect(concurrency?.mailboxes.filter(({ location }) => location.kind === "fifo")).toHaveLength(2);
});

test("a second push is found when the mail is read, takes the next cycle back, and is a fault of its own cycle", () => {
  const { stop, lines } = stopOf(twoPushers());
  expect(stop).toMatchObject({ kind: "fault", fault: { module: "right", cycle: 5 } });
  expect(stop.kind === "fault" && stop.fault.message).toMatch(/left.*right/);
  expect(lines.filter((line) => line.startsWith("5 "))).toEqual([
    "5 [sink] 1 sink 7",
    "5 [left] 1 left 5",
    "5 [right] 1 right 5",
  ]);
  expect(lines.some((line) => line.startsWith("6 "))).toBe(false);
});

test.each([
  ["before both pushes", (left: ModuleBuilder) => left.when(at(left, 5), () => void left.finish()), "finish"],
  [
    "behind them",
    (_: ModuleBuilder, __: ModuleBuilder, last: ModuleBuilder) =>
      last.when(at(last, 5), () => void last.finish()),
    "fault",
  ],
] as const)("a finish %s in the cycle of a late fault", (_, extra, kind) => {
  expect(stopOf(twoPushers(extra)).stop.kind).toBe(kind);
});

test("a fault of the cycle that is taken back does not count", () => {
  const { stop } = stopOf(
    twoPushers(
      (left) => void left.assert(left.binary("ne", left.cycle(), left.const(uint(64), 6)), "too late"),
    ),
  );
  expect(stop).toMatchObject({ kind: "fault", fault: { module: "right", cycle: 5 } });
});

const fails = (module: ModuleBuilder): void =>
  void module.assert(module.binary("ne", module.cycle(), module.const(uint(64), 5)), "no");

test("a fault at once, in the same cycle, decides by its key", () => {
  expect(stopOf(twoPushers((left) => fails(left))).stop).toMatchObject({ fault: { module: "left" } });
  expect(stopOf(twoPushers((_, __, last) => fails(last))).stop).toMatchObject({ fault: { module: "right" } });
});

test("a late fault of the last cycle is found before the limit stops the run", () => {
  expect(stopOf(twoPushers(undefined, 5)).stop).toMatchObject({ kind: "fault", fault: { cycle: 5 } });
  expect(stopOf(twoPushers(undefined, 4)).stop).toEqual({ kind: "limit" });
});

test("a late fault is there when step returns", () => {
  for (const step of [1, 5]) {
    const { states, stop } = compareThreads(twoPushers(), { ...BALANCE, step });
    expect(stop).toMatchObject({ kind: "fault", fault: { cycle: 5 } });
    expect(states).toHaveLength(step === 1 ? 4 : 0);
  }
});

test("a FIFO overflows at the push that came by mail", () => {
  const system = new SystemBuilder("overflow");
  const sink = system.module("stage", "sink");
  const port = sink.port("p", uint(100), 3);
  const source = system.module("driver", "source");
  keepBusy(system, sink, "sink");
  keepBusy(system, source, "source");
  sink.log("sink {}", [sink.fifoPeek(sink.id, port, uint(100))]);
  source.push(sink.id, port, source.const(uint(100), 1n << 99n));
  source.call(sink.id);
  source.log("source", []);
  const { stop, threads } = compareThreads(system.build(), BALANCE);
  expect(threads).toBe(2);
  expect(stop).toMatchObject({ kind: "fault", fault: { module: "source", cycle: 4 } });
});

test("idle cycles count only where no thread has triggered a stage", () => {
  const system = new SystemBuilder("idle");
  system.config = { ...system.config, idle: 3, cycles: 1000 };
  const first = system.module("stage", "first");
  const second = system.module("stage", "second");
  const port = first.port("p", uint(8));
  keepBusy(system, first, "first");
  keepBusy(system, second, "second");
  const a = first.pop(port);
  first.log("first {}", [a]);
  second.log("second", []);
  const driver = system.module("driver", "Driver");
  driver.when(driver.binary("lt", driver.cycle(), driver.const(uint(64), 5)), () => {
    driver.push(first.id, port, driver.const(uint(8), 1));
    driver.call(first.id);
    driver.call(second.id);
  });
  driver.wait(driver.binary("lt", driver.cycle(), driver.const(uint(64), 9)));
  const { stop, cycles, threads } = compareThreads(system.build(), BALANCE);
  expect(threads).toBeGreaterThan(1);
  expect({ stop, cycles }).toEqual({ stop: { kind: "idle" }, cycles: 11 });
});
