/** What the simplifications of `fold-constants` turn an operation into. */
import type { Loc, Operation, OpId, Rewriter, Rewritten, Type } from "@assassyn/plugin-api";

/** Name of the pass, noted on what it makes. */
export const FOLD_CONSTANTS = "fold-constants";
/** Values up to this width may take part in any operation; wider ones only in some, see the fact `widths-legal`. */
export const LIMB = 64;

/** Location and name of the operation that is replaced. */
export function frills(operation: Operation): {
  readonly loc: Loc;
  readonly origin: string;
  readonly name?: string;
} {
  const { loc, name } = operation;
  return name === undefined ? { loc, origin: FOLD_CONSTANTS } : { loc, origin: FOLD_CONSTANTS, name };
}

/** The operation computes the same bits as `value`: later uses take that, behind a bitcast where the class differs. */
export function become(operation: Operation, type: Type, value: OpId, rewriter: Rewriter): Rewritten {
  if (rewriter.typeOf(value) === type) return value;
  return { kind: "cast", operator: "bitcast", operand: value, type, ...frills(operation) };
}

/** The operation computes a constant. */
export function becomeConst(operation: Operation, type: Type, value: bigint): Operation {
  return { kind: "const", type, value, ...frills(operation) };
}
