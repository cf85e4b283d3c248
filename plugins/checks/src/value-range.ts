/** Which values an operation can have, as far as widths and constants tell. */
import type { BinaryOp, Module, OpId } from "@assassyn/plugin-api";
import { operationOf } from "@assassyn/plugin-api";

/** Bit patterns read as unsigned numbers, both ends included. */
export interface ValueRange {
  readonly least: bigint;
  readonly greatest: bigint;
}

/** How deep operands are looked into; deeper ones count as anything. Operations share operands, so this bounds the time. */
const MAX_DEPTH = 12;

const FALSE: ValueRange = { least: 0n, greatest: 0n };
const TRUE: ValueRange = { least: 1n, greatest: 1n };

/** The only value of a condition, or undefined where it depends on state. */
export function constantCondition(module: Module, id: OpId): boolean | undefined {
  const { least, greatest } = rangeOf(module, id, MAX_DEPTH);
  return least === greatest ? least === 1n : undefined;
}

function rangeOf(module: Module, id: OpId, depth: number): ValueRange {
  const operation = operationOf(module, id);
  const width = operation.type?.width ?? 1;
  const any: ValueRange = { least: 0n, greatest: 2n ** BigInt(width) - 1n };
  if (depth === 0) return any;
  const of = (operand: OpId): ValueRange => rangeOf(module, operand, depth - 1);
  switch (operation.kind) {
    case "const":
      return { least: operation.value, greatest: operation.value };
    case "unary": {
      if (operation.operator !== "not") return any;
      const { least, greatest } = of(operation.operand);
      return { least: any.greatest - greatest, greatest: any.greatest - least };
    }
    case "cast": {
      const range = of(operation.operand);
      const from = operationOf(module, operation.operand).type?.width ?? 1;
      // The sign bit decides what an extension by sign fills in.
      const isPositive = range.greatest < 2n ** BigInt(from - 1);
      return (operation.operator !== "sext" || isPositive) && range.greatest <= any.greatest ? range : any;
    }
    case "slice": {
      const range = of(operation.operand);
      return operation.low === 0 && range.greatest <= any.greatest ? range : any;
    }
    case "select": {
      const condition = constantCondition(module, operation.condition);
      if (condition !== undefined) return clip(of(condition ? operation.then : operation.else), any);
      const [then, otherwise] = [of(operation.then), of(operation.else)];
      return clip(
        {
          least: then.least < otherwise.least ? then.least : otherwise.least,
          greatest: then.greatest > otherwise.greatest ? then.greatest : otherwise.greatest,
        },
        any,
      );
    }
    case "binary":
      return clip(binaryRange(module, operation, of, any), any);
    default:
      return any;
  }
}

/** A result that does not fit the type is reduced to it: then it can be anything. */
function clip(range: ValueRange, any: ValueRange): ValueRange {
  return range.least >= 0n && range.greatest <= any.greatest ? range : any;
}

function binaryRange(
  module: Module,
  operation: BinaryOp,
  of: (id: OpId) => ValueRange,
  any: ValueRange,
): ValueRange {
  const [left, right] = [of(operation.left), of(operation.right)];
  const isSigned = [operation.left, operation.right].some(
    (id) => operationOf(module, id).type?.class === "i",
  );
  switch (operation.operator) {
    case "and":
      if (any.greatest === 1n && left.least === 1n && right.least === 1n) return TRUE;
      return { least: 0n, greatest: left.greatest < right.greatest ? left.greatest : right.greatest };
    case "or": {
      const least = left.least > right.least ? left.least : right.least;
      return { least, greatest: left.greatest + right.greatest };
    }
    case "xor":
      return left.least === left.greatest && right.least === right.greatest
        ? { least: left.least ^ right.least, greatest: left.least ^ right.least }
        : any;
    case "add":
      return isSigned ? any : { least: left.least + right.least, greatest: left.greatest + right.greatest };
    case "mul":
      return isSigned ? any : { least: left.least * right.least, greatest: left.greatest * right.greatest };
    case "lt":
    case "gt":
    case "le":
    case "ge":
    case "eq":
    case "ne":
      // Extension by sign moves patterns; equality of a value with itself needs no range, but a read of state may be meant.
      return isSigned ? any : compare(operation.operator, left, right);
    case "sub":
    case "div":
    case "rem":
    case "shl":
    case "shr":
      return any;
  }
}

/** The result of a comparison. */
function decided(always: boolean, never: boolean): ValueRange {
  return always ? TRUE : never ? FALSE : { least: 0n, greatest: 1n };
}

function compare(
  operator: "lt" | "gt" | "le" | "ge" | "eq" | "ne",
  left: ValueRange,
  right: ValueRange,
): ValueRange {
  const areEqual =
    left.least === left.greatest && right.least === right.greatest && left.least === right.least;
  const areApart = left.greatest < right.least || right.greatest < left.least;
  switch (operator) {
    case "lt":
      return decided(left.greatest < right.least, left.least >= right.greatest);
    case "ge":
      return decided(left.least >= right.greatest, left.greatest < right.least);
    case "gt":
      return decided(left.least > right.greatest, left.greatest <= right.least);
    case "le":
      return decided(left.greatest <= right.least, left.least > right.greatest);
    case "eq":
      return decided(areEqual, areApart);
    case "ne":
      return decided(areApart, areEqual);
  }
}
