import { expect, test } from "vitest";
import type { Module, RewriteRules, System } from "./index.js";
import { bits, parseSystem, printModule, printSystem, rewriteModule, verify } from "./index.js";
import { moduleId } from "./ir.js";

const TEXT = `ir 1
system t {
  file "t.asyn"
  reg r: u8
  driver d {
    %0: u1 = 0
    %1 old: u8 = r[%0]
    %2: b8 = %1 & %1
    %3: u8 = when %0 {
      %4: b8 = !%2
      yield %4
    } else {
      %5: u8 = %1 + %1
      yield %5
    }
    %6 r[%0] <= %3
  }
}
`;

function parse(text: string): { system: System; module: Module } {
  const { system, diagnostics } = parseSystem(text);
  const module = system?.modules[0];
  if (system === undefined || module == null) throw new Error(JSON.stringify(diagnostics));
  return { system, module };
}

/** The lines of the body after rewriting, which must be well-formed. */
function rewrite(rules: RewriteRules): string[] {
  const { system, module } = parse(TEXT);
  const result = { ...system, modules: [rewriteModule(module, "test", rules)] };
  expect(verify(result)).toEqual([]);
  return printModule(result, moduleId(0))
    .split("\n")
    .slice(1, -2)
    .map((line) => line.slice(4));
}

test("rules that change nothing give back the same object", () => {
  const { module } = parse(TEXT);
  expect(rewriteModule(module, "test", {})).toBe(module);
  expect(
    rewriteModule(module, "test", { operation: (operation) => operation, leaveIf: (operation) => operation }),
  ).toBe(module);
});

test("a replaced value is replaced in later operands, in arms and as a result; its name moves along", () => {
  const lines = rewrite({
    operation: (operation, _id, rewriter) =>
      operation.kind === "array-read" ? rewriter.const(operation.type, 300n) : operation,
  });
  expect(lines).toEqual([
    "%0: u1 = 0",
    "%7 old: u8 = 44 by test",
    "%2: b8 = %7 & %7",
    "%3: u8 = when %0 {",
    "  %4: b8 = !%2",
    "  yield %4",
    "} else {",
    "  %5: u8 = %7 + %7",
    "  yield %5",
    "}",
    "%6 r[%0] <= %3",
  ]);
});

test("a chosen arm takes the place of the `if`, in the type of its result", () => {
  expect(rewrite({ chooseArm: () => "then" })).toEqual([
    "%0: u1 = 0",
    "%1 old: u8 = r[%0]",
    "%2: b8 = %1 & %1",
    "%4: b8 = !%2",
    "%3: u8 = bitcast(%4) by test",
    "%6 r[%0] <= %3",
  ]);
  expect(rewrite({ chooseArm: () => "else" }).slice(3)).toEqual(["%5: u8 = %1 + %1", "%6 r[%0] <= %5"]);
});

test("operations are appended in front, and behind by `placed`; deleted ones leave a gap", () => {
  const lines = rewrite({
    operation: (operation, _id, rewriter) => {
      if (operation.kind === "array-write") return null;
      return operation.kind === "unary"
        ? rewriter.cast("bitcast", operation.operand, operation.type)
        : operation;
    },
    placed: (operation, id, rewriter) => {
      if (operation.kind === "array-read") rewriter.slice(id, 3, 0);
    },
  });
  expect(lines).toEqual([
    "%0: u1 = 0",
    "%1 old: u8 = r[%0]",
    "%7: b4 = %1[3:0] by test",
    "%2: b8 = %1 & %1",
    "%3: u8 = when %0 {",
    "  %8: b8 = bitcast(%2) by test",
    "  yield %8",
    "} else {",
    "  %5: u8 = %1 + %1",
    "  yield %5",
    "}",
  ]);
});

test("regions are announced, and `if`s can go behind their arms", () => {
  const events: string[] = [];
  const lines = rewrite({
    enterRegion: () => void events.push("enter"),
    leaveRegion: () => void events.push("leave"),
    leaveIf: (operation) => {
      events.push("if");
      return operation.condition;
    },
    operation: (operation, _id, rewriter) =>
      operation.kind === "array-write" ? { ...operation, value: rewriter.const(bits(8), 1n) } : operation,
  });
  expect(events).toEqual(["enter", "enter", "leave", "enter", "leave", "if", "leave"]);
  expect(lines.slice(3)).toEqual(["%7: b8 = 1 by test", "%6 r[%0] <= %7"]);
});

/** A body of `when`s, each the only operation of the one around it. */
const nested = (depth: number): string => {
  const open = Array.from({ length: depth }, (_, index) => `%${index + 1} when %0 {\n`).join("");
  return `ir 1\nsystem t {\nfile "t"\ndriver d {\n%0: b1 = 1\n${open}%${depth + 1} finish\n${"}\n".repeat(depth + 2)}`;
};

test("a thousand nested arms are read, printed, checked and rewritten", () => {
  const { system, module } = parse(nested(999));
  expect(verify(system)).toEqual([]);
  expect(printSystem(parseSystem(printSystem(system)).system ?? system)).toBe(printSystem(system));
  expect(rewriteModule(module, "test", { chooseArm: () => "then" }).body.operations).toEqual([0, 1000]);
  expect(parseSystem(nested(1001)).diagnostics.map((diagnostic) => diagnostic.message)).toContain(
    "`when` is nested more than 1000 deep",
  );
});
