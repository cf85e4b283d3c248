/** `log`. */
import type { Span } from "@assassyn/diagnostics";
import type { LogPiece, OpId } from "@assassyn/ir";
import { int, parseFormat, uint } from "@assassyn/ir";
import type { LogStatement, StringLiteral } from "@assassyn/syntax";
import { bodyOf, convert, operationOf, typed } from "./convert.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { bitsNeeded, plain } from "./types.js";
import { valueOf } from "./values.js";

/** `log(format, …)`: the string is checked, compile-time text among the arguments becomes part of it. */
export function lowerLog(frame: Frame, statement: LogStatement): void {
  const body = bodyOf(frame, statement);
  const values = statement.arguments.map((argument) => ({ value: valueOf(frame, argument), node: argument }));
  const parsed = parseFormat(statement.format.value);
  if (parsed.kind === "error") {
    frame.design.report(
      messages["format-syntax"],
      { reason: parsed.reason },
      insideString(frame, statement.format, parsed.offset),
    );
    return;
  }
  if (parsed.argumentCount !== values.length) {
    frame.design.report(
      messages["format-arguments"],
      { expected: parsed.argumentCount, found: values.length },
      statement.format,
    );
    return;
  }
  const operations: OpId[] = [];
  const places = new Map<number, number | string>();
  let complete = true;
  for (const [index, { value, node }] of values.entries()) {
    if (value.kind === "string") {
      places.set(index, value.value);
      continue;
    }
    // An untyped constant is printed as it is: with as many bits as it needs.
    const width = value.kind === "integer" ? bitsNeeded(value.value) : 1;
    const data =
      value.kind === "integer"
        ? convert(frame, value, plain(value.value < 0n ? int(width) : uint(width)), node)
        : typed(frame, value, node);
    const operation = data.kind === "error" ? undefined : operationOf(frame, data, node);
    if (operation === undefined) complete = false;
    else {
      places.set(index, operations.length);
      operations.push(operation);
    }
  }
  if (!complete || body === undefined) return;
  body.log(
    places.size === operations.length ? parsed.pieces : withText(parsed.pieces, places),
    operations,
    statement,
  );
}

/** Pieces with compile-time text in place of its arguments. */
function withText(pieces: readonly LogPiece[], places: ReadonlyMap<number, number | string>): LogPiece[] {
  const result: LogPiece[] = [];
  for (const piece of pieces) {
    const place = piece.kind === "argument" ? places.get(piece.index) : piece.text;
    const last = result.at(-1);
    if (piece.kind === "argument" && typeof place === "number") result.push({ ...piece, index: place });
    else if (typeof place === "string") {
      if (last?.kind === "text") result[result.length - 1] = { kind: "text", text: last.text + place };
      else if (place !== "") result.push({ kind: "text", text: place });
    }
  }
  return result;
}

/** The character at an offset of the string's value; the whole string where escapes make that unclear. */
function insideString(frame: Frame, node: StringLiteral, offset: number): Span {
  if (frame.design.textOf(node) !== `"${node.value}"`) return node;
  const start = node.start + 1 + offset;
  return { file: node.file, start, end: start + 1 };
}
