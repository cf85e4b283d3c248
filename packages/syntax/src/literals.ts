import type { Span } from "@assassyn/diagnostics";
import { messages } from "./messages.js";
import type { Reporter } from "./reporter.js";

const DECIMAL_LIMIT = 4096;
const OTHER_LIMIT = 65_536;

/**
 * The value of a number as written, or `undefined` after reporting why it is none.
 *
 * @example
 * integerValue("0b1010", span, reporter); // 10n
 */
export function integerValue(text: string, span: Span, reporter: Reporter): bigint | undefined {
  const short = shortValue(text);
  if (short !== undefined) return short;
  const { digits, pattern, name, limit } = describe(text);
  if (digits.length > limit) {
    reporter.report(messages["number-too-long"], { digits: digits.length, limit }, span);
    return undefined;
  }
  const plain = digits.replaceAll("_", "");
  const reason =
    plain === ""
      ? "it has no digits"
      : digits.startsWith("_") || digits.endsWith("_") || digits.includes("__")
        ? "`_` may stand only between two digits"
        : !pattern.test(plain)
          ? `\`${firstMisfit(plain, pattern)}\` is not a ${name} digit`
          : undefined;
  if (reason === undefined) return BigInt(text.slice(0, text.length - digits.length).toLowerCase() + plain);
  const verilog = /^(?!0[xbo])[0-9]+(?:h|d|b|o)[0-9a-fA-F_]+$/.test(text);
  const shown = text.length > 24 ? `${text.slice(0, 24)}…` : text;
  reporter.report(
    messages["invalid-number"],
    { text: shown, reason },
    span,
    verilog ? { help: "a width is given by a cast, as in `u8(0xff)`" } : {},
  );
  return undefined;
}

/** The numbers of which there is one object each: large designs are full of them. */
const SHARED: readonly bigint[] = Array.from({ length: 1024 }, (_, value) => BigInt(value));

/** The value of a number of few digits, decimal or hexadecimal and all in order, which most are. */
function shortValue(text: string): bigint | undefined {
  const isHexadecimal = text.length > 2 && text.charCodeAt(0) === 48 && (text.charCodeAt(1) | 32) === 120;
  // Eight digits of either sort are an exact number.
  if (text.length > (isHexadecimal ? 10 : 8)) return undefined;
  let value = 0;
  for (let index = isHexadecimal ? 2 : 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) value = value * (isHexadecimal ? 16 : 10) + code - 48;
    else if (isHexadecimal && (code | 32) >= 97 && (code | 32) <= 102) value = value * 16 + (code | 32) - 87;
    else return undefined;
  }
  return SHARED[value] ?? BigInt(value);
}

function describe(text: string): { digits: string; pattern: RegExp; name: string; limit: number } {
  switch (text.slice(0, 2).toLowerCase()) {
    case "0x":
      return { digits: text.slice(2), pattern: /^[0-9a-fA-F]+$/, name: "hexadecimal", limit: OTHER_LIMIT };
    case "0b":
      return { digits: text.slice(2), pattern: /^[01]+$/, name: "binary", limit: OTHER_LIMIT };
    case "0o":
      return { digits: text.slice(2), pattern: /^[0-7]+$/, name: "octal", limit: OTHER_LIMIT };
    default:
      return { digits: text, pattern: /^[0-9]+$/, name: "decimal", limit: DECIMAL_LIMIT };
  }
}

function firstMisfit(digits: string, pattern: RegExp): string {
  for (const digit of digits) if (!pattern.test(digit)) return digit;
  return "";
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["0", "\0"],
  ['"', '"'],
  ["\\", "\\"],
]);

/** The text that a string token means; reports unknown escapes and a missing closing quote. `start` is the offset of the token. */
export function stringValue(image: string, file: number, start: number, reporter: Reporter): string {
  const closed = image.length > 1 && image.endsWith('"') && !endsInsideEscape(image);
  if (!closed)
    reporter.report(
      messages["unterminated-string"],
      {},
      { file, start, end: start + image.trimEnd().length },
    );
  const inner = image.slice(1, closed ? -1 : undefined);
  if (!inner.includes("\\")) return inner;
  return inner.replace(
    /\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))/gu,
    (whole: string, hex: string | undefined, short: string | undefined, at: number) => {
      const code = hex === undefined ? undefined : Number.parseInt(hex, 16);
      if (code !== undefined && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff))
        return String.fromCodePoint(code);
      const replacement = short === undefined ? undefined : ESCAPES.get(short);
      if (replacement !== undefined) return replacement;
      const place = start + 1 + at;
      reporter.report(
        messages["invalid-escape"],
        { escape: whole },
        { file, start: place, end: place + whole.length },
      );
      return whole;
    },
  );
}

/** Whether the last quote of the token is itself escaped: an odd number of backslashes in front of it. */
function endsInsideEscape(image: string): boolean {
  let count = 0;
  for (let at = image.length - 2; at > 0 && image[at] === "\\"; at -= 1) count += 1;
  return count % 2 === 1;
}
