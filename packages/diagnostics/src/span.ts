/** A half-open range of UTF-16 code units `[start, end)` in the source file with the index `file`. */
export interface Span {
  /** Index into the list of sources of the compilation, see {@link SourceFile}. */
  readonly file: number;
  /** Offset of the first code unit. */
  readonly start: number;
  /** Offset behind the last code unit. */
  readonly end: number;
}

/** A source text with the name under which messages show it. */
export interface SourceFile {
  /** The path as the user would type it; never made absolute. */
  readonly path: string;
  readonly text: string;
}

/** A place in a source as humans count: line and column start at 1, columns are UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/**
 * Converts offsets of one text to lines and columns in O(log lines) after one O(length) scan.
 *
 * @example
 * new LineMap("ab\ncd").locate(3); // { line: 2, column: 1 }
 */
export class LineMap {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  /** Line and column of `offset`; an offset past the end counts on from the last line. */
  locate(offset: number): LineColumn {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** Offset at which the 1-based `line` starts, or `undefined` past the last line. */
  lineStart(line: number): number | undefined {
    return this.#starts[line - 1];
  }
}
