/** Each construct misused: the code, and the piece of source that the message points at. */
import { expect, test } from "vitest";
import { elaborateFiles, inSystem, reject } from "./harness.js";

/** `items` of a system, and all diagnostics expected as `code at text`. */
type Case = readonly [items: string, ...expected: string[]];

const LET = "let v";

/** Statements of a driver, with a few registers around. */
const STATEMENTS: readonly Case[] = [
  // names
  ['log("{}", cout)', "unknown-name at cout"],
  ["cout <= 1", "unknown-name at cout"],
  [`${LET}: byte = 1`, "unknown-type at byte"],
  [`${LET}: u0 = 1`, "bad-width at u0"],
  [`${LET}: uint<70000> = 1`, "bad-width at 70000"],
  [`${LET}: uint = 1`, "generic-count at uint"],
  [`${LET}: x = 1`, "not-a-type at x"],
  [`${LET}: [u8; 4] = 1`, "array-type at [u8; 4]"],
  [`${LET} = pair.hii`, "unknown-member at hii"],
  [`${LET} = x.hi`, "unknown-member at hi"],
  [`${LET} = m.nothing.push(1)`, "unknown-member at nothing"],
  [`${LET} = m + x`, "not-a-value at m"],
  [`${LET} = x(3)`, "not-callable at x"],
  [`${LET} = Pair { hi: 1 }`, "missing-argument at Pair { hi: 1 }"],
  [`${LET} = Pair { hi: 1, lo: 1, low: 2 }`, "unknown-member at low"],
  [`${LET} = Pair { hi: 1, hi: 1, lo: 1 }`, "repeated-argument at hi"],
  [`${LET} = u8 { hi: 1 }`, "not-a-type at u8"],
  // types and literals
  ["x <= z", "width-mismatch at z"],
  ["x <= x * x", "width-mismatch at x * x"],
  [`${LET}: u8 = z`, "width-mismatch at z"],
  ["x <= 256", "literal-range at 256"],
  ["x <= x + 256", "literal-range at 256"],
  ["x <= -1", "literal-range at -1"],
  [`${LET} = y == 128`, "literal-range at 128"],
  [`${LET} = u8(256)`, "literal-range at 256"],
  [`${LET} = u8(z)`, "width-mismatch at z"],
  [`${LET} = cat(1, x)`, "literal-untyped at 1"],
  [`${LET} = on ? 1 : 2`, "literal-untyped at 1", "literal-untyped at 2"],
  [`${LET} = 1 << x`, "literal-untyped at 1"],
  [`${LET} = !1`, "literal-untyped at 1"],
  ['x <= "text"', 'constant-kind at "text"'],
  [`${LET} = "a" * 2`, 'bad-operand at "a" * 2'],
  [`${LET} = on ? x : z`, "arm-mismatch at z"],
  ["when x { finish }", "condition-width at x"],
  ["wait_until x", "condition-width at x"],
  ["assert x", "condition-width at x"],
  [`${LET} = x && on`, "condition-width at x"],
  [`${LET} = z * wide`, "bad-width at z * wide"],
  // parts
  [`${LET} = x[0:7]`, "slice-range at x[0:7]"],
  [`${LET} = x[8:0]`, "slice-range at x[8:0]"],
  [`${LET} = x[8]`, "index-range at 8"],
  [`${LET} = rf[4]`, "index-range at 4"],
  ["rf[4] <= 1", "index-range at 4"],
  [`${LET} = rf[1, 2]`, "index-count at rf[1, 2]"],
  [`${LET} = x[x:0]`, "not-constant at x"],
  [`${LET} = rf`, "needs-index at rf"],
  ["rf <= 1", "needs-index at rf"],
  ["x[3] <= 1", "bad-target at x[3]"],
  ["x[3:0] <= 1", "bad-target at x[3:0]"],
  ["pair.hi <= 1", "bad-target at pair.hi"],
  ["let v = x\nv <= 1", "bad-target at v"],
  // compile time
  ["if x < 3 { finish }", "not-constant at x"],
  ["for i in 0..x { finish }", "not-constant at x"],
  ["const C = x", "not-constant at x"],
  ["let a = x\nconst C = a + 1", "not-constant at a + 1"],
  ["const C = 1 / 0", "constant-division at 1 / 0"],
  ["const C = 1 << 10000000", "constant-size at 1 << 10000000"],
  ['const C = "a"\nx <= rf[C]', "not-a-value at C"],
  [`${LET} = clog2(0)`, "bad-size at clog2(0)"],
  [`${LET} = clog2(1, 2)`, "argument-count at clog2(1, 2)"],
  [`${LET} = zext(x, x)`, "not-a-type at x"],
  [`${LET} = file("a")`, 'misplaced at file("a")'],
  // statements
  ["x + 1", "unused-result at x + 1"],
  ["u8(1)", "unused-result at u8(1)"],
  ["x == 3", "unused-result at x == 3"],
  [`${LET} = m(a: 1, b: 2)`, "no-result at m(a: 1, b: 2)"],
  ["at 3 { finish }", "misplaced at at 3 { finish }"],
  ["take x", "not-a-port at x"],
  ["x <= 1\nx <= 2", "written-twice at x <= 2"],
  ["rf[0] <= 1\nwhen on { rf[1] <= 2 }", "written-twice at rf[1] <= 2"],
  ['log("{} {}", x)', 'format-arguments at "{} {}"'],
  ['log("{}", x, x)', 'format-arguments at "{}"'],
  ['log("ab {:q}", x)', "format-syntax at {"],
  ['log("}", x)', "format-syntax at }"],
  // choices
  [`${LET} = match x { 0 => x, 1 => x }`, "match-incomplete at match x { 0 => x, 1 => x }"],
  [`${LET} = match x { 0 => x, 0 => y, _ => x }`, "match-repeated at 0"],
  [`${LET} = match x { _ => x, 0 => x }`, "match-repeated at 0"],
  [`${LET} = match x { 256 => x, _ => x }`, "literal-range at 256"],
  [`${LET} = match x { y => x, _ => x }`, "not-constant at y"],
  [`${LET} = select1hot(x, x, x)`, "select-arms at x"],
  [`${LET} = x ?? 1`, "not-optional at x"],
  // calls
  ["m(a: 1)", "missing-argument at m(a: 1)"],
  ["m(a: 1, c: 2)", "unknown-argument at c", "missing-argument at m(a: 1, c: 2)"],
  ["m(a: 1, b: 2, b: 3)", "repeated-argument at b"],
  ["m(1, 2)", "unnamed-argument at 1", "unnamed-argument at 2"],
  ["m(a: z, b: 2)", "width-mismatch at z"],
  ["m.a.push(z)", "width-mismatch at z"],
  ["m.a.push(1, 2)", "argument-count at m.a.push(1, 2)"],
  ["x.push(1)", "not-callable at x.push"],
  ["call Driver", "not-a-stage at Driver"],
  ["call x", "not-callable at x"],
  ["call pe", "needs-index at pe"],
  ["call pe[2]", "index-range at 2"],
  ["call pe[0, 0]", "index-count at pe[0, 0]"],
  ["call pe[x]", "not-constant at x"],
  ["m(a: 1, b: 2)\nm.b.push(2)", "pushed-twice at m.b.push(2)"],
  [`${LET} = m.sum`, "value-in-stage at m.sum"],
  [`${LET} = m.sum.valid`, "value-in-stage at m.sum.valid"],
  [`${LET} = m.sum ?? 0`, "value-in-stage at m.sum"],
  [`${LET} = m.triggered`, "value-in-stage at m.triggered"],
  [`${LET} = fifo(m.a).valid`, "fifo-elsewhere at fifo(m.a).valid"],
  [`${LET} = m.a.pop()`, "fifo-elsewhere at m.a.pop()"],
  // functions
  [`${LET} = add(1)`, "argument-count at add(1)"],
  [`${LET} = add(a: 1, c: 2)`, "unknown-argument at c"],
  [`${LET} = add(a: 1)`, "missing-argument at add(a: 1)"],
  [`${LET} = add(z, 1)`, "width-mismatch at z"],
  [`${LET} = wider(x)`, "width-mismatch at a"],
  [`${LET} = endless(x)`, "recursion-limit at endless(a)"],
  [`${LET} = resultless(x)`, "missing-result at { let b = a }"],
  [`${LET} = generic(3)`, "cannot-infer at generic(3)"],
  [`${LET} = effect(3)`, "no-result at effect(3)"],
  ["local(x)", "misplaced at reg r: u8"],
  [`${LET} = ext(z)`, "width-mismatch at z"],
  [`${LET} = ext()`, "argument-count at ext()"],
];

