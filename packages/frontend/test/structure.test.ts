import { expect, test } from "vitest";
import { accept, elaborateFiles, evaluateLog, inSystem, printSystem, run } from "./harness.js";

const names = (text: string, files = {}): (string | undefined)[] =>
  accept(text, files).modules.map((module) => module?.name);
const arrays = (text: string, files = {}): (string | undefined)[] =>
  accept(text, files).arrays.map((array) => array?.name);

test("index ranges expand row-major, with registers of their own", () => {
  const text = inSystem(`
    const N = 2
    module pe[row in 0..N, col in 0..N](west: i8, north: i8) {
      take west, north
      reg acc: i32
      acc <= acc + (west * north) as i32
      if col + 1 < N { pe[row, col + 1].west.push(west) }
      if row + 1 < N {
        pe[row + 1, col].north.push(north)
        call pe[row + 1, col]
      }
    }
    driver { call pe[0, 0]; call pe[0, 1] ; pe[0, 0].west.push(1); pe[1, 0].west.push(1); pe[0, 0].north.push(1); pe[0, 1].north.push(1) }`);
  expect(names(text)).toEqual(["pe_0_0", "pe_0_1", "pe_1_0", "pe_1_1", "Driver"]);
  expect(arrays(text)).toEqual(["pe_0_0_acc", "pe_0_1_acc", "pe_1_0_acc", "pe_1_1_acc"]);
  expect(accept(text).modules.map((module) => module?.source)).toEqual(["pe", "pe", "pe", "pe", "Driver"]);
});

test("functions are inlined, generic ones infer their parameters", () => {
  const items = `
    fn max(a: u32, b: u32) -> u32 { let gt = a > b; gt ? a : b }
    fn top<N>(a: uint<N>) -> b1 { a[N - 1] }
    fn same<T: type>(a: T) -> T { a }
    fn half<N>(a: bits<N>) -> bits<N / 2> { a[N - 1:N / 2] }
    fn parity<N>(a: bits<N>) -> b1 {
      if N == 1 { a } else { a[0] ^ parity(a[N - 1:1]) }
    }
    fn report(a: u8) { log("got {}", a) }
    reg x: u8 = 0x95
    reg y: i8 = -1`;
  expect(
    evaluateLog(
      `log("{} {} {} {:x} {} {}", max(3, x as u32), top(x), same(y), half(x), parity(x), top<8>(5))\nreport(7)`,
      items,
    ),
  ).toEqual(["149 1 -1 9 0 0", "got 7"]);
});

test("named arguments of a function, and results in constants", () => {
  const items = "fn sub(a: u8, b: u8) -> u8 { a - b }\nconst D = sub(b: 1, a: 5)\nreg r: uint<D> = 15";
  expect(evaluateLog('log("{} {}", r, D)', items)).toEqual(["15 4"]);
});

