/** Unary and binary operators. */
import { MAX_WIDTH, binaryType, bits, uint } from "@assassyn/ir";
import type { BinaryExpression, BinaryOperator, Expression, UnaryExpression } from "@assassyn/syntax";
import { evaluateLogical } from "./choices.js";
import { bodyOf, constantOf, convert, FALSE, operationOf, resultOf, TRUE, typed } from "./convert.js";
import type { DataEntity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import { valueOf } from "./values.js";
import { foldIntegers, foldTyped, IR_OPERATORS } from "./folding.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import type { DataType } from "./types.js";
import { bitsNeeded, plain } from "./types.js";

type StrictOperator = Exclude<BinaryOperator, "&&" | "||">;

/** True when the result has the type of the operands, so that the type wanted of the result suits a literal among them. */
function keepsType(operator: BinaryOperator): boolean {
  switch (operator) {
    case "+":
    case "-":
    case "/":
    case "%":
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
      return true;
    case "*":
    case "&&":
    case "||":
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return false;
  }
}

/** `!a`, `-a`. */
export function evaluateUnary(frame: Frame, node: UnaryExpression, hint: DataType | undefined): Value {
  let value = valueOf(frame, node.operand, hint);
  if (value.kind === "integer") {
    if (node.operator === "-") return { kind: "integer", value: -value.value };
    if (hint !== undefined) value = convert(frame, value, hint, node.operand);
  }
  const operand = typed(frame, value, node.operand);
  if (operand.kind === "error") return ERROR;
  const { width } = operand.type.bits;
  const type = plain(bits(width));
  if (operand.constant !== undefined) {
    return constantOf(
      type,
      BigInt.asUintN(width, node.operator === "-" ? -operand.constant : ~operand.constant),
    );
  }
  const operation = operationOf(frame, operand, node.operand);
  const body = bodyOf(frame, node);
  if (operation === undefined || body === undefined) return ERROR;
  return resultOf(type, body.unary(node.operator === "-" ? "neg" : "not", operation, node));
}

/** A binary expression. The chain of left operands is walked in a loop, so that a sum of thousands of terms needs no deep stack. */
export function evaluateBinary(frame: Frame, node: BinaryExpression, hint: DataType | undefined): Value {
  if (node.left.kind !== "binary")
    return applyTo(frame, node, hint, valueOf(frame, node.left, keepsType(node.operator) ? hint : undefined));
  const chain: { node: BinaryExpression; hint: DataType | undefined }[] = [{ node, hint }];
  let leftHint = keepsType(node.operator) ? hint : undefined;
  let leftmost: Expression = node.left;
  while (leftmost.kind === "binary") {
    chain.push({ node: leftmost, hint: leftHint });
    if (!keepsType(leftmost.operator)) leftHint = undefined;
    leftmost = leftmost.left;
  }
  let value = valueOf(frame, leftmost, leftHint);
  for (let index = chain.length - 1; index >= 0; index -= 1) {
    const link = chain[index];
    if (link === undefined) break;
    value = applyTo(frame, link.node, link.hint, value);
  }
  return value;
}

/** Comparisons of order; what they give has none. */
const ORDERS: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);

/** `a < b < c`, which in no design means what it looks like. */
function isChained(node: BinaryExpression): node is BinaryExpression & { readonly left: BinaryExpression } {
  return ORDERS.has(node.operator) && node.left.kind === "binary" && ORDERS.has(node.left.operator);
}

/** The operator of the node on its evaluated left operand. */
function applyTo(frame: Frame, node: BinaryExpression, hint: DataType | undefined, left: Value): Value {
  const { operator } = node;
  if (left.kind !== "error" && isChained(node)) {
    const { left: first, right } = node;
    const { design } = frame;
    const help = `write \`${design.textOf(first)} && ${design.textOf(first.right)} ${operator} ${design.textOf(right)}\``;
    design.report(messages["chained-comparison"], { first: first.operator, second: operator }, node, {
      help,
    });
    return ERROR;
  }
  if (operator === "&&" || operator === "||") return evaluateLogical(frame, node, operator, left);
  return evaluateStrict(frame, node, operator, left, keepsType(operator) ? hint : undefined);
}