const AROUND = `
  type Pair = record { hi: u4, lo: u4 }
  reg x: u8
  reg y: i8
  reg z: u16
  reg wide: bits<65530>
  reg on: bool
  reg pair: Pair
  reg rf: [u8; 4]
  extern fn ext(a: u8) -> (b: u8)
  fn add(a: u8, b: u8) -> u8 { a + b }
  fn wider(a: u8) -> u16 { a }
  fn endless(a: u8) -> u8 { endless(a) }
  fn resultless(a: u8) -> u8 { let b = a }
  fn generic<N>(a: uint<N>) -> uint<N> { a }
  fn effect(a: u8) { log("{}", a) }
  fn local(a: u8) { reg r: u8 }
  module m(a: u8, b: u8) { take a, b; let sum = a + b }
  module pe[i in 0..2]() { }
`;

test.each(STATEMENTS)("rejects %s", (statements, ...expected) => {
  expect(reject(inSystem(`${AROUND}\ndriver { ${statements} }`))).toEqual(expected);
});

const STAGES: readonly Case[] = [
  ["module s(p: u8) { let v = p + 1 }", "port-as-value at p"],
  ["module s(p: u8) { take p, p }", "not-a-port at p"],
  ["module s(p: u8) { take p\ntake p }", "not-a-port at p"],
  ["module s(p: u8) { let a = p.pop()\nlet b = p.pop() }", "popped-twice at p.pop()"],
  ["module s(p: u8) { let a = p.pop }", "not-a-value at p.pop"],
  ["module s(p: u8) { let a = p.head }", "unknown-member at head"],
  ["module s(p: u8 depth 0) { take p }", "bad-size at 0"],
  ["module s(p: u8, p: u8) { take p }", "duplicate-name at p"],
  ["module s(p: what) { take p }", "unknown-type at what"],
  ["downstream d { wait_until d.triggered }", "misplaced at wait_until d.triggered"],
  ["downstream d { take p }", "misplaced at take p"],
  ["downstream d { let a = 1 }", "downstream-without-value at d"],
  ["module s() { }\ndownstream d { when s.triggered { finish } }", "downstream-without-value at d"],
  ["module s() { let v = u8(1) }\ndownstream d { let a = s.w }", "unknown-value at w"],
  ["module s(p: u8) { let v = p.pop() }\ndownstream d { let a = s.p }", "unknown-value at p"],
  [
    "module s() { let v = u8(1)\nwhen true { let v = u8(2) } }\ndownstream d { let a = s.v }",
    "ambiguous-value at s.v",
  ],
  ["module s() { let v = 1 }\ndownstream d { let a = s.v }", "exposed-untyped at s.v"],
  ["module s() { let v = u8(1) }\ndownstream d { let a = s.v }\ndriver { call d }", "not-a-stage at d"],
  ["downstream a { let x = b.y ?? 0 }\ndownstream b { let y = a.x ?? 0 }", "downstream-loop at a.x"],
  ["downstream a { let x = a.y ?? 0 }", "downstream-loop at a.y"],
  [
    "driver { let s = u8(1) }\ndownstream a { when b.triggered { finish }\nlet x = Driver.s }\ndownstream b { let y = a.x }",
    "downstream-loop at a",
  ],
];

