/** The builder makes the IR that the front end makes of the same design as source. */
import { createMemoryHost, readDesign } from "@assassyn/compiler";
import { createInterpreter } from "@assassyn/interpreter";
import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import { expect, test } from "vitest";
import { bits, bool, Design, int, record, uint } from "../src/index.js";

function fromSource(text: string): System {
  const { system, diagnostics } = readDesign({ path: "design.asyn", text }, createMemoryHost({}));
  if (system === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return system;
}

/** IR text without places, its values numbered in the order of the text. */
function normalize(system: System): string {
  const numbers = new Map<string, number>();
  return printSystem(system)
    .replaceAll(/^ {2}file .*\n/gm, "")
    .replaceAll(/ @\d+:\d+:\d+/g, "")
    .replaceAll(/%\d+/g, (id) => {
      if (!numbers.has(id)) numbers.set(id, numbers.size);
      return `%${numbers.get(id)}`;
    })
    .replaceAll(/^ {2}(?=\w+ .*\{$)/gm, (indent) => (numbers.clear(), indent));
}

function expectSameIr(built: System, text: string): void {
  const source = fromSource(text);
  expect(normalize(built)).toBe(normalize(source));
  expect(logOf(built)).toEqual(logOf(source));
  expect(logOf(built).length).toBeGreaterThan(0);
}

/** What a run prints, and how it ends. */
function logOf(system: System): string[] {
  const lines: string[] = [];
  const simulation = createInterpreter(system, {
    onLog: ({ cycle, module, text }) => lines.push(`${cycle} ${module}: ${text}`),
    externs: {
      divide: (a = 0n, b = 1n) => [a / b, a % b],
      root: (of = 0n) => BigInt(Math.floor(Math.sqrt(Number(of)))),
    },
  });
  const { stop } = simulation.run();
  return [...lines, stop.kind === "fault" ? stop.fault.message : stop.kind];
}

/** Names of the registers. */
const arrays = (system: System) => system.arrays.map((array) => array?.name);

test("calls, ports, registers and conditions", () => {
  const design = new Design("async_call", { cycles: 200, idle: 50 });
  const count = design.reg("cnt", int(32));
  const adder = design.stage("adder", { a: int(32), b: { type: int(32), depth: 4 } });
  adder.body((m) => {
    const { a, b } = m.take();
    const c = a.add(b).named("c");
    m.log("Adder: {} + {} = {}", a, b, c);
  });
  design.driver().body((m) => {
    count.set(count.add(1));
    m.when(count.lt(100), () => adder.call({ a: count, b: count }));
  });
  expectSameIr(
    design.build(),
    `system async_call {
      config { cycles: 200, idle: 50 }
      reg cnt: i32
      module adder(a: i32, b: i32 depth 4) {
        take a, b
        let c = a + b
        log("Adder: {} + {} = {}", a, b, c)
      }
      driver {
        cnt <= cnt + 1
        when cnt < 100 { adder(a: cnt, b: cnt) }
      }
    }`,
  );
});

test("every operator, casts, slices and bits", () => {
  const design = new Design("operators", { cycles: 1 });
  const x = design.reg("x", int(8), -77);
  const y = design.reg("y", uint(8), 0xa5);
  design.driver().body((m) => {
    m.log("{} {} {} {}", x.add(y), x.sub(y), x.mul(y), y.add(x));
    m.log("{} {} {}", x.div(y), x.rem(7), y.div(3));
    m.log("{:x} {:x} {:x} {:x}", x.and(y), x.or(1), x.xor(y).not(), x.neg());
    m.log("{} {} {} {}", x.shl(3), x.shr(2), x.shr(y), y.shr(0));
    m.log("{}{}{}{}{}{}", x.lt(y), x.gt(y), x.le(-1), x.ge(y), x.eq(-77), y.ne(x));
    m.log("{} {} {}", x.as(int(16)), y.as(int(16)), x.as(uint(4)));
    m.log("{} {} {}", x.zext(uint(12)), y.sext(int(12)), x.bitcast(bits(8)));
    m.log("{} {} {}", x.slice(6, 2), x.bit(7), x.bit(y));
    m.log("{:b} {}", m.cat(x.bit(0), x, y), m.cycle());
    m.log("{} {} {}", m.constant(int(5), -3), -9, 700);
  });
  expectSameIr(
    design.build(),
    `system operators {
      config { cycles: 1 }
      reg x: i8 = -77
      reg y: u8 = 0xa5
      driver {
        log("{} {} {} {}", x + y, x - y, x * y, y + x)
        log("{} {} {}", x / y, x % 7, y / 3)
        log("{:x} {:x} {:x} {:x}", x & y, x | 1, !(x ^ y), -x)
        log("{} {} {} {}", x << 3, x >> 2, x >> y, y >> 0)
        log("{}{}{}{}{}{}", x < y, x > y, x <= -1, x >= y, x == -77, y != x)
        log("{} {} {}", x as i16, y as i16, x as u4)
        log("{} {} {}", zext(x, u12), sext(y, i12), bitcast(x, b8))
        log("{} {} {}", x[6:2], x[7], x[y])
        log("{:b} {}", cat(x[0], x, y), cycle())
        log("{} {} {}", i5(-3), -9, 700)
      }
    }`,
  );
});

test("choices evaluate both arms where nothing can happen in them, and one arm where something can", () => {
  const design = new Design("choices", { cycles: 9 });
  const n = design.reg("n", uint(3));
  const table = design.array("table", uint(8), 5, { initial: [3, 1, 4, 1, 5] });
  design.driver().body((m) => {
    n.set(n.add(1));
    m.log("{}", m.select(n.lt(4), n, 7));
    m.log(
      "{}",
      m.select(n.lt(5), () => table.at(n), 0),
    );
    m.log(
      "{}",
      m.select(n.gt(4), 9, () => table.at(n)),
    );
    m.log(
      "{}",
      m.match(
        n,
        [
          [0, m.constant(uint(8), 10)],
          [[1, 2], 11],
        ],
        12,
      ),
    );
    m.log(
      "{}",
      m.match(n, [
        [0, m.constant(uint(8), 10)],
        [[5, 6, 7], 11],
        [[1, 2], () => table.at(n)],
        [[3, 4], 1],
      ]),
    );
    m.log("{}", m.select1hot(m.constant(bits(3), 1).shl(n.rem(3)), [n, 6, 7]));
    m.log("{}", m.select1hot(m.constant(bits(2), 1).shl(n.lt(5)), [n.add(0).as(uint(8)), () => table.at(n)]));
    m.log(
      "{}",
      m.all(n.lt(5), n.gt(1), () => table.at(n).eq(1)),
    );
    m.log(
      "{}",
      m.any(n.ge(5), () => table.at(n).eq(1)),
    );
  });
  const built = design.build();
  const source = fromSource(
    `system choices {
      config { cycles: 9 }
      reg n: u3
      reg table: [u8; 5] = [3, 1, 4, 1, 5]
      driver {
        n <= n + 1
        log("{}", n < 4 ? n : 7)
        log("{}", n < 5 ? table[n] : 0)
        log("{}", n > 4 ? 9 : table[n])
        log("{}", match n { 0 => u8(10), 1 | 2 => 11, _ => 12 })
        log("{}", match n { 0 => u8(10), 5 | 6 | 7 => 11, 1 | 2 => table[n], 3 | 4 => 1 })
        log("{}", select1hot(b3(1) << (n % 3), n, 6, 7))
        log("{}", select1hot(b2(1) << (n < 5), (n + 0) as u8, table[n]))
        log("{}", n < 5 && n > 1 && table[n] == 1)
        log("{}", n >= 5 || table[n] == 1)
      }
    }`,
  );
  // A constant that is made outside of an arm stands outside of it, so here only what the designs do is the same.
  expect(logOf(built)).toEqual(logOf(source));
  expect(logOf(built)).toHaveLength(9 * 9 + 1);
});

test("the IR of choices is that of the source", () => {
  const design = new Design("choices", { cycles: 9 });
  const n = design.reg("n", uint(3));
  const table = design.array("table", uint(3), 5, { initial: [3, 1, 4, 7], fill: 0 });
  design.driver().body((m) => {
    n.set(n.add(1));
    m.log("{}", m.select(n.lt(4), n, 7));
    m.log(
      "{}",
      m.select(n.lt(5), () => table.at(n), 0),
    );
    m.log(
      "{}",
      m.match(
        n,
        [
          [0, () => n.not()],
          [[1, 2], 5],
        ],
        6,
      ),
    );
    m.log(
      "{}",
      m.match(
        n,
        [
          [0, n],
          [[1, 2], () => table.at(n)],
        ],
        6,
      ),
    );
    m.log(
      "{}",
      m.all(n.lt(5), n.gt(1), () => table.at(n).eq(1)),
    );
  });
  expectSameIr(
    design.build(),
    `system choices {
      config { cycles: 9 }
      reg n: u3
      reg table: [u3; 5] = [3, 1, 4, 7]
      driver {
        n <= n + 1
        log("{}", n < 4 ? n : 7)
        log("{}", n < 5 ? table[n] : 0)
        log("{}", match n { 0 => !n, 1 | 2 => 5, _ => 6 })
        log("{}", match n { 0 => n, 1 | 2 => table[n], _ => 6 })
        log("{}", n < 5 && n > 1 && table[n] == 1)
      }
    }`,
  );
});

test("downstreams, exposed values, FIFOs from outside, triggers", () => {
  const design = new Design("downstreams", { cycles: 20, idle: 5 });
  const step = design.reg("step", uint(8));
  const lhs = design.stage("lhs", { a: uint(8) });
  const rhs = design.stage("rhs", { b: uint(8) });
  const sum = design.downstream("sum");
  design.driver().body((m) => {
    step.set(step.add(1));
    m.when(step.lt(6), () => lhs.call({ a: step }));
    m.when(step.bit(0), () => {
      rhs.ports.b.push(step);
      rhs.addCredit();
    });
  });
  const { data } = lhs.body((m) => ({ data: m.expose("data", m.take().a.add(1).named("data")) }));
  const other = rhs.body((m) => {
    m.waitUntil(m.ports.b.valid());
    m.log("peek {}", m.ports.b.peek());
    return m.expose("value", m.ports.b.pop().named("value"));
  });
  sum.body((m) => {
    const a = data.or(1).named("a");
    const b = m.select(other.valid(), () => other.get(), 2).named("b");
    m.log("{} + {} = {}", a, b, a.add(b));
    m.log("{} {}", m.triggered(lhs), rhs.ports.b.valid());
  });
  expectSameIr(
    design.build(),
    `system downstreams {
      config { cycles: 20, idle: 5 }
      reg step: u8
      module lhs(a: u8) { take a; let data = a + 1 }
      module rhs(b: u8) {
        wait_until b.valid
        log("peek {}", b.peek)
        let value = b.pop()
      }
      downstream sum {
        let a = lhs.data ?? 1
        let b = rhs.value.valid ? rhs.value : 2
        log("{} + {} = {}", a, b, a + b)
        log("{} {}", lhs.triggered, fifo(rhs.b).valid)
      }
      driver {
        step <= step + 1
        when step < 6 { lhs(a: step) }
        when step[0] { rhs.b.push(step); call rhs }
      }
    }`,
  );
});

test("instances with indices, registers of modules, testbench, finish and assert", () => {
  const design = new Design("instances", { cycles: 50 });
  const cells = [0, 1, 2].map((index) => design.stage(["cell", index], { value: int(8) }));
  cells.forEach((cell, index) => {
    const seen = cell.reg("seen", int(16), 5);
    const next = cells[index + 1];
    cell.body((m) => {
      const { value } = m.take();
      seen.set(seen.add(value));
      next?.call({ value: value.as(int(8)) });
      m.log("{} saw {}", `cell ${index}`, seen);
      m.assert(value.ge(0), "negative");
      if (next === undefined)
        m.when(
          seen.gt(20),
          () => m.finish(),
          () => m.log("go on"),
        );
    });
  });
  const [first] = cells;
  design.testbench().body((m) => {
    for (const cycle of [1, 4, 5, 6, 7]) m.at(cycle, () => first?.call({ value: cycle }));
  });
  const builtLog = logOf(design.build());
  const source = fromSource(`system instances {
    config { cycles: 50 }
    module cell[index in 0..3](value: i8) {
      reg seen: i16 = 5
      take value
      seen <= seen + value
      if index + 1 < 3 { cell[index + 1](value: value) }
      log("cell {} saw {}", index, seen)
      assert value >= 0, "negative"
      if index == 2 { when seen > 20 { finish } else { log("go on") } }
    }
    testbench {
      at 1 { cell[0](value: 1) }
      at 4 { cell[0](value: 4) }
      at 5 { cell[0](value: 5) }
      at 6 { cell[0](value: 6) }
      at 7 { cell[0](value: 7) }
    }
  }`);
  expect(builtLog).toEqual(logOf(source));
  expect(builtLog.at(-1)).toBe("finish");
  expect(arrays(design.build())).toEqual(arrays(source));
});

test("records, extern functions with one result and with several", () => {
  const packet = record({ kind: bits(2), length: int(6) });
  const design = new Design("records", { cycles: 4 });
  const root = design.extern("root", { of: uint(8) }, { whole: uint(4) });
  const divide = design.extern("divide", { a: uint(8), b: uint(8) }, { quotient: uint(8), rest: uint(8) });
  const last = design.reg("last", packet);
  const reader = design.stage("reader", { packet });
  reader.body((m) => {
    const taken = m.take().packet;
    m.log("{} {}", taken.field(packet, "kind"), taken.field(packet, "length"));
    last.set(taken);
  });
  design.driver().body((m) => {
    reader.call({ packet: m.pack(packet, { kind: 2, length: -7 }) });
    const { whole } = root.call({ of: 30 });
    const { quotient, rest } = divide.call({ a: 30, b: 7 });
    m.log("{} {} {} {}", whole, quotient, rest, last.field(packet, "length"));
    m.when(bool.width === 1, () => {});
  });
  const source = fromSource(`system records {
    config { cycles: 4 }
    type Packet = record { kind: b2, length: i6 }
    extern fn root(of: u8) -> (whole: u4)
    extern fn divide(a: u8, b: u8) -> (quotient: u8, rest: u8)
    reg last: Packet
    module reader(packet: Packet) {
      take packet
      log("{} {}", packet.kind, packet.length)
      last <= packet
    }
    driver {
      reader(packet: Packet { kind: 2, length: -7 })
      let whole = root(30)
      let both = divide(30, 7)
      log("{} {} {} {}", whole, both.quotient, both.rest, last.length)
    }
  }`);
  expect(logOf(design.build())).toEqual(logOf(source));
  expect(logOf(source)).toContain("2 reader: 2 -7");
});
