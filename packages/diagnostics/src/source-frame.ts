import { displayLine, displayText } from "./display.js";
import type { Paint } from "./paint.js";
import { LineMap, type SourceFile, type Span } from "./span.js";

/** Code units of a line that are looked at around a mark; the rest of a longer line cannot be shown anyway. */
const WINDOW = 4096;

/** A place to underline. */
export interface Mark {
  readonly span: Span;
  /** A few words behind the underline; empty for the place of the diagnostic itself. */
  readonly message: string;
  readonly primary: boolean;
}

/** Finds lines in the sources of one rendering, each scanned once. */
export class SourceLines {
  readonly #sources: readonly SourceFile[];
  readonly #maps = new Map<number, LineMap>();

  constructor(sources: readonly SourceFile[]) {
    this.#sources = sources;
  }

  /** The source with this index; a made-up one where the list is too short, so that rendering never fails. */
  source(file: number): SourceFile {
    return this.#sources[file] ?? { path: `<file ${file}>`, text: "" };
  }

  map(file: number): LineMap {
    let map = this.#maps.get(file);
    if (map === undefined) {
      map = new LineMap(this.source(file).text);
      this.#maps.set(file, map);
    }
    return map;
  }

  /** `path:line:column` of an offset. */
  place(file: number, offset: number): string {
    const { line, column } = this.map(file).locate(offset);
    return `${displayText(this.source(file).path)}:${line}:${column}`;
  }
}

/** The lines of one file that have marks, with their numbers, underlines and messages. `gutter` is the width of the numbers. */
export function renderFrame(
  lines: SourceLines,
  file: number,
  marks: readonly Mark[],
  gutter: number,
  width: number,
  paint: Paint,
): string[] {
  const { text } = lines.source(file);
  const map = lines.map(file);
  const byLine = new Map<number, Mark[]>();
  for (const mark of marks) {
    const { line } = map.locate(Math.min(mark.span.start, text.length));
    byLine.set(line, [...(byLine.get(line) ?? []), mark]);
  }
  const margin = paint("frame", `${" ".repeat(gutter)} |`);
  const result = [margin];
  let previous: number | undefined;
  for (const [line, onLine] of [...byLine].toSorted(([left], [right]) => left - right)) {
    if (previous !== undefined && line - previous > 1)
      result.push(paint("frame", `${" ".repeat(gutter)}...`));
    previous = line;
    const start = map.lineStart(line) ?? text.length;
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    result.push(
      ...renderLine(text, start, end, onLine, `${String(line).padStart(gutter)} |`, margin, width, paint),
    );
  }
  return result;
}

function renderLine(
  text: string,
  start: number,
  end: number,
  marks: readonly Mark[],
  number: string,
  margin: string,
  width: number,
  paint: Paint,
): string[] {
  const focus = Math.min(...marks.map((mark) => mark.span.start));
  const from = Math.max(start, Math.min(focus, end) - WINDOW);
  const to = Math.min(end, focus + WINDOW);
  const { text: shown, columns } = displayLine(text.slice(from, to).replace(/\r$/, ""));
  const columnOf = (offset: number): number =>
    columns[Math.max(0, Math.min(offset - from, columns.length - 1))] ?? 0;
  const total = columns.at(-1) ?? 0;
  // The part of the line that is shown: all of it, or a window that has the first mark in its first third.
  const left =
    total <= width && from === start
      ? 0
      : Math.max(0, Math.min(columnOf(focus) - Math.floor(width / 3), total - width));
  const cutLeft = left > 0 || from > start;
  const cutRight = total - left > width || to < end;
  const part = crop(shown, left, width);
  const result = [
    `${paint("frame", number)} ${cutLeft ? "…" : ""}${part.trimEnd()}${cutRight ? "…" : ""}`.trimEnd(),
  ];
  for (const mark of marks.toSorted(
    (a, b) => Number(b.primary) - Number(a.primary) || a.span.start - b.span.start,
  )) {
    const first = columnOf(mark.span.start) - left;
    if (first > width) continue;
    const last = Math.min(columnOf(Math.min(mark.span.end, end)) - left, width);
    const underline =
      (mark.primary ? "^" : "-").repeat(Math.max(1, last - first)) + (mark.span.end > end + 1 ? "…" : "");
    const pad = " ".repeat(first + (cutLeft ? 1 : 0));
    const words = mark.message === "" ? "" : ` ${displayText(mark.message)}`;
    result.push(`${margin} ${pad}${paint(mark.primary ? "primary" : "label", underline + words)}`);
  }
  return result;
}

/** `width` columns of a displayed line from column `left` on. */
function crop(shown: string, left: number, width: number): string {
  const { columns } = displayLine(shown);
  const from = columns.findIndex((column) => column >= left);
  const to = columns.findIndex((column) => column > left + width);
  return shown.slice(Math.max(0, from), to < 0 ? undefined : to - 1);
}
