import { expect, test } from "vitest";
import { CONTEXTUAL_WORDS, RESERVED_WORDS } from "../src/tokens.js";
import { parse } from "../src/index.js";
import { accept, acceptItem, complaints, withoutSpans } from "./support.js";

const id = (name: string): object => ({ name });
const type = (name: string): object => ({ kind: "named-type", name, arguments: [] });
const integer = (value: bigint): object => ({ kind: "integer", value });

test("import, system, config", () => {
  const text =
    'import "std/memory.asyn"\nsystem s { config { cycles: 200, log: plain, parallel: true }\n reg a: u8 }';
  expect(withoutSpans(accept(text).items)).toEqual([
    { kind: "import", path: { kind: "string", value: "std/memory.asyn" } },
    {
      kind: "system",
      name: id("s"),
      items: [
        {
          kind: "config",
          entries: [
            { name: id("cycles"), value: integer(200n) },
            { name: id("log"), value: { kind: "name", name: "plain" } },
            { name: id("parallel"), value: { kind: "name", name: "true" } },
          ],
        },
        { kind: "register", name: id("a"), type: type("u8") },
      ],
    },
  ]);
});

test("registers have initial values", () => {
  expect(acceptItem("reg x: u8 = 3")).toMatchObject({ initial: integer(3n) });
  expect(acceptItem("reg x: [u8; 4] = [1, 2, 4, 8]")).toMatchObject({ initial: { kind: "array-literal" } });
  expect(acceptItem('reg x: [u8; 4] = file("a.hex")')).toMatchObject({
    initial: { kind: "call", callee: { name: "file" } },
  });
  expect(acceptItem("reg x: [u8; 4] = fill(7)")).toMatchObject({
    initial: { kind: "call", callee: { name: "fill" } },
  });
});

test("const and type", () => {
  expect(withoutSpans(acceptItem("const N = 4"))).toEqual({
    kind: "const",
    name: id("N"),
    value: integer(4n),
  });
  expect(withoutSpans(acceptItem("type T = u8"))).toEqual({
    kind: "type-alias",
    name: id("T"),
    type: type("u8"),
  });
});

test("a stage has index ranges and ports with depths", () => {
  expect(
    withoutSpans(
      acceptItem("module pe[row in 0..N, col in 1..3](west: i8 depth 4, depth: u8 depth N + 1,) { }"),
    ),
  ).toEqual({
    kind: "module",
    class: "stage",
    name: id("pe"),
    indices: [
      { name: id("row"), range: { low: integer(0n), high: { kind: "name", name: "N" } } },
      { name: id("col"), range: { low: integer(1n), high: integer(3n) } },
    ],
    ports: [
      { name: id("west"), type: type("i8"), depth: integer(4n) },
      {
        name: id("depth"),
        type: type("u8"),
        depth: { kind: "binary", operator: "+", left: { kind: "name", name: "N" }, right: integer(1n) },
      },
    ],
    body: { statements: [] },
  });
  expect(acceptItem("module m { }")).toMatchObject({ ports: [] });
});

test("drivers and testbenches may go without a name", () => {
  expect(acceptItem("driver { }")).toMatchObject({ kind: "module", class: "driver" });
  expect(acceptItem("driver { }")).not.toHaveProperty("name");
  expect(acceptItem("driver D { }")).toMatchObject({ class: "driver", name: id("D") });
  expect(acceptItem("testbench { }")).toMatchObject({ class: "testbench" });
  expect(acceptItem("testbench T { at 3 { } at 4 { } }")).toMatchObject({
    class: "testbench",
    name: id("T"),
  });
  expect(acceptItem("downstream d[i in 0..2] { }")).toMatchObject({
    class: "downstream",
    name: id("d"),
    indices: [{ name: id("i") }],
  });
});

test("functions are generic, with and without a result", () => {
  expect(withoutSpans(acceptItem("fn max<N, const M, T: type>(a: uint<N>, b: T) -> uint<N> { a }"))).toEqual({
    kind: "function",
    name: id("max"),
    generics: [
      { name: id("N"), class: "const" },
      { name: id("M"), class: "const" },
      { name: id("T"), class: "type" },
    ],
    parameters: [
      { name: id("a"), type: { kind: "named-type", name: "uint", arguments: [type("N")] } },
      { name: id("b"), type: type("T") },
    ],
    result: { kind: "named-type", name: "uint", arguments: [type("N")] },
    body: { statements: [{ kind: "expression", expression: { kind: "name", name: "a" } }] },
  });
  expect(acceptItem("fn f() { }")).not.toHaveProperty("result");
  expect(acceptItem("fn f() -> record { a: u8 } { x }")).toMatchObject({
    result: { kind: "record-type" },
    body: { statements: [{}] },
  });
});

