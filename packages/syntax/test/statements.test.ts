import { expect, test } from "vitest";
import { acceptBody, acceptItem, acceptStatement, complaints, show, withoutSpans } from "./support.js";

const name = (text: string): object => ({ kind: "name", name: text });
const integer = (value: bigint): object => ({ kind: "integer", value });

test("let, with and without a type", () => {
  expect(withoutSpans(acceptStatement("let a = b"))).toEqual({
    kind: "let",
    name: { name: "a" },
    value: name("b"),
  });
  expect(acceptStatement("let a: u8 = 1")).toMatchObject({
    type: { kind: "named-type", name: "u8", arguments: [] },
  });
});

test("take names ports", () => {
  expect(withoutSpans(acceptStatement("take a, r#match, depth"))).toEqual({
    kind: "take",
    ports: [{ name: "a" }, { name: "match" }, { name: "depth" }],
  });
});

test("the first <= of a statement assigns, the right side may compare", () => {
  expect(withoutSpans(acceptStatement("a <= b <= c"))).toEqual({
    kind: "assign",
    target: name("a"),
    value: { kind: "binary", operator: "<=", left: name("b"), right: name("c") },
  });
  expect(acceptStatement("a[i].f <= 1")).toMatchObject({ kind: "assign", target: { kind: "member" } });
  expect(acceptStatement("f(a <= b)")).toMatchObject({ kind: "expression" });
  expect(acceptStatement("(a <= b)")).toMatchObject({
    kind: "expression",
    expression: { kind: "parenthesized" },
  });
  expect(acceptStatement("let x = a <= b")).toMatchObject({ kind: "let", value: { kind: "binary" } });
});

test.each([
  "m(a: 1)",
  "p.pop()",
  "gt ? a : b",
  "a + b",
  "-a",
  "[1]",
  "match x { _ => 1 }",
  "Packet { a: 1 }",
  "uint<8>(x)",
  "a & b",
  "3",
])("%s is a statement", (text) => {
  expect(acceptStatement(text).kind).toBe("expression");
});

test("wait_until, call, finish, assert", () => {
  expect(withoutSpans(acceptStatement("wait_until a.valid"))).toMatchObject({
    kind: "wait-until",
    condition: { kind: "member" },
  });
  expect(withoutSpans(acceptStatement("call pe[1, 2]"))).toMatchObject({
    kind: "call-stage",
    target: { kind: "index" },
  });
  expect(withoutSpans(acceptStatement("finish"))).toEqual({ kind: "finish" });
  expect(withoutSpans(acceptStatement("assert a"))).toEqual({ kind: "assert", condition: name("a") });
  expect(withoutSpans(acceptStatement('assert a, "b"'))).toEqual({
    kind: "assert",
    condition: name("a"),
    message: { kind: "string", value: "b" },
  });
});

test("log has a format and arguments", () => {
  expect(withoutSpans(acceptStatement('log("{}\\n", a, 1,)'))).toEqual({
    kind: "log",
    format: { kind: "string", value: "{}\n" },
    arguments: [name("a"), integer(1n)],
  });
  expect(withoutSpans(acceptStatement('log("x")'))).toMatchObject({ arguments: [] });
});

test("when nests its else branches to the right", () => {
  expect(withoutSpans(acceptStatement("when a { finish }"))).toEqual({
    kind: "when",
    condition: name("a"),
    then: { statements: [{ kind: "finish" }] },
  });
  expect(withoutSpans(acceptStatement("when a { } else when b { } else { finish }"))).toEqual({
    kind: "when",
    condition: name("a"),
    then: { statements: [] },
    else: {
      kind: "when",
      condition: name("b"),
      then: { statements: [] },
      else: { statements: [{ kind: "finish" }] },
    },
  });
});

test("at runs in one cycle", () => {
  expect(withoutSpans(acceptStatement("at 3 { finish }"))).toEqual({
    kind: "at",
    cycle: integer(3n),
    body: { statements: [{ kind: "finish" }] },
  });
  expect(acceptStatement("at (N) { }").kind).toBe("at");
  expect(acceptStatement("at N + 1 { }").kind).toBe("at");
});

