import { expect, test } from "vitest";
import { acceptExpression, acceptItem, complaints, show, showType } from "./support.js";

test.each([
  // Precedence, loosest to tightest: ?: ?? || && comparisons | ^ & shifts sums products as prefix postfix.
  ["a ? b : c", "(a ? b : c)"],
  ["a ? b : c ? d : e", "(a ? b : (c ? d : e))"],
  ["a ? b ? 1 : 2 : c", "(a ? (b ? 1 : 2) : c)"],
  ["a ?? b ?? c", "(a ?? (b ?? c))"],
  ["a ?? b ? c ?? d : e ?? f", "((a ?? b) ? (c ?? d) : (e ?? f))"],
  ["a ?? b || c", "(a ?? (b || c))"],
  ["a || b ?? c", "((a || b) ?? c)"],
  ["a || b && c || d", "((a || (b && c)) || d)"],
  ["a && b == c", "(a && (b == c))"],
  ["a & 3 == 0", "((a & 3) == 0)"],
  ["a == b | c ^ d & e", "(a == (b | (c ^ (d & e))))"],
  ["a | b < c", "((a | b) < c)"],
  ["a & b << 2", "(a & (b << 2))"],
  ["1 << a + 1", "(1 << (a + 1))"],
  ["a >> b >> c", "((a >> b) >> c)"],
  ["a - b - c + d", "(((a - b) - c) + d)"],
  ["a + b * c - d % e / f", "((a + (b * c)) - ((d % e) / f))"],
  ["a * b as u8", "(a * (b as u8))"],
  ["a as u8 as i9", "((a as u8) as i9)"],
  ["-a as i8", "((-a) as i8)"],
  ["!a.b(1)[2]", "(!a.b(1)[2])"],
  ["!!a - -b", "((!(!a)) - (-b))"],
  ["a <= b", "(a <= b)"],
  ["a < b != c >= d", "(((a < b) != c) >= d)"],
  ["(a + b) * c", "(<(a + b)> * c)"],
])("%s", (source, shown) => {
  expect(show(acceptExpression(source))).toBe(shown);
});

test.each([
  ["x[7:0]", "x[7:0]"],
  ["x[c ? 7 : 3 : 0]", "x[(c ? 7 : 3):0]"],
  ["x[i]", "x[i]"],
  ["pe[row, col + 1].west.push(w)", "pe[row, (col + 1)].west.push(w)"],
  ["m(a: x, b: y + 1)", "m(a: x, b: (y + 1))"],
  ["m()", "m()"],
  ["m(a, b,)", "m(a, b)"],
  ["m(take: 1, in: 2)", "m(take: 1, in: 2)"],
  ["f(a ? b : c)", "f((a ? b : c))"],
  ["m.a.valid", "m.a.valid"],
  ["m.when", "m.when"],
  ["fifo(m.p).peek", "fifo(m.p).peek"],
  ["cat(a, b, 0x1f)", "cat(a, b, 31)"],
  ["u8(42)", "u8(42)"],
  ["zext(x, u16)", "zext(x, u16)"],
  ["Packet { hi: a, lo: b + 1 }", "Packet{hi: a, lo: (b + 1)}"],
  ["Packet { hi: a\n lo: Q { x: 1 } }", "Packet{hi: a, lo: Q{x: 1}}"],
  ["Packet { type: 1, }.type", "Packet{type: 1}.type"],
  ["match x { 0 => a, 1 | 2 => b, _ => c }", "match x{0 => a, 1|2 => b, _ => c}"],
  ["match x {\n  -1 => a\n  N + 1 => b | c\n  _ => d\n}", "match x{(-1) => a, (N + 1) => (b | c), _ => d}"],
  ["match (P { a: 1 }).a { _ => 1 }", "match <P{a: 1}>.a{_ => 1}"],
  ["fold(i in 0..8, acc = u32(0)) acc + lane[i]", "fold(i in 0..8, acc = u32(0)) (acc + lane[i])"],
  ["fold(i in 0..N - 1, acc = 0) acc ? i : acc", "fold(i in 0..(N - 1), acc = 0) (acc ? i : acc)"],
  ["select1hot(c, a, b)", "select1hot(c, a, b)"],
  ["r#take + r#in", "(take + in)"],
  ["uint<8>(x)", "uint<8>(x)"],
  ["uint < N > (x)", "uint<N>(x)"],
  ["bits<width(x) + 1>(x)", "bits<(width(x) + 1)>(x)"],
  ["bitcast(x, record { hi: b4, lo: uint<N> })", "bitcast(x, record{hi: b4, lo: uint<N>})"],
  ["x as uint<clog2(N)> < y", "((x as uint<clog2(N)>) < y)"],
  ["x as u8 < y", "((x as u8) < y)"],
  ["max<8>(a, b)", "max<8>(a, b)"],
  ["max<8, (a > b)>(c)", "max<8, <(a > b)>>(c)"],
  ["max<uint<8>>(c)", "max<uint<8>>(c)"],
  ["a < b", "(a < b)"],
  ["a<b", "(a < b)"],
  ["a <b> (c)", "((a < b) > <c>)"],
  ["f(a < b, c > (d))", "f((a < b), (c > <d>))"],
  ["[1, 2, 4]", "[1, 2, 4]"],
])("%s", (source, shown) => {
  expect(show(acceptExpression(source))).toBe(shown);
});

test.each([
  ["42", 42n],
  ["0", 0n],
  ["007", 7n],
  ["1_000_000", 1_000_000n],
  ["0xff", 255n],
  ["0XFF_ff", 65_535n],
  ["0b1010", 10n],
  ["0o17", 15n],
  ["0xffff_ffff_ffff_ffff_f", 0xfffffffffffffffffn],
])("the number %s", (source, value) => {
  expect(acceptExpression(source)).toMatchObject({ kind: "integer", value });
});

test.each(["0b12", "0x", "0xg", "12ab", "8hff", "1__0", "1_", "0x_1", "0o8"])("%s is no number", (source) => {
  expect(complaints(`const A = ${source}`)).toEqual([`syntax/invalid-number "${source}"`]);
});

test("strings have their escapes resolved", () => {
  expect(acceptItem(String.raw`import "a\n\t\"\\\u{1F600}\0é"`)).toMatchObject({
    path: { value: 'a\n\t"\\\u{1F600}\0é' },
  });
});

test.each([
  ["reg x: u8", "u8"],
  ["reg x: uint<N * 2>", "uint<(N * 2)>"],
  ["reg x: uint<uint<8>>", "uint<uint<8>>"],
  ["reg x: uint<8>= 3", "uint<8>"],
  ["reg x: [b32; 1 << 4]", "[b32; (1 << 4)]"],
  ["reg x: [record { a: u8, b: record { c: b1 } }; 2]", "[record{a: u8, b: record{c: b1}}; 2]"],
  ["reg x: record {\n  a: u8\n  b: u9,\n}", "record{a: u8, b: u9}"],
  [
    'reg x: T<b32, [u8; 4], "f.hex", (a < b), N, -1, a + b, record { a: u8 }>',
    'T<b32, [u8; 4], "f.hex", <(a < b)>, N, (-1), (a + b), record{a: u8}>',
  ],
])("the type in %s", (source, shown) => {
  const item = acceptItem(source);
  expect(item.kind === "register" && showType(item.type)).toBe(shown);
});

test("a bare name between < and > is a type node, which the frontend may take for a constant", () => {
  expect(acceptItem("reg x: uint<N>")).toMatchObject({
    type: { arguments: [{ kind: "named-type", name: "N" }] },
  });
});
