/** `match`. */
import type { Span } from "@assassyn/diagnostics";
import type { OpId } from "@assassyn/ir";
import type { MatchExpression } from "@assassyn/syntax";
import type { Arm } from "./arms.js";
import { choose, writeArm } from "./arms.js";
import { bodyOf, convert, integerOf, operationOf, typed } from "./convert.js";
import type { Value } from "./entities.js";
import { ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { constantFrame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import type { DataType } from "./types.js";
import { highest, lowest, plain } from "./types.js";
import { valueOf } from "./values.js";

/** `match x { 0 => a, 1 | 2 => b, _ => c }`. A constant subject chooses at compile time. */
export function evaluateMatch(frame: Frame, node: MatchExpression, hint: DataType | undefined): Value {
  const subject = valueOf(frame, node.subject);
  if (subject.kind === "error" || subject.kind === "string" || subject.kind === "list") {
    if (subject.kind !== "error") typed(frame, subject, node.subject);
    for (const arm of node.arms) valueOf(frame, arm.value, hint);
    return ERROR;
  }
  const patterns = checkPatterns(frame, node, subject.kind === "data" ? subject.type : undefined);
  if (patterns === undefined) return ERROR;
  const known = integerOf(subject);
  if (known !== undefined) {
    const index = patterns.findIndex((values) => values.length === 0 || values.includes(known));
    const arm = node.arms[index];
    return arm === undefined ? ERROR : valueOf(frame, arm.value, hint);
  }
  const body = bodyOf(frame, node.subject);
  const subjectOperation = subject.kind === "data" ? operationOf(frame, subject, node.subject) : undefined;
  if (body === undefined || subjectOperation === undefined || subject.kind !== "data") return ERROR;
  const arms: Arm[] = [];
  let wanted = hint;
  for (const [index, arm] of node.arms.entries()) {
    const values = patterns[index] ?? [];
    const start = body.list.length;
    // The last arm needs no comparison: it is `_`, or all that is left.
    const last = index === node.arms.length - 1;
    let condition: OpId | undefined;
    for (const value of last ? [] : values) {
      const pattern = body.constant(subject.type.bits, BigInt.asUintN(subject.type.bits.width, value), arm);
      const equal = body.binary("eq", subjectOperation, pattern, arm);
      condition = condition === undefined ? equal : body.binary("or", condition, equal, arm);
    }
    const written = writeArm(body, () => valueOf(frame, arm.value, wanted));
    if (written.value.kind === "data") wanted = written.value.type;
    if (condition === undefined)
      return choose(frame, body, arms, { ...written, start, span: arm.value }, hint, node);
    arms.push({ ...written, condition, start, valueStart: written.start, span: arm.value });
  }
  return ERROR;
}

/** The values of each arm's patterns, none for `_`; checks that every value is covered once. Undefined after a report. */
function checkPatterns(
  frame: Frame,
  node: MatchExpression,
  type: DataType | undefined,
): bigint[][] | undefined {
  const seen = new Map<bigint, Span>();
  const result: bigint[][] = [];
  let correct = true;
  let rest = false;
  for (const arm of node.arms) {
    const values: bigint[] = [];
    for (const pattern of arm.patterns) {
      const value = valueOf(constantFrame(frame), pattern, type);
      const converted =
        type === undefined || value.kind !== "integer"
          ? value
          : convert(frame, value, plain(type.bits), pattern);
      const integer = integerOf(converted);
      if (integer === undefined) {
        if (converted.kind !== "error")
          frame.design.report(messages["not-constant"], { what: "the pattern" }, pattern);
        correct = false;
        continue;
      }
      const earlier = seen.get(integer);
      if (earlier !== undefined || rest) {
        const labels = earlier === undefined ? [] : [{ span: earlier, message: "covered here" }];
        frame.design.report(messages["match-repeated"], { value: String(integer) }, pattern, { labels });
        correct = false;
      } else seen.set(integer, pattern);
      values.push(integer);
    }
    if (arm.patterns.length === 0) {
      if (rest) {
        frame.design.report(messages["match-repeated"], { value: "`_`" }, arm);
        correct = false;
      }
      rest = true;
    }
    result.push(values);
  }
  if (!correct) return undefined;
  if (!rest) {
    const missing = type === undefined ? undefined : missingValue(type, seen);
    if (type === undefined || missing !== undefined) {
      const text =
        missing === undefined
          ? "the other integers"
          : seen.size < 1000
            ? `${missing}, for one`
            : "all values";
      frame.design.report(messages["match-incomplete"], { missing: text }, node, {
        help: "add an arm `_ => …`",
      });
      return undefined;
    }
  }
  return result;
}

/** The lowest value of the type without a pattern. */
function missingValue(type: DataType, seen: ReadonlyMap<bigint, Span>): bigint | undefined {
  const high = highest(type.bits);
  for (let value = lowest(type.bits); value <= high; value += 1n) if (!seen.has(value)) return value;
  return undefined;
}