test("an argument is evaluated once", () => {
  const text = printSystem(
    accept(
      inSystem(
        'fn twice(a: u8) -> u8 { a + a }\nmodule m(p: u8) { let x = twice(p.pop())\nlog("{}", x) }\ndriver { m(p: 1) }',
      ),
    ),
  );
  expect(text.match(/pop\(/g)?.length).toBe(1);
});

test("fold unrolls", () => {
  expect(
    evaluateLog(
      'let total = fold(i in 0..4, acc = u32(0)) acc + lane[i]\nlog("{} {}", total, fold(i in 1..5, acc = 1) acc * i)',
      "reg lane: [u32; 4] = [1, 2, 3, 4]",
    ),
  ).toEqual(["10 24"]);
});

test("for and if among statements and among items", () => {
  const text = inSystem(`
    const DEBUG = true
    for i in 0..2 {
      reg r: u8 = i
      module m() { log("{} {}", i, r) }
      driver Poke { call m }
    }
    if DEBUG { reg extra: u8 = 9 } else { reg other: u8 }
    driver {
      for i in 0..2 { for j in 5..6 { log("{}{}", i, j) } }
      if DEBUG && 1 < 2 { let v = extra } else { let v = nothing }
      log("{}", v)
    }`);
  expect(names(text)).toEqual(["m_0", "Poke_0", "m_1", "Poke_1", "Driver"]);
  expect(arrays(text)).toEqual(["r_0", "r_1", "extra"]);
  expect(run(text, {}, 1)).toEqual(["1 Driver: 05", "1 Driver: 15", "1 Driver: 9"]);
});

const LIBRARY = `
  component sram<T: type, const DEPTH, const FILE>(we: bool, re: bool, addr: uint<clog2(DEPTH)>, wdata: T) {
    reg data: [T; DEPTH] = file(FILE)
    reg dout: T
    downstream port { when we { data[addr] <= wdata }  when re { dout <= data[addr] } }
  }
`;

test("a component has parameters, inputs and parts", () => {
  const text = inSystem(`
    ${LIBRARY}
    driver {
      let we = cycle() == 2
      let re = cycle()[0] == 1
      let addr: u2 = cycle() as u2
      let wdata: b8 = 0x55
      log("{:x}", mem.dout)
    }
    use mem = sram<b8, 4, "m.hex">(we: Driver.we, re: Driver.re, addr: Driver.addr, wdata: Driver.wdata)`);
  const files = { "m.hex": "11 22 // two\n@3 44" };
  expect(names(text, files)).toEqual(["Driver", "mem_port"]);
  expect(arrays(text, files)).toEqual(["mem_data", "mem_dout"]);
  expect(run(text, files, 5)).toEqual([
    "1 Driver: 0",
    "2 Driver: 22",
    "3 Driver: 22",
    "4 Driver: 44",
    "5 Driver: 44",
  ]);
});

test("component instances nest and have index ranges", () => {
  const text = inSystem(`
    component cell<const START>(step: u8) {
      reg count: u8 = START
      downstream tick { count <= count + step }
    }
    component pair<const BASE>(step: u8) {
      use low = cell<BASE>(step: step)
      use high = cell<BASE + 10>(step: step)
    }
    driver { let one = u8(1)
      log("{} {}", bank[0].low.count, bank[1].high.count) }
    use bank[i in 0..2] = pair<i * 100>(step: Driver.one)`);
  expect(names(text)).toEqual([
    "Driver",
    "bank_0_low_tick",
    "bank_0_high_tick",
    "bank_1_low_tick",
    "bank_1_high_tick",
  ]);
  expect(
    accept(text)
      .modules.map((module) => module?.source)
      .slice(1, 3),
  ).toEqual(["bank_low_tick", "bank_high_tick"]);
  expect(run(text, {}, 2)).toEqual(["1 Driver: 0 110", "2 Driver: 1 111"]);
});

/** A component with an optional input, fed with `input`. */
const withInput = (input: string): string =>
  inSystem(`
    reg on: bool = true
    module m() { let v = u8(3) }
    driver { let tick = true
      when cycle() == 2 { call m } }
    component c(v: u8, tick: bool) { downstream d { log("{} {} {}", v ?? 9, v.valid, tick) } }
    use u = c(v: ${input}, tick: Driver.tick)`);

test("an input may be absent, or a plain value that never is", () => {
  expect(run(withInput("m.v"), {}, 3)).toEqual(["1 u_d: 9 0 1", "2 u_d: 9 0 1", "3 u_d: 3 1 1"]);
  expect(run(withInput("8"), {}, 1)).toEqual(["1 u_d: 8 1 1"]);
});

test("stages of a component are called through the instance", () => {
  const text = inSystem(`
    component echo() { module ask(x: u8) { take x; log("{}", x) } }
    use e = echo()
    driver { when cycle() == 1 { e.ask(x: 4) } }`);
  expect(run(text, {}, 3)).toEqual(["2 e_ask: 4"]);
});

test("imports bring declarations, each file once, in the place of the first import", () => {
  const files = {
    "lib.asyn":
      'import "deep.asyn"\nconst N = BASE + 1\nreg shared: u8 = N\nmodule lib_stage() { log("lib {}", shared) }\nsystem ignored { }',
    "deep.asyn": "const BASE = 4",
    "other.asyn": 'import "lib.asyn"\nfn twice(a: u8) -> u8 { a + a }\nconst M = N',
  };
  const text = `import "lib.asyn"\nimport "other.asyn"\nsystem s { driver { call lib_stage; log("{} {}", twice(shared), M) } }`;
  expect(names(text, files)).toEqual(["lib_stage", "Driver"]);
  expect(run(text, files, 2)).toEqual(["1 Driver: 10 5", "2 lib_stage: lib 5", "2 Driver: 10 5"]);
  const outcome = elaborateFiles({ ...files, "main.asyn": text });
  expect(outcome.system?.files).toEqual(["main.asyn", "lib.asyn", "deep.asyn", "other.asyn"]);
});

test("files may import each other", () => {
  const files = {
    "a.asyn": 'import "b.asyn"\nconst A = 1\nconst C = B + 1',
    "b.asyn": 'import "a.asyn"\nconst B = A + 1',
  };
  expect(run('import "a.asyn"\nsystem s { driver { log("{}", C) } }', files, 1)).toEqual(["1 Driver: 3"]);
});

test("configuration", () => {
  const system = accept(
    inSystem(
      "const C = 10\nconfig { cycles: C * 20, idle: 50, fifo_limit: 64, parallel: true, threads: 4, log: plain }\ndriver {}",
    ),
  );
  expect(system.config).toEqual({
    cycles: 200,
    idle: 50,
    fifoLimit: 64,
    parallel: true,
    threads: 4,
    log: "plain",
  });
});

test("a file of shared declarations alone can be checked", () => {
  expect(elaborateFiles({ "main.asyn": "const A = 1" }, { requireSystem: false })).toMatchObject({
    diagnostics: [],
  });
});

test("raw identifiers are names like others", () => {
  expect(evaluateLog('log("{}", r#take)', "reg r#take: u8 = 3")).toEqual(["3"]);
});

test("constants in a body may use what is bound before", () => {
  expect(
    evaluateLog(
      'let a = x * x\nconst W = width(a)\nreg r: uint<W / 2> = 9\nlog("{} {} {}", W, r, a[W - 1:W - 4])',
      "reg x: u8 = 255",
    ),
  ).toEqual(["16 9 15"]);
});
