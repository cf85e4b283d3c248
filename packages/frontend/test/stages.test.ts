import { expect, test } from "vitest";
import { accept, evaluateLog, inSystem, printSystem, run } from "./harness.js";

test("take waits for all of its ports", () => {
  const lines = run(
    inSystem(`
      module m(a: u8, b: u8) { take a, b; log("{} {}", a, b) }
      driver {
        when cycle() == 1 { m.a.push(1) }
        when cycle() == 3 { m.b.push(2) }
        when cycle() == 1 { call m }
      }`),
    {},
    8,
  );
  expect(lines).toEqual(["4 m: 1 2"]);
});

test("valid, peek and pop, with a declared depth", () => {
  const text = inSystem(`
    module m(a: i8 depth 4) {
      wait_until a.valid && a.peek < 0
      let v = a.pop()
      log("{}", v)
    }
    driver { when cycle() == 1 { m(a: -5) } }`);
  expect(run(text, {}, 5)).toEqual(["2 m: -5"]);
  expect(accept(text).modules[0]?.ports[0]?.depth).toBe(4);
});

test("wait_until inside when ends the body only where control reaches it", () => {
  const lines = run(
    inSystem(`
      reg n: u8
      driver {
        n <= n + 1
        when n < 3 { wait_until n > 5 }
        log("{}", n)
      }`),
    {},
    8,
  );
  // The write stands although the body ends at the wait.
  expect(lines).toEqual(["4 Driver: 3", "5 Driver: 4", "6 Driver: 5", "7 Driver: 6", "8 Driver: 7"]);
});

test("a call pushes in the order of its arguments", () => {
  const text = printSystem(
    accept(inSystem("module m(a: u8, b: u8) { take a, b }\ndriver { m(b: 1, a: 2) }")),
  );
  expect(text.indexOf("m.b.push")).toBeLessThan(text.indexOf("m.a.push"));
  expect(text.indexOf("m.a.push")).toBeLessThan(text.indexOf("call m"));
});

test("when, else when, else", () => {
  const body = 'when n == 0 { log("zero") } else when n == 1 { log("one") } else { log("many") }\nn <= n + 1';
  expect(run(inSystem(`reg n: u8\ndriver { ${body} }`), {}, 3)).toEqual([
    "1 Driver: zero",
    "2 Driver: one",
    "3 Driver: many",
  ]);
});

test("a testbench acts at its cycles, and finish ends the run", () => {
  const lines = run(
    inSystem('testbench { at 2 { log("two") }\nat 4 { finish }\nlog("{}", cycle()) }'),
    {},
    9,
  );
  expect(lines).toEqual(["1 Testbench: 1", "2 Testbench: two", "2 Testbench: 2", "3 Testbench: 3"]);
});

test("assert faults with its message or its own text", () => {
  expect(run(inSystem('reg n: u8\ndriver { assert n == 0, "n is zero"; n <= 1 }'), {}, 4).join()).toContain(
    "n is zero",
  );
  expect(run(inSystem("reg n: u8\ndriver { assert n < 1; n <= 1 }"), {}, 4).join()).toContain("n < 1");
});

test("bindings are local to their block, and may shadow", () => {
  expect(
    evaluateLog('let a = u8(1)\nwhen true { let a = u8(2)\nlog("{}", a) }\nlet b = a\nlog("{}", b)'),
  ).toEqual(["2", "1"]);
});

test("log prints compile-time text and untyped constants", () => {
  expect(evaluateLog('log("{}: {:04x} {} {{}}", NAME, 0xab, -5)', 'const NAME = "unit"')).toEqual([
    "unit: 00ab -5 {}",
  ]);
});

test("a register of another module can be read and written", () => {
  const lines = run(
    inSystem(`
      module m() { reg count: u8 = 5
        count <= count + 1 }
      driver { log("{}", m.count)
        call m }`),
    {},
    4,
  );
  expect(lines).toEqual(["1 Driver: 5", "2 Driver: 5", "3 Driver: 6", "4 Driver: 7"]);
});

test("an external function is called where it is written; several results are a record", () => {
  const text = printSystem(
    accept(
      inSystem(`
        extern fn inc(a: u32) -> (c: u32)
        extern fn divide(a: u32, b: u32) -> (q: u32, r: u32)
        driver {
          let d = divide(7, inc(1))
          log("{} {}", d.q, d.r)
        }`),
    ),
  );
  expect(text).toMatch(/b64 = extern divide\(/);
  expect(text).toMatch(/\[63:32\]/);
});

test("an external module is a stage with registered outputs", () => {
  const text = inSystem(`
    extern module dsp(a: i32, b: i32) -> (p: i64, overflow: bool) latency 3
    driver { dsp(a: 1, b: 2)
      log("{} {}", dsp.p, dsp.overflow) }`);
  const system = accept(text);
  expect(system.modules.map((module) => module?.name)).toEqual([
    "dsp",
    "dsp_delay_1",
    "dsp_delay_2",
    "Driver",
  ]);
  expect(system.arrays.map((array) => array?.name)).toEqual(["dsp_p", "dsp_overflow"]);
  expect(system.externs.map((each) => each?.name)).toEqual(["dsp"]);
  const printed = printSystem(system);
  expect(printed).toMatch(/outcome: b65 = extern dsp\(/);
  expect(printed.slice(printed.indexOf("module dsp_delay_2"))).toMatch(/dsp_p\[%\d+\] <= /);
});

test("an external module with one result and latency 1 writes its register itself", () => {
  const printed = printSystem(
    accept(inSystem("extern module one(a: u8) -> (q: u8)\ndriver { one(a: one.q) }")),
  );
  expect(printed).toMatch(/u8 = extern one\(/);
  expect(printed).toMatch(/one_q\[%\d+\] <= /);
  expect(printed).not.toContain("delay");
});

test("the outputs of an external module change after its latency", () => {
  const text = inSystem(`
    extern module dsp(a: u8) -> (p: u16, odd: bool) latency 3
    driver { when cycle() < 3 { dsp(a: cycle() as u8) }
      log("{} {}", dsp.p, dsp.odd) }`);
  // Called in cycle 1, it runs in cycle 2, and its results are seen in cycle 5.
  expect(run(text, {}, 7, { dsp: (a = 0n) => [a * 300n, a & 1n] })).toEqual([
    "1 Driver: 0 0",
    "2 Driver: 0 0",
    "3 Driver: 0 0",
    "4 Driver: 0 0",
    "5 Driver: 300 1",
    "6 Driver: 600 0",
    "7 Driver: 600 0",
  ]);
});
