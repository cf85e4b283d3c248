/** Constant operations, by the table of values. Written apart from the reference interpreter, so that tests compare two readings of it. */
import type { BinaryOperator, CastOperator, Type, UnaryOperator } from "@assassyn/plugin-api";
import { assertNever } from "@assassyn/plugin-api";

/** A constant: pattern and type. */
export interface Constant {
  readonly value: bigint;
  readonly type: Type;
}

const unsigned = (value: bigint, width: number): bigint => BigInt.asUintN(width, value);
const numeric = ({ value, type }: Constant): bigint =>
  type.class === "i" ? BigInt.asIntN(type.width, value) : value;

/** The result of a binary operation; undefined for a zero divisor. `width` is that of the result. */
export function foldBinary(
  operator: BinaryOperator,
  left: Constant,
  right: Constant,
  width: number,
): bigint | undefined {
  const operationWidth = Math.max(left.type.width, right.type.width);
  switch (operator) {
    case "add":
      return unsigned(numeric(left) + numeric(right), width);
    case "sub":
      return unsigned(numeric(left) - numeric(right), width);
    case "mul":
      return unsigned(numeric(left) * numeric(right), width);
    case "and":
      return left.value & right.value;
    case "or":
      return left.value | right.value;
    case "xor":
      return left.value ^ right.value;
    case "shl":
      return right.value >= BigInt(width) ? 0n : unsigned(left.value << right.value, width);
    case "shr": {
      const amount = right.value >= BigInt(width) ? BigInt(width) : right.value;
      return unsigned(numeric(left) >> amount, width);
    }
    case "div":
    case "rem":
    case "lt":
    case "gt":
    case "le":
    case "ge":
    case "eq":
    case "ne": {
      // Both at the operation width, read as numbers of the left side's class.
      const read = (constant: Constant): bigint => {
        const pattern = unsigned(numeric(constant), operationWidth);
        return left.type.class === "i" ? BigInt.asIntN(operationWidth, pattern) : pattern;
      };
      return foldOrdered(operator, read(left), read(right), width);
    }
    default:
      return assertNever(operator);
  }
}

function foldOrdered(
  operator: "div" | "rem" | "lt" | "gt" | "le" | "ge" | "eq" | "ne",
  a: bigint,
  b: bigint,
  width: number,
): bigint | undefined {
  switch (operator) {
    case "div":
      return b === 0n ? undefined : unsigned(a / b, width);
    case "rem":
      return b === 0n ? undefined : unsigned(a % b, width);
    case "lt":
      return a < b ? 1n : 0n;
    case "gt":
      return a > b ? 1n : 0n;
    case "le":
      return a <= b ? 1n : 0n;
    case "ge":
      return a >= b ? 1n : 0n;
    case "eq":
      return a === b ? 1n : 0n;
    case "ne":
      return a === b ? 0n : 1n;
    default:
      return assertNever(operator);
  }
}

/** The result of `!` or `-`. */
export function foldUnary(operator: UnaryOperator, operand: Constant): bigint {
  return unsigned(operator === "not" ? ~operand.value : -operand.value, operand.type.width);
}

/** The result of a cast to a width. */
export function foldCast(operator: CastOperator, operand: Constant, width: number): bigint {
  const value = operator === "sext" ? BigInt.asIntN(operand.type.width, operand.value) : operand.value;
  return unsigned(value, width);
}
