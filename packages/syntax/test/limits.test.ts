import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "../src/index.js";
import { MAXIMUM_HEIGHT, MAXIMUM_NESTING } from "../src/base-parser.js";
import { MAXIMUM_ERRORS } from "../src/reporter.js";
import { acceptBody, complaints } from "./support.js";

const inDriver = (body: string): string => `driver {\n${body}\n}\nreg after: u8\n`;
const codes = (text: string): string[] => parse(text, 0).diagnostics.map(({ code }) => code);

const deep: readonly (readonly [name: string, text: string])[] = [
  ["parentheses", `let x = ${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["parentheses that stay open", `let x = ${"(".repeat(10_000)}`],
  ["blocks", "when a {\n".repeat(10_000) + "}\n".repeat(10_000)],
  ["compile-time blocks", "if a {\n".repeat(10_000) + "}\n".repeat(10_000)],
  ["matches", `let x = ${"match a { 0 => ".repeat(10_000)}1${" }".repeat(10_000)}`],
  ["calls in calls", `${"f(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["indices in indices", `let x = ${"a[".repeat(10_000)}1${"]".repeat(10_000)}`],
  ["record types", `let x: ${"record { a: ".repeat(10_000)}u8${" }".repeat(10_000)} = 1`],
  ["generic types", `let x: ${"uint<".repeat(10_000)}1${">".repeat(10_000)} = 1`],
  ["conditionals in conditionals", `let x = ${"a ? ".repeat(10_000)}1${" : 2".repeat(10_000)}`],
  ["prefix operators", `let x = ${"!".repeat(10_000)}1`],
  ["a long sum", `let x = 1${" + 1".repeat(10_000)}`],
  ["a long ??", `let x = 1${" ?? 1".repeat(10_000)}`],
  ["a long ?:", `let x = 1${" ? 1 : 1".repeat(10_000)}`],
  ["a long chain of members", `a${".b".repeat(10_000)}`],
  ["casts", `let x = 1${" as u8".repeat(10_000)}`],
  ["else when", `when a { }${" else when a { }".repeat(10_000)}`],
  ["else if", `if a { }${" else if a { }".repeat(10_000)}`],
];

test.each(deep)("%s ten thousand deep are one diagnostic, and what follows is read", (_name, body) => {
  const { unit, diagnostics } = parse(inDriver(body), 0);
  expect(diagnostics.map(({ code }) => code)).toContain("syntax/too-deep");
  expect(diagnostics.length).toBeLessThanOrEqual(2);
  // Brackets that stay open to the end of the file leave nothing behind them to read.
  expect(unit.items.at(-1)?.kind).toBe(diagnostics.length === 1 ? "register" : "module");
});

test("what stays below the limits is accepted", () => {
  const nesting = MAXIMUM_NESTING - 3;
  acceptBody(`let x = ${"(".repeat(nesting)}1${")".repeat(nesting)}`);
  acceptBody(`let x = 1${" + 1".repeat(MAXIMUM_HEIGHT - 1)}`);
  acceptBody(`when a { }${" else when a { }".repeat(MAXIMUM_HEIGHT - 1)}`);
  acceptBody("when a {\n".repeat(nesting) + "}\n".repeat(nesting));
});

test("a stack with little room gives the same diagnostic", () => {
  const text = inDriver(`let x = ${"(".repeat(100)}1${")".repeat(100)}`);
  let deepest: readonly string[] = [];
  const descend = (): void => {
    try {
      descend();
    } catch {
      // Somewhere on the way up there is room to start, but not to finish.
    }
    if (deepest.length > 0) return;
    try {
      deepest = codes(text);
    } catch (failure) {
      if (!(failure instanceof RangeError)) throw failure;
    }
  };
  codes(text);
  descend();
  expect(deepest).toEqual(["syntax/too-deep"]);
  expect(codes(text)).toEqual([]);
});

test("a parse stops after a hundred errors and says so", () => {
  const all = codes("}\n".repeat(100_000));
  expect(all).toHaveLength(MAXIMUM_ERRORS + 1);
  expect(all.at(-1)).toBe("syntax/too-many-errors");
  expect(codes("\u0001 ".repeat(200)).at(-1)).toBe("syntax/too-many-errors");
});

test("files, lines and numbers beyond all measure are refused", () => {
  expect(codes("x".repeat(67_108_865))).toEqual(["syntax/too-large"]);
  expect(codes(`reg a: u8\n${"\0".repeat(2_000_000)}\nreg b: u8`)).toEqual(["syntax/line-too-long"]);
  expect(complaints(`const A = ${"9".repeat(4097)}`)[0]).toMatch(/^syntax\/number-too-long/);
  expect(codes(`const A = ${"9".repeat(4096)}`)).toEqual([]);
});

/** Milliseconds that a parse takes. */
function time(text: string): number {
  const start = performance.now();
  parse(text, 0);
  return performance.now() - start;
}

test.each<readonly [name: string, make: (count: number) => string]>([
  ["assignments", (count) => inDriver("  x <= a + b * 3 // comment\n".repeat(count))],
  ["names on one line", (count) => "a ".repeat(count * 5)],
  ["open strings", (count) => '"\n'.repeat(count * 5)],
  ["open calls", (count) => inDriver("f(a,\n".repeat(count))],
  ["open generics", (count) => inDriver("a<b,c ".repeat(count))],
  ["block comments", (count) => "/* */\n".repeat(count * 5)],
  ["open blocks", (count) => "if a {\n".repeat(count)],
  ["semicolons", (count) => ";".repeat(count * 10)],
  ["characters that are none", (count) => "\\".repeat(count * 5)],
])("time is proportional to the length: %s", (_name, make) => {
  time(make(1000));
  // Twenty times the text: a quadratic parser would take 400 times as long. The constant covers a busy machine.
  expect(time(make(20_000))).toBeLessThan(time(make(1000)) * 80 + 400);
});

test("any text at all gives a tree and diagnostics inside the text, never an exception", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    ">>",
    "<=",
    "=",
    "=>",
    "->",
    ":",
    ";",
    ",",
    ".",
    "..",
    "?",
    "??",
    "|",
    "-",
    "+",
    "!",
    "&&",
    "//",
    "/*",
    '"',
    "\\",
    "\n",
    " ",
    "\t",
    "\r\n",
    "a",
    "b",
    "r#a",
    "1",
    "0x",
    "when",
    "else",
    "if",
    "for",
    "in",
    "match",
    "fold",
    "module",
    "driver",
    "let",
    "take",
    "reg",
    "type",
    "record",
    "uint",
    "as",
    "at",
    "log",
    "call",
    "use",
    "config",
    "fn",
    "extern",
    "system",
    "component",
    "depth",
    "é",
    "\u{1F600}",
    "\ud800",
    "\0",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(" ").replaceAll(" \n ", "\n")),
      (text) => {
        const { diagnostics } = parse(text, 3);
        for (const { span, labels } of diagnostics) {
          for (const place of [span, ...labels.map((label) => label.span)]) {
            if (place === undefined) continue;
            expect(place.file).toBe(3);
            expect(place.start).toBeGreaterThanOrEqual(0);
            expect(place.end).toBeGreaterThanOrEqual(place.start);
            expect(place.end).toBeLessThanOrEqual(text.length);
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});