test("components and their instances", () => {
  expect(
    acceptItem(
      "component c<T: type, const D>(we: bool, addr: uint<clog2(D)>) {\n reg r: T\n downstream port { }\n}",
    ),
  ).toMatchObject({
    kind: "component",
    generics: [{ class: "type" }, { class: "const" }],
    inputs: [{ name: id("we") }, { name: id("addr") }],
    items: [{ kind: "register" }, { kind: "module" }],
  });
  expect(acceptItem("component c { }")).toMatchObject({ generics: [], inputs: [], items: [] });
  expect(withoutSpans(acceptItem('use d = sram<b32, 65536, "f.hex">(we: E.we)'))).toEqual({
    kind: "use",
    name: id("d"),
    indices: [],
    component: id("sram"),
    generics: [type("b32"), integer(65_536n), { kind: "string", value: "f.hex" }],
    arguments: [
      { name: id("we"), value: { kind: "member", object: { kind: "name", name: "E" }, member: id("we") } },
    ],
  });
  expect(acceptItem("use bank[i in 0..4] = sram(we: x[i])")).toMatchObject({
    indices: [{ name: id("i") }],
    generics: [],
  });
});

test("externs", () => {
  expect(withoutSpans(acceptItem("extern fn f(a: u32) -> (c: u32)"))).toEqual({
    kind: "extern-function",
    name: id("f"),
    parameters: [{ name: id("a"), type: type("u32") }],
    results: [{ name: id("c"), type: type("u32") }],
  });
  expect(acceptItem("extern module dsp(a: i32, b: i32) -> (p: i64) latency 3")).toMatchObject({
    kind: "extern-module",
    latency: integer(3n),
  });
  expect(acceptItem("extern module dsp(a: i32) -> (p: i64)")).not.toHaveProperty("latency");
});

test("comments are in a table of their own", () => {
  const text = "/// doc\nreg a: u8 // behind  \n\n//last";
  const { comments } = accept(text);
  expect(comments.map(({ text: comment }) => comment)).toEqual(["/// doc", "// behind", "//last"]);
  for (const comment of comments) expect(text.slice(comment.start, comment.end)).toBe(comment.text);
});

test.each([...RESERVED_WORDS])(
  "%s is reserved: a name only with r#, behind a dot or in front of a colon",
  (word) => {
    expect(complaints(`driver {\n let ${word} = 1\n}`)).toEqual([`syntax/keyword-as-name "${word}"`]);
    expect(complaints(`module m(${word}: u8) { }`)).toEqual([`syntax/keyword-as-name "${word}"`]);
    expect(parse(`driver {\n let ${word} = 1\n}`, 0).diagnostics[0]?.fixes[0]?.edits[0]?.text).toBe(
      `r#${word}`,
    );
    accept(
      `module m(r#${word}: u8) {\n take r#${word}\n let r#${word} = x.${word} + r#${word}\n n(${word}: P { ${word}: 1 })\n}`,
    );
  },
);

test.each([...CONTEXTUAL_WORDS, "depth", "latency", "file", "fill", "valid", "data", "cycle", "true"])(
  "%s is a name where no keyword fits",
  (word) => {
    accept(`module m(${word}: u8, x: u8 depth 2) {
    take ${word}, x
    let ${word} = ${word} + 1 - ${word}[${word}] * (${word})
    ${word} <= ${word}
    ${word}.push(${word})
    ${word}[0] <= x.${word}
    for ${word} in 0..${word} { f(${word}, ${word}: ${word}) }
    call ${word}
    when ${word} { }
    let y = match ${word} { ${word} => ${word} }
  }
  module ${word}[${word} in 0..${word}](a: ${word}) { }
  use ${word} = c<${word}>(${word}: ${word})
  extern module ${word}(${word}: u8) -> (${word}: u8) latency ${word}`);
  },
);
