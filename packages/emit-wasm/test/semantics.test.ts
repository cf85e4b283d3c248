import type { ModuleBuilder, OpId } from "@assassyn/ir";
import { BOOL, bits, int, SystemBuilder, uint } from "@assassyn/ir";
import { loadSync } from "@assassyn/simulator";
import { expect, test } from "vitest";
import { emitWasm, wasmEmitter } from "../src/index.js";
import { compare, switches } from "./compare.js";
import { optimizable } from "./designs.js";

function start(cycles = 20): SystemBuilder {
  const system = new SystemBuilder("test");
  system.config = { ...system.config, cycles };
  return system;
}

const always = (builder: ModuleBuilder): OpId => builder.const(BOOL, 1);
const atCycle = (builder: ModuleBuilder, cycle: number): OpId =>
  builder.binary("eq", builder.cycle(), builder.const(bits(64), cycle));

test("effects before a failed wait stand and repeat, exposed values are absent", () => {
  const system = start(12);
  const register = system.array("r", uint(8));
  const stage = system.module("stage", "stage");
  const driver = system.module("driver", "Driver");
  const downstream = system.module("downstream", "down");
  const zero = stage.const(uint(1), 0);
  stage.log("try", []);
  stage.write(
    register,
    zero,
    stage.binary("add", stage.read(register, zero, uint(8)), stage.const(uint(8), 1)),
  );
  const slot = stage.expose("v", stage.const(uint(8), 7));
  stage.wait(stage.binary("eq", stage.slice(stage.cycle(), 1, 0), stage.const(bits(2), 3)));
  stage.log("done", []);
  driver.when(atCycle(driver, 1), () => {
    driver.call(stage.id);
    driver.call(stage.id);
    driver.call(stage.id);
  });
  downstream.log("valid {} triggered {}", [
    downstream.exposedValid(stage.id, slot),
    downstream.triggered(driver.id),
  ]);
  const { lines } = compare(system.build(), { step: 1 });
  expect(lines.filter((line) => line.includes("valid"))).toHaveLength(3);
  expect(lines.filter((line) => line.includes("try"))).toHaveLength(10);
});

test("downstreams run in topological order, activated by values only", () => {
  const system = start(9);
  const last = system.module("downstream", "last");
  const first = system.module("downstream", "first");
  const bystander = system.module("downstream", "bystander");
  const stage = system.module("stage", "stage");
  const driver = system.module("driver", "Driver");
  driver.when(driver.slice(driver.cycle(), 0, 0), () => driver.call(stage.id));
  const a = stage.expose("a", stage.slice(stage.cycle(), 7, 0));
  const b = first.expose(
    "b",
    first.binary("add", first.exposedGet(stage.id, a, bits(8)), first.const(bits(8), 1)),
  );
  last.log("{} {}", [last.exposedGet(first.id, b, bits(8)), last.triggered(stage.id)]);
  bystander.log("stage {} first {}", [bystander.triggered(stage.id), bystander.exposedValid(first.id, b)]);
  const { lines } = compare(system.build(), { step: 1 });
  // In the order in which they become ready: `last` and `bystander` both wait for `first`.
  expect(lines.slice(0, 2)).toEqual(["2 [last] 1 3 1", "2 [bystander] 1 stage 1 first 1"]);
});

test("the last writer in writer order wins, whatever order they run in", () => {
  const system = start(8);
  const register = system.array("r", uint(8), { size: 4 });
  const reader = system.module("driver", "reader");
  const down = system.module("downstream", "down");
  const one = system.module("driver", "one");
  const two = system.module("testbench", "two");
  const index = reader.const(uint(2), 1);
  reader.log("{}", [reader.read(register, index, uint(8))]);
  one.write(register, one.const(uint(2), 1), one.const(uint(8), 10));
  two.when(two.slice(two.cycle(), 0, 0), () =>
    two.write(register, two.const(uint(2), 1), two.const(uint(8), 20)),
  );
  const slot = one.expose("x", one.slice(one.cycle(), 1, 0));
  down.when(down.binary("eq", down.exposedGet(one.id, slot, bits(2)), down.const(bits(2), 3)), () =>
    down.write(register, down.const(uint(2), 1), down.const(uint(8), 30)),
  );
  const { lines } = compare(system.build(), { step: 1 });
  expect(lines.map((line) => Number(line.split(" ").at(-1)))).toEqual([0, 20, 10, 30, 10, 20, 10, 30]);
});

