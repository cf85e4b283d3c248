/** Texts of the printed source. */

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\t", "\\t"],
  ["\r", "\\r"],
  ["\0", "\\0"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);

/** The text in quotes, with the escapes of the language. */
export function quote(text: string): string {
  return `"${text.replaceAll(/[\n\t\r\0"\\]/g, (character) => ESCAPES.get(character) ?? character)}"`;
}
