/** Tables of text for people. */

/** Width that a table is made for. */
export const TABLE_WIDTH = 100;

/** Where the texts of a column stand. */
export type Alignment = "left" | "right";

/**
 * Aligned columns with two spaces between them, a line for each row, the head first. The last column is folded at words where a line would be
 * wider than {@link TABLE_WIDTH}; what a row of one cell says stands alone, however wide its neighbours are.
 *
 * @param alignment by column; left where it says nothing
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignment: readonly Alignment[] = [],
): string {
  const widths: number[] = [];
  for (const line of [head, ...rows])
    line.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, text.length);
    });
  const last = head.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(24, TABLE_WIDTH - before);
  return [head, ...rows]
    .map((line) => {
      const [first = "", ...more] =
        alignment[last] === "right" ? [line[last] ?? ""] : fold(line[last] ?? "", room);
      const cells = [...line.slice(0, last), first].map((text, column) =>
        alignment[column] === "right" ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      );
      return [cells.join("  ").trimEnd(), ...more.map((text) => " ".repeat(before) + text)]
        .map((text) => `${text}\n`)
        .join("");
    })
    .join("");
}

/** Breaks a text at spaces so that no line is longer than `width`, unless a word is. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A text of several sentences, folded at {@link TABLE_WIDTH}, with a line break at its end. */
export function paragraph(text: string): string {
  return `${fold(text, TABLE_WIDTH).join("\n")}\n`;
}

/** `12.3 %` of a share from 0 to 1. */
export function shareText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