test("two pushes in one cycle fault at the larger key and name both pushers", () => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    const system = start();
    const consumer = system.module("stage", "consumer");
    const port = consumer.port("p", int(8));
    const pushers = ["a", "b", "c"].map((name) => system.module("driver", name));
    // A chain of register reads decides the order of execution.
    const chain = pushers.map((_, index) => system.array(`chain${index}`, uint(8)));
    order.forEach((which, position) => {
      const builder = pushers[which];
      const next = chain[position];
      const previous = chain[position - 1];
      if (builder === undefined || next === undefined) return;
      const zero = builder.const(uint(1), 0);
      if (previous !== undefined) builder.log("reads {}", [builder.read(previous, zero, uint(8))]);
      builder.log("before", []);
      builder.when(atCycle(builder, 4 + (which % 2)), () =>
        builder.push(consumer.id, port, builder.const(int(8), which)),
      );
      builder.log("after", []);
      builder.write(next, zero, builder.const(uint(8), which));
    });
    const { stop, lines } = compare(system.build(), { step: 2 });
    expect(stop).toMatchObject({
      kind: "fault",
      fault: {
        message: "two pushes into the FIFO consumer.p in one cycle, by a and c",
        module: "c",
        cycle: 4,
      },
    });
    expect(lines.at(-1)).toBe("4 [c] 1 before");
  }
});

test("one module that pushes twice, and three pushers at once", () => {
  const twice = start();
  const consumer = twice.module("stage", "consumer");
  const port = consumer.port("p", int(8));
  const driver = twice.module("driver", "Driver");
  driver.when(atCycle(driver, 2), () => driver.push(consumer.id, port, driver.const(int(8), 1)));
  driver.log("between", []);
  driver.push(consumer.id, port, driver.const(int(8), 2));
  driver.log("never in cycle 2", []);
  expect(compare(twice.build()).stop).toMatchObject({
    fault: { message: "two pushes into the FIFO consumer.p in one cycle, by Driver and Driver", cycle: 2 },
  });

  const three = start();
  const target = three.module("stage", "target");
  const input = target.port("p", int(8));
  for (const name of ["x", "y", "z"]) {
    const pusher = three.module("driver", name);
    pusher.push(target.id, input, pusher.const(int(8), 0));
  }
  expect(compare(three.build()).stop).toMatchObject({
    fault: { message: "two pushes into the FIFO target.p in one cycle, by x and y", module: "y", cycle: 1 },
  });
});

test("a FIFO overflows its depth at the push, after the pop of the cycle", () => {
  for (const depth of [1, 2, 3, 16, 17, 64, 100]) {
    for (const popEvery of [0, 1]) {
      const system = start(300);
      const stage = system.module("stage", "stage");
      const port = stage.port("p", uint(24), depth);
      stage.wait(stage.const(BOOL, popEvery));
      stage.log("{}", [stage.pop(port)]);
      const driver = system.module("driver", "Driver");
      driver.push(stage.id, port, driver.slice(driver.cycle(), 23, 0));
      driver.call(stage.id);
      driver.log("pushed", []);
      const { stop } = compare(system.build(), { step: 7 });
      expect(stop).toMatchObject(
        popEvery === 1
          ? { kind: "limit" }
          : {
              kind: "fault",
              fault: { message: `the FIFO stage.p overflows its depth of ${depth}`, cycle: depth + 1 },
            },
      );
    }
  }
});

