/** How values are represented: exactly as wide as their types, or as the original's simulator holds them. */
import type { BinaryOperator, ModuleBuilder, OpId, Type } from "@assassyn/ir";
import { bits, type as makeType } from "@assassyn/ir";
import type { BinarySign, DumpType } from "./dump.js";
import { widthOf } from "./dump.js";

/** A value at hand: the operation that computes it and the type that the dump gives it. */
export interface Held {
  readonly id: OpId;
  readonly declared: DumpType;
}

/** Emits the operations of a module for one representation of values. */
export interface ValueModel {
  /** Type of a register, FIFO or exposed value. */
  state(declared: DumpType): Type;
  /** Bit pattern of a number in the representation of its type. */
  pattern(value: bigint, declared: DumpType): bigint;
  constant(value: bigint, declared: DumpType): OpId;
  unary(operator: "!" | "-", operand: Held): OpId;
  binary(operator: BinarySign, left: Held, right: Held, declared: DumpType): OpId;
  slice(operand: Held, low: number, high: number): OpId;
  concat(high: Held, low: Held): OpId;
  cast(operator: "bitcast" | "zext" | "sext", operand: Held, to: DumpType): OpId;
  /** Makes a value fit a register, FIFO, parameter or arm of this type; `target` is what {@link state} gives. */
  fit(id: OpId, target: Type): OpId;
  /** One bit from a value of one bit. */
  condition(operand: Held): OpId;
  /** An index, unsigned. */
  index(operand: Held): OpId;
  /** What a log prints for a value. */
  logged(operand: Held): OpId;
  /** A selector of exactly `count` bits. */
  selector(operand: Held, count: number): OpId;
}

/** The IR's operator for a sign of the dump. */
export const OPERATORS: Readonly<Record<BinarySign, BinaryOperator>> = {
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
  "<": "lt",
  ">": "gt",
  "<=": "le",
  ">=": "ge",
  "==": "eq",
  "!=": "ne",
};

/** The type of the IR for a type of the dump: records are bits. */
export function exactType(declared: DumpType): Type {
  return declared.kind === "plain" ? makeType(declared.class, declared.width) : bits(widthOf(declared));
}

/** Values as wide as their types: the table "Values" of the execution semantics. */
export class ExactModel implements ValueModel {
  readonly #build: ModuleBuilder;

  constructor(build: ModuleBuilder) {
    this.#build = build;
  }

  state(declared: DumpType): Type {
    return exactType(declared);
  }

  pattern(value: bigint, declared: DumpType): bigint {
    return BigInt.asUintN(widthOf(declared), value);
  }

  constant(value: bigint, declared: DumpType): OpId {
    return this.#build.const(exactType(declared), value);
  }

  unary(operator: "!" | "-", operand: Held): OpId {
    return this.#build.unary(operator === "!" ? "not" : "neg", operand.id);
  }

  binary(operator: BinarySign, left: Held, right: Held): OpId {
    return this.#build.binary(OPERATORS[operator], left.id, right.id);
  }

  slice(operand: Held, low: number, high: number): OpId {
    const { width } = this.#build.typeOf(operand.id);
    const source = high < width ? operand.id : this.#build.cast("zext", operand.id, bits(high + 1));
    return this.#build.slice(source, high, low);
  }

  concat(high: Held, low: Held): OpId {
    return this.#build.concat([high.id, low.id]);
  }

  cast(operator: "bitcast" | "zext" | "sext", operand: Held, to: DumpType): OpId {
    return this.#build.cast(operator, operand.id, exactType(to));
  }

  fit(id: OpId, target: Type): OpId {
    const from = this.#build.typeOf(id);
    if (from.width === target.width) return id;
    return this.#build.cast(from.class === "i" ? "sext" : "zext", id, target);
  }

  condition(operand: Held): OpId {
    return operand.id;
  }

  index(operand: Held): OpId {
    return operand.id;
  }

  logged(operand: Held): OpId {
    const { class: typeClass, width } = this.#build.typeOf(operand.id);
    // A signed bit prints as 1, not as -1.
    return typeClass === "i" && width === 1 ? this.#build.cast("bitcast", operand.id, bits(1)) : operand.id;
  }

  selector(operand: Held): OpId {
    return operand.id;
  }
}
