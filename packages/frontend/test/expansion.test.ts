/** Messages about what is inside a function or component say which calls and uses led there. */
import { expect, test } from "vitest";
import type { Files } from "./harness.js";
import { elaborateFiles } from "./harness.js";

/** Code and labels of each diagnostic; labels as `message: text of the place`. */
function labels(text: string, files: Files = {}): string[][] {
  const outcome = elaborateFiles({ ...files, "main.asyn": text });
  return outcome.diagnostics.map(({ code, labels: found }) => [
    code.replace("frontend/", ""),
    ...found.map(
      ({ span, message }) =>
        `${message}: ${outcome.files[span.file]?.text.slice(span.start, span.end) ?? ""}`,
    ),
  ]);
}

const RUN = 'driver { log("x") }';

test("a register of a component whose parameter does not fit", () => {
  expect(
    labels(`component c<N> { reg r: u8 = N }\nsystem s { use a = c<3>\nuse b = c<300>\n${RUN} }`),
  ).toEqual([["literal-range", "expanded from here: use b = c<300>"]]);
});

test("a module of a component, whose body is made later, and a register in it", () => {
  expect(
    labels(`component c<N> {
  driver d { reg r: u8 = N; let v: u8 = N + 1 }
}
system s { use a = c<300> }`),
  ).toEqual([
    ["literal-range", "expanded from here: use a = c<300>"],
    ["literal-range", "expanded from here: use a = c<300>"],
  ]);
});

test("a function called in a function, across files", () => {
  expect(
    labels(`import "f.asyn"\nsystem s { driver { reg x: u8; x <= g<300>(x) } }`, {
      "f.asyn": "fn f<N>(a: u8) -> u8 { a + N }\nfn g<N>(a: u8) -> u8 { f<N>(a) }",
    }),
  ).toEqual([["literal-range", "expanded from here: f<N>(a)", "expanded from here: g<300>(x)"]]);
});

test("only the three innermost", () => {
  expect(
    labels(`fn f<N>(a: u8) -> u8 { a + N }
fn g<N>(a: u8) -> u8 { f<N>(a) }
fn h<N>(a: u8) -> u8 { g<N>(a) }
component c<N> { driver d { reg x: u8; x <= h<N>(x) } }
system s { use k = c<300> }`),
  ).toEqual([
    [
      "literal-range",
      "expanded from here: f<N>(a)",
      "expanded from here: g<N>(a)",
      "expanded from here: h<N>(x)",
    ],
  ]);
});

test("a wrong argument is the caller's: neither its own call nor the use that reads it is named", () => {
  const found = labels(`fn f(a: u8) -> u8 { a }
component c(a: u8) { driver d { reg x: u8; x <= a } }
const BAD = nothing
fn user() -> u8 { u8(BAD) }
system s {
  use k = c(a: 300)
  driver e { reg x: u8; x <= f(300); x <= user() }
}`);
  expect(found.filter(([code]) => code === "literal-range")).toEqual([["literal-range"], ["literal-range"]]);
  expect(found.filter(([code]) => code === "unknown-name")).toEqual([["unknown-name"]]);
});

test("a function that calls itself shows each place once", () => {
  expect(labels("fn f(a: u8) -> u8 { f(a) }\nsystem s { driver { reg x: u8; x <= f(x) } }")).toEqual([
    ["recursion-limit", "expanded from here: f(x)"],
  ]);
});
