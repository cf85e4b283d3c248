import { expect, test } from "vitest";
import type { Diagnostic, SourceFile } from "./index.js";
import { createTextRenderer, suggestNearest, renderText, toJsonDiagnostics } from "./index.js";

const sources: readonly SourceFile[] = [
  { path: "a.asyn", text: "reg x: u8\n\tx <= yy + 1\nend\n" },
  { path: "lib/b.asyn", text: "let yyy = 1\n" },
];

const diagnostic: Diagnostic = {
  code: "frontend/unknown-name",
  severity: "error",
  message: 'unknown name "yy"',
  span: { file: 0, start: 16, end: 18 },
  labels: [
    { span: { file: 0, start: 4, end: 5 }, message: "assigned here" },
    { span: { file: 1, start: 4, end: 7 }, message: "this one is near" },
  ],
  notes: ["names are case-sensitive\nand have no accents"],
  help: "look at its declaration",
  fixes: [{ title: "replace", edits: [{ span: { file: 0, start: 16, end: 18 }, text: "yyy" }] }],
};

test("a message shows its source lines, labels of other files, notes, help and fixes", () => {
  expect(renderText([diagnostic], sources)).toBe(`error[frontend/unknown-name]: unknown name "yy"
 --> a.asyn:2:7
  |
1 | reg x: u8
  |     - assigned here
2 |     x <= yy + 1
  |          ^^
 ::: lib/b.asyn:1:5
  |
1 | let yyy = 1
  |     --- this one is near
  = note: names are case-sensitive
          and have no accents
  = help: look at its declaration
  = fix: replace: yyy
`);
});

test("colours appear on request and change no other byte", () => {
  const painted = renderText([diagnostic], sources, { color: true });
  expect(painted).toContain("\u001B[1;31m");
  // oxlint-disable-next-line no-control-regex
  expect(painted.replaceAll(/\u001B\[[\d;]*m/g, "")).toBe(renderText([diagnostic], sources));
});

test("a message without a place is one line", () => {
  const { span: _, help: __, ...rest } = diagnostic;
  expect(renderText([{ ...rest, labels: [], notes: [], fixes: [] }], sources)).toBe(
    'error[frontend/unknown-name]: unknown name "yy"\n',
  );
});

test("a very long line is cut around the mark, and control characters do not reach the terminal", () => {
  const text = `${"a".repeat(100_000)}\u001B[2Jb${"c".repeat(100_000)}`;
  const render = createTextRenderer([{ path: "long.asyn", text }]);
  const printed = render({
    ...diagnostic,
    span: { file: 0, start: 100_004, end: 100_005 },
    labels: [],
  });
  expect(printed.length).toBeLessThan(700);
  expect(printed).not.toContain("\u001B");
  const [sourceLine = "", markLine = ""] = printed.split("\n").slice(3);
  expect(sourceLine[markLine.indexOf("^")]).toBe("b");
});

test("marks at the end of the file and behind it still print", () => {
  const render = createTextRenderer([{ path: "x.asyn", text: "ab" }]);
  const at = (start: number, end: number) =>
    render({ ...diagnostic, span: { file: 0, start, end }, labels: [] });
  expect(at(2, 2)).toContain("1 | ab\n  |   ^\n");
  expect(at(5, 9)).toContain("x.asyn:1:6");
});

test("the JSON form names every field and converts spans", () => {
  const [json] = toJsonDiagnostics([diagnostic], sources);
  expect(json?.span).toEqual({
    file: "a.asyn",
    start: { offset: 16, line: 2, column: 7 },
    end: { offset: 18, line: 2, column: 9 },
  });
  expect(json?.labels[1]?.span?.file).toBe("lib/b.asyn");
  expect(json?.origin).toBeNull();
});

test("the nearest name is found for small mistakes and none for large ones", () => {
  const names = ["cycles", "idle", "trace", "in"];
  expect(suggestNearest("cyles", names)).toBe("cycles");
  expect(suggestNearest("Cycles", names)).toBe("cycles");
  expect(suggestNearest("tarce", names)).toBe("trace");
  expect(suggestNearest("banana", names)).toBeUndefined();
  expect(suggestNearest("x", ["y"])).toBeUndefined();
});