test("a FIFO observed by a downstream pops late and may still be refilled in the same cycle", () => {
  const system = start(40);
  const stage = system.module("stage", "stage");
  const port = stage.port("p", uint(8), 2);
  const driver = system.module("driver", "Driver");
  const down = system.module("downstream", "down");
  const popped = stage.pop(port);
  const slot = stage.expose("v", popped);
  stage.when(stage.fifoValid(stage.id, port), () =>
    stage.log("head {}", [stage.fifoPeek(stage.id, port, uint(8))]),
  );
  driver.push(stage.id, port, driver.slice(driver.cycle(), 7, 0));
  driver.when(driver.binary("gt", driver.cycle(), driver.const(bits(64), 1)), () => driver.call(stage.id));
  down.log("{} {}", [down.exposedGet(stage.id, slot, uint(8)), down.fifoPeek(stage.id, port, uint(8))]);
  const { stop } = compare(system.build(), { step: 1 });
  expect(stop.kind).toBe("limit");
});

test("a pop that is observed later in the body makes room for a push of the same cycle", () => {
  for (const depth of [1, 2, 30]) {
    const system = start(40);
    const stage = system.module("stage", "stage");
    const port = stage.port("p", uint(8), depth);
    const driver = system.module("driver", "Driver");
    stage.wait(stage.binary("gt", stage.cycle(), stage.const(bits(64), depth)));
    stage.log("{} {}", [stage.pop(port), stage.fifoValid(stage.id, port)]);
    driver.push(stage.id, port, driver.slice(driver.cycle(), 7, 0));
    driver.call(stage.id);
    expect(compare(system.build(), { step: 1 }).stop.kind).toBe("limit");
  }
});

test("FIFOs without a depth grow, over the end of the first memory, and keep their order", () => {
  const system = start(70_000);
  system.config = { ...system.config, fifoLimit: 2 ** 20 };
  const stage = system.module("stage", "stage");
  const narrow = stage.port("narrow", uint(9));
  const wide = stage.port("wide", uint(150));
  const driver = system.module("driver", "Driver");
  const late = driver.binary("gt", driver.cycle(), driver.const(bits(64), 30_000));
  driver.when(late, () => driver.call(stage.id));
  driver.when(driver.unary("not", driver.slice(driver.cycle(), 15, 15)), () => {
    driver.push(stage.id, narrow, driver.slice(driver.cycle(), 8, 0));
    driver.push(
      stage.id,
      wide,
      driver.concat([driver.slice(driver.cycle(), 21, 0), driver.cycle(), driver.cycle()]),
    );
  });
  stage.when(stage.binary("eq", stage.slice(stage.cycle(), 10, 0), stage.const(bits(11), 0)), () =>
    stage.log("{} {}", [
      stage.fifoPeek(stage.id, narrow, uint(9)),
      stage.fifoPeek(stage.id, wide, uint(150)),
    ]),
  );
  stage.pop(narrow);
  stage.pop(wide);
  const built = system.build();
  const { stop } = compare(built, { step: 10_000 });
  expect(stop.kind).toBe("fault");
});

test("the FIFO limit of the system is a limit like a depth", () => {
  for (const fifoLimit of [8, 100, 128]) {
    const system = start(400);
    system.config = { ...system.config, fifoLimit };
    const stage = system.module("stage", "stage");
    const port = stage.port("p", uint(33));
    const driver = system.module("driver", "Driver");
    driver.push(stage.id, port, driver.const(uint(33), 1));
    expect(compare(system.build()).stop).toMatchObject({
      fault: { message: `the FIFO stage.p overflows its depth of ${fifoLimit}`, cycle: fifoLimit + 1 },
    });
  }
});

