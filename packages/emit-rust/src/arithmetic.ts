/** Operators of the IR as Rust expressions over bit patterns in containers. Nothing here depends on a Rust panic or overflow check. */
import type { BinaryOperator, CastOperator, UnaryOperator } from "@assassyn/ir";
import { containerOf, printLiteral, printNumber } from "./rust-type.js";

/** An expression and how tightly it binds. */
export interface Expression {
  readonly text: string;
  /** `atom`: usable as a receiver. `unary`: usable as an operand. `loose`: needs parentheses inside any other expression. */
  readonly binding: "atom" | "unary" | "loose";
}

/** An operand: its expression, which has a type of its own (literals carry a suffix), and its value when it is a constant. */
export interface Operand extends Expression {
  /** In bits. */
  readonly width: number;
  readonly signed: boolean;
  readonly constant?: bigint;
}

/** An expression that needs no parentheses anywhere: a name, a literal, a call. */
export const atom = (text: string): Expression => ({ text, binding: "atom" });
const unary = (text: string): Expression => ({ text, binding: "unary" });
const loose = (text: string): Expression => ({ text, binding: "loose" });

/** The text as an operand of a binary operator or of `as`. */
export function operandText(expression: Expression): string {
  return expression.binding === "loose" ? `(${expression.text})` : expression.text;
}

/** The text as the receiver of a method. */
function receiver(operand: Operand): string {
  return operand.binding === "atom" ? operand.text : `(${operand.text})`;
}

/** The text where the type is known from the other operand. */
function bareText(operand: Operand): string {
  return operand.constant === undefined ? operand.text : printLiteral(operand.constant, operand.width, false);
}

const maskText = (width: number): string => printNumber((1n << BigInt(width)) - 1n);

/** Clears the bits above `width`, unless the container has none. */
function masked(expression: Expression, width: number): Expression {
  if (containerOf(width).bits === width) return expression;
  return loose(`${operandText(expression)} & ${maskText(width)}`);
}

/** The same unless nothing can be above `width`. */
function cleared(expression: Expression, width: number, stays: boolean): Expression {
  return stays ? expression : masked(expression, width);
}

/** The value as a signed machine number of its container. */
function asSigned(operand: Operand): Expression {
  const { bits } = containerOf(operand.width);
  if (operand.constant !== undefined) {
    const value = BigInt.asIntN(operand.width, operand.constant);
    const magnitude = value < 0n ? -value : value;
    // The least number has no positive counterpart to negate.
    if (magnitude === 1n << BigInt(bits - 1)) return atom(`i${bits}::MIN`);
    const text = `${printNumber(magnitude)}_i${bits}`;
    return value < 0n ? loose(`-${text}`) : atom(text);
  }
  if (operand.width === bits) return loose(`${operandText(operand)} as i${bits}`);
  return atom(`bits::signed${bits}::<${operand.width}>(${operand.text})`);
}

/** A word or bool as another word, zeros above. `from` and `to` are container bits. */
export function convertWord(expression: Expression, from: number, to: number): Expression {
  if (from === to) return expression;
  if (from < to) return atom(`u${to}::from(${expression.text})`);
  return loose(`${operandText(expression)} as u${to}`);
}

/** The right side of a shift as `u32`. */
function shiftAmount(amount: Operand): Expression {
  const { bits } = containerOf(amount.width);
  if (bits === 64) return atom(`bits::amount(${amount.text})`);
  return convertWord(amount, bits, 32);
}

/**
 * `left operator right`; div and rem behind a check of the divisor. Widths as the form `operands-explicit` has them.
 *
 * @param stays the result of `add`, `sub`, `mul` or `shl` is known to fit its width, so that nothing has to be cleared
 */
