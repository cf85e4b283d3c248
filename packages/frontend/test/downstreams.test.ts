import { expect, test } from "vitest";
import { accept, elaborateFiles, inSystem, printSystem, run } from "./harness.js";

const ADDER = `
  reg n: u8
  module lhs(v: u8) { take v; let data = v + 1 }
  module rhs(v: u8) { take v; let data = v + 2 }
  driver {
    n <= n + 1
    when n[0] { lhs(v: n) }
    when n[1] { rhs(v: n) }
  }
`;

test("a downstream reads values, or a fallback where they are absent", () => {
  const lines = run(
    inSystem(
      `${ADDER}downstream sum { let a = lhs.data ?? 1; let b = rhs.data ?? 1; log("{} + {} = {}", a, b, a + b) }`,
    ),
    {},
    6,
  );
  expect(lines).toEqual(["3 sum: 2 + 1 = 3", "4 sum: 1 + 4 = 5", "5 sum: 4 + 5 = 9"]);
});

test("presence, trigger and FIFOs of other modules", () => {
  const lines = run(
    inSystem(`${ADDER}downstream watch {
      log("{} {} {} {}", lhs.data.valid, rhs.triggered, rhs.v.valid, fifo(lhs.v).valid)
      when fifo(rhs.v).valid { log("head {}", fifo(rhs.v).peek) }
    }`),
    {},
    4,
  );
  expect(lines).toEqual(["3 watch: 1 0 0 1", "4 watch: 0 1 1 0", "4 watch: head 2"]);
});

test("only what is read is exposed, right behind its definition and in its region", () => {
  const system = accept(
    inSystem(`
      reg n: u8
      driver { let unused = n + 1
        when n == 0 { let inner = n + 2
          log("{}", unused) } }
      downstream d { let a = Driver.inner ?? 0
        log("{}", a) }`),
  );
  expect(system.modules[0]?.exposed.map((slot) => slot.name)).toEqual(["inner"]);
  expect(printSystem(system)).toMatch(/inner: u8 = .*\n\s*%\d+ expose /);
});

test("constants and taken values can be exposed", () => {
  const lines = run(
    inSystem(`
      module m(a: u8) { take a; let five = u8(5); let b = a }
      driver { when cycle() == 1 { m(a: 7) } }
      downstream d { log("{} {} {}", m.five, m.a, m.b) }`),
    {},
    4,
  );
  expect(lines).toEqual(["2 d: 5 7 7"]);
});

test("downstreams may be declared in any order; modules keep that of the source", () => {
  const text = inSystem(`
    downstream last { log("{}", middle.v) }
    downstream middle { let v = m.v + 1 }
    module m() { let v = u8(1) }
    driver { call m }`);
  expect(accept(text).modules.map((module) => module?.name)).toEqual(["last", "middle", "m", "Driver"]);
  expect(run(text, {}, 2)).toEqual(["2 last: 2"]);
});

test("downstreams with index ranges form a chain", () => {
  const lines = run(
    inSystem(`
      driver { let seed = u8(1) }
      downstream link[i in 0..4] {
        let v = i == 0 ? Driver.seed : link[i - 1].v * 2 as u8
        let w = v as u8
        log("{}", w)
      }`).replace("link[i - 1].v * 2 as u8", "(link[i - 1].w * 2) as u8"),
    {},
    1,
  );
  expect(lines).toEqual(["1 link_0: 1", "1 link_1: 2", "1 link_2: 4", "1 link_3: 8"]);
});

test("a register breaks what would be a loop", () => {
  accept(
    inSystem(
      "reg y: u8\ndriver { let z = u8(0) }\ndownstream a { let x = y + (Driver.z ?? 0) }\ndownstream b { y <= a.x ?? 0 }",
    ),
  );
});

/** A chain of downstreams in which each reads the next one, declared before it; the last reads the driver. */
const chain = (length: number, last: string): string =>
  inSystem(`
    driver { let v = u16(1) }
    downstream link[i in 0..${length}] {
      when i == 0 { reg seen: u16
        seen <= seen + 1 }
      let v = (i == ${length - 1} ? ${last} : link[i + 1 < ${length} ? i + 1 : 0].v) + 1
    }
    downstream watch { log("{}", link[0].v) }`);

test("a chain of thousands of downstreams against the order of declaration needs no deep stack", () => {
  expect(run(chain(3000, "Driver.v"), {}, 1)).toEqual(["1 watch: 3001"]);
});

test("a loop of many downstreams is found and printed", () => {
  const { diagnostics } = elaborateFiles({ "main.asyn": chain(100, "link[0].v") });
  expect(diagnostics.map((each) => each.code)).toEqual(["frontend/downstream-loop"]);
  expect(diagnostics[0]?.message).toMatch(/`link_0` → `link_1` → .* → `link_99` → `link_0`$/);
});
