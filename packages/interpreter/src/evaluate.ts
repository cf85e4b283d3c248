/** The arithmetic of the table "Values" in the execution semantics, on bit patterns. No state, no faults but division. */
import type { BinaryOperator, CastOperator, Type, UnaryOperator } from "@assassyn/ir";
import { toNumeric } from "@assassyn/ir";

/** A bit pattern and its type. */
export interface TypedBits {
  readonly bits: bigint;
  readonly type: Type;
}

const truncate = (value: bigint, width: number): bigint => BigInt.asUintN(width, value);

/** The value extended by its own class to `width`, or cut to it. */
function extend(value: TypedBits, width: number): bigint {
  return truncate(toNumeric(value.bits, value.type), width);
}

/** `left operator right` as a bit pattern of `resultType`; `undefined` for a zero divisor. */
export function evaluateBinary(
  operator: BinaryOperator,
  left: TypedBits,
  right: TypedBits,
  resultType: Type,
): bigint | undefined {
  const width = Math.max(left.type.width, right.type.width);
  const result = (value: bigint): bigint => truncate(value, resultType.width);
  switch (operator) {
    case "add":
      return result(truncate(extend(left, width) + extend(right, width), width));
    case "sub":
      return result(truncate(left.bits - extend(right, left.type.width), left.type.width));
    case "mul":
      // Both operands keep their value at the summed width, so the product of the numbers is exact modulo that width.
      return result(toNumeric(left.bits, left.type) * toNumeric(right.bits, right.type));
    case "div":
    case "rem": {
      const signed = left.type.class === "i";
      const a = extend(left, width);
      const b = extend(right, width);
      if (b === 0n) return undefined;
      const dividend = signed ? BigInt.asIntN(width, a) : a;
      const divisor = signed ? BigInt.asIntN(width, b) : b;
      // BigInt division truncates toward zero; MIN / -1 wraps to MIN by the reduction below.
      return result(operator === "div" ? dividend / divisor : dividend % divisor);
    }
    case "and":
      return result(left.bits & right.bits);
    case "or":
      return result(left.bits | right.bits);
    case "xor":
      return result(left.bits ^ right.bits);
    case "shl":
      return right.bits >= BigInt(left.type.width)
        ? 0n
        : result(truncate(left.bits << right.bits, left.type.width));
    case "shr": {
      const value = toNumeric(left.bits, left.type);
      const amount = right.bits >= BigInt(left.type.width) ? BigInt(left.type.width) : right.bits;
      return result(truncate(value >> amount, left.type.width));
    }
    case "lt":
    case "gt":
    case "le":
    case "ge":
    case "eq":
    case "ne": {
      const signed = left.type.class === "i";
      const a = extend(left, width);
      const b = extend(right, width);
      const x = signed ? BigInt.asIntN(width, a) : a;
      const y = signed ? BigInt.asIntN(width, b) : b;
      return compare(operator, x, y) ? 1n : 0n;
    }
  }
}

function compare(operator: "lt" | "gt" | "le" | "ge" | "eq" | "ne", x: bigint, y: bigint): boolean {
  switch (operator) {
    case "lt":
      return x < y;
    case "gt":
      return x > y;
    case "le":
      return x <= y;
    case "ge":
      return x >= y;
    case "eq":
      return x === y;
    case "ne":
      return x !== y;
  }
}

/** `!a` or `-a` at the operand's width. */
export function evaluateUnary(operator: UnaryOperator, operand: TypedBits): bigint {
  return truncate(operator === "not" ? ~operand.bits : -operand.bits, operand.type.width);
}

/** The bit pattern of a cast to `to`, `0 <= result < 2^to.width`: what is too wide loses its high bits, `sext` copies the operand's top bit. */
export function evaluateCast(operator: CastOperator, operand: TypedBits, to: Type): bigint {
  switch (operator) {
    case "zext":
    case "bitcast":
      return truncate(operand.bits, to.width);
    case "sext":
      return truncate(BigInt.asIntN(operand.type.width, operand.bits), to.width);
  }
}
