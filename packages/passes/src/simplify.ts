/** Simplifications of operations that only move bits. */
import type {
  BinaryOperator,
  CastOp,
  ConcatOp,
  OpId,
  Rewriter,
  Rewritten,
  SelectOp,
  SliceOp,
  UnaryOp,
} from "@assassyn/plugin-api";
import { become, frills, LIMB } from "./fold-results.js";

const OPPOSITE: Partial<Record<BinaryOperator, BinaryOperator>> = {
  eq: "ne",
  ne: "eq",
  lt: "ge",
  ge: "lt",
  gt: "le",
  le: "gt",
};

/** `!!x`, `--x`, `!(a < b)` */
export function simplifyUnary(operation: UnaryOp, rewriter: Rewriter): Rewritten {
  const inner = rewriter.operation(operation.operand);
  if (inner.kind === "unary" && inner.operator === operation.operator) {
    return become(operation, operation.type, inner.operand, rewriter);
  }
  if (operation.operator === "neg") {
    // Minus one bit is that bit.
    return operation.type.width === 1
      ? become(operation, operation.type, operation.operand, rewriter)
      : operation;
  }
  if (inner.kind !== "binary" || operation.type.width !== 1) return operation;
  const opposite = OPPOSITE[inner.operator];
  if (opposite === undefined || rewriter.typeOf(inner.left).width > LIMB) return operation;
  return {
    kind: "binary",
    operator: opposite,
    left: inner.left,
    right: inner.right,
    type: operation.type,
    ...frills(operation),
  };
}

/** Casts of casts, casts that change nothing. */
export function simplifyCast(operation: CastOp, rewriter: Rewriter): Rewritten {
  const { type, operator } = operation;
  const from = rewriter.typeOf(operation.operand);
  if (from.width === type.width) {
    const inner = rewriter.operation(operation.operand);
    // Only the class changes: look through another change of the class.
    const innermost =
      inner.kind === "cast" && rewriter.typeOf(inner.operand).width === type.width
        ? inner.operand
        : operation.operand;
    if (innermost === operation.operand && operator === "bitcast" && from !== type) return operation;
    return become(operation, type, innermost, rewriter);
  }
  if (type.width > LIMB || from.width > LIMB) return operation;
  const inner = rewriter.operation(operation.operand);
  if (inner.kind !== "cast") return operation;
  const innerFrom = rewriter.typeOf(inner.operand);
  if (type.width > from.width) {
    const sameKind = (operator === "sext") === (inner.operator === "sext");
    if (innerFrom.width < from.width && (sameKind || operator === "sext")) {
      // Behind a widening with zeros the top bit is zero, so copying it is the same as zeros.
      return { ...operation, operator: inner.operator, operand: inner.operand, ...frills(operation) };
    }
    return innerFrom.width === from.width
      ? { ...operation, operand: inner.operand, ...frills(operation) }
      : operation;
  }
  // A narrowing sees only low bits, which every cast keeps.
  if (innerFrom.width === type.width) return become(operation, type, inner.operand, rewriter);
  if (innerFrom.width > type.width)
    return { ...operation, operator: "bitcast", operand: inner.operand, ...frills(operation) };
  return { ...operation, operator: inner.operator, operand: inner.operand, ...frills(operation) };
}

