/** Compile-time arithmetic: unlimited integers, and typed constants by the table "Values" of the execution semantics. */
import type { BinaryOperator as IrBinaryOperator, Type } from "@assassyn/ir";
import { binaryType, toNumeric } from "@assassyn/ir";
import type { BinaryOperator } from "@assassyn/syntax";

/** Integers beyond this are surely a mistake, in bits. */
const LARGEST_BITS = 1_000_000n;

/** The outcome of folding untyped integers. */
export type Folded =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "division" }
  | { readonly kind: "size" };

const LARGEST = 1n << LARGEST_BITS;

const integer = (value: bigint): Folded =>
  value > LARGEST || value < -LARGEST ? { kind: "size" } : { kind: "integer", value };
const boolean = (value: boolean): Folded => ({ kind: "boolean", value });

/** `left operator right` on unlimited integers; division goes toward zero, bit operations see two's complement. */
export function foldIntegers(
  operator: Exclude<BinaryOperator, "&&" | "||">,
  left: bigint,
  right: bigint,
): Folded {
  switch (operator) {
    case "+":
      return integer(left + right);
    case "-":
      return integer(left - right);
    case "*":
      return integer(left * right);
    case "/":
      return right === 0n ? { kind: "division" } : integer(left / right);
    case "%":
      return right === 0n ? { kind: "division" } : integer(left % right);
    case "&":
      return integer(left & right);
    case "|":
      return integer(left | right);
    case "^":
      return integer(left ^ right);
    case "<<":
      return right < 0n || right > LARGEST_BITS ? { kind: "size" } : integer(left << right);
    case ">>":
      return right < 0n
        ? { kind: "size" }
        : integer(right > LARGEST_BITS ? (left < 0n ? -1n : 0n) : left >> right);
    case "==":
      return boolean(left === right);
    case "!=":
      return boolean(left !== right);
    case "<":
      return boolean(left < right);
    case "<=":
      return boolean(left <= right);
    case ">":
      return boolean(left > right);
    case ">=":
      return boolean(left >= right);
  }
}

/** The operator in the IR. */
export const IR_OPERATORS: Readonly<Record<Exclude<BinaryOperator, "&&" | "||">, IrBinaryOperator>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "rem",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "shl",
  ">>": "shr",
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};

/** `value` extended to `width` by its class, as a bit pattern. */
function extend(value: bigint, type: Type, width: number): bigint {
  return BigInt.asUintN(width, toNumeric(value, type));
}

/** The bit pattern of an operation on typed constants, or undefined for a division by zero, which is left to the run. */
export function foldTyped(
  operator: IrBinaryOperator,
  left: bigint,
  leftType: Type,
  right: bigint,
  rightType: Type,
): bigint | undefined {
  const result = binaryType(operator, leftType, rightType);
  const widest = Math.max(leftType.width, rightType.width);
  const wrap = (value: bigint): bigint => BigInt.asUintN(result.width, value);
  switch (operator) {
    case "add":
      return wrap(toNumeric(left, leftType) + toNumeric(right, rightType));
    case "sub":
      return wrap(toNumeric(left, leftType) - toNumeric(right, rightType));
    case "mul":
      return wrap(toNumeric(left, leftType) * toNumeric(right, rightType));
    // Bit operations extend a narrower operand with zeros, whatever its class.
    case "and":
      return left & right;
    case "or":
      return left | right;
    case "xor":
      return left ^ right;
    case "shl":
      return right >= BigInt(leftType.width) ? 0n : wrap(left << right);
    case "shr": {
      const amount = right >= BigInt(leftType.width) ? BigInt(leftType.width) : right;
      return wrap(toNumeric(left, leftType) >> amount);
    }
    case "eq":
    case "ne":
    case "lt":
    case "gt":
    case "le":
    case "ge":
    case "div":
    case "rem": {
      // Both sides are patterns of the common width; the left class says how they are read.
      const read = (pattern: bigint): bigint =>
        leftType.class === "i" ? BigInt.asIntN(widest, pattern) : pattern;
      const a = read(extend(left, leftType, widest));
      const b = read(extend(right, rightType, widest));
      if (operator === "div" || operator === "rem") {
        if (b === 0n) return undefined;
        return wrap(operator === "div" ? a / b : a % b);
      }
      const holds =
        operator === "eq"
          ? a === b
          : operator === "ne"
            ? a !== b
            : operator === "lt"
              ? a < b
              : operator === "gt"
                ? a > b
                : operator === "le"
                  ? a <= b
                  : a >= b;
      return holds ? 1n : 0n;
    }
  }
}
