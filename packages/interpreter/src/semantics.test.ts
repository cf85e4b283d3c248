/** One test for each rule of docs/semantics.md that a program can show. */
import type { ModuleBuilder, Simulation } from "@assassyn/ir";
import { BOOL, SystemBuilder, bits, int, printFault, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { createInterpreter } from "./interpreter.js";

interface Outcome {
  readonly lines: readonly string[];
  readonly stop: string;
  readonly simulation: Simulation;
}

/** Runs a design and returns its lines as `cycle module text`. */
function run(builder: SystemBuilder, cycles = 6): Outcome {
  const lines: string[] = [];
  const system = builder.build();
  const simulation = createInterpreter(system, {
    cycles,
    onLog: (record) => lines.push(`${record.cycle} ${record.module} ${record.text}`),
  });
  const { stop } = simulation.run();
  return { lines, stop: stop.kind === "fault" ? printFault(stop.fault, system) : stop.kind, simulation };
}

const zero = (module: ModuleBuilder) => module.const(uint(1), 0);
const atCycle = (module: ModuleBuilder, cycle: number, then: () => void) =>
  module.when(module.binary("eq", module.cycle(), module.const(bits(64), cycle)), then);

test("a failed wait keeps the credit, and what came before it stands and repeats", () => {
  const builder = new SystemBuilder("wait");
  const tries = builder.array("tries", uint(8));
  const stage = builder.module("stage", "stage");
  const driver = builder.module("driver", "Driver");
  const count = stage.read(tries, zero(stage), uint(8));
  stage.write(tries, zero(stage), stage.binary("add", count, stage.const(uint(8), 1)));
  stage.log("before {}", [count]);
  stage.wait(stage.binary("ge", count, stage.const(uint(8), 2)));
  stage.log("after {}", [count]);
  atCycle(driver, 1, () => driver.call(stage.id));
  const { lines, simulation } = run(builder);
  expect(lines).toEqual(["2 stage before 0", "3 stage before 1", "4 stage before 2", "4 stage after 2"]);
  expect(simulation.read("tries")).toBe(3n);
  expect(simulation.credits("stage")).toBe(0n);
});

test("the values of a stage whose wait failed are absent, and its downstream does not run", () => {
  const builder = new SystemBuilder("absent");
  const driver = builder.module("driver", "Driver");
  const down = builder.module("downstream", "down");
  const slot = driver.expose("now", driver.cycle());
  driver.wait(driver.binary("ne", driver.cycle(), driver.const(bits(64), 2)));
  down.log("{}", [down.exposedGet(driver.id, slot, bits(64))]);
  expect(run(builder, 3).lines).toEqual(["1 down 1", "3 down 3"]);
});

test("a value under an untaken condition is absent", () => {
  const builder = new SystemBuilder("untaken");
  const driver = builder.module("driver", "Driver");
  const down = builder.module("downstream", "down");
  let slot: ReturnType<typeof driver.expose> | undefined;
  atCycle(driver, 2, () => (slot = driver.expose("odd", driver.const(uint(8), 7))));
  if (slot === undefined) throw new Error("no slot");
  const present = down.exposedValid(driver.id, slot);
  down.log("present {}", [present]);
  down.assert(down.unary("not", down.binary("and", present, down.const(BOOL, 1))), "seen");
  const { lines, stop } = run(builder);
  expect(lines).toEqual(["1 down present 0", "2 down present 1"]);
  expect(stop).toBe("fault: assertion failed: seen, in down at cycle 2 (design.asyn:1:1)");
});

test("the trigger of a module orders, but does not activate", () => {
  const builder = new SystemBuilder("trigger");
  const driver = builder.module("driver", "Driver");
  const other = builder.module("stage", "other");
  const down = builder.module("downstream", "down");
  atCycle(driver, 2, () => driver.call(other.id));
  const slot = other.expose("x", other.const(uint(8), 1));
  down.log("driver {} other {}", [down.triggered(driver.id), down.exposedValid(other.id, slot)]);
  expect(run(builder).lines).toEqual(["3 down driver 1 other 1"]);
});

test("bodies read committed state; a downstream too", () => {
  const builder = new SystemBuilder("committed");
  const register = builder.array("r", uint(8));
  const driver = builder.module("driver", "Driver");
  const down = builder.module("downstream", "down");
  const old = driver.read(register, zero(driver), uint(8));
  driver.write(register, zero(driver), driver.binary("add", old, driver.const(uint(8), 1)));
  driver.log("{}", [driver.read(register, zero(driver), uint(8))]);
  const slot = driver.expose("old", old);
  down.log("{} {}", [down.read(register, zero(down), uint(8)), down.exposedGet(driver.id, slot, uint(8))]);
  expect(run(builder, 2).lines).toEqual(["1 Driver 0", "1 down 0 0", "2 Driver 1", "2 down 1 1"]);
});

test("the last writer in writer order wins: stages by declaration, then downstreams by declaration", () => {
  const builder = new SystemBuilder("writers");
  const register = builder.array("r", uint(8));
  const late = builder.module("downstream", "late");
  const early = builder.module("downstream", "early");
  const driver = builder.module("driver", "Driver");
  const slot = driver.expose("x", driver.const(uint(8), 1));
  // `late` uses `early`, so it runs behind it; but it is declared first, so `early` wins.
  const earlySlot = early.expose("y", early.exposedGet(driver.id, slot, uint(8)));
  early.write(register, zero(early), early.const(uint(8), 20));
  late.exposedGet(early.id, earlySlot, uint(8));
  late.write(register, zero(late), late.const(uint(8), 10));
  driver.write(register, zero(driver), driver.const(uint(8), 30));
  expect(run(builder, 1).simulation.read("r")).toBe(20n);
});

test("an array write out of range has no effect and is counted; a read faults", () => {
  const builder = new SystemBuilder("range");
  const table = builder.array("t", uint(8), { size: 3 });
  const driver = builder.module("driver", "Driver");
  driver.write(table, driver.const(uint(4), 5), driver.const(uint(8), 1));
  atCycle(driver, 3, () => driver.log("{}", [driver.read(table, driver.const(uint(4), 3), uint(8))]));
  const { stop, simulation } = run(builder);
  expect(stop).toBe("fault: read of t[3], which has 3 elements, in Driver at cycle 3 (design.asyn:1:1)");
  expect(simulation.droppedWrites).toBe(3);
});

test("two writes by one module to one array fault at the second, whatever the indices", () => {
  const builder = new SystemBuilder("twice");
  const table = builder.array("t", uint(8), { size: 3 });
  const driver = builder.module("driver", "Driver");
  driver.write(table, driver.const(uint(2), 0), driver.const(uint(8), 1));
  driver.log("one", []);
  driver.write(table, driver.const(uint(2), 1), driver.const(uint(8), 1));
  driver.log("two", []);
  const { lines, stop } = run(builder);
  expect(lines).toEqual(["1 Driver one"]);
  expect(stop).toBe("fault: second write of t in one cycle, in Driver at cycle 1 (design.asyn:1:1)");
});

test("two pushers of one FIFO fault at the larger key, which names both", () => {
  const builder = new SystemBuilder("pushers");
  const sink = builder.module("stage", "sink");
  const port = sink.port("p", uint(8));
  for (const name of ["left", "right"]) {
    const driver = builder.module("driver", name);
    driver.push(sink.id, port, driver.const(uint(8), 1));
    driver.log("pushed", []);
  }
  const { lines, stop } = run(builder);
  expect(lines).toEqual(["1 left pushed"]);
  expect(stop).toBe(
    "fault: two pushes into the FIFO sink.p in one cycle, by left and right, in right at cycle 1 (design.asyn:1:1)",
  );
});

/** A driver that fills a FIFO of depth one in each cycle. */
function full(pops: boolean): SystemBuilder {
  const builder = new SystemBuilder("depth");
  const sink = builder.module("stage", "sink");
  const port = sink.port("p", uint(8), 1);
  const driver = builder.module("driver", "Driver");
  if (pops) sink.log("{}", [sink.pop(port)]);
  driver.push(sink.id, port, driver.const(uint(8), 9));
  driver.call(sink.id);
  return builder;
}

test("a FIFO is full behind pop and push of one cycle, not before", () => {
  expect(run(full(true), 3)).toMatchObject({ lines: ["2 sink 9", "3 sink 9"], stop: "limit" });
  expect(run(full(false), 3).stop).toBe(
    "fault: the FIFO sink.p overflows its depth of 1, in Driver at cycle 2 (design.asyn:1:1)",
  );
});

test("finish ends its body triggered; earlier effects commit, downstreams run unprinted", () => {
  const builder = new SystemBuilder("finish");
  const register = builder.array("r", uint(8));
  const seen = builder.array("seen", uint(8));
  const first = builder.module("driver", "first");
  const second = builder.module("driver", "second");
  const down = builder.module("downstream", "down");
  const slot = first.expose("x", first.const(uint(8), 5));
  first.write(register, zero(first), first.const(uint(8), 1));
  first.log("kept", []);
  first.finish();
  first.log("never", []);
  second.log("larger key", []);
  down.write(seen, zero(down), down.exposedGet(first.id, slot, uint(8)));
  down.log("larger key", []);
  const { lines, stop, simulation } = run(builder);
  expect(lines).toEqual(["1 first kept"]);
  expect(stop).toBe("finish");
  expect([simulation.read("r"), simulation.read("seen"), simulation.cycle]).toEqual([1n, 5n, 1]);
  expect(simulation.step()).toEqual(simulation.stop);
  expect(simulation.cycle).toBe(1);
});

test("a driver that waits for ever goes idle; a fault in the same cycle wins", () => {
  const builder = new SystemBuilder("idle");
  builder.config = { ...builder.config, idle: 2 };
  const driver = builder.module("driver", "Driver");
  driver.wait(driver.const(BOOL, 0));
  expect(run(builder)).toMatchObject({ stop: "idle" });
  expect(run(builder).simulation.cycle).toBe(2);
  const other = builder.module("testbench", "Testbench");
  atCycle(other, 2, () => other.assert(other.const(BOOL, 0), ""));
  other.wait(other.const(BOOL, 0));
  expect(run(builder).stop).toBe("fault: assertion failed, in Testbench at cycle 2 (design.asyn:1:1)");
});

test("a call adds one credit; each activation takes one, one a cycle", () => {
  const builder = new SystemBuilder("credits");
  const stage = builder.module("stage", "stage");
  const driver = builder.module("driver", "Driver");
  stage.log("run", []);
  atCycle(driver, 1, () => {
    driver.call(stage.id);
    driver.call(stage.id);
  });
  expect(run(builder).lines).toEqual(["2 stage run", "3 stage run"]);
});

test.each([
  ["division by zero", (m: ModuleBuilder) => m.binary("div", m.const(int(8), 1), m.const(int(8), 0))],
  ["remainder by zero", (m: ModuleBuilder) => m.binary("rem", m.const(int(8), 1), m.const(int(8), 0))],
  [
    "select1hot with a selector that is not one-hot",
    (m: ModuleBuilder) => m.select1hot(m.const(bits(2), 3), [m.const(uint(1), 0), m.const(uint(1), 0)]),
  ],
])("%s is a fault", (text, make) => {
  const builder = new SystemBuilder("fault");
  make(builder.module("driver", "Driver"));
  expect(run(builder).stop).toBe(`fault: ${text}, in Driver at cycle 1 (design.asyn:1:1)`);
});

test.each([
  ["pop of the empty FIFO stage.p", 0, 1],
  ["second pop of the FIFO stage.p in one cycle", 1, 2],
])("%s is a fault", (text, pushes, pops) => {
  const builder = new SystemBuilder("fifo");
  const stage = builder.module("stage", "stage");
  const port = stage.port("p", uint(8));
  for (let count = 0; count < pops; count += 1) stage.pop(port);
  const driver = builder.module("driver", "Driver");
  if (pushes > 0) driver.push(stage.id, port, driver.const(uint(8), 1));
  driver.call(stage.id);
  expect(run(builder).stop).toBe(`fault: ${text}, in stage at cycle 2 (design.asyn:1:1)`);
});

test("a peek of an empty FIFO is a fault, a peek leaves the head", () => {
  const builder = new SystemBuilder("peek");
  const stage = builder.module("stage", "stage");
  const port = stage.port("p", uint(8));
  const driver = builder.module("driver", "Driver");
  stage.log("{} {}", [stage.fifoPeek(stage.id, port, uint(8)), stage.pop(port)]);
  atCycle(driver, 1, () => driver.push(stage.id, port, driver.const(uint(8), 4)));
  driver.call(stage.id);
  const { lines, stop } = run(builder);
  expect(lines).toEqual(["2 stage 4 4"]);
  expect(stop).toBe("fault: peek of the empty FIFO stage.p, in stage at cycle 3 (design.asyn:1:1)");
});
