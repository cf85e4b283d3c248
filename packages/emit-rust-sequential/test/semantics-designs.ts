/** Designs that show each rule of the semantics, and each fault, for every Rust target. */
import type { ModuleBuilder, OpId, System } from "@assassyn/ir";
import { BOOL, SystemBuilder, bits, int, uint } from "@assassyn/ir";

function build(fill: (system: SystemBuilder) => void, cycles = 20): System {
  const system = new SystemBuilder("test");
  system.config = { ...system.config, cycles };
  fill(system);
  return system.build();
}

const atCycle = (builder: ModuleBuilder, cycle: number): OpId =>
  builder.binary("eq", builder.cycle(), builder.const(bits(64), cycle));
const always = (builder: ModuleBuilder): OpId => builder.const(BOOL, 1);
const zero = (builder: ModuleBuilder): OpId => builder.const(uint(1), 0);

/** A driver that does one thing that faults in cycle 5. */
const faulting = (body: (driver: ModuleBuilder, condition: OpId, system: SystemBuilder) => void): System =>
  build((system) => {
    const driver = system.module("driver", "Driver");
    driver.log("first");
    body(driver, atCycle(driver, 5), system);
    driver.log("last");
  });

/** A stage called every cycle and fed until cycle 5. */
const starving = (body: (stage: ModuleBuilder, port: ReturnType<ModuleBuilder["port"]>) => void): System =>
  build((system) => {
    const stage = system.module("stage", "stage");
    const port = stage.port("p", int(8));
    const driver = system.module("driver", "Driver");
    body(stage, port);
    driver.call(stage.id);
    driver.when(driver.binary("lt", driver.cycle(), driver.const(bits(64), 5)), () =>
      driver.push(stage.id, port, driver.const(int(8), 1)),
    );
  });

/** Three drivers push into one FIFO in cycles 4 and 5; register reads force them to run in `order`. */
const pushers = (order: readonly number[]): System =>
  build((system) => {
    const consumer = system.module("stage", "consumer");
    const port = consumer.port("p", int(8));
    const builders = ["a", "b", "c"].map((name) => system.module("driver", name));
    const chain = builders.map((_, index) => system.array(`chain${index}`, uint(8)));
    order.forEach((which, position) => {
      const builder = builders[which];
      const next = chain[position];
      const previous = chain[position - 1];
      if (builder === undefined || next === undefined) return;
      if (previous !== undefined) builder.log("reads {}", [builder.read(previous, zero(builder), uint(8))]);
      builder.log("before");
      builder.when(atCycle(builder, 4 + (which % 2)), () =>
        builder.push(consumer.id, port, builder.const(int(8), which)),
      );
      builder.log("after");
      builder.write(next, zero(builder), builder.const(uint(8), which));
    });
  });

const depth = (capacity: number, popping: boolean): System =>
  build((system) => {
    const stage = system.module("stage", "stage");
    const port = stage.port("p", uint(24), capacity);
    stage.wait(stage.const(BOOL, popping ? 1 : 0));
    stage.log("{}", [stage.pop(port)]);
    const driver = system.module("driver", "Driver");
    driver.push(stage.id, port, driver.slice(driver.cycle(), 23, 0));
    driver.call(stage.id);
    driver.log("pushed");
  }, 60);

const waiting = build((system) => {
  const register = system.array("r", uint(8));
  const stage = system.module("stage", "stage");
  const driver = system.module("driver", "Driver");
  const down = system.module("downstream", "down");
  stage.log("try");
  stage.write(
    register,
    zero(stage),
    stage.binary("add", stage.read(register, zero(stage), uint(8)), stage.const(uint(8), 1)),
  );
  const slot = stage.expose("v", stage.const(uint(8), 7));
  stage.wait(stage.binary("eq", stage.slice(stage.cycle(), 1, 0), stage.const(bits(2), 3)));
  stage.log("done");
  driver.when(atCycle(driver, 1), () => {
    driver.call(stage.id);
    driver.call(stage.id);
    driver.call(stage.id);
  });
  down.log("valid {} triggered {}", [down.exposedValid(stage.id, slot), down.triggered(driver.id)]);
}, 12);

