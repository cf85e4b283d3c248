/** Choices by conditions: `?:`, `&&`, `||`. */
import type { BinaryExpression, ConditionalExpression } from "@assassyn/syntax";
import type { Arm } from "./arms.js";
import { branchOnValues, choose, writeArm } from "./arms.js";
import { asCondition, bodyOf, constantOf, operationOf, resultOf } from "./convert.js";
import type { Value } from "./entities.js";
import { ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import type { DataType } from "./types.js";
import { BOOLEAN } from "./types.js";
import { conditionOf, valueOf } from "./values.js";

/** `c ? a : b`. A constant condition chooses at compile time, and the other arm is not even looked at. */
export function evaluateConditional(
  frame: Frame,
  node: ConditionalExpression,
  hint: DataType | undefined,
): Value {
  const condition = conditionOf(frame, node.condition);
  if (condition.kind === "error") {
    valueOf(frame, node.then, hint);
    valueOf(frame, node.else, hint);
    return ERROR;
  }
  if (condition.constant !== undefined)
    return valueOf(frame, condition.constant === 1n ? node.then : node.else, hint);
  const body = bodyOf(frame, node.condition);
  const conditionOperation = operationOf(frame, condition, node.condition);
  if (body === undefined || conditionOperation === undefined) return ERROR;
  const then = writeArm(body, () => valueOf(frame, node.then, hint));
  const otherwise = writeArm(body, () =>
    valueOf(frame, node.else, then.value.kind === "data" ? then.value.type : hint),
  );
  const arm: Arm = { ...then, condition: conditionOperation, valueStart: then.start, span: node.then };
  return choose(frame, body, [arm], { ...otherwise, span: node.else }, hint, node);
}

/** `a && b`, `a || b` with `a` evaluated: `b` is evaluated only if it decides. */
export function evaluateLogical(
  frame: Frame,
  node: BinaryExpression,
  operator: "&&" | "||",
  leftValue: Value,
): Value {
  const left = asCondition(frame, leftValue, node.left);
  const decided = operator === "||" ? 1n : 0n;
  if (left.kind === "error") {
    conditionOf(frame, node.right);
    return ERROR;
  }
  if (left.constant !== undefined) return left.constant === decided ? left : conditionOf(frame, node.right);
  const body = bodyOf(frame, node.left);
  const leftOperation = operationOf(frame, left, node.left);
  if (body === undefined || leftOperation === undefined) return ERROR;
  const { start, impure, value: settled } = writeArm(body, () => conditionOf(frame, node.right));
  if (settled.kind === "error") return ERROR;
  if (impure) {
    const list = body.cut(start);
    const fixed = { list: [], value: constantOf(BOOLEAN, decided) };
    const other = { list, value: settled };
    const [then, otherwise] = operator === "&&" ? [other, fixed] : [fixed, other];
    return resultOf(BOOLEAN, branchOnValues(frame, body, leftOperation, then, otherwise, BOOLEAN, node));
  }
  if (settled.constant !== undefined) return settled.constant === decided ? settled : left;
  const rightOperation = operationOf(frame, settled, node.right);
  if (rightOperation === undefined) return ERROR;
  return resultOf(
    BOOLEAN,
    body.binary(operator === "&&" ? "and" : "or", leftOperation, rightOperation, node),
  );
}