test("faults of single operations", () => {
  const cases: readonly [string, (driver: ModuleBuilder, condition: OpId, system: SystemBuilder) => void][] =
    [
      [
        "assertion failed: never",
        (driver, condition) => driver.assert(driver.unary("not", condition), "never"),
      ],
      ["assertion failed", (driver, condition) => driver.assert(driver.unary("not", condition), "")],
      [
        "division by zero",
        (driver, condition) => {
          const divisor = driver.cast("zext", driver.unary("not", condition), uint(20));
          driver.log("{}", [driver.binary("div", driver.const(uint(20), 9), divisor)]);
        },
      ],
      [
        "select1hot with a selector that is not one-hot",
        (driver, condition) => {
          const zero = driver.const(BOOL, 0);
          const selector = driver.concat([always(driver), zero, condition]);
          driver.log("{}", [driver.select1hot(selector, [zero, zero, zero])]);
        },
      ],
      [
        "read of few[12345678901], which has 3 elements",
        (driver, condition, system) => {
          const few = system.array("few", uint(8), { size: 3 });
          const far = driver.const(uint(40), 12_345_678_901);
          driver.log("{}", [
            driver.read(few, driver.select(condition, far, driver.const(uint(40), 2)), uint(8)),
          ]);
        },
      ],
      [
        "second write of twice in one cycle",
        (driver, condition, system) => {
          const twice = system.array("twice", uint(8), { size: 3 });
          driver.write(twice, driver.const(uint(8), 200), driver.const(uint(8), 1));
          driver.when(condition, () =>
            driver.write(twice, driver.const(uint(8), 1), driver.const(uint(8), 1)),
          );
        },
      ],
    ];
  for (const [message, body] of cases) {
    for (const functionSize of [1500, 3]) {
      const system = start();
      const driver = system.module("driver", "Driver");
      driver.log("first", []);
      body(driver, atCycle(driver, 5), system);
      driver.log("last", []);
      const { stop, lines } = compare(system.build(), { wasm: { functionSize } });
      expect(stop).toMatchObject({ kind: "fault", fault: { message, cycle: 5 } });
      expect(lines.at(-1)).toBe("5 [Driver] 1 first");
    }
  }
});

test("pops and peeks of empty FIFOs, second pops, absent values", () => {
  const cases: readonly [string, (stage: ModuleBuilder, port: ReturnType<ModuleBuilder["port"]>) => void][] =
    [
      ["pop of the empty FIFO stage.p", (stage, port) => stage.pop(port)],
      ["peek of the empty FIFO stage.p", (stage, port) => stage.fifoPeek(stage.id, port, int(8))],
      [
        "second pop of the FIFO stage.p in one cycle",
        (stage, port) => {
          stage.when(stage.fifoValid(stage.id, port), () => {
            stage.pop(port);
            stage.pop(port);
          });
        },
      ],
    ];
  for (const [message, body] of cases) {
    const system = start();
    const stage = system.module("stage", "stage");
    const port = stage.port("p", int(8));
    const driver = system.module("driver", "Driver");
    body(stage, port);
    driver.call(stage.id);
    driver.when(driver.binary("lt", driver.cycle(), driver.const(bits(64), 5)), () =>
      driver.push(stage.id, port, driver.const(int(8), 1)),
    );
    if (message.startsWith("peek")) stage.when(stage.fifoValid(stage.id, port), () => stage.pop(port));
    expect(compare(system.build()).stop).toMatchObject({ kind: "fault", fault: { message } });
  }
  const system = start();
  const driver = system.module("driver", "Driver");
  const down = system.module("downstream", "down");
  const other = driver.expose("other", always(driver));
  let slot = other;
  driver.when(driver.binary("ne", driver.cycle(), driver.const(bits(64), 3)), () => {
    slot = driver.expose("sometimes", always(driver));
  });
  down.log("{} {}", [down.exposedGet(driver.id, other, BOOL), down.exposedGet(driver.id, slot, BOOL)]);
  expect(compare(system.build()).stop).toMatchObject({
    fault: { message: "use of the absent value Driver.sometimes", module: "down", cycle: 3 },
  });
});