const downstreams = build((system) => {
  const last = system.module("downstream", "last");
  const first = system.module("downstream", "first");
  const stage = system.module("stage", "stage");
  const driver = system.module("driver", "Driver");
  driver.when(driver.slice(driver.cycle(), 0, 0), () => driver.call(stage.id));
  const a = stage.expose("a", stage.slice(stage.cycle(), 7, 0));
  const b = first.expose(
    "b",
    first.binary("add", first.exposedGet(stage.id, a, bits(8)), first.const(bits(8), 1)),
  );
  const wide = driver.expose("wide", driver.concat([driver.cycle(), driver.cycle(), driver.cycle()]));
  const value = last.choose(
    last.exposedValid(first.id, b),
    () => last.exposedGet(first.id, b, bits(8)),
    () => last.const(bits(8), 99),
  );
  last.log("{} {} {:x}", [value, last.triggered(stage.id), last.exposedGet(driver.id, wide, bits(192))]);
}, 9);

const writers = build((system) => {
  const register = system.array("r", uint(8), { size: 3, initial: [1n, 2n], fill: 9n });
  const reader = system.module("driver", "reader");
  const one = system.module("driver", "one");
  const two = system.module("driver", "two");
  const down = system.module("downstream", "down");
  const index = reader.binary("rem", reader.slice(reader.cycle(), 3, 0), reader.const(bits(4), 3));
  reader.log("{} {}", [index, reader.read(register, index, uint(8))]);
  one.write(register, one.const(uint(2), 1), one.const(uint(8), 10));
  two.write(register, two.slice(two.cycle(), 1, 0), two.const(uint(8), 20));
  const slot = one.expose("x", one.slice(one.cycle(), 1, 0));
  down.when(down.binary("eq", down.exposedGet(one.id, slot, bits(2)), down.const(bits(2), 3)), () =>
    down.write(register, down.const(uint(2), 1), down.const(uint(8), 30)),
  );
});

const finishing = build((system) => {
  const register = system.array("r", uint(8));
  const first = system.module("driver", "first");
  const middle = system.module("driver", "middle");
  const last = system.module("driver", "last");
  const down = system.module("downstream", "down");
  first.log("reads {}", [first.read(register, zero(first), uint(8))]);
  middle.log("before");
  const slot = middle.expose("early", always(middle));
  middle.when(atCycle(middle, 4), () => middle.finish());
  const late = middle.expose("late", always(middle));
  middle.log("after");
  last.log("last");
  last.write(register, zero(last), last.slice(last.cycle(), 7, 0));
  down.log("{} {}", [down.exposedValid(middle.id, slot), down.exposedValid(middle.id, late)]);
});

const growing = build((system) => {
  const stage = system.module("stage", "stage");
  const narrow = stage.port("narrow", uint(9));
  const wide = stage.port("wide", uint(150));
  const driver = system.module("driver", "Driver");
  driver.when(driver.binary("gt", driver.cycle(), driver.const(bits(64), 100)), () => driver.call(stage.id));
  driver.when(driver.unary("not", driver.slice(driver.cycle(), 7, 7)), () => {
    driver.push(stage.id, narrow, driver.slice(driver.cycle(), 8, 0));
    driver.push(
      stage.id,
      wide,
      driver.concat([driver.slice(driver.cycle(), 21, 0), driver.cycle(), driver.cycle()]),
    );
  });
  stage.log("{} {}", [stage.pop(narrow), stage.pop(wide)]);
}, 400);

const late = build((system) => {
  const stage = system.module("stage", "stage");
  const port = stage.port("p", uint(8), 2);
  const driver = system.module("driver", "Driver");
  const down = system.module("downstream", "down");
  const slot = stage.expose("v", stage.pop(port));
  stage.when(stage.fifoValid(stage.id, port), () =>
    stage.log("head {}", [stage.fifoPeek(stage.id, port, uint(8))]),
  );
  driver.push(stage.id, port, driver.slice(driver.cycle(), 7, 0));
  driver.when(driver.binary("gt", driver.cycle(), driver.const(bits(64), 1)), () => driver.call(stage.id));
  down.log("{} {}", [down.exposedGet(stage.id, slot, uint(8)), down.fifoPeek(stage.id, port, uint(8))]);
}, 40);

/** One element that a body reads behind its own write, and one whose write is dropped. */
const registers = build((system) => {
  const r = system.array("r", uint(8));
  const few = system.array("few", int(8), {
    size: 5,
    initial: [-1n, 2n, -3n].map((value) => BigInt.asUintN(8, value)),
  });
  const rom = system.array("rom", uint(70), {
    size: 600,
    initial: Array.from({ length: 600 }, (_, index) => BigInt(index) << 60n),
  });
  const driver = system.module("driver", "Driver");
  driver.write(r, zero(driver), driver.slice(driver.cycle(), 7, 0));
  driver.write(
    few,
    driver.slice(driver.cycle(), 2, 0),
    driver.cast("bitcast", driver.slice(driver.cycle(), 7, 0), int(8)),
  );
  const index = driver.slice(driver.cycle(), 1, 0);
  driver.log("{} {} {:x}", [
    driver.read(r, zero(driver), uint(8)),
    driver.read(few, index, int(8)),
    driver.read(rom, driver.slice(driver.cycle(), 8, 0), uint(70)),
  ]);
});