test.each(STAGES)("rejects %s", (items, ...expected) => {
  expect(reject(inSystem(items))).toEqual(expected);
});

const DECLARATIONS: readonly Case[] = [
  ["reg x: u8\nreg x: u8", "duplicate-name at x"],
  ["driver { }\ndriver { }", "duplicate-name at driver { }"],
  ["reg m_a: u8\nmodule m() { reg a: u8 }\ndriver { call m }", "name-collision at a"],
  ["module p[i in 0..2]() { }\nmodule p_0() { }", "name-collision at p_0"],
  ["const A = B\nconst B = A", "constant-loop at A"],
  ["type T = record { a: T }", "constant-loop at T"],
  ["type T = record { a: u8, a: u8 }", "duplicate-name at a"],
  ["reg x: u8 = 256", "literal-range at 256"],
  ["reg x: u8 = [1]", "initial-kind at [1]"],
  ["reg x: [u8; 2] = 1", "initial-kind at 1"],
  ["reg x: [u8; 2] = [1, 2, 3]", "initial-length at [1, 2, 3]"],
  ["reg x: [u8; 2] = [1, 300]", "literal-range at 300"],
  ["reg x: [u8; 0]", "bad-size at 0"],
  ["reg y: u8\nreg x: u8 = y", "not-constant at y"],
  ['reg x: [u8; 2] = file("none.hex")', 'memory-file at "none.hex"'],
  ['reg x: [u8; 2] = file("long.hex")', 'memory-file at "long.hex"'],
  ['reg x: [u8; 9] = file("wide.hex")', 'memory-file at "wide.hex"'],
  ['reg x: [u8; 9] = file("bad.hex")', 'memory-file at "bad.hex"'],
  ["reg x: [u8; 9] = file(3)", "constant-kind at 3"],
  ["config { cycle: 3 }", "unknown-config-key at cycle"],
  ["config { cycles: 0 }", "bad-config-value at 0"],
  ["config { parallel: 3 }", "bad-config-value at 3"],
  ["config { parallel: b8(1) }", "bad-config-value at b8(1)"],
  ["config { log: loud }", "bad-config-value at loud"],
  ['config { log: "loud" }', 'bad-config-value at "loud"'],
  ["config { idle: 1, idle: 2 }", "duplicate-name at idle"],
  ["component c<const N>(a: u8) { }\nuse i = c<1>()", "missing-argument at c"],
  ["component c<const N>(a: u8) { }\nuse i = c(a: 1)", "generic-count at c"],
  ["component c(a: u8) { }\nuse i = c(a: 1, b: 2)", "unknown-argument at b"],
  ["component c(a: u8) { }\nuse i = c(1)", "unnamed-argument at 1"],
  ["component c<T: type>() { }\nuse i = c<1 + 1>()", "not-a-type at 1 + 1"],
  ["component c() { use i = c() }\nuse i = c()", "recursion-limit at use i = c()"],
  ["component c() { }\nuse i = c()\ndriver { i.x <= 1 }", "unknown-member at x"],
  ['component c(a: u8) { driver { log("{}", a) } }\nreg z: u16\nuse i = c(a: z)', "width-mismatch at z"],
  [
    'component c(a: u8) { driver { log("{}", a) } }\ndownstream d { let v = d.v ?? u8(1) }\nuse i = c(a: d.v)',
    "downstream-loop at d.v",
    "value-in-stage at d.v",
  ],
  ["reg x: u8\nuse i = x()", "not-callable at x"],
  ["extern module dsp(a: i32) -> (p: i64) latency 0", "bad-latency at 0"],
  ["module s[i in 0..n]() { }\nreg n: u8", "not-constant at n"],
  ["if 3 { reg x: u8 }", "literal-range at 3"],
];