test("finish lets the rest of the cycle run and prints nothing after its key", () => {
  const system = start();
  const register = system.array("r", uint(8));
  const first = system.module("driver", "first");
  const middle = system.module("driver", "middle");
  const last = system.module("driver", "last");
  const down = system.module("downstream", "down");
  const zero = last.const(uint(1), 0);
  first.log("first {}", [first.read(register, first.const(uint(1), 0), uint(8))]);
  middle.log("middle", []);
  const slot = middle.expose("x", always(middle));
  middle.when(atCycle(middle, 3), () => middle.finish());
  middle.log("not in cycle 3", []);
  last.write(register, zero, last.binary("add", last.read(register, zero, uint(8)), last.const(uint(8), 1)));
  last.log("last", []);
  down.log("down {}", [down.exposedGet(middle.id, slot, BOOL)]);
  const { stop, lines, states } = compare(system.build(), { step: 1 });
  expect(stop).toMatchObject({ kind: "finish", module: "middle" });
  expect(lines.slice(-2)).toEqual(["3 [first] 1 first 2", "3 [middle] 1 middle"]);
  expect(states).toHaveLength(3);
});

test("writes out of range have no effect and are counted", () => {
  const system = start(10);
  const register = system.array("r", int(12), { size: 5 });
  const driver = system.module("driver", "Driver");
  driver.write(register, driver.cycle(), driver.const(int(12), -1));
  compare(system.build(), { step: 1 });
  const simulation = loadSync(emitWasm(system.build()).wasm);
  expect(simulation.run()).toEqual({ cycles: 10, stop: { kind: "limit" }, droppedWrites: 6 });
  expect(simulation.readArray("r")).toEqual([0n, -1n, -1n, -1n, -1n]);
});

test("a full log buffer returns to the host between cycles and loses nothing", () => {
  const system = start(500);
  const driver = system.module("driver", "Driver");
  const stage = system.module("stage", "stage");
  for (let line = 0; line < 5; line += 1)
    driver.log(`${line} {} {:>9}`, [driver.cycle(), driver.slice(driver.cycle(), 4, 0)]);
  driver.when(driver.slice(driver.cycle(), 0, 0), () => driver.call(stage.id));
  stage.log("stage {}", [stage.cycle()]);
  for (const logBufferBytes of [0, 333, 4096]) {
    const { lines } = compare(system.build(), { wasm: { logBufferBytes }, step: 90 });
    expect(lines).toHaveLength(2750);
  }
});

test("an idle system stops after its threshold", () => {
  const system = start(1000);
  const stage = system.module("stage", "stage");
  const driver = system.module("driver", "Driver");
  driver.wait(driver.binary("lt", driver.cycle(), driver.const(bits(64), 4)));
  driver.call(stage.id);
  stage.log("run", []);
  const { stop, cycles } = compare(system.build(), { idle: 20 });
  expect([stop, cycles]).toEqual([{ kind: "idle" }, 24]);
});

test("initial contents, fills and sizes of arrays", () => {
  const system = start(1);
  for (const width of [1, 8, 9, 32, 33, 64, 65, 130]) {
    const all = (1n << BigInt(width)) - 1n;
    for (const size of [1, 3, 1000]) {
      system.array(`a${width}_${size}`, int(width), {
        size,
        initial: [0n, all, 1n].slice(0, size),
        fill: all - 1n,
      });
      system.array(`b${width}_${size}`, uint(width), {
        size,
        initial: size > 600 ? Array.from({ length: 600 }, (_, i) => BigInt(i % 97 === 5 ? 1 : 0)) : [],
      });
      system.array(`c${width}_${size}`, uint(width), { size, fill: 1n });
    }
  }
  system.module("driver", "Driver");
  compare(system.build());
});

