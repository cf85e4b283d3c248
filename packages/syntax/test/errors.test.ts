import { expect, test } from "vitest";
import { renderText } from "@assassyn/diagnostics";
import { messages, parse } from "../src/index.js";
import { complaints } from "./support.js";

/** A body that is wrong in one line, between declarations that are right. */
const inDriver = (line: string): string =>
  `system s {\n  driver {\n    ${line.replaceAll("\n", "\n    ")}\n  }\n  reg after: u8\n}\n`;

/** What a line of a body is told, and whether it keeps the declaration behind the body. */
const cases: readonly (readonly [body: string, expected: readonly string[]])[] = [
  ["let x 3", ['syntax/unexpected-token "3"']],
  ["let x =", ['syntax/unexpected-token ""']],
  ["let x = a +", ['syntax/unexpected-token ""']],
  ["let x = a ? b", ['syntax/unexpected-token ""']],
  ["let a: = 3", ['syntax/unexpected-token "="']],
  ["let a = b c", ['syntax/expected-line-end "c"']],
  ["let a = b ]", ['syntax/expected-line-end "]"']],
  ["take a b", ['syntax/expected-line-end "b"']],
  ["finish()", ['syntax/expected-line-end "("']],
  ["a and b", ['syntax/expected-line-end "and"']],
  ["wait_until P { a: 1 }", ['syntax/expected-line-end "{"']],
  ["log(a)", ['syntax/unexpected-token "a"']],
  ["foo(a b)", ['syntax/unexpected-token "b"']],
  ["foo.(3)", ['syntax/unexpected-token "("']],
  ["reg x u8", ['syntax/unexpected-token "u8"']],
  ["for i 0..4 { }", ['syntax/unexpected-token "0"']],
  ["const A: u8 = 3", ['syntax/unexpected-token ":"']],
  ["let y = match a { 0 => 1 2 => 3 }", ['syntax/unexpected-token "2"']],
  ["let y = match a {\n 0 1\n 2 => 3\n}", ['syntax/unexpected-token "1"']],
  ["x = 3", ['syntax/equals-assignment "="']],
  ["x[0] := 3", ['syntax/equals-assignment ":="']],
  ["x += 3", ['syntax/compound-assignment "+="']],
  ["x++", ['syntax/compound-assignment "++"']],
  ["a + 1 <= b", ['syntax/assignment-target "a + 1"']],
  ["when a { } else if b { }", ['syntax/else-if "if"']],
  ["if a { } else when b { }", ['syntax/else-if "when"']],
  ["whn a { }", ['syntax/unknown-word "whn"']],
  ["elif x { }", ['syntax/unknown-word "elif"']],
  ["return x", ['syntax/unknown-word "return"']],
  ["let record = 3", ['syntax/keyword-as-name "record"']],
  ["when a\n{\n  x <= 1\n}", ['syntax/brace-on-next-line "{"']],
  ["let x = (a + b\nlet y = 3", ['syntax/missing-closing ""']],
  ["f(a, b\nlet y = 3", ['syntax/missing-closing ""']],
  ["let t = x[3", ['syntax/missing-closing "}"']],
  ['let x = "abc', ['syntax/unterminated-string "\\"abc"']],
  ['let x = "a\\"', ['syntax/unterminated-string "\\"a\\\\\\""']],
  ['let x = "a\\qb\\u{110000}"', ['syntax/invalid-escape "\\\\q"', 'syntax/invalid-escape "\\\\u{110000}"']],
  ["let x = ~a", ['syntax/invalid-character "~"']],
  ["let “x” = 3", ['syntax/invalid-character "“"', 'syntax/invalid-character "”"']],
  ["/* a\n} b */ let x = 1", ['syntax/block-comment "/*"']],
  [
    "let x = \nlet y = \nfoo(\nlet z = 1 2",
    ['syntax/unexpected-token ""', 'syntax/missing-closing ""', 'syntax/expected-line-end "2"'],
  ],
];

test.each(cases)("%j", (body, expected) => {
  const text = inDriver(body);
  expect(complaints(text)).toEqual(expected);
  const system = parse(text, 0).unit.items[0];
  expect(system?.kind === "system" && system.items.at(-1)).toMatchObject({
    kind: "register",
    name: { name: "after" },
  });
});