/** Slices of everything, of slices, of one part of a concat, of casts. */
export function simplifySlice(operation: SliceOp, rewriter: Rewriter): Rewritten {
  const { high, low, type } = operation;
  const operandType = rewriter.typeOf(operation.operand);
  if (type.width === operandType.width) return become(operation, type, operation.operand, rewriter);
  const inner = rewriter.operation(operation.operand);
  if (inner.kind === "concat") {
    let bottom = operandType.width;
    for (const part of inner.operands) {
      const { width } = rewriter.typeOf(part);
      bottom -= width;
      if (low < bottom || high >= bottom + width) continue;
      if (width === type.width) return become(operation, type, part, rewriter);
      return width > LIMB
        ? operation
        : { ...operation, operand: part, high: high - bottom, low: low - bottom, ...frills(operation) };
    }
    return operation;
  }
  if (inner.kind === "slice" && rewriter.typeOf(inner.operand).width <= LIMB) {
    return {
      ...operation,
      operand: inner.operand,
      high: high + inner.low,
      low: low + inner.low,
      ...frills(operation),
    };
  }
  if (inner.kind === "cast") {
    const { width } = rewriter.typeOf(inner.operand);
    if (high >= width) return operation;
    if (width === type.width) return become(operation, type, inner.operand, rewriter);
    // Only a same-width cast of a wide value keeps the slice at a limb's bounds.
    if (width > LIMB && width !== operandType.width) return operation;
    return { ...operation, operand: inner.operand, ...frills(operation) };
  }
  return operation;
}

/** Concats of one value, and neighbours cut from one value. */
export function simplifyConcat(operation: ConcatOp, rewriter: Rewriter): Rewritten {
  const [first, ...rest] = operation.operands;
  if (first === undefined) return operation;
  if (rest.length === 0) return become(operation, operation.type, first, rewriter);
  // Behind `legalize-widths` a wide concat is a bundle of limbs, and stays one.
  if (operation.type.width > LIMB) return operation;
  const merged: OpId[] = [first];
  for (const operand of rest) {
    const joined = join(merged.at(-1) ?? operand, operand, rewriter);
    if (joined === undefined) merged.push(operand);
    else merged[merged.length - 1] = joined;
  }
  if (merged.length === operation.operands.length) return operation;
  const [only] = merged;
  if (merged.length === 1 && only !== undefined) return become(operation, operation.type, only, rewriter);
  return { ...operation, operands: merged, ...frills(operation) };
}

/** Two slices side by side as one. */
function join(high: OpId, low: OpId, rewriter: Rewriter): OpId | undefined {
  const upper = rewriter.operation(high);
  const lower = rewriter.operation(low);
  if (
    upper.kind !== "slice" ||
    lower.kind !== "slice" ||
    upper.operand !== lower.operand ||
    upper.low !== lower.high + 1
  )
    return undefined;
  const { width } = rewriter.typeOf(upper.operand);
  if (width > LIMB) return undefined;
  if (upper.high === width - 1 && lower.low === 0) return upper.operand;
  return rewriter.slice(upper.operand, upper.high, lower.low);
}

/** Choices that are none. */
export function simplifySelect(operation: SelectOp, rewriter: Rewriter): Rewritten {
  const { condition, then, type } = operation;
  const value = rewriter.constant(condition);
  if (value !== undefined) return become(operation, type, value === 1n ? then : operation.else, rewriter);
  if (then === operation.else) return become(operation, type, then, rewriter);
  const inner = rewriter.operation(condition);
  if (inner.kind === "unary" && inner.operator === "not" && type.width <= LIMB) {
    return { ...operation, condition: inner.operand, then: operation.else, else: then, ...frills(operation) };
  }
  const thenValue = rewriter.constant(then);
  const elseValue = rewriter.constant(operation.else);
  if (type.width !== 1) return operation;
  // A choice between single bits is logic.
  if (thenValue === 1n && elseValue === 0n) return become(operation, type, condition, rewriter);
  if (thenValue !== undefined && thenValue === elseValue) return become(operation, type, then, rewriter);
  if (type.class !== "b") return operation;
  if (thenValue === 0n && elseValue === 1n) {
    return { kind: "unary", operator: "not", operand: condition, type, ...frills(operation) };
  }
  if (thenValue === 1n) {
    return {
      kind: "binary",
      operator: "or",
      left: condition,
      right: operation.else,
      type,
      ...frills(operation),
    };
  }
  if (elseValue === 0n) {
    return { kind: "binary", operator: "and", left: condition, right: then, type, ...frills(operation) };
  }
  return operation;
}
