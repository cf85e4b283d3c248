import type { Diagnostic } from "./diagnostic.js";
import { displayText } from "./display.js";
import { countDiagnostics, sortDiagnostics } from "./order.js";
import { createPaint, type Paint, type Style } from "./paint.js";
import { type Mark, renderFrame, SourceLines } from "./source-frame.js";
import type { SourceFile } from "./span.js";

/** How diagnostics are written. */
export interface TextOptions {
  /** ANSI colours; default false. The caller decides by terminal and `NO_COLOR`. */
  readonly color?: boolean;
  /** Columns of source that are shown; longer lines are cropped. Default 100, at least 20. */
  readonly width?: number;
}

/** How {@link renderText} writes. */
export interface RenderTextOptions extends TextOptions {
  /** Whether a line with the counts, and how to learn more, ends the text; default false. */
  readonly summary?: boolean;
}

/**
 * Makes a function that renders one diagnostic for people: message, place, the source lines with the places underlined, notes, help,
 * fixes. Each text ends with a line break. Line breaks of a source are searched once, so many messages about one file stay cheap.
 *
 * @param sources the list that the spans' `file` counts in
 * @example
 * const render = createTextRenderer(sources, { color: false });
 * process.stderr.write(diagnostics.map(render).join("\n"));
 */
export function createTextRenderer(
  sources: readonly SourceFile[],
  options: TextOptions = {},
): (diagnostic: Diagnostic) => string {
  const paint = createPaint(options.color ?? false);
  const lines = new SourceLines(sources);
  const width = Math.max(20, options.width ?? 100);
  return (diagnostic) => renderDiagnostic(diagnostic, lines, width, paint);
}

/**
 * The diagnostics for people, sorted by place, an empty line between them; empty for no diagnostics. Pure: nothing is printed.
 *
 * @example
 * process.stderr.write(renderText(diagnostics, [{ path: "adder.asyn", text }], { color: process.stderr.isTTY }));
 */
export function renderText(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
  options: RenderTextOptions = {},
): string {
  const parts = sortDiagnostics(diagnostics).map(createTextRenderer(sources, options));
  if (options.summary === true) parts.push(renderSummary(diagnostics, createPaint(options.color ?? false)));
  return parts.join("\n");
}

function renderDiagnostic(diagnostic: Diagnostic, lines: SourceLines, width: number, paint: Paint): string {
  const { severity, code, span } = diagnostic;
  const result = [
    `${paint(severity, `${severity}[${code}]`)}${paint("message", `: ${displayText(diagnostic.message)}`)}`,
  ];
  const marks: Mark[] = diagnostic.labels.map((label) => ({ ...label, primary: false }));
  if (span !== undefined) marks.unshift({ span, message: "", primary: true });
  const files = [...new Set(marks.map((mark) => mark.span.file))];
  const numbers = marks.map((mark) => lines.map(mark.span.file).locate(mark.span.start).line);
  const gutter = Math.max(1, ...numbers.map((line) => String(line).length));
  files.forEach((file, index) => {
    const inFile = marks.filter((mark) => mark.span.file === file);
    const arrow = index === 0 ? "-->" : ":::";
    result.push(
      `${" ".repeat(gutter)}${paint("frame", arrow)} ${lines.place(file, inFile[0]?.span.start ?? 0)}`,
    );
    result.push(...renderFrame(lines, file, inFile, gutter, width, paint));
  });
  const remark = (style: Style, word: string, text: string): void => {
    const [first = "", ...more] = displayText(text).split("\n");
    const pad = " ".repeat(gutter);
    result.push(`${pad} ${paint("frame", "=")} ${paint(style, `${word}:`)} ${first}`);
    result.push(...more.map((next) => `${pad}${" ".repeat(word.length + 5)}${next}`));
  };
  for (const note of diagnostic.notes) remark("note", "note", note);
  if (diagnostic.help !== undefined) remark("help", "help", diagnostic.help);
  for (const { title, edits } of diagnostic.fixes) {
    // A change of one word is shown where the help or the title does not say it already.
    const text = edits.length === 1 ? (edits[0]?.text ?? "") : "";
    if (text !== "" && diagnostic.help?.includes(`\`${text}\``) === true) continue;
    remark(
      "help",
      "fix",
      text === "" || text.includes("\n") || title.includes(text) ? title : `${title}: ${text}`,
    );
  }
  if (diagnostic.origin !== undefined) remark("note", "reported by", diagnostic.origin);
  return `${result.join("\n")}\n`;
}

function renderSummary(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const { errors, warnings } = countDiagnostics(diagnostics);
  const words = [count(errors, "error"), count(warnings, "warning")].filter((text) => text !== "").join(", ");
  const code = sortDiagnostics(diagnostics).find(
    (diagnostic) => diagnostic.severity === (errors > 0 ? "error" : "warning"),
  )?.code;
  if (words === "" || code === undefined) return "";
  return `${paint(errors > 0 ? "error" : "warning", words)}; more on one: assassyn explain ${code}\n`;
}

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}