const files: readonly (readonly [text: string, expected: readonly string[]])[] = [
  ["system", ['syntax/unexpected-end ""']],
  ["system x", ['syntax/unexpected-end ""']],
  ["reg x: u8 =", ['syntax/unexpected-end ""']],
  ["let x = 3", ['syntax/statement-outside-body "let"']],
  ["modul x() { }", ['syntax/unknown-word "modul"']],
  ["module (a: u8) { }", ['syntax/unexpected-token "("']],
  ["module module() { }", ['syntax/keyword-as-name "module"']],
  ["driver driver { }", ['syntax/keyword-as-name "driver"']],
  ["driver (a: u8) { }", ['syntax/ports-not-allowed "(a: u8)"']],
  ["fn f(a: u8 depth 3) { }", ['syntax/depth-not-allowed "depth"']],
  ["component c<T: foo> { }", ['syntax/unexpected-token "foo"']],
  ["extern foo", ['syntax/unexpected-token "foo"']],
  ["fn f() -> { }", ['syntax/unexpected-token "{"']],
  ["reg x: [u8, 4]", ['syntax/unexpected-token ","']],
  ["reg x: uint<a > b>", ['syntax/expected-line-end "b"']],
  ["config { a 3 }", ['syntax/unexpected-token "3"']],
  ["}\nreg x: u8\n}", ['syntax/unmatched-closing "}"', 'syntax/unmatched-closing "}"']],
  ["module a() {\n  x <= 1\nmodule b() { }", ['syntax/missing-closing "module"']],
  // The brace of module a's body is missing: the one of the system is taken for it, and its own is not complained of again.
  ["system s {\n  module a() {\n    x <= 1\n  module b() { }\n}", ['syntax/missing-closing "module"']],
  ["system s {\n  module a() {\n    when b {\n      x <= 1\n  }\n}\n", ['syntax/missing-closing ""']],
  ["\u0000\u0001", ['syntax/invalid-character "\\u0000\\u0001"']],
];

test.each(files)("%j", (text, expected) => {
  expect(complaints(text)).toEqual(expected);
});

test("a missing closing brace is looked for where the indentation is off", () => {
  const text = "system s {\n  driver {\n    when a {\n      x <= 1\n  }\n}\n";
  const [diagnostic] = parse(text, 0).diagnostics;
  expect(diagnostic?.labels[0]?.span.start).toBe(text.indexOf("{", text.indexOf("when")));
});

test.each(["x = 3", "x := 3", "whn a { }", "let record = 3", "when a { } else if b { }", "let y = a or b"])(
  "the fix repairs %s",
  (body) => {
    const text = inDriver(body);
    const edit = parse(text, 0).diagnostics[0]?.fixes[0]?.edits[0];
    if (edit === undefined) throw new Error("no fix");
    expect(complaints(text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end))).toEqual([]);
  },
);

test("what could be read of a wrong assignment is in the tree", () => {
  const driver = parse("driver {\n  a = 1\n  b := 2\n  let c = 8hff\n}", 0).unit.items[0];
  expect(driver?.kind === "module" && driver.body.statements).toMatchObject([
    { kind: "assign", target: { name: "a" } },
    { kind: "assign", target: { name: "b" } },
    { kind: "let", value: { kind: "error" } },
  ]);
});

test("a letter that names cannot have is told apart from a sign", () => {
  const [letter] = parse("const größe = 1", 0).diagnostics;
  expect(letter?.help).toBe("names have letters from a to z, digits and `_`");
  const [sign] = parse("const a = 1 € 2", 0).diagnostics;
  expect([sign?.code, sign?.help]).toEqual(["syntax/invalid-character", undefined]);
});

test("every message has a long form with more than its own words", () => {
  expect(
    Object.values(messages)
      .filter((entry) => entry.explain.length <= 60)
      .map(({ code }) => code),
  ).toEqual([]);
});

test("every message is reported by some test here, but those about size", () => {
  const reported = new Set(
    [...cases.map(([body]) => inDriver(body)), ...files.map(([text]) => text), "const A = 0b2"].flatMap(
      (text) => parse(text, 0).diagnostics.map(({ code }) => code),
    ),
  );
  const about = ["too-deep", "too-large", "line-too-long", "too-many-errors", "number-too-long"].map(
    (name) => `syntax/${name}`,
  );
  expect(
    Object.values(messages)
      .map(({ code }) => code)
      .filter((code) => !reported.has(code))
      .toSorted(),
  ).toEqual(about.toSorted());
});

test("messages as a user sees them", () => {
  const text = inDriver("x = 3\nwhn a { }\nlet y = (a +\nlet record = 1");
  expect(`\n${renderText(parse(text, 0).diagnostics, [{ path: "demo.asyn", text }])}`).toBe(`
error[syntax/equals-assignment]: a register is assigned with \`<=\`, not with \`=\`
 --> demo.asyn:3:7
  |
3 |     x = 3
  |       ^
  = help: write \`<=\` to assign a register, \`let\` in front to name a value

error[syntax/unknown-word]: no statement or declaration starts with \`whn\`
 --> demo.asyn:4:5
  |
4 |     whn a { }
  |     ^^^
  = help: did you mean \`when\`?

error[syntax/unexpected-token]: expected an expression, found the end of the line
 --> demo.asyn:5:17
  |
5 |     let y = (a +
  |                 ^

error[syntax/keyword-as-name]: \`record\` is a keyword and cannot be a name
 --> demo.asyn:6:9
  |
6 |     let record = 1
  |         ^^^^^^
  = help: write \`r#record\` to use the word as a name
`);
});
