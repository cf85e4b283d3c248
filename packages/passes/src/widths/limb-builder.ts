/** Appends operations on limbs to a module under construction. A limb is a value of at most 64 bits; lists of limbs start with the lowest. */
import type { BinaryOperator, Loc, Operation, OpId, Type } from "@assassyn/plugin-api";
import { BOOL, bits, int, opId } from "@assassyn/plugin-api";

/** Bits of a full limb. */
export const LIMB = 64;

/** Name of the pass, the origin of what it makes. */
export const ORIGIN = "legalize-widths";

/** Number of limbs of a width. */
export function limbCount(width: number): number {
  return Math.ceil(width / LIMB);
}

/** Width of limb `index` of a value of `width` bits. */
export function limbWidth(width: number, index: number): number {
  return Math.min(LIMB, width - LIMB * index);
}

/** Builds the operations of one module anew. */
export class LimbBuilder {
  readonly operations: Operation[] = [];
  /** Where operations are appended: the region that is being built. */
  target: OpId[] = [];
  /** Location of the operation that is being replaced. */
  loc: Loc = { file: 0, line: 1, column: 1 };

  append(operation: Operation): OpId {
    const id = opId(this.operations.length);
    this.operations.push(operation);
    this.target.push(id);
    return id;
  }

  typeOf(id: OpId): Type {
    const found = this.operations[id]?.type;
    if (found == null) throw new Error(`operation %${id} has no value`);
    return found;
  }

  /** The value of a constant operation. */
  constantOf(id: OpId): bigint | undefined {
    const operation = this.operations[id];
    return operation?.kind === "const" ? operation.value : undefined;
  }

  const(type: Type, value: bigint): OpId {
    return this.append({
      kind: "const",
      type,
      value: BigInt.asUintN(type.width, value),
      loc: this.loc,
      origin: ORIGIN,
    });
  }

  zero(width: number): OpId {
    return this.const(bits(width), 0n);
  }

  binary(operator: BinaryOperator, left: OpId, right: OpId): OpId {
    const comparison = ["lt", "gt", "le", "ge", "eq", "ne"].includes(operator);
    const type = comparison ? BOOL : bits(this.typeOf(left).width);
    return this.append({ kind: "binary", operator, left, right, type, loc: this.loc, origin: ORIGIN });
  }

  not(operand: OpId): OpId {
    const type = bits(this.typeOf(operand).width);
    return this.append({ kind: "unary", operator: "not", operand, type, loc: this.loc, origin: ORIGIN });
  }

  select(condition: OpId, then: OpId, otherwise: OpId): OpId {
    if (then === otherwise) return then;
    const type = this.typeOf(then);
    return this.append({
      kind: "select",
      condition,
      then,
      else: otherwise,
      type,
      loc: this.loc,
      origin: ORIGIN,
    });
  }

  /** The value as raw bits of its own width, so that no operation sees a sign. */
  raw(id: OpId): OpId {
    const type = this.typeOf(id);
    return type.class === "b" ? id : this.reinterpret(id, bits(type.width));
  }

  /** The same bits with another class. */
  reinterpret(id: OpId, type: Type): OpId {
    return this.append({
      kind: "cast",
      operator: "bitcast",
      operand: id,
      type,
      loc: this.loc,
      origin: ORIGIN,
    });
  }

  /** Bits `high..low` of a value of at most 64 bits, or of a whole limb of a wide one. */
  slice(operand: OpId, high: number, low: number): OpId {
    const constant = this.constantOf(operand);
    if (constant !== undefined) return this.const(bits(high - low + 1), constant >> BigInt(low));
    const type = this.typeOf(operand);
    if (low === 0 && high === type.width - 1 && type.class === "b") return operand;
    return this.append({
      kind: "slice",
      operand,
      high,
      low,
      type: bits(high - low + 1),
      loc: this.loc,
      origin: ORIGIN,
    });
  }

  /** Joins values, the most significant first. */
  concat(operands: readonly OpId[]): OpId {
    const [first] = operands;
    if (first !== undefined && operands.length === 1) return first;
    const width = operands.reduce((sum, operand) => sum + this.typeOf(operand).width, 0);
    return this.append({ kind: "concat", operands, type: bits(width), loc: this.loc, origin: ORIGIN });
  }

  /** A value of at most 64 bits, extended with zeros or cut to `width`, also at most 64. */
  fit(id: OpId, width: number): OpId {
    const type = this.typeOf(id);
    if (type.width === width) return this.raw(id);
    const constant = this.constantOf(id);
    if (constant !== undefined) return this.const(bits(width), constant);
    if (type.width > width) return this.slice(id, width - 1, 0);
    return this.append({
      kind: "cast",
      operator: "zext",
      operand: id,
      type: bits(width),
      loc: this.loc,
      origin: ORIGIN,
    });
  }

  /** A value of at most 64 bits, extended with its top bit to `width`, also at most 64. */
  signFit(id: OpId, width: number): OpId {
    if (this.typeOf(id).width >= width) return this.fit(id, width);
    return this.append({
      kind: "cast",
      operator: "sext",
      operand: id,
      type: bits(width),
      loc: this.loc,
      origin: ORIGIN,
    });
  }

  /** `width` copies of the top bit of a limb. */
  signMask(top: OpId, width: number): OpId {
    const last = this.typeOf(top).width - 1;
    return this.signFit(this.slice(top, last, last), width);
  }

  /** `low < high` of the raw bits, or of two's complement numbers. */
  less(left: OpId, right: OpId, signed: boolean): OpId {
    const { width } = this.typeOf(left);
    const view = (id: OpId): OpId => (signed ? this.reinterpret(id, int(width)) : this.raw(id));
    return this.binary("lt", view(left), view(right));
  }
}