function evaluateStrict(
  frame: Frame,
  node: BinaryExpression,
  operator: StrictOperator,
  left: Value,
  hint: DataType | undefined,
): Value {
  const shift = operator === "<<" || operator === ">>";
  const rightHint = shift ? undefined : left.kind === "data" ? plain(left.type.bits) : hint;
  const right = valueOf(frame, node.right, rightHint);
  if (left.kind === "error" || right.kind === "error") return ERROR;
  if (left.kind === "string" && right.kind === "string") {
    if (operator === "==") return left.value === right.value ? TRUE : FALSE;
    if (operator === "!=") return left.value !== right.value ? TRUE : FALSE;
    if (operator === "+") return { ...left, value: left.value + right.value };
  }
  if (left.kind === "string" || left.kind === "list" || right.kind === "string" || right.kind === "list") {
    const wrong = left.kind === "string" || left.kind === "list" ? left : right;
    frame.design.report(messages["bad-operand"], { operator, found: describe(wrong) }, node);
    return ERROR;
  }
  if (left.kind === "integer" && right.kind === "integer")
    return foldUntyped(frame, node, operator, left.value, right.value);
  if (left.kind === "integer") {
    const type = shift ? hint : right.kind === "data" ? plain(right.type.bits) : hint;
    const converted =
      type === undefined ? typed(frame, left, node.left) : convert(frame, left, type, node.left);
    return converted.kind === "error" || right.kind !== "data"
      ? ERROR
      : apply(frame, node, operator, converted, right);
  }
  if (right.kind === "data") return apply(frame, node, operator, left, right);
  // A literal amount of a shift is unsigned and as wide as it must be.
  const amount = shift
    ? right.value < 0n
      ? convert(frame, right, plain(uint(32)), node.right)
      : constantOf(plain(uint(bitsNeeded(right.value))), right.value)
    : convert(frame, right, plain(left.type.bits), node.right);
  return amount.kind === "error" ? ERROR : apply(frame, node, operator, left, amount);
}

function foldUntyped(
  frame: Frame,
  node: BinaryExpression,
  operator: StrictOperator,
  left: bigint,
  right: bigint,
): Value {
  const folded = foldIntegers(operator, left, right);
  switch (folded.kind) {
    case "integer":
      return { kind: "integer", value: folded.value };
    case "boolean":
      return folded.value ? TRUE : FALSE;
    case "division":
      frame.design.report(messages["constant-division"], {}, node);
      return ERROR;
    case "size":
      frame.design.report(messages["constant-size"], {}, node);
      return ERROR;
  }
}

function apply(
  frame: Frame,
  node: BinaryExpression,
  sourceOperator: StrictOperator,
  left: DataEntity,
  right: DataEntity,
): Value {
  const operator = IR_OPERATORS[sourceOperator];
  if (operator === "mul" && left.type.bits.width + right.type.bits.width > MAX_WIDTH) {
    frame.design.report(
      messages["bad-width"],
      { width: String(left.type.bits.width + right.type.bits.width) },
      node,
    );
    return ERROR;
  }
  const type = plain(binaryType(operator, left.type.bits, right.type.bits));
  if (left.constant !== undefined && right.constant !== undefined) {
    const folded = foldTyped(operator, left.constant, left.type.bits, right.constant, right.type.bits);
    if (folded !== undefined) return constantOf(type, folded);
    if (frame.body === undefined) {
      frame.design.report(messages["constant-division"], {}, node);
      return ERROR;
    }
  }
  const body = bodyOf(frame, node);
  if (body === undefined) return ERROR;
  const leftOperation = operationOf(frame, left, node.left);
  const rightOperation = operationOf(frame, right, node.right);
  if (leftOperation === undefined || rightOperation === undefined) return ERROR;
  return resultOf(type, body.binary(operator, leftOperation, rightOperation, node, type.bits));
}
