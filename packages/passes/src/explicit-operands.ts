/** The pass `explicit-operands`. */
import type { BinaryOp, Module, OpId, Rewriter, Rewritten, Type } from "@assassyn/plugin-api";
import { assertNever, bits, definePass, rewriteModule, type } from "@assassyn/plugin-api";
import { eachModule } from "./each-module.js";

const NAME = "explicit-operands";

/**
 * Makes the extension of operands visible, so that every binary operation but a shift has operands of equal width.
 *
 *     %2: i16 = %a8 * %b8                 %3: i16 = sext(%a8)
 *                                         %4: i16 = sext(%b8)
 *                                         %2: i16 = %3 * %4
 *
 * The product is then taken modulo 2^width. A quotient whose divisor is wider than the dividend is computed at that width and cut.
 */
export const explicitOperands = definePass({
  name: NAME,
  description: "Extends operands of binary operations to equal widths",
  provides: ["operands-explicit"],
  run(cx) {
    eachModule(cx, makeModuleExplicit);
  },
});

/** The module in the form of the fact `operands-explicit`, or the same object if it has it already. */
function makeModuleExplicit(module: Module): Module {
  return rewriteModule(module, NAME, {
    operation: (operation, _id, rewriter) =>
      operation.kind === "binary" ? makeExplicit(operation, rewriter) : operation,
  });
}

function makeExplicit(operation: BinaryOp, rewriter: Rewriter): Rewritten {
  const leftType = rewriter.typeOf(operation.left);
  const rightType = rewriter.typeOf(operation.right);
  const widest = Math.max(leftType.width, rightType.width);
  switch (operation.operator) {
    case "shl":
    case "shr":
      return operation;
    case "and":
    case "or":
    case "xor":
      return withOperands(operation, widest, rewriter, "zext");
    case "sub":
      return withOperands(operation, leftType.width, rewriter);
    case "mul":
      return withOperands(operation, operation.type.width, rewriter);
    case "add":
    case "lt":
    case "gt":
    case "le":
    case "ge":
    case "eq":
    case "ne":
      return withOperands(operation, widest, rewriter);
    case "div":
    case "rem": {
      const wide = withOperands(operation, widest, rewriter);
      if (widest === leftType.width) return wide;
      const { name: _name, loc: _loc, ...bare } = wide;
      const result = rewriter.append({ ...bare, type: type(leftType.class, widest) });
      const { loc, name } = operation;
      const base = { loc, origin: NAME, ...(name === undefined ? {} : { name }) };
      // The narrowing cast keeps the low bits.
      return { kind: "cast", operator: "bitcast", operand: result, type: operation.type, ...base };
    }
    default:
      return assertNever(operation.operator);
  }
}

/** The operation with both operands brought to a width, by their own classes unless told otherwise. */
function withOperands(operation: BinaryOp, width: number, rewriter: Rewriter, extension?: "zext"): BinaryOp {
  const left = fit(operation.left, width, rewriter, extension);
  const right = fit(operation.right, width, rewriter, extension);
  return left === operation.left && right === operation.right ? operation : { ...operation, left, right };
}

function fit(operand: OpId, width: number, rewriter: Rewriter, extension?: "zext"): OpId {
  const from = rewriter.typeOf(operand);
  if (from.width === width) return operand;
  const isSigned = from.class === "i" && extension === undefined;
  const to: Type = extension === undefined ? type(from.class, width) : bits(width);
  const value = rewriter.constant(operand);
  // A constant of the right width now saves a fold later.
  if (value !== undefined) return rewriter.const(to, isSigned ? BigInt.asIntN(from.width, value) : value);
  if (width < from.width) return rewriter.slice(operand, width - 1, 0);
  return rewriter.cast(isSigned ? "sext" : "zext", operand, to);
}