test("if and for stand among statements and among declarations", () => {
  const inBody = withoutSpans(acceptStatement("if a { finish } else if b { } else { take c }"));
  expect(inBody).toEqual({
    kind: "if",
    condition: name("a"),
    then: [{ kind: "finish" }],
    else: { kind: "if", condition: name("b"), then: [], else: [{ kind: "take", ports: [{ name: "c" }] }] },
  });
  expect(withoutSpans(acceptStatement("for i in 0..N { finish }"))).toEqual({
    kind: "for",
    variable: { name: "i" },
    range: { low: integer(0n), high: name("N") },
    body: [{ kind: "finish" }],
  });
  expect(acceptItem("if a { reg x: u8 } else { const y = 1 }")).toMatchObject({
    kind: "if",
    then: [{ kind: "register" }],
    else: [{ kind: "const" }],
  });
  expect(acceptItem("for i in 0..2 { driver { } }")).toMatchObject({
    kind: "for",
    body: [{ kind: "module" }],
  });
});

test("const and reg stand in a body too", () => {
  expect(acceptBody("const A = 1\nreg b: u8 = 2").map(({ kind }) => kind)).toEqual(["const", "register"]);
});

test.each([
  "when P { a: 1 }.a == 1 { }",
  "if P { a: 1 } { }",
  "let y = match P { a: 1 } { _ => 1 }",
  "for i in P { a: 1 }..3 { }",
  "wait_until P { a: 1 }",
])("no record literal in the head of %s", (source) => {
  expect(complaints(`driver {\n${source}\n}`)).not.toEqual([]);
});

test("in brackets of a head a record literal is allowed again", () => {
  const statement = acceptStatement("when (P { a: 1 }) == f(P { a: 2 }) && x[P { a: 3 }.a] { }");
  expect(statement.kind === "when" && show(statement.condition)).toBe(
    "((<P{a: 1}> == f(P{a: 2})) && x[P{a: 3}.a])",
  );
});

test("a body on one line, with ; and without behind a }", () => {
  expect(acceptBody("let a = 1; b <= a;; finish").map(({ kind }) => kind)).toEqual([
    "let",
    "assign",
    "finish",
  ]);
  expect(acceptBody("when a { x <= 1 }  when b { x <= 2 } finish").map(({ kind }) => kind)).toEqual([
    "when",
    "when",
    "finish",
  ]);
});

test.each([
  ["a\n+ b", 1],
  ["a\n- b", 2],
  ["a\n? b\n: c", 1],
  ["a\n?? b", 1],
  ["m\n.a\n.push(1)", 1],
  ["a\n<= b", 1],
  ["a\n== b\n&& c\n|| d\n| e\n>> f\n>= g", 1],
  ["a\nas u8", 1],
  ["a <=\nb", 1],
  ["a +\nb", 1],
  ["take a,\nb", 1],
  ["let c =\nd", 1],
  ["f(\na,\n\nb\n)", 1],
  ["x[\n1\n]", 1],
  ["f(a\n- b)", 1],
  ["a\n(b)", 2],
  ["a\n[b]", 2],
  ["a\n!b", 2],
  ["a // comment\n+ b", 1],
  ["when a { }\nelse { }", 1],
  ["when a { } // comment\n\n// comment\nelse { }", 1],
])("line breaks in %j make %i statements", (source, count) => {
  expect(acceptBody(source)).toHaveLength(count);
});

test("a ; ends a statement whatever follows", () => {
  expect(complaints("driver {\na; + b\n}")).toEqual(['syntax/unexpected-token "+"']);
});

test.each(["a: 1, b: 2", "a: 1\nb: 2", "\na: 1,\n\nb: 2,\n", "a: 1; b: 2"])(
  "braces that list things: %j",
  (inner) => {
    expect(withoutSpans(acceptItem(`config { ${inner} }`))).toMatchObject({
      entries: [{ value: integer(1n) }, { value: integer(2n) }],
    });
  },
);

test("braces that list things want something between them", () => {
  expect(complaints("config { a: 1 b: 2 }")).toEqual(['syntax/unexpected-token "b"']);
});

test("Windows line ends and a byte order mark change nothing", () => {
  const text = "driver {\n  a <= 1 // x\n  b <= 2\n}\n";
  expect(withoutSpans(acceptItem(`\uFEFF${text.replaceAll("\n", "\r\n")}`))).toEqual(
    withoutSpans(acceptItem(text)),
  );
});
