/** Where comments behind code begin, counted from 0. */
const COMMENT_COLUMN = 40;
/** Longer code moves the comments of its run on by so many columns at a time, */
const COMMENT_STEP = 8;
/** but not beyond this column: a comment behind still longer code follows it after one blank and moves no other. */
const LAST_COMMENT_COLUMN = 56;

/** A sign between two sides of a statement, `=`, `<=` or `=>`, that may stand below the one of the line above. */
export interface Divider {
  /** Its column. */
  readonly at: number;
  readonly sign: string;
  /** Whether the author put more than one blank in front of it. */
  readonly wide: boolean;
}

/** A line of output. */
export interface Line {
  readonly text: string;
  readonly indentation: number;
  /** The first divider of a statement or an entry that has this line for itself. */
  readonly divider: Divider | undefined;
  /** The comment behind the text. */
  readonly comment: string | undefined;
}

/**
 * Lines up what stands in adjacent lines, and returns the texts.
 *
 * - Dividers: where the author put more than one blank in front of one of a run, all of the run are aligned; never beyond `width`.
 * - Comments: those of a run begin in one column, see the constants.
 */
export function alignLines(lines: readonly Line[], width: number): string[] {
  const texts = lines.map(({ text }) => text);
  alignDividers(lines, texts, width);
  alignComments(lines, texts);
  return texts;
}

function alignDividers(lines: readonly Line[], texts: string[], width: number): void {
  forRuns(
    lines,
    (line, previous) =>
      line.divider !== undefined &&
      (previous === undefined ||
        (previous.divider?.sign === line.divider.sign && previous.indentation === line.indentation)),
    (start, end) => {
      let column = 0;
      let wide = false;
      for (let index = start; index < end; index += 1) {
        const divider = lines[index]?.divider;
        column = Math.max(column, divider?.at ?? 0);
        wide ||= divider?.wide === true;
      }
      if (!wide) return;
      const padded = lines
        .slice(start, end)
        .map(({ text, divider }) =>
          divider === undefined
            ? text
            : text.slice(0, divider.at) + " ".repeat(column - divider.at) + text.slice(divider.at),
        );
      if (padded.some((text) => text.length > width)) return;
      for (const [index, text] of padded.entries()) texts[start + index] = text;
    },
  );
}

function alignComments(lines: readonly Line[], texts: string[]): void {
  forRuns(
    lines,
    (line) => line.comment !== undefined,
    (start, end) => {
      let column = COMMENT_COLUMN;
      for (let index = start; index < end; index += 1) {
        const needed = (texts[index]?.length ?? 0) + 1;
        if (needed <= LAST_COMMENT_COLUMN)
          column = Math.max(column, Math.ceil(needed / COMMENT_STEP) * COMMENT_STEP);
      }
      for (let index = start; index < end; index += 1) {
        const text = texts[index] ?? "";
        texts[index] = `${text.padEnd(Math.max(column, text.length + 1))}${lines[index]?.comment ?? ""}`;
      }
    },
  );
}

/** Calls `run` for each longest sequence of lines that belong; `previous` is the line above in the same sequence. */
function forRuns(
  lines: readonly Line[],
  belongs: (line: Line, previous: Line | undefined) => boolean,
  run: (start: number, end: number) => void,
): void {
  let start = 0;
  let previous: Line | undefined;
  lines.forEach((line, index) => {
    if (previous !== undefined && !belongs(line, previous)) {
      run(start, index);
      previous = undefined;
    }
    if (previous === undefined) {
      if (!belongs(line, undefined)) return;
      start = index;
    }
    previous = line;
  });
  if (previous !== undefined) run(start, lines.length);
}
