/**
 * Expressions that evaluate only what they choose: `?:`, `??`, `match`, `&&`, `||`, `select1hot`.
 *
 * Arms are written in place, one behind the other. If none of them can fault or act, they stay, and `select` operations choose among their
 * results. Otherwise the ends of the list are cut off from the back and become the regions of `if` operations with a value.
 */
import type { Span } from "@assassyn/diagnostics";
import type { OpId } from "@assassyn/ir";
import { indexWidth, uint } from "@assassyn/ir";
import type { Body } from "./body.js";
import { convert, operationOf, resultOf, typed } from "./convert.js";
import type { DataEntity, Value } from "./entities.js";
import { ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import type { DataType } from "./types.js";
import { printDataType } from "./types.js";

/** One arm: where its condition and its value begin in the list, and whether the value must not be evaluated for nothing. */
export interface Arm {
  readonly condition: OpId;
  readonly start: number;
  readonly valueStart: number;
  readonly impure: boolean;
  readonly value: Value;
  readonly span: Span;
}

/** The last arm, which has no condition. */
export type LastArm = Omit<Arm, "condition" | "valueStart">;

/** Evaluates an arm's value in place. */
export function writeArm<Written extends Value>(
  body: Body,
  evaluateValue: () => Written,
): { start: number; impure: boolean; value: Written } {
  const start = body.list.length;
  const before = body.impure;
  const value = body.sometimes(evaluateValue);
  return { start, impure: body.impure !== before, value };
}

/** The type of a choice: that of its first typed arm, else the one wanted of it. Undefined after a report. */
export function armType(
  frame: Frame,
  arms: readonly { readonly value: Value; readonly span: Span }[],
  hint: DataType | undefined,
): DataType | undefined {
  let first: { type: DataType; span: Span } | undefined;
  let failed = false;
  for (const { value, span } of arms) {
    if (value.kind === "error") failed = true;
    if (value.kind !== "data") continue;
    if (first === undefined) first = { type: value.type, span };
    else if (first.type.bits.width !== value.type.bits.width) {
      frame.design.report(
        messages["arm-mismatch"],
        { first: printDataType(first.type), found: printDataType(value.type) },
        span,
        {
          labels: [{ span: first.span, message: `this arm is ${printDataType(first.type)}` }],
        },
      );
      failed = true;
    }
  }
  if (failed) return undefined;
  if (first !== undefined) return first.type;
  if (hint !== undefined) return hint;
  for (const { value, span } of arms) typed(frame, value, span);
  return undefined;
}

/** Up to so many arms are compared one after the other even if they can fault. */
const FEW_ARMS = 8;

/** Chooses the first arm whose condition holds. Conditions cannot fault. */
export function choose(
  frame: Frame,
  body: Body,
  arms: readonly Arm[],
  last: LastArm,
  hint: DataType | undefined,
  span: Span,
): Value {
  const type = armType(frame, [...arms, last], hint);
  if (type === undefined) return ERROR;
  if (arms.length > FEW_ARMS && (last.impure || arms.some((arm) => arm.impure))) {
    return chooseByNumber(frame, body, arms, last, type, span);
  }
  let otherwise = convert(frame, last.value, type, last.span, "sink");
  let otherwiseImpure = last.impure;
  let otherwiseStart = last.start;
  for (let index = arms.length - 1; index >= 0; index -= 1) {
    const arm = arms[index];
    if (arm === undefined) break;
    const then = convert(frame, arm.value, type, arm.span, "sink");
    if (then.kind === "error" || otherwise.kind === "error") return ERROR;
    let result: OpId;
    if (arm.impure || otherwiseImpure) {
      const otherwiseList = body.cut(otherwiseStart);
      const thenList = body.cut(arm.valueStart);
      result = branchOnValues(
        frame,
        body,
        arm.condition,
        { list: thenList, value: then },
        { list: otherwiseList, value: otherwise },
        type,
        span,
      );
      otherwiseImpure = true;
    } else {
      const thenOperation = operationOf(frame, then, arm.span);
      const elseOperation = operationOf(frame, otherwise, span);
      if (thenOperation === undefined || elseOperation === undefined) return ERROR;
      result = body.select(arm.condition, thenOperation, elseOperation, type.bits, span);
    }
    otherwise = resultOf(type, result);
    otherwiseStart = arm.start;
  }
  return otherwise.kind === "error" ? ERROR : settle(frame, body, otherwise, type, span);
}

/**
 * Chooses among many arms of which some can fault: the number of the arm is computed first, by comparisons that cannot, and then halved by
 * `if` operations, so that the regions nest no deeper than the logarithm of the number of arms.
 */
function chooseByNumber(
  frame: Frame,
  body: Body,
  arms: readonly Arm[],
  last: LastArm,
  type: DataType,
  span: Span,
): Value {
  const begin = arms[0]?.start ?? last.start;
  const all = body.cut(begin);
  const values: { list: OpId[]; value: DataEntity }[] = [];
  const take = (arm: LastArm, from: number, to: number): boolean => {
    const value = convert(frame, arm.value, type, arm.span, "sink");
    if (value.kind !== "error") values.push({ list: all.slice(from - begin, to - begin), value });
    return value.kind !== "error";
  };
  for (const [index, arm] of arms.entries()) {
    for (const id of all.slice(arm.start - begin, arm.valueStart - begin)) body.list.push(id);
    if (!take(arm, arm.valueStart, (arms[index + 1] ?? last).start)) return ERROR;
  }
  if (!take(last, last.start, begin + all.length)) return ERROR;
  const numberType = uint(indexWidth(values.length));
  let number = body.constant(numberType, BigInt(arms.length), span);
  for (let index = arms.length - 1; index >= 0; index -= 1) {
    const condition = arms[index]?.condition;
    if (condition === undefined) break;
    number = body.select(condition, body.constant(numberType, BigInt(index), span), number, numberType, span);
  }
  const among = (low: number, high: number): { list: OpId[]; value: DataEntity } => {
    const only = values[low];
    if (high - low === 1 && only !== undefined) return only;
    const middle = (low + high) >>> 1;
    const then = among(low, middle);
    const otherwise = among(middle, high);
    const list: OpId[] = [];
    const value = body.within(list, () => {
      const condition = body.binary("lt", number, body.constant(numberType, BigInt(middle), span), span);
      return resultOf(type, branchOnValues(frame, body, condition, then, otherwise, type, span));
    });
    return { list, value };
  };
  const { list, value } = among(0, values.length);
  for (const id of list) body.list.push(id);
  return settle(frame, body, value, type, span);
}

/** The value as exactly one of the type: an arm chosen without operations may be of another class. */
export function settle(frame: Frame, body: Body, value: DataEntity, type: DataType, span: Span): Value {
  if (value.type.bits === type.bits) return value;
  const operation = operationOf(frame, value, span);
  return operation === undefined ? ERROR : resultOf(type, body.cast("bitcast", operation, type.bits, span));
}

/** An `if` with a value over two lists; constants are put into the list whose value they are. */
export function branchOnValues(
  frame: Frame,
  body: Body,
  condition: OpId,
  then: { list: OpId[]; value: DataEntity },
  otherwise: { list: OpId[]; value: DataEntity },
  type: DataType,
  span: Span,
): OpId {
  const place = ({ list, value }: { list: OpId[]; value: DataEntity }): OpId =>
    body.within(list, () => value.operation ?? body.constant(type.bits, value.constant ?? 0n, span));
  const thenResult = place(then);
  const elseResult = place(otherwise);
  return body.branch(condition, then.list, otherwise.list, span, {
    type: type.bits,
    then: thenResult,
    else: elseResult,
  });
}