export function binaryExpression(
  operator: BinaryOperator,
  left: Operand,
  right: Operand,
  width: number,
  stays = false,
): Expression {
  if (operator === "shl" || operator === "shr") return shiftExpression(operator, left, right, stays);
  if (left.width === 1) return bitExpression(operator, left, right);
  const a = operandText(left);
  const b = right.constant === undefined ? operandText(right) : bareText(right);
  switch (operator) {
    case "add":
    case "sub":
    case "mul":
      return cleared(atom(`${receiver(left)}.wrapping_${operator}(${bareText(right)})`), width, stays);
    case "div":
    case "rem": {
      if (!left.signed) return loose(`${a} ${operator === "div" ? "/" : "%"} ${b}`);
      const x = asSigned(left);
      const quotient = `${x.binding === "atom" ? x.text : `(${x.text})`}.wrapping_${operator}(${asSigned({ ...right, signed: true }).text})`;
      return masked(loose(`${quotient} as u${containerOf(width).bits}`), width);
    }
    case "and":
      return loose(`${a} & ${b}`);
    case "or":
      return loose(`${a} | ${b}`);
    case "xor":
      return loose(`${a} ^ ${b}`);
    case "eq":
      return loose(`${a} == ${b}`);
    case "ne":
      return loose(`${a} != ${b}`);
    case "lt":
    case "gt":
    case "le":
    case "ge": {
      const symbol = { lt: "<", gt: ">", le: "<=", ge: ">=" }[operator];
      if (!left.signed) return loose(`${a} ${symbol} ${b}`);
      return loose(`${operandText(asSigned(left))} ${symbol} ${operandText(asSigned(right))}`);
    }
  }
}

/** Operators on single bits, which are `bool`. */
function bitExpression(
  operator: Exclude<BinaryOperator, "shl" | "shr">,
  left: Operand,
  right: Operand,
): Expression {
  const a = operandText(left);
  const b = operandText(right);
  const notA = `!${a}`;
  const notB = `!${b}`;
  switch (operator) {
    case "add":
    case "sub":
    case "xor":
      return loose(`${a} ^ ${b}`);
    case "mul":
    case "and":
      return loose(`${a} & ${b}`);
    case "or":
      return loose(`${a} | ${b}`);
    // The divisor is 1, or -1: the least number divided by it is itself.
    case "div":
      return left;
    case "rem":
      return atom("false");
    case "eq":
    case "ne": {
      if (right.constant === undefined) return loose(`${a} ${operator === "eq" ? "==" : "!="} ${b}`);
      return (right.constant === 1n) === (operator === "eq") ? left : unary(notA);
    }
    // A set bit is the larger number, unless it is the sign.
    case "lt":
      return loose(left.signed ? `${a} & ${notB}` : `${notA} & ${b}`);
    case "gt":
      return loose(left.signed ? `${notA} & ${b}` : `${a} & ${notB}`);
    case "le":
      return loose(left.signed ? `${a} | ${notB}` : `${notA} | ${b}`);
    case "ge":
      return loose(left.signed ? `${notA} | ${b}` : `${a} | ${notB}`);
  }
}

function shiftExpression(operator: "shl" | "shr", left: Operand, right: Operand, stays: boolean): Expression {
  const { width, signed } = left;
  const { bits } = containerOf(width);
  const arithmetic = operator === "shr" && signed;
  if (right.constant !== undefined && right.constant >= BigInt(width)) {
    if (!arithmetic) return atom(printLiteral(0n, width, true));
    return width === 1 ? left : masked(loose(`(${asSigned(left).text} >> ${bits - 1}) as u${bits}`), width);
  }
  if (width === 1) {
    if (right.constant !== undefined || arithmetic) return left;
    return loose(`${operandText(left)} & ${isZero(right)}`);
  }
  // The amount can never reach the container's width: the plain operator is defined.
  const small = right.constant !== undefined || 2 ** right.width <= bits;
  const amount = right.constant !== undefined ? atom(right.constant.toString()) : shiftAmount(right);
  if (arithmetic) {
    const x = asSigned(left);
    const value = x.binding === "atom" ? x.text : `(${x.text})`;
    const by = small
      ? operandText(amount)
      : `${amount.binding === "atom" ? amount.text : `(${amount.text})`}.min(${bits - 1})`;
    return masked(loose(`(${value} >> ${by}) as u${bits}`), width);
  }
  if (small) {
    const shifted = loose(`${operandText(left)} ${operator === "shl" ? "<<" : ">>"} ${operandText(amount)}`);
    return operator === "shl" ? cleared(shifted, width, stays) : shifted;
  }
  const shifted = atom(`${receiver(left)}.checked_${operator}(${amount.text}).unwrap_or(0)`);
  return operator === "shl" ? cleared(shifted, width, stays) : shifted;
}