const FILES = { "long.hex": "1\n2\n3", "wide.hex": "1\n100", "bad.hex": "1\n2\nzz" };

test.each(DECLARATIONS)("rejects %s", (items, ...expected) => {
  expect(reject(inSystem(items), FILES)).toEqual(expected);
});

const UNITS: readonly Case[] = [
  ["reg x: u8", "no-system at "],
  ["system a { reg x: u8 }", "empty-system at a"],
  ["system a { }\nsystem b { }", "second-system at b"],
  ["system a { system b { } }", "misplaced at b"],
  ["config { cycles: 3 }\nsystem a { }", "misplaced at config { cycles: 3 }"],
  ['import "none.asyn"\nsystem a { }', 'import-failed at "none.asyn"'],
];

test.each(UNITS)("rejects the file %s", (text, ...expected) => {
  expect(reject(text)).toEqual(expected);
});

test("warns of stages and ports that nobody uses", () => {
  expect(reject(inSystem('module m(a: u8) { log("{}", a.peek) }\ndriver { m.a.push(1) }'))).toEqual([
    "never-called at m",
    "never-popped at a",
  ]);
  expect(
    reject(inSystem("module m(a: u8) { take a }\ndriver A { m(a: 1) }\ndriver B { m.a.push(1) }")),
  ).toEqual(["two-pushers at m.a.push(1)"]);
  expect(
    reject(
      inSystem(
        "module m(a: u8) { take a }\ndriver A { when cycle()[0] == 0 { m(a: 1) } }\ndriver B { m.a.push(1) }",
      ),
    ),
  ).toEqual([]);
});

