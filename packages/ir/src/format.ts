/**
 * The format strings of `log`: the subset of Rust's `std::fmt` that makes sense for integers.
 * Parsed at compile time by {@link parseFormat}; {@link formatValue} is what every JavaScript backend prints.
 */
import type { Type } from "./types.js";

/** How one argument is printed. Field names follow the grammar of `std::fmt`. */
export interface FormatSpec {
  /** Fill character, one code point; default a space. */
  readonly fill: string;
  /** Absent: right-aligned, as numbers are in Rust. */
  readonly align?: "<" | "^" | ">";
  /** `{:+}`: print the sign of a positive number. */
  readonly plus: boolean;
  /** `{:#x}`: print `0x`, `0b` or `0o` in front. */
  readonly alternate: boolean;
  /** `{:05}`: fill with zeros behind sign and prefix; wins over `fill` and `align`. */
  readonly zero: boolean;
  /** Least number of characters. */
  readonly width: number;
  /** `""` and `"?"` are decimal. */
  readonly radix: "" | "?" | "x" | "X" | "b" | "o";
}

/** Literal text, or an argument and how to print it. */
export type LogPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "argument"; readonly index: number; readonly spec: FormatSpec };

/** The outcome of {@link parseFormat}: pieces and the number of arguments used, or an error at an offset of the string. */
export type ParsedFormat =
  | { readonly kind: "ok"; readonly pieces: readonly LogPiece[]; readonly argumentCount: number }
  | { readonly kind: "error"; readonly offset: number; readonly reason: string };

const SPEC = /^(?:(.)?([<^>]))?(\+)?(#)?(0)?(\d+)?(\?|x|X|b|o)?$/su;

/**
 * Splits a Rust format string. `{}` takes the next argument, `{0}` names one; `{{` and `}}` are braces.
 *
 * @example parseFormat("{:>4}") // one argument piece, width 4
 */
export function parseFormat(text: string): ParsedFormat {
  const pieces: LogPiece[] = [];
  let literal = "";
  let next = 0;
  let count = 0;
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === "{" && text[at + 1] === "{") {
      literal += "{";
      at += 2;
    } else if (character === "}" && text[at + 1] === "}") {
      literal += "}";
      at += 2;
    } else if (character === "}") {
      return { kind: "error", offset: at, reason: "a lone `}`; write `}}` for a brace" };
    } else if (character === "{") {
      const close = text.indexOf("}", at);
      if (close < 0)
        return { kind: "error", offset: at, reason: "`{` is never closed; write `{{` for a brace" };
      const [position = "", ...rest] = text.slice(at + 1, close).split(":");
      const specText = rest.join(":");
      const match = SPEC.exec(specText);
      if (match === null || !/^\d*$/.test(position.trim())) {
        return {
          kind: "error",
          offset: at,
          reason: `\`{${text.slice(at + 1, close)}}\` is not a format for an integer`,
        };
      }
      const index = position.trim() === "" ? next++ : Number(position);
      count = Math.max(count, index + 1);
      if (literal !== "") pieces.push({ kind: "text", text: literal });
      literal = "";
      const align = match[2];
      const radix = match[7];
      pieces.push({
        kind: "argument",
        index,
        spec: {
          fill: match[1] ?? " ",
          ...(align === "<" || align === "^" || align === ">" ? { align } : {}),
          plus: match[3] !== undefined,
          alternate: match[4] !== undefined,
          zero: match[5] !== undefined,
          width: Number(match[6] ?? 0),
          radix:
            radix === "?" || radix === "x" || radix === "X" || radix === "b" || radix === "o" ? radix : "",
        },
      });
      at = close + 1;
    } else {
      literal += character;
      at += 1;
    }
  }
  if (literal !== "") pieces.push({ kind: "text", text: literal });
  return { kind: "ok", pieces, argumentCount: count };
}

/** The format string that {@link parseFormat} would split into these pieces, every argument with its number left out where it is in sequence. */
export function printFormat(pieces: readonly LogPiece[]): string {
  let result = "";
  let next = 0;
  for (const piece of pieces) {
    if (piece.kind === "text") {
      result += piece.text.replaceAll("{", "{{").replaceAll("}", "}}");
      continue;
    }
    const { fill, align, plus, alternate, zero, width, radix } = piece.spec;
    const spec =
      (align === undefined ? "" : (fill === " " ? "" : fill) + align) +
      (plus ? "+" : "") +
      (alternate ? "#" : "") +
      (zero ? "0" : "") +
      (width === 0 ? "" : String(width)) +
      radix;
    const position = piece.index === next ? "" : String(piece.index);
    if (position === "") next += 1;
    result += `{${position}${spec === "" ? "" : ":" + spec}}`;
  }
  return result;
}

/** The number that a bit pattern means in a type: negative only for signed ones. */
export function toNumeric(bits: bigint, type: Type): bigint {
  return type.class === "i" ? BigInt.asIntN(type.width, bits) : bits;
}

/**
 * Prints one value as Rust would print an integer of its type. Radixes other than ten show the bit pattern of the exact width.
 *
 * @param bits bit pattern, `0 <= bits < 2^width`
 * @example formatValue(255n, int(8), spec) // "-1"
 */
export function formatValue(bits: bigint, type: Type, spec: FormatSpec): string {
  let sign = "";
  let prefix = "";
  let digits: string;
  switch (spec.radix) {
    case "x":
    case "X":
    case "b":
    case "o": {
      digits = bits.toString(spec.radix === "b" ? 2 : spec.radix === "o" ? 8 : 16);
      if (spec.radix === "X") digits = digits.toUpperCase();
      if (spec.alternate) prefix = spec.radix === "X" ? "0x" : `0${spec.radix}`;
      break;
    }
    case "":
    case "?": {
      const value = toNumeric(bits, type);
      digits = (value < 0n ? -value : value).toString();
      if (value < 0n) sign = "-";
      break;
    }
  }
  if (sign === "" && spec.plus) sign = "+";
  const missing = spec.width - sign.length - prefix.length - digits.length;
  if (missing <= 0) return sign + prefix + digits;
  if (spec.zero) return sign + prefix + "0".repeat(missing) + digits;
  const text = sign + prefix + digits;
  switch (spec.align) {
    case "<":
      return text + spec.fill.repeat(missing);
    case "^":
      return spec.fill.repeat(missing >> 1) + text + spec.fill.repeat(missing - (missing >> 1));
    case ">":
    case undefined:
      return spec.fill.repeat(missing) + text;
  }
}