test("a large body is cut into functions that share values, flags and exits", () => {
  const system = start(64);
  const register = system.array("r", uint(32), { size: 2, fill: 1n });
  const driver = system.module("driver", "Driver");
  const down = system.module("downstream", "down");
  let value = driver.read(register, driver.const(uint(1), 0), uint(32));
  const early = value;
  for (let round = 0; round < 1000; round += 1) {
    value = driver.binary("xor", driver.binary("add", value, driver.const(uint(32), round)), early);
    value = driver.binary("sub", value, driver.binary("shl", early, driver.const(uint(5), round & 7)));
    if (round % 100 === 50) {
      const bit = driver.slice(value, 3, 3);
      driver.when(
        bit,
        () => driver.log("round {} {}", [value, early]),
        () =>
          driver.wait(
            driver.binary(
              "ne",
              driver.binary("xor", early, driver.const(uint(32), round)),
              driver.const(uint(32), 7),
            ),
          ),
      );
    }
  }
  const slot = driver.expose("value", value);
  driver.write(register, driver.const(uint(1), 0), value);
  down.log("{}", [down.exposedGet(driver.id, slot, uint(32))]);
  const { lines } = compare(system.build(), { step: 1 });
  expect(lines.filter((line) => line.includes("[down]")).length).toBeGreaterThan(20);
});

test("IR that is not in the forms of the emitter is refused with the passes it needs", () => {
  const illegal: ((driver: ModuleBuilder) => OpId)[] = [
    (driver) => driver.binary("add", driver.const(uint(8), 1), driver.const(uint(9), 1)),
    (driver) => driver.binary("mul", driver.const(uint(8), 1), driver.const(uint(8), 1)),
    (driver) => driver.binary("add", driver.const(uint(80), 1), driver.const(uint(80), 1)),
    (driver) => driver.cast("zext", driver.cycle(), uint(80)),
    (driver) => driver.slice(driver.const(uint(80), 1), 70, 3),
    (driver) => driver.unary("not", driver.const(uint(80), 1)),
    (driver) => driver.concat([driver.cycle(), driver.const(uint(8), 1)]),
  ];
  for (const make of illegal) {
    const system = start();
    const driver = system.module("driver", "Driver");
    driver.log("{}", [make(driver)]);
    expect(() => emitWasm(system.build())).toThrow(
      /^the WASM emitter cannot handle a \w+ with these widths in module Driver; it needs the passes explicit-operands and legalize-widths/,
    );
  }
});

test("state that does not fit the memory of a module is refused", () => {
  const system = start();
  system.array("huge", uint(64), { size: 2 ** 30 });
  expect(() => emitWasm(system.build())).toThrow("use the Rust target");
});

test.each(switches)("the emitter leaves out %s where it is told to", (name) => {
  const defaults = { commit: "auto", ...Object.fromEntries(switches.map((each) => [each, true])) };
  const system = optimizable(70);
  const emit = (options: Readonly<Record<string, boolean | string>>): unknown =>
    wasmEmitter.emit({ system, options, report: () => {} })[0]?.content;
  expect(emit(defaults)).toBeInstanceOf(Uint8Array);
  expect(emit({ ...defaults, [name]: false })).not.toEqual(emit(defaults));
});

test("the emitter reports state that is too large", () => {
  const system = start();
  system.array("huge", uint(64), { size: 2 ** 30 });
  const codes: string[] = [];
  const options = { commit: "auto" };
  const outputs = wasmEmitter.emit({
    system: system.build(),
    options,
    report: ({ code }) => void codes.push(code),
  });
  expect([codes, outputs]).toEqual([["emit-wasm/state-too-large"], []]);
});

test("all optimisations at work, and each left out", () => {
  const { lines, cycles } = compare(optimizable(10), {
    without: [...switches.map((name) => [name]), switches],
  });
  expect([lines, cycles]).toEqual([[], 100]);
});