test("several errors are reported in one run, each once, and an error silences what follows from it", () => {
  expect(
    reject(
      inSystem(`
        reg x: u8
        for i in 0..3 { driver D { let a = nope + 1
          let b = a * 2
          x <= b
          x <= 999
          log("{}", b) } }`),
    ),
  ).toEqual(["unknown-name at nope", "literal-range at 999", "written-twice at x <= 999"]);
});

test("messages carry the nearest name, both types and the other declaration", () => {
  const [unknown] = elaborateFiles({
    "main.asyn": inSystem("reg count: u8\ndriver { cuont <= 1 }"),
  }).diagnostics;
  expect(unknown?.help).toBe("did you mean `count`?");
  const [mismatch] = elaborateFiles({
    "main.asyn": inSystem("reg a: u8\nreg b: i16\ndriver { a <= b }"),
  }).diagnostics;
  expect(mismatch?.message).toBe("expected u8 (8 bits), found i16 (16 bits)");
  expect(mismatch?.labels.map((label) => label.message)).toEqual(["`a` is u8"]);
  expect(mismatch?.help).toBe("`as u8` keeps the low 8 bits");
  const [memory] = elaborateFiles({
    "main.asyn": inSystem('reg x: [u8; 9] = file("bad.hex")'),
    ...FILES,
  }).diagnostics;
  expect(memory?.message).toBe('memory file "bad.hex": line 3: `zz` is not a hexadecimal word');
  const [loop] = elaborateFiles({
    "main.asyn": inSystem(
      "downstream a { let x = c.z ?? 0 }\ndownstream b { let y = a.x ?? 0 }\ndownstream c { let z = b.y ?? 0 }",
    ),
  }).diagnostics;
  expect(loop?.message).toBe("downstreams use each other in a loop: `a` → `c` → `b` → `a`");
});

test("names that a failed import may have brought are not reported; those of files that import nothing wrong are", () => {
  const text = `import "none.asyn"
import "other.asyn"
system a {
  reg r: T
  use k = c<N>(x: y)
  driver { q <= f(z, r); m(a: 3); k.y(3); log("{}", m.x ?? k.v) }
}`;
  const files = { "other.asyn": "fn g(a: u8) -> u8 { a + unknown }\nconst A = unknown2" };
  expect(reject(text, files)).toEqual(['import-failed at "none.asyn"', "unknown-name at unknown2"]);
});

test("an assignment that the parser refused is one error", () => {
  expect(reject(inSystem("reg a: u8\ndriver { 5 <= 3 }"))).toEqual(["syntax/assignment-target at 5"]);
  expect(reject(inSystem("reg a: u8\ndriver { a + 1 <= a }"))).toEqual(["syntax/assignment-target at a + 1"]);
  expect(reject(inSystem("reg b: u8\ndriver { a = 3 }"))).toEqual(["syntax/equals-assignment at ="]);
  expect(reject(inSystem("reg b: u8\ndriver { a := b }"))).toEqual(["syntax/equals-assignment at :="]);
});

test("`at 0` is warned of: the first cycle is 1", () => {
  const text = inSystem('const ZERO = 0\ntestbench { at ZERO { log("x") } at 1 { finish } }');
  expect(reject(text)).toEqual(["at-zero at ZERO"]);
  expect(elaborateFiles({ "main.asyn": text }).system).toBeDefined();
});

/** A driver that asks for a condition. */
const asking = (condition: string) =>
  inSystem(`reg a: u8\nreg c: b1\ndriver { when ${condition} { log("x") } }`);

test("comparisons of order cannot be chained; in parentheses, and with `==`, they can", () => {
  expect(reject(asking("1 < a < 3"))).toEqual(["chained-comparison at 1 < a < 3"]);
  expect(reject(asking("1 < a <= a >= c"))).toEqual(["chained-comparison at 1 < a <= a"]);
  expect(reject(inSystem('driver { if 1 < 2 < 3 { log("x") } }'))).toEqual([
    "chained-comparison at 1 < 2 < 3",
  ]);
  expect(reject(asking("(1 < a) < c && a == 3 == c && a < 3 == c && c == a < 1"))).toEqual([]);
});

