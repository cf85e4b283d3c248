/** Algebra of binary operations with one constant or two equal operands. */
import type { BinaryOp, OpId, Rewriter, Rewritten, Type } from "@assassyn/plugin-api";
import { bits, type } from "@assassyn/plugin-api";
import { become, becomeConst, frills, LIMB } from "./fold-results.js";

const allOnes = (width: number): bigint => (1n << BigInt(width)) - 1n;

/** k if the value is 2^k. */
function logarithm(value: bigint): number | undefined {
  return value > 0n && (value & (value - 1n)) === 0n ? value.toString(2).length - 1 : undefined;
}

/** The simplest operation with the same result. */
export function simplifyBinary(operation: BinaryOp, rewriter: Rewriter): Rewritten {
  const { left, right } = operation;
  if (left === right) {
    const result = onEqual(operation, rewriter);
    if (result !== undefined) return result;
  }
  const rightValue = rewriter.constant(right);
  if (rightValue !== undefined) return withRight(operation, rightValue, rewriter);
  const leftValue = rewriter.constant(left);
  return leftValue === undefined ? operation : withLeft(operation, leftValue, rewriter);
}

/** `x op x` */
function onEqual(operation: BinaryOp, rewriter: Rewriter): Rewritten | undefined {
  const { operator, left, type: resultType } = operation;
  switch (operator) {
    case "sub":
    case "xor":
      return becomeConst(operation, resultType, 0n);
    case "and":
    case "or":
      return become(operation, resultType, left, rewriter);
    case "eq":
    case "le":
    case "ge":
      return becomeConst(operation, resultType, 1n);
    case "ne":
    case "lt":
    case "gt":
      return becomeConst(operation, resultType, 0n);
    default:
      return undefined;
  }
}

/** `x op constant` */
function withRight(operation: BinaryOp, value: bigint, rewriter: Rewriter): Rewritten {
  const { operator, left, right, type: resultType } = operation;
  const leftType = rewriter.typeOf(left);
  const { width } = resultType;
  // Only where the left side has the result's width can it take the place of the result.
  const sameWidth = leftType.width === width;
  switch (operator) {
    case "add":
      return value === 0n && sameWidth ? become(operation, resultType, left, rewriter) : operation;
    case "sub":
      return BigInt.asUintN(width, value) === 0n ? become(operation, resultType, left, rewriter) : operation;
    case "or":
    case "xor":
      if (value === 0n && sameWidth) return become(operation, resultType, left, rewriter);
      if (sameWidth && rewriter.typeOf(right).width === width && value === allOnes(width)) {
        if (operator === "or") return becomeConst(operation, resultType, value);
        if (width <= LIMB)
          return { kind: "unary", operator: "not", operand: left, type: resultType, ...frills(operation) };
      }
      return operation;
    case "and":
      return maskWith(operation, left, value, rewriter);
    case "shl":
    case "shr": {
      if (value === 0n) return become(operation, resultType, left, rewriter);
      const isArithmetic = operator === "shr" && leftType.class === "i";
      return value >= BigInt(width) && !isArithmetic ? becomeConst(operation, resultType, 0n) : operation;
    }
    case "mul":
      return multiply(operation, left, leftType, value, rewriter);
    case "div":
    case "rem":
      return divide(operation, leftType, value, rewriter);
    case "eq":
    case "ne":
      // A comparison of one bit with a constant is that bit or its opposite.
      if (leftType.width !== 1 || rewriter.typeOf(right).width !== 1) return operation;
      if ((operator === "eq") === (value === 1n)) return become(operation, resultType, left, rewriter);
      return { kind: "unary", operator: "not", operand: left, type: resultType, ...frills(operation) };
    case "lt":
      return value === 0n && leftType.class !== "i" ? becomeConst(operation, resultType, 0n) : operation;
    case "ge":
      return value === 0n && leftType.class !== "i" ? becomeConst(operation, resultType, 1n) : operation;
    case "gt":
    case "le":
      return operation;
  }
}

