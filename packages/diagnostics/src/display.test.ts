import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  assertNever,
  renderJson,
  renderText,
  sortDiagnostics,
  suggestNearest,
  type Diagnostic,
  type SourceFile,
} from "./index.js";

const at = (start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "demo/x",
  severity: "error",
  message: "wrong",
  span: { file: 0, start, end },
  labels: [],
  notes: [],
  fixes: [],
  ...more,
});

/** The source line and the line below it. */
function frame(text: string, start: number, end: number, width = 100): readonly [string, string] {
  const lines = renderText([at(start, end)], [{ path: "a", text }], { width }).split("\n");
  return [lines[3] ?? "", lines[4] ?? ""];
}

test("marks stand under what they mean, behind tabs and wide characters", () => {
  expect(frame("\tab\tc", 4, 5)).toEqual(["1 |     ab  c", "  |         ^"]);
  expect(frame("日本 x", 3, 4)).toEqual(["1 | 日本 x", "  |      ^"]);
  expect(frame("日本 x", 0, 2)).toEqual(["1 | 日本 x", "  | ^^^^"]);
  expect(frame("e\u0301 x", 3, 4)).toEqual(["1 | e\u0301 x", "  |   ^"]);
});

test("a mark over several lines is drawn on the first", () => {
  expect(frame("ab\ncd\nef", 1, 8)).toEqual(["1 | ab", "  |  ^…"]);
  expect(frame("ab\r\ncd", 0, 2)).toEqual(["1 | ab", "  | ^^"]);
});

test("a long line is cropped on both sides of the mark", () => {
  const [source, marks] = frame(`${"a".repeat(500)}X${"b".repeat(500)}`, 500, 501, 40);
  expect(source).toBe(`1 | …${"a".repeat(13)}X${"b".repeat(26)}…`);
  expect(source[marks.indexOf("^")]).toBe("X");
});

test("a frame shows labels of other lines, with dots between far ones", () => {
  const text = "a\nb\nc\nd\ne\n";
  const diagnostic = at(8, 9, { labels: [{ span: { file: 0, start: 0, end: 1 }, message: "opened here" }] });
  expect(renderText([diagnostic], [{ path: "a", text }])).toBe(`error[demo/x]: wrong
 --> a:5:1
  |
1 | a
  | - opened here
 ...
5 | e
  | ^
`);
});

test("no text of a user acts on the terminal", () => {
  const hostile = "\u001b[31m\u0007\u202e\ud800\u009b";
  const rendered = renderText(
    [
      at(0, 3, {
        message: hostile,
        notes: [hostile],
        help: hostile,
        origin: hostile,
        labels: [{ span: { file: 0, start: 0, end: 1 }, message: hostile }],
      }),
    ],
    [{ path: hostile, text: hostile }],
  );
  // oxlint-disable-next-line no-control-regex
  expect(rendered).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\ud800-\udfff]/);
});

test("any diagnostic of any text is rendered, also with places outside of it", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.nat(40),
      fc.nat(40),
      fc.integer({ min: 1, max: 60 }),
      (text, start, length, width) => {
        const rendered = renderText([at(start, start + length)], [{ path: "a", text }], { width });
        expect(rendered).toMatch(/\^/);
        expect(renderJson([at(start, start + length)], [{ path: "a", text }])).toContain('"demo/x"');
      },
    ),
  );
});

test("diagnostics are sorted by place, those without one last, and equal ones as reported", () => {
  const { span: _, ...nowhere } = at(0, 0, { message: "nowhere" });
  const second = at(5, 6, { message: "second" });
  const third = at(5, 9, { message: "third" });
  const other = at(0, 1, { message: "other file", span: { file: 1, start: 0, end: 1 } });
  const sorted = sortDiagnostics([nowhere, other, second, third, at(1, 2, { message: "first" })]);
  expect(sorted.map(({ message }) => message)).toEqual(["first", "second", "third", "other file", "nowhere"]);
});

test("a summary counts, and names the message to learn more about", () => {
  const sources: readonly SourceFile[] = [{ path: "a", text: "x" }];
  const text = renderText(
    [at(0, 1), at(0, 1, { severity: "warning" }), at(0, 1, { severity: "warning" })],
    sources,
    { summary: true },
  );
  expect(text.split("\n").at(-2)).toBe("1 error, 2 warnings; more on one: assassyn explain demo/x");
  expect(renderText([], sources, { summary: true })).toBe("");
});

test("the JSON document has a version, counts, and null for what is absent", () => {
  expect(JSON.parse(renderJson([at(2, 3)], [{ path: "a", text: "x\ny" }]))).toEqual({
    version: 1,
    counts: { errors: 1, warnings: 0, notes: 0 },
    diagnostics: [
      {
        code: "demo/x",
        severity: "error",
        message: "wrong",
        span: { file: "a", start: { offset: 2, line: 2, column: 1 }, end: { offset: 3, line: 2, column: 2 } },
        labels: [],
        notes: [],
        help: null,
        fixes: [],
        origin: null,
      },
    ],
  });
});

test("a nearest name: swapped, missing, wrong letters and case, but nothing far", () => {
  expect(suggestNearest("cuont", ["clock", "count"])).toBe("count");
  expect(suggestNearest("COUNT", ["clock", "count"])).toBeUndefined();
  expect(suggestNearest("Count", ["clock", "count"])).toBe("count");
  expect(suggestNearest("count", ["count"])).toBeUndefined();
  expect(suggestNearest("a", ["b"])).toBeUndefined();
  expect(suggestNearest("x".repeat(65), ["x".repeat(64)])).toBeUndefined();
  expect(suggestNearest("abcd", ["abxd", "abyd"])).toBe("abxd");
});

test("assertNever throws with the value it was given", () => {
  // A value that got past the types, as one from JSON can.
  expect(() => assertNever("oops" as never)).toThrow('"oops"');
});