const idle = build((system) => {
  system.config = { ...system.config, cycles: 100, idle: 7 };
  const driver = system.module("driver", "Driver");
  driver.wait(driver.binary("lt", driver.cycle(), driver.const(bits(64), 9)));
  driver.log("runs");
});

/** Designs that end with a fault, with the start of its message. */
export const FAULTS: Readonly<Record<string, readonly [message: string, system: System]>> = {
  assert: [
    "assertion failed: never",
    faulting((driver, at) => driver.assert(driver.unary("not", at), "never")),
  ],
  division: [
    "division by zero",
    faulting((driver, at) =>
      driver.log("{}", [
        driver.binary(
          "div",
          driver.const(uint(20), 9),
          driver.cast("zext", driver.unary("not", at), uint(20)),
        ),
      ]),
    ),
  ],
  one_hot: [
    "select1hot with a selector that is not one-hot",
    faulting((driver, at) => {
      const off = driver.const(BOOL, 0);
      driver.log("{}", [driver.select1hot(driver.concat([always(driver), off, at]), [off, off, off])]);
    }),
  ],
  read_range: [
    "read of few[12345678901], which has 3 elements",
    faulting((driver, at, system) => {
      const few = system.array("few", uint(8), { size: 3 });
      const index = driver.select(at, driver.const(uint(40), 12_345_678_901), driver.const(uint(40), 2));
      driver.log("{}", [driver.read(few, index, uint(8))]);
    }),
  ],
  write_twice: [
    "second write of twice in one cycle",
    faulting((driver, at, system) => {
      const twice = system.array("twice", uint(8), { size: 3 });
      driver.write(twice, driver.const(uint(8), 200), driver.const(uint(8), 1));
      driver.when(at, () => driver.write(twice, driver.const(uint(8), 1), driver.const(uint(8), 1)));
    }),
  ],
  pop_empty: ["pop of the empty FIFO stage.p", starving((stage, port) => stage.pop(port))],
  peek_empty: [
    "peek of the empty FIFO stage.p",
    starving((stage, port) => {
      stage.fifoPeek(stage.id, port, int(8));
      stage.when(stage.fifoValid(stage.id, port), () => stage.pop(port));
    }),
  ],
  pop_twice: [
    "second pop of the FIFO stage.p in one cycle",
    starving((stage, port) => {
      stage.when(stage.fifoValid(stage.id, port), () => {
        stage.pop(port);
        stage.pop(port);
      });
    }),
  ],
  push_twice: [
    "two pushes into the FIFO consumer.p in one cycle, by Driver and Driver",
    faulting((driver, at, system) => {
      const consumer = system.module("stage", "consumer");
      const port = consumer.port("p", int(8));
      driver.when(at, () => driver.push(consumer.id, port, driver.const(int(8), 1)));
      driver.push(consumer.id, port, driver.const(int(8), 2));
    }),
  ],
  pushers_forward: ["two pushes into the FIFO consumer.p in one cycle, by a and c", pushers([0, 1, 2])],
  pushers_backward: ["two pushes into the FIFO consumer.p in one cycle, by a and c", pushers([2, 1, 0])],
  overflow_one: ["the FIFO stage.p overflows its depth of 1", depth(1, false)],
  overflow_many: ["the FIFO stage.p overflows its depth of 17", depth(17, false)],
  absent: [
    "use of the absent value Driver.sometimes",
    build((system) => {
      const driver = system.module("driver", "Driver");
      const down = system.module("downstream", "down");
      const other = driver.expose("other", always(driver));
      let slot = other;
      driver.when(
        driver.binary("ne", driver.cycle(), driver.const(bits(64), 3)),
        () => (slot = driver.expose("sometimes", always(driver))),
      );
      down.log("{} {}", [down.exposedGet(driver.id, other, BOOL), down.exposedGet(driver.id, slot, BOOL)]);
    }),
  ],
};

/** Designs that show how waits, downstreams, several writers, finish, FIFOs and dropped writes behave. */
export const SEMANTICS = {
  waiting,
  downstreams,
  writers,
  finishing,
  growing,
  late,
  registers,
  idle,
  depth_ok: depth(1, true),
};