/** Whether a value is zero, as an operand. */
function isZero(operand: Operand): string {
  return operand.width === 1 ? `!${operandText(operand)}` : `(${operandText(operand)} == 0)`;
}

/** `!a` or `-a`. `stays`: the result of `-a` is known to fit its width. */
export function unaryExpression(operator: UnaryOperator, operand: Operand, stays = false): Expression {
  if (operand.width === 1) return operator === "not" ? unary(`!${operandText(operand)}`) : operand;
  if (operand.constant !== undefined) {
    const value = operator === "not" ? ~operand.constant : -operand.constant;
    return atom(printLiteral(BigInt.asUintN(operand.width, value), operand.width, true));
  }
  if (operator === "neg") return cleared(atom(`${receiver(operand)}.wrapping_neg()`), operand.width, stays);
  return masked(unary(`!${operandText(operand)}`), operand.width);
}

/** Bits `high..low` of a word or bool. */
export function sliceExpression(operand: Operand, high: number, low: number): Expression {
  if (operand.constant !== undefined) {
    const width = high - low + 1;
    return atom(printLiteral(BigInt.asUintN(width, operand.constant >> BigInt(low)), width, true));
  }
  if (operand.width === 1) return operand;
  const width = high - low + 1;
  const from = containerOf(operand.width);
  const to = containerOf(width);
  const shifted = low === 0 ? operand : loose(`${operandText(operand)} >> ${low}`);
  if (width === 1) {
    // The shift leaves a single bit when it is the top one.
    if (high === operand.width - 1 && low > 0) return loose(`${operandText(shifted)} != 0`);
    return loose(`(${operandText(shifted)} & 1) != 0`);
  }
  if (high === operand.width - 1) return convertWord(shifted, from.bits, to.bits);
  const narrow = convertWord(shifted, from.bits, to.bits);
  return masked(narrow, width);
}

/** A cast between widths of at most 64 bits. */
export function castExpression(operator: CastOperator, operand: Operand, width: number): Expression {
  if (width === operand.width) return operand;
  if (width < operand.width) return sliceExpression(operand, width - 1, 0);
  const from = containerOf(operand.width);
  const to = containerOf(width);
  if (operand.constant !== undefined) {
    const value = operator === "sext" ? BigInt.asIntN(operand.width, operand.constant) : operand.constant;
    return atom(printLiteral(BigInt.asUintN(width, value), width, true));
  }
  if (operator !== "sext") return convertWord(operand, from.bits, to.bits);
  if (operand.width === 1) {
    return loose(`if ${operand.text} { ${maskText(width)}_u${to.bits} } else { 0 }`);
  }
  const signed = asSigned(operand);
  const widened = from.bits === to.bits ? signed : atom(`i${to.bits}::from(${signed.text})`);
  return masked(loose(`${operandText(widened)} as u${to.bits}`), width);
}

/** Operands side by side, the first most significant, at most 64 bits together. */
export function concatExpression(operands: readonly Operand[], width: number): Expression {
  const [only] = operands;
  if (only !== undefined && operands.length === 1) return only;
  const { bits, name } = containerOf(width);
  let low = width;
  const parts: string[] = [];
  for (const operand of operands) {
    low -= operand.width;
    if (operand.constant === 0n) continue;
    const word =
      operand.constant === undefined
        ? convertWord(operand, containerOf(operand.width).bits, bits)
        : atom(printLiteral(operand.constant, width, true));
    parts.push(low === 0 ? operandText(word) : `(${operandText(word)} << ${low})`);
  }
  if (parts.length === 0) return atom(`0_${name}`);
  if (parts.length === 1) return loose((parts[0] ?? "").replace(/^\((.*)\)$/, "$1"));
  return loose(parts.join(" | "));
}
