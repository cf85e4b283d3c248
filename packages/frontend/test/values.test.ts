import { expect, test } from "vitest";
import { accept, evaluateLog, inSystem, printSystem } from "./harness.js";

/** Expressions and what `{}` prints of them in the first cycle. */
const VALUES: readonly (readonly [expression: string, printed: string])[] = [
  // literals and untyped constants
  ["u8(42)", "42"],
  ["0xff", "255"],
  ["0b1010 + 1_000", "1010"],
  ["-3", "-3"],
  ["(1 << 70) >> 68", "4"],
  ["7 / 2 * 2 + 7 % 2", "7"],
  ["-7 / 2", "-3"],
  ["true", "1"],
  ["1 < 2", "1"],
  // registers against literals: x is u8 200, y is i8 -3, z is b16 0xabcd
  ["x + 1", "201"],
  ["x + 100", "44"],
  ["1 + x", "201"],
  ["x * 2", "400"],
  ["y * y", "9"],
  ["y - 200 as i8", "53"],
  ["y < 0", "1"],
  ["x < 201", "1"],
  ["x / 3", "66"],
  ["y / 2", "-1"],
  ["y % 2", "-1"],
  ["x & 15", "8"],
  ["x | 7", "207"],
  ["x ^ x", "0"],
  ["!x", "55"],
  ["-x", "56"],
  ["x & !1", "200"],
  ["x << 1", "144"],
  ["x >> 4", "12"],
  ["y >> 1", "254"],
  ["x >> 8", "0"],
  ["z >> x", "0"],
  // precedence differs from C
  ["x & 8 == 8", "1"],
  // casts
  ["y as i16", "-3"],
  ["y as u16", "65533"],
  ["x as i16", "200"],
  ["z as u8", "205"],
  ["x as i8", "-56"],
  ["zext(y, u16)", "253"],
  ["sext(x, i16)", "-56"],
  ["bitcast(y, u8)", "253"],
  ["bitcast(z, b8)", "205"],
  ["-1 as u8", "255"],
  ["300 as u8", "44"],
  ["u8(y)", "253"],
  ["uint<4 * 3>(5)", "5"],
  // parts
  ["z[7:0]", "205"],
  ["z[15:12]", "10"],
  ["z[0]", "1"],
  ["z[1]", "0"],
  ["z[two]", "1"],
  ["y[three]", "1"],
  ["x[z]", "0"],
  ["cat(x, y)", "51453"],
  ["cat(u1(1), u2(1))", "5"],
  ["width(x)", "8"],
  ["width(x * z)", "24"],
  ["width(Pair)", "12"],
  ["clog2(1)", "0"],
  ["clog2(5)", "3"],
  ["clog2(1024)", "10"],
  ["cycle()", "1"],
  // records and arrays
  ["pair.hi", "-2"],
  ["pair.lo", "5"],
  ["Pair { lo: 1, hi: -1 }", "3841"],
  ["Pair { lo: x as u8, hi: 3 }.lo", "200"],
  ["Nested { p: pair, flag: true }.p.hi", "-2"],
  ["Nested { p: pair, flag: true }.flag", "1"],
  ["rf[2]", "30"],
  ["rf[two]", "30"],
  ["rf[3]", "0"],
  ["rf[1][3:0]", "4"],
  ["TABLE[1]", "20"],
  // constant bits
  ["5[2]", "1"],
  ["(0xabc)[7:4]", "11"],
  ['PATH == "a.hex"', "1"],
];

const ITEMS = `
  const TABLE = [10, 20, 30]
  const PATH = "a" + ".hex"
  type Pair = record { hi: i4, lo: u8 }
  type Nested = record { flag: bool, p: Pair }
  reg x: u8 = 200
  reg y: i8 = -3
  reg z: b16 = 0xabcd
  reg two: u8 = 2
  reg three: u8 = 3
  reg pair: Pair = Pair { hi: -2, lo: 5 }
  reg rf: [u8; 4] = TABLE
`;

test("expressions have the values of the semantics", () => {
  const body = VALUES.map(([expression]) => `log("{}", ${expression})`).join("\n");
  const printed = evaluateLog(body, ITEMS);
  expect(VALUES.map(([expression], index) => [expression, printed[index]])).toEqual(VALUES);
});

test("typed constants fold to what the operations would give", () => {
  const operators = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">=", "==", "!="];
  const operands = [
    ["u8", "200"],
    ["i8", "-3"],
    ["i4", "-8"],
    ["b16", "43981"],
    ["u4", "3"],
    ["i8", "-128"],
    ["i1", "-1"],
  ];
  const items = operands.map(([type, value], index) => `reg r${index}: ${type} = ${value}`).join("\n");
  const pairs = operands.flatMap((a, i) => operands.map((b, j) => ({ a, b, i, j })));
  const body = pairs
    .flatMap(({ a, b, i, j }) =>
      operators.map(
        (operator) => `log("{} {}", ${a[0]}(${a[1]}) ${operator} ${b[0]}(${b[1]}), r${i} ${operator} r${j})`,
      ),
    )
    .join("\n");
  for (const line of evaluateLog(body, items)) {
    const [folded, computed] = line.split(" ");
    expect([line, folded]).toEqual([line, computed]);
  }
});

test("a literal takes the type of its target", () => {
  const text = printSystem(
    accept(inSystem("reg a: i64\ndriver { a <= -1; let b: u3 = 7; let c: bool = true }")),
  );
  expect(text).toContain(": i64 = 0xffffffffffffffff");
  expect(text).toContain("b: u3 = 7");
  expect(text).toContain("c: b1 = 1");
});

test("values of equal width convert silently where they are stored, pushed and passed", () => {
  const lines = evaluateLog(
    `r <= r & 3
     let a: u8 = r - 1
     log("{} {}", a, same(r - 1))`,
    "reg r: i8\nfn same(v: u8) -> i8 { v }",
  );
  expect(lines).toEqual(["255 -1"]);
});

test("a binding names its operation, and a second name makes a copy", () => {
  const text = printSystem(
    accept(
      inSystem('reg a: u8\ndriver { let b = a + 1\nlet c = b\nlet d = u8(3)\nlog("{} {} {}", b, c, d) }'),
    ),
  );
  expect(text).toContain("b: u8 = %1 + %2");
  expect(text).toMatch(/c: u8 = bitcast\(%3\)/);
  expect(text).toContain("d: u8 = 3");
});

test("a bool is one raw bit", () => {
  expect(evaluateLog('log("{} {}", x && !y, x & 1)', "reg x: bool = true\nreg y: bool")).toEqual(["1 1"]);
});

test("every operation knows where it stands", () => {
  const system = accept(inSystem("reg a: u8\ndriver {\n  a <= a +\n    1\n}"));
  const places = system.modules[0]?.operations.map(
    (each) => `${each?.kind}@${each?.loc.line}:${each?.loc.column}`,
  );
  expect(places).toEqual([
    "const@4:8",
    "array-read@4:8",
    "const@5:5",
    "binary@4:8",
    "const@4:3",
    "array-write@4:3",
  ]);
});
