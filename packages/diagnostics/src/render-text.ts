import type { Diagnostic } from "./diagnostic.js";
import { displayText } from "./display.js";
import { countDiagnostics, sortDiagnostics } from "./order.js";
import { createPaint, type Paint } from "./paint.js";
import { type Mark, renderFrame, SourceLines } from "./source-frame.js";
import type { SourceFile } from "./span.js";

/** How {@link renderText} writes. */
export interface RenderTextOptions {
  /** ANSI colours; default false. The caller decides by terminal and `NO_COLOR`. */
  readonly color?: boolean;
  /** Columns of source that are shown; longer lines are cropped. Default 100, at least 20. */
  readonly width?: number;
  /** Whether a line with the counts, and how to learn more, ends the text; default true. */
  readonly summary?: boolean;
}

/**
 * The diagnostics for people: message, place, the source lines with the places underlined, notes and help. Sorted by place; empty for
 * no diagnostics, else ends with a line break. Pure: nothing is printed.
 *
 * @param sources the list that the spans' `file` counts in
 * @example
 * process.stderr.write(renderText(diagnostics, [{ path: "adder.asyn", text }], { color: process.stderr.isTTY }));
 */
export function renderText(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[], options: RenderTextOptions = {}): string {
  if (diagnostics.length === 0) return "";
  const paint = createPaint(options.color ?? false);
  const lines = new SourceLines(sources);
  const width = Math.max(20, options.width ?? 100);
  const parts = sortDiagnostics(diagnostics).map((diagnostic) => renderDiagnostic(diagnostic, lines, width, paint));
  if (options.summary ?? true) parts.push(renderSummary(diagnostics, paint));
  return parts.join("\n");
}

function renderDiagnostic(diagnostic: Diagnostic, lines: SourceLines, width: number, paint: Paint): string {
  const { severity, code, span } = diagnostic;
  const origin = diagnostic.origin === undefined ? "" : ` (${displayText(diagnostic.origin)})`;
  const result = [`${paint(severity, `${severity}[${code}]`)}${paint("message", `: ${displayText(diagnostic.message)}`)}${origin}`];
  const marks: Mark[] = diagnostic.labels.map((label) => ({ ...label, primary: false }));
  if (span !== undefined) marks.unshift({ span, message: "", primary: true });
  const files = [...new Set(marks.map((mark) => mark.span.file))];
  const numbers = marks.map((mark) => lines.map(mark.span.file).locate(mark.span.start).line);
  const gutter = Math.max(2, ...numbers.map((line) => String(line).length));
  files.forEach((file, index) => {
    const inFile = marks.filter((mark) => mark.span.file === file);
    const arrow = index === 0 ? "-->" : ":::";
    result.push(`${" ".repeat(gutter)}${paint("frame", arrow)} ${lines.place(file, inFile[0]?.span.start ?? 0)}`);
    result.push(...renderFrame(lines, file, inFile, gutter, width, paint));
  });
  const remarks = [...diagnostic.notes.map((note) => ["note", note] as const), ...(diagnostic.help === undefined ? [] : [["help", diagnostic.help] as const])];
  for (const [word, remark] of remarks) {
    const [first = "", ...more] = displayText(remark).split("\n");
    const pad = " ".repeat(gutter);
    result.push(`${pad} ${paint("frame", "=")} ${paint(word, `${word}:`)} ${first}`);
    result.push(...more.map((text) => `${pad}   ${text}`));
  }
  return `${result.join("\n")}\n`;
}

function renderSummary(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const { errors, warnings } = countDiagnostics(diagnostics);
  const words = [count(errors, "error"), count(warnings, "warning")].filter((text) => text !== "").join(", ");
  const code = sortDiagnostics(diagnostics).find((diagnostic) => diagnostic.severity === (errors > 0 ? "error" : "warning"))?.code;
  if (words === "" || code === undefined) return "";
  return `${paint(errors > 0 ? "error" : "warning", words)}; more on one: assassyn explain ${code}\n`;
}

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}