test("an index of what is empty", () => {
  expect(spoken("module m[i in 3..1]() { }\ndriver { m[3]() }")).toEqual([
    "index 3 is out of range: `m` is empty",
  ]);
  expect(spoken("const T = []\ndriver { let v: u8 = T[0] }")).toEqual([
    "index 0 is out of range: the list is empty",
  ]);
});

test("the indices of a module have different names", () => {
  expect(
    reject(inSystem("module m[i in 0..2, i in 0..2](x: u8) { take x }\ndriver { m[0, 1](x: 1) }")),
  ).toEqual(["duplicate-name at i"]);
});

/** The messages and helps of a system's diagnostics. */
const spoken = (items: string): string[] =>
  elaborateFiles({ "main.asyn": inSystem(items) }).diagnostics.map(
    ({ message, help }) => message + (help === undefined ? "" : `; ${help}`),
  );

test("helps name what the design names", () => {
  const wide = "reg a: u8\nreg b: u16\n";
  expect(spoken(`${wide}driver { b <= a * a as u16 }`)).toEqual([
    "expected u16 (16 bits), found u24 (24 bits); `(…) as u16` keeps the low 16 bits",
  ]);
  expect(spoken(`${wide}driver { a <= b[15:0] }`)).toEqual([
    "expected u8 (8 bits), found b16 (16 bits); `as u8` keeps the low 8 bits",
  ]);
  expect(spoken(`${wide}driver { if a == 1 { finish } }`)).toEqual([
    "this is not known at compile time; `if` decides at compile time, `when` at run time",
  ]);
  expect(spoken("reg a: u8 = -1\nreg b: u8 = -129\nreg c: i1 = -2\ndriver { }")).toEqual([
    "-1 does not fit u8, which holds 0 to 255; this type is unsigned; write `i8(-1)` for this bit pattern",
    "-129 does not fit u8, which holds 0 to 255; this type is unsigned",
    "-2 does not fit i1, which holds -1 to 0; -2 needs 2 bits",
  ]);
  expect(spoken("type P = record { hi: u4, lo: u4 }\nreg p: P\ndriver { p.hi <= 1 }")).toEqual([
    "a part of register `p` cannot be assigned; write the whole register: join its parts with `cat` or a record literal",
  ]);
  const stage = "module m(x: u8, y: u8) { take x, y\nlet v = x }\n";
  expect(spoken(`${stage}driver { m(x: 1) }`)).toEqual([
    "the call of `m` misses port `y`; `m.y.push(x)` feeds one port, `call m` adds a credit",
  ]);
  expect(spoken(`${stage}downstream d { let a = m.v\nlet b = m.x.pop() }\ndriver { m(x: 1, y: 2) }`)).toEqual(
    ["`m.x` belongs to another module: only its stage can pop it"],
  );
  expect(spoken("reg a: u8\ndriver { a <= b }")).toEqual(["unknown name `b`"]);
  expect(
    spoken('driver { log("{} {}", nosuch<2>(1), other<u8>(2)) }\nreg a: Foo<3>\nreg b: bool<1>'),
  ).toEqual([
    "unknown type `Foo`",
    "`bool` takes 0 generic arguments, found 1",
    "unknown name `nosuch`",
    "unknown name `other`",
  ]);
  expect(spoken("reg a: [u8; 1 << 40]\ndriver { a[0] <= 1 }")).toEqual([
    "the size of an array must be from 1 to 2^31, found 1099511627776",
  ]);
});

test("expansion is bounded", () => {
  // Without the bounds these run out of time and memory.
  expect(reject(inSystem("const A = fold(i in 0..100, a = 3) a * a\ndriver { }"))).toEqual([
    "constant-size at a * a",
  ]);
  for (const items of [
    "module m[i in 0..1000000000](x: u8) { take x }",
    "for i in 0..1000000000 { const A = i }",
  ]) {
    expect(reject(inSystem(items))).toEqual([expect.stringMatching(/^statement-limit at /)]);
  }
  expect(
    reject(
      inSystem("driver { for i in 0..1000000000 { let a = u8(1) } }"),
      {},
      { limits: { statements: 1000 } },
    ),
  ).toEqual(["statement-limit at let a = u8(1)"]);
  expect(
    reject(inSystem("module m[i in 0..1000000000]() { }"), {}, { limits: { statements: 1000 } }),
  ).toEqual(["statement-limit at i in 0..1000000000"]);
}, 60_000);
