import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { createDiagnostic } from "@assassyn/diagnostics";
import { CommandError, EXIT } from "../errors.js";
import { messages } from "../messages.js";
import { describeSystemError } from "./system-errors.js";

/** Largest source in bytes: ten times a design of a million statements would not be a design any more. */
const SOURCE_LIMIT = 64 * 2 ** 20;

/** Largest IR text and memory file in bytes; IR text is several times as long as its source. */
const TEXT_LIMIT = 384 * 2 ** 20;

/** What kind of text is read; it decides the limit of the size. */
export type TextKind = "source" | "text";

/**
 * Decodes a UTF-8 text; a byte order mark is dropped.
 *
 * @param shownPath how messages call it
 * @throws CommandError if it is too large or not UTF-8
 */
export function decodeText(bytes: Uint8Array, shownPath: string, kind: TextKind): string {
  const limit = kind === "source" && !startsLikeIr(bytes) ? SOURCE_LIMIT : TEXT_LIMIT;
  if (bytes.length > limit) throw tooLarge(shownPath, bytes.length, limit);
  if (!isUtf8(bytes)) {
    const offset = firstInvalid(bytes);
    throw new CommandError(EXIT.failure, createDiagnostic(messages["not-text"], { path: shownPath, offset }));
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/**
 * Reads a text file.
 *
 * @param file absolute path
 * @returns the text, or the reason why the system does not give it
 * @throws CommandError if it is too large or not UTF-8
 */
export function readText(
  file: string,
  shownPath: string,
  kind: TextKind,
): { readonly text: string } | { readonly reason: string } {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size > TEXT_LIMIT) throw tooLarge(shownPath, size, TEXT_LIMIT);
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    return { reason: describeSystemError(error) };
  }
  return { text: decodeText(bytes, shownPath, kind) };
}

/** IR text starts with `ir 1`; its limit is the larger one. */
function startsLikeIr(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 3)).toString("latin1") === "ir ";
}

function tooLarge(shownPath: string, size: number, limit: number): CommandError {
  return new CommandError(
    EXIT.failure,
    createDiagnostic(messages["too-large"], {
      path: shownPath,
      size: formatMegabytes(size),
      limit: formatMegabytes(limit),
    }),
  );
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MiB`;
}

/** Offset of the first byte that is not part of valid UTF-8, by halving: a prefix cut inside a character is not valid either, so up to 3 bytes of slack are tried. */
function firstInvalid(bytes: Uint8Array): number {
  const validPrefix = (length: number): boolean =>
    [0, 1, 2, 3].some((cut) => length - cut >= 0 && isUtf8(bytes.subarray(0, length - cut)));
  let low = 0;
  let high = bytes.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (validPrefix(middle)) low = middle;
    else high = middle;
  }
  while (low > 0 && !isUtf8(bytes.subarray(0, low))) low -= 1;
  return low;
}
