/** The pass `fold-constants`. */
import type { IfOp, Operation, OpId, Rewriter, Rewritten } from "@assassyn/plugin-api";
import { definePass, rewriteModule } from "@assassyn/plugin-api";
import { eachModule } from "./each-module.js";
import { foldBinary, foldCast, foldUnary } from "./evaluate.js";
import { become, becomeConst, FOLD_CONSTANTS, frills, LIMB } from "./fold-results.js";
import { keepUses } from "./keep-uses.js";
import { simplifyBinary } from "./simplify-binary.js";
import { simplifyCast, simplifyConcat, simplifySelect, simplifySlice, simplifyUnary } from "./simplify.js";

/**
 * Computes what is constant and simplifies what is nearly so.
 *
 *     %2: u8 = %0 + %1      // both constant         %2: u8 = 7
 *     %3: u8 = %9 + %zero                            uses of %3 take %9
 *     when %true { … } else { … }                    … of the first arm
 *     wait_until %true                               gone
 *
 * Every replacement has the type of what it replaces, so equal operand widths stay equal; no operation wider than 64 bits arises but
 * constants and same-width bitcasts. So the facts of the later passes survive.
 */
export const foldConstants = definePass({
  name: FOLD_CONSTANTS,
  description: "Computes constant operations, simplifies algebra, resolves constant conditions",
  // Where a downstream loses its last use of a module, it gets another one, which no lock protects.
  invalidates: ["locks-explicit"],
  before: ["lock-insertion"],
  run(cx) {
    eachModule(cx, (module) => {
      const folded = rewriteModule(module, FOLD_CONSTANTS, {
        operation: (operation, id, rewriter) => fold(operation, id, rewriter),
        chooseArm: (operation, _id, rewriter) => {
          const condition = rewriter.constant(operation.condition);
          return condition === undefined ? undefined : condition === 1n ? "then" : "else";
        },
        leaveIf: (operation, _id, rewriter) => foldIf(operation, rewriter),
      });
      return keepUses(module, folded, FOLD_CONSTANTS);
    });
  },
});

/** The result of an operation on constants, where all operands are. */
function evaluate(operation: Operation, rewriter: Rewriter): bigint | undefined {
  const constant = (id: OpId): bigint | undefined => rewriter.constant(id);
  switch (operation.kind) {
    case "unary": {
      const value = constant(operation.operand);
      return value === undefined
        ? undefined
        : foldUnary(operation.operator, { value, type: rewriter.typeOf(operation.operand) });
    }
    case "binary": {
      const left = constant(operation.left);
      const right = constant(operation.right);
      if (left === undefined || right === undefined) return undefined;
      return foldBinary(
        operation.operator,
        { value: left, type: rewriter.typeOf(operation.left) },
        { value: right, type: rewriter.typeOf(operation.right) },
        operation.type.width,
      );
    }
    case "cast": {
      const value = constant(operation.operand);
      if (value === undefined) return undefined;
      return foldCast(
        operation.operator,
        { value, type: rewriter.typeOf(operation.operand) },
        operation.type.width,
      );
    }
    case "slice": {
      const value = constant(operation.operand);
      return value === undefined
        ? undefined
        : BigInt.asUintN(operation.type.width, value >> BigInt(operation.low));
    }
    case "concat": {
      let result = 0n;
      for (const operand of operation.operands) {
        const value = constant(operand);
        if (value === undefined) return undefined;
        result = (result << BigInt(rewriter.typeOf(operand).width)) | value;
      }
      return result;
    }
    case "select": {
      const condition = constant(operation.condition);
      return condition === undefined
        ? undefined
        : constant(condition === 1n ? operation.then : operation.else);
    }
    default:
      return undefined;
  }
}

function fold(operation: Operation, _id: OpId, rewriter: Rewriter): Rewritten {
  if (operation.type !== null && operation.kind !== "const") {
    const value = evaluate(operation, rewriter);
    if (value !== undefined) {
      return becomeConst(operation, operation.type, value);
    }
  }
  switch (operation.kind) {
    case "unary":
      return simplifyUnary(operation, rewriter);
    case "binary":
      return simplifyBinary(operation, rewriter);
    case "cast":
      return simplifyCast(operation, rewriter);
    case "slice":
      return simplifySlice(operation, rewriter);
    case "concat":
      return simplifyConcat(operation, rewriter);
    case "select":
      return simplifySelect(operation, rewriter);
    case "select1hot": {
      const selector = rewriter.constant(operation.selector);
      if (selector === undefined || selector === 0n || (selector & (selector - 1n)) !== 0n) return operation;
      const arm = operation.arms[selector.toString(2).length - 1];
      return arm === undefined ? operation : become(operation, operation.type, arm, rewriter);
    }
    case "wait":
    case "assert":
      return rewriter.constant(operation.condition) === 1n ? null : operation;
    default:
      return operation;
  }
}

/** A choice between two values that stand outside is a `select`; two equal ones are no choice. */
function foldIf(operation: IfOp, rewriter: Rewriter): Rewritten {
  const { type, then, else: otherwise, condition } = operation;
  if (type === null || then.result === undefined || otherwise.result === undefined) return operation;
  if (then.operations.length + otherwise.operations.length > 0) return operation;
  if (then.result === otherwise.result) return become(operation, type, then.result, rewriter);
  // A wide select would be against the form that wide values have behind `legalize-widths`.
  if (type.width > LIMB) return operation;
  return { kind: "select", condition, then: then.result, else: otherwise.result, type, ...frills(operation) };
}
