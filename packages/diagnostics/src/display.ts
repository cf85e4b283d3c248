/** Columns that a tab fills up to a multiple of. */
const TAB = 4;

/** A line of source as a terminal shows it. */
export interface DisplayLine {
  /** Tabs expanded; characters that would act on the terminal, or turn the direction of text, replaced. */
  readonly text: string;
  /** The display column, from 0, of each UTF-16 code unit, and of the end. */
  readonly columns: readonly number[];
}

/** Prepares a line for display. Time is proportional to its length, so long lines are cut by the caller first. */
export function displayLine(source: string): DisplayLine {
  let text = "";
  let column = 0;
  const columns: number[] = [];
  for (const character of source) {
    const code = character.codePointAt(0) ?? 0;
    for (let unit = 0; unit < character.length; unit += 1) columns.push(column);
    if (character === "\t") {
      const width = TAB - (column % TAB);
      text += " ".repeat(width);
      column += width;
    } else {
      text += isControl(code) ? "\ufffd" : character;
      column += displayWidth(code);
    }
  }
  columns.push(column);
  return { text, columns };
}

/** Text of a message: one line, nothing that acts on the terminal. */
export function displayText(text: string): string {
  let result = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\n") result += "\n";
    else if (character === "\t") result += " ";
    else result += isControl(code) ? "\ufffd" : character;
  }
  return result;
}

/** C0 and C1 controls, lone surrogates, and the marks that reorder text. */
function isControl(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0x200e && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}

/** Two columns for East Asian wide characters and emoji, none for combining marks, one for all others (Unicode Annex 11, roughly). */
function displayWidth(code: number): number {
  if (code < 0x300) return 1;
  if (code <= 0x36f || (code >= 0x200b && code <= 0x200d) || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}
