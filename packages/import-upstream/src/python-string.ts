/** Strings as Python's `repr` prints them. */

/** The text of a string, or why it has none. */
export type PythonText =
  { readonly kind: "text"; readonly text: string } | { readonly kind: "error"; readonly reason: string };

const SIMPLE: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/**
 * Reads a string with its quotes.
 *
 * @example readPythonString("'a\\tb'") // { kind: "text", text: "a\tb" }
 */
export function readPythonString(image: string): PythonText {
  const quote = image[0];
  if (image.length < 2 || (quote !== "'" && quote !== '"') || image.at(-1) !== quote)
    return { kind: "error", reason: "it is not closed" };
  return unescape(image.slice(1, -1), SIMPLE, { x: 2, u: 4, U: 8 });
}

/**
 * What Rust makes of a text that stands between the quotes of a string literal: the original puts the format of a log there as it is,
 * so a backslash that survives Python is an escape of Rust.
 *
 * @example readRustText("a\\nb") // { kind: "text", text: "a\nb" }
 */
export function readRustText(text: string): PythonText {
  if (!text.includes("\\")) return { kind: "text", text };
  return unescape(text, { n: "\n", t: "\t", r: "\r", "0": "\0", "\\": "\\", "'": "'", '"': '"' }, { x: 2 });
}

function unescape(
  text: string,
  simple: Readonly<Record<string, string>>,
  coded: Readonly<Record<string, number>>,
): PythonText {
  if (!text.includes("\\")) return { kind: "text", text };
  let result = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character !== "\\") {
      result += character;
      continue;
    }
    at += 1;
    const escape = text[at] ?? "";
    const replacement = Object.hasOwn(simple, escape) ? simple[escape] : undefined;
    if (replacement !== undefined) {
      result += replacement;
      continue;
    }
    const length = Object.hasOwn(coded, escape) ? (coded[escape] ?? 0) : 0;
    const digits = text.slice(at + 1, at + 1 + length);
    const code = Number.parseInt(digits, 16);
    if (length === 0 || digits.length < length || !/^[0-9a-fA-F]+$/.test(digits) || code > 0x10ffff)
      return { kind: "error", reason: `unknown escape \`\\${escape}\`` };
    result += String.fromCodePoint(code);
    at += length;
  }
  return { kind: "text", text: result };
}

/**
 * Writes a text as Python's `repr` would: single quotes, unless it holds single quotes and no double ones.
 *
 * @example printPythonString("it's") // "\"it's\""
 */
export function printPythonString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\\" || character === quote) result += `\\${character}`;
    else if (character === "\n") result += "\\n";
    else if (character === "\t") result += "\\t";
    else if (character === "\r") result += "\\r";
    else if (code < 32 || code === 127) result += `\\x${code.toString(16).padStart(2, "0")}`;
    else result += character;
  }
  return quote + result + quote;
}
