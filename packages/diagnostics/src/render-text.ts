import type { Diagnostic, Severity } from "./diagnostic.js";
import type { SourceFile, Span } from "./span.js";
import { LineMap } from "./span.js";

/** How {@link renderText} prints. */
export interface TextOptions {
  /** ANSI colours; default false. */
  readonly color?: boolean;
  /** Longest part of a source line that is shown, in columns; default 120. */
  readonly width?: number;
}

/** The parts of a message that have a style of their own. */
type Style = "error" | "warning" | "note" | "bold" | "frame" | "label" | "help";

const ESCAPES: Readonly<Record<Style, string>> = {
  error: "\u001B[1;31m",
  warning: "\u001B[1;33m",
  note: "\u001B[1;36m",
  bold: "\u001B[1m",
  frame: "\u001B[34m",
  label: "\u001B[36m",
  help: "\u001B[32m",
};

/** One underlined place of a frame. */
interface Mark {
  readonly span: Span;
  readonly message: string;
  readonly primary: boolean;
}

/**
 * Renders diagnostics for people: one paragraph each, with the source lines that they speak of.
 * Line maps are made once a file, so ten thousand messages about one file stay cheap.
 *
 * @example
 * const render = createTextRenderer(sources, { color: false });
 * process.stderr.write(diagnostics.map(render).join("\n"));
 */
export function createTextRenderer(
  sources: readonly SourceFile[],
  options: TextOptions = {},
): (diagnostic: Diagnostic) => string {
  const maps = new Map<number, LineMap>();
  const width = Math.max(20, options.width ?? 120);
  const paint = (style: Style, text: string): string =>
    options.color === true && text !== "" ? `${ESCAPES[style]}${text}\u001B[0m` : text;

  const lineMap = (file: number): LineMap => {
    let map = maps.get(file);
    if (map === undefined) maps.set(file, (map = new LineMap(sources[file]?.text ?? "")));
    return map;
  };

  /** The marks of one file, its lines in order, gaps as `…`. */
  const renderFrame = (
    file: number,
    marks: readonly Mark[],
    gutter: number,
    primaryFrame: boolean,
  ): string => {
    const source = sources[file];
    if (source === undefined) return "";
    const map = lineMap(file);
    const placed = marks
      .map((mark) => ({ ...mark, at: map.locate(mark.span.start) }))
      .sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
    const first = placed.find((mark) => mark.primary) ?? placed[0];
    if (first === undefined) return "";
    const margin = " ".repeat(gutter);
    let result = `${margin}${paint("frame", primaryFrame ? "-->" : ":::")} ${source.path}:${first.at.line}:${first.at.column}\n`;
    result += `${margin} ${paint("frame", "|")}\n`;
    let previous: number | undefined;
    for (let index = 0; index < placed.length; index += 1) {
      const mark = placed[index];
      if (mark === undefined) continue;
      const { line, column } = mark.at;
      const start = map.lineStart(line) ?? 0;
      const nextStart = map.lineStart(line + 1);
      const end = nextStart === undefined ? source.text.length : nextStart - 1;
      const offset = Math.max(0, Math.min(column - 1 - 10, end - start - width));
      const from = end - start > width ? start + offset : start;
      if (previous !== line) {
        if (previous !== undefined && line > previous + 1) result += `${margin} ${paint("frame", "…")}\n`;
        const text = source.text.slice(from, Math.min(end, from + width));
        result += `${paint("frame", `${String(line).padStart(gutter)} |`)} ${from > start ? "…" : ""}${printable(text)}\n`;
        previous = line;
      }
      const before = (from > start ? " " : "") + blank(source.text.slice(from, mark.span.start));
      const marked = Math.max(1, Math.min(mark.span.end, end, from + width) - mark.span.start);
      const sign = (mark.primary ? "^" : "-").repeat(marked);
      const text = mark.message === "" ? sign : `${sign} ${mark.message}`;
      result += `${margin} ${paint("frame", "|")} ${before}${paint(mark.primary ? "error" : "label", text)}\n`;
    }
    return result;
  };

  return (diagnostic) => {
    const severity: Severity = diagnostic.severity;
    let result = `${paint(severity, `${severity}[${diagnostic.code}]`)}${paint("bold", `: ${printable(diagnostic.message)}`)}\n`;
    const marks: Mark[] = [
      ...(diagnostic.span === undefined ? [] : [{ span: diagnostic.span, message: "", primary: true }]),
      ...diagnostic.labels.map(({ span, message }) => ({
        span,
        message: printable(message),
        primary: false,
      })),
    ];
    const lastLine = Math.max(
      1,
      ...marks.map((mark) => lineMap(mark.span.file).locate(mark.span.start).line),
    );
    const gutter = String(lastLine).length;
    const files = [...new Set(marks.map((mark) => mark.span.file))];
    for (const [index, file] of files.entries()) {
      result += renderFrame(
        file,
        marks.filter((mark) => mark.span.file === file),
        gutter,
        index === 0,
      );
    }
    const margin = " ".repeat(gutter);
    const hint = (style: Style, name: string, text: string): string => {
      const [head = "", ...rest] = printable(text).split("\n");
      const indent = " ".repeat(gutter + 5 + name.length);
      return `${margin} ${paint("frame", "=")} ${paint(style, `${name}:`)} ${[head, ...rest.map((line) => indent + line)].join("\n")}\n`;
    };
    for (const note of diagnostic.notes) result += hint("note", "note", note);
    if (diagnostic.help !== undefined) result += hint("help", "help", diagnostic.help);
    for (const fix of diagnostic.fixes) {
      const [edit] = fix.edits;
      const shown =
        fix.edits.length === 1 && edit !== undefined && edit.text !== "" && !edit.text.includes("\n");
      result += hint("help", "fix", shown ? `${fix.title}: ${edit.text}` : fix.title);
    }
    if (diagnostic.origin !== undefined) result += hint("note", "reported by", diagnostic.origin);
    return result;
  };
}

/** Renders diagnostics one after another, an empty line between them. */
export function renderText(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
  options: TextOptions = {},
): string {
  return diagnostics.map(createTextRenderer(sources, options)).join("\n");
}

/** Control characters would move the cursor of the terminal: each becomes one visible replacement, so columns stay. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, "\uFFFD");
}

/** Blanks as wide as the text; tabs stay tabs, so that marks stand under what they mean. */
function blank(text: string): string {
  return text.replaceAll(/[^\t]/g, " ");
}