/** `constant op x` */
function withLeft(operation: BinaryOp, value: bigint, rewriter: Rewriter): Rewritten {
  const { operator, left, right, type: resultType } = operation;
  const { width } = resultType;
  const rightType = rewriter.typeOf(right);
  switch (operator) {
    case "add":
    case "or":
    case "xor":
      return value === 0n && rightType.width === width
        ? become(operation, resultType, right, rewriter)
        : operation;
    case "and":
      return maskWith(operation, right, value, rewriter);
    case "mul":
      if (value === 0n) return becomeConst(operation, resultType, 0n);
      return multiply(operation, right, rightType, value, rewriter);
    case "shl":
      return value === 0n ? becomeConst(operation, resultType, 0n) : operation;
    case "shr": {
      const isSigned = rewriter.typeOf(left).class === "i";
      return value === 0n || (isSigned && value === allOnes(width))
        ? becomeConst(operation, resultType, value)
        : operation;
    }
    case "eq":
    case "ne":
      return { ...operation, left: right, right: left };
    case "sub":
    case "div":
    case "rem":
    case "lt":
    case "gt":
    case "le":
    case "ge":
      return operation;
  }
}

/** `x & mask`; the narrower side is zero-extended. */
function maskWith(operation: BinaryOp, operand: OpId, mask: bigint, rewriter: Rewriter): Rewritten {
  const { type: resultType } = operation;
  if (mask === 0n) return becomeConst(operation, resultType, 0n);
  const operandType = rewriter.typeOf(operand);
  if (operandType.width !== resultType.width) return operation;
  // Every bit that the operand can have set is in the mask.
  const possible = allOnes(usedWidth(operand, rewriter));
  return (possible & ~mask) === 0n ? become(operation, resultType, operand, rewriter) : operation;
}

/** Bits of a value, counted from the lowest, that are not known to be zero. */
function usedWidth(id: OpId, rewriter: Rewriter): number {
  const operation = rewriter.operation(id);
  const width = rewriter.typeOf(id).width;
  if (operation.kind === "cast" && operation.operator !== "sext")
    return Math.min(width, rewriter.typeOf(operation.operand).width);
  if (operation.kind === "concat") {
    const [first] = operation.operands;
    const isZero = first !== undefined && rewriter.constant(first) === 0n;
    return isZero ? width - rewriter.typeOf(first).width : width;
  }
  return width;
}

/** `x * constant`, in the explicit form where all widths are equal. */
function multiply(
  operation: BinaryOp,
  operand: OpId,
  operandType: Type,
  value: bigint,
  rewriter: Rewriter,
): Rewritten {
  const { type: resultType } = operation;
  if (value === 0n) return becomeConst(operation, resultType, 0n);
  const other = operand === operation.left ? operation.right : operation.left;
  if (operandType.width !== resultType.width || rewriter.typeOf(other).width !== resultType.width)
    return operation;
  if (value === 1n) return become(operation, resultType, operand, rewriter);
  const power = logarithm(value);
  if (power === undefined || resultType.width > LIMB) return operation;
  const amount = rewriter.const(type("u", 8), BigInt(power));
  const shifted = {
    kind: "binary",
    operator: "shl",
    left: operand,
    right: amount,
    type: bits(resultType.width),
  } as const;
  if (resultType.class === "b") return { ...shifted, ...frills(operation) };
  return {
    kind: "cast",
    operator: "bitcast",
    operand: rewriter.append(shifted),
    type: resultType,
    ...frills(operation),
  };
}

/** `x / constant`, `x % constant` */
function divide(operation: BinaryOp, leftType: Type, value: bigint, rewriter: Rewriter): Rewritten {
  const { operator, left, right, type: resultType } = operation;
  const rightType = rewriter.typeOf(right);
  // A signed divisor with its top bit set may be negative; the operation width would matter too.
  if (leftType.class === "i" || rightType.width > leftType.width || value === 0n) return operation;
  if (rightType.class === "i" && value >> BigInt(rightType.width - 1) === 1n) return operation;
  if (value === 1n) {
    return operator === "div"
      ? become(operation, resultType, left, rewriter)
      : becomeConst(operation, resultType, 0n);
  }
  const power = logarithm(value);
  if (power === undefined || resultType.width > LIMB) return operation;
  const { width } = resultType;
  const simple =
    operator === "div"
      ? ({
          kind: "binary",
          operator: "shr",
          left,
          right: rewriter.const(type("u", 8), BigInt(power)),
          type: bits(width),
        } as const)
      : ({
          kind: "binary",
          operator: "and",
          left,
          right: rewriter.const(bits(width), value - 1n),
          type: bits(width),
        } as const);
  if (resultType.class === "b") return { ...simple, ...frills(operation) };
  return {
    kind: "cast",
    operator: "bitcast",
    operand: rewriter.append(simple),
    type: resultType,
    ...frills(operation),
  };
}
