/** The body of one module while it is filled: operands into operations. */
import type { ModuleBuilder, ModuleKind, OpId } from "@assassyn/ir";
import type { DesignState } from "./design-state.js";
import type { Expression } from "./expression.js";
import type { DataType, TypeClass } from "./types.js";
import { irType, printDataType } from "./types.js";

/** A number that takes its type from where it is used; `true` is 1. Plain numbers must be safe integers. */
export type Literal = number | bigint | boolean;

/**
 * Whatever can be computed with: a value, a register or element (which is read), or a literal. `Width` is the width that is needed; one
 * that TypeScript does not know goes with every width.
 */
export type Operand<Width extends number = number> = Expression<TypeClass, Width> | Literal;

/** The stretch of a body in which a value can be used: the body itself, a `when`, an arm. */
export interface OpenRegion {
  open: boolean;
}

/** An operand that is computed, or a literal that waits for its type. */
export type Pending =
  | { readonly kind: "operation"; readonly id: OpId; readonly type: DataType }
  | { readonly kind: "literal"; readonly value: bigint };

/** One body under construction. Everything the builder puts into the IR goes through {@link Body.ir}. */
export class Body {
  readonly state: DesignState;
  readonly name: string;
  readonly kind: ModuleKind;
  readonly #builder: ModuleBuilder;
  /** Counts operations that may fault or have an effect: an arm during which it did not move can be evaluated at any time. */
  impure = 0;
  region: OpenRegion = { open: true };

  constructor(state: DesignState, builder: ModuleBuilder) {
    this.state = state;
    this.#builder = builder;
    this.name = builder.name;
    this.kind = builder.kind;
  }

  /** The module in the IR, ready for an operation at the place where the generator stands. */
  get ir(): ModuleBuilder {
    this.#builder.loc = this.state.here();
    return this.#builder;
  }

  /** The same for an operation that may fault or has an effect. */
  effect(): ModuleBuilder {
    this.impure += 1;
    return this.ir;
  }

  /** Fills a region of its own and returns its operations, which stand nowhere yet. */
  collect<Result>(fill: () => Result): { readonly operations: readonly OpId[]; readonly result: Result } {
    const outer = this.region;
    const inner = { open: true };
    this.region = inner;
    try {
      return this.#builder.collect(fill);
    } finally {
      inner.open = false;
      this.region = outer;
    }
  }

  /** A number of the type. @throws BuilderError `literal-range` */
  constant(type: DataType, value: bigint): OpId {
    return this.ir.const(irType(type), pattern(this.state, type, value));
  }

  /** Computes an operand here; a literal waits. */
  pending(operand: Operand): Pending {
    return isExpression(operand)
      ? { kind: "operation", id: operand.operationIn(this), type: operand.type }
      : { kind: "literal", value: integer(this.state, operand) };
  }

  /** The operation of an operand where a type is needed: a literal must fit, a value must have the width. */
  operation(operand: Operand, type: DataType, what: string): OpId {
    return this.settle(this.pending(operand), type, what);
  }

  /** The same for an operand that is computed already. */
  settle(pending: Pending, type: DataType, what: string): OpId {
    if (pending.kind === "literal") return this.constant(type, pending.value);
    if (pending.type.width !== type.width) {
      const wider = pending.type.width > type.width;
      this.state.fail(
        "width-mismatch",
        `${what} is ${printDataType(type)}, but the value is ${printDataType(pending.type)}; ` +
          `.as(…) ${wider ? "keeps the low bits" : "extends it"}`,
      );
    }
    return pending.id;
  }

  /** The operation of an operand that must know its type itself. @throws BuilderError `literal-untyped` */
  typed(operand: Operand, what: string): { readonly id: OpId; readonly type: DataType } {
    const pending = this.pending(operand);
    if (pending.kind === "operation") return pending;
    return this.state.fail(
      "literal-untyped",
      `nothing gives the literal ${pending.value} a type in ${what}; write m.constant(uint(…), ${pending.value})`,
    );
  }
}

/** True for everything but literals, and for objects that are no operands at all in JavaScript. */
function isExpression(operand: Operand): operand is Expression {
  return typeof operand === "object" && "operationIn" in operand;
}

/** The whole number that a literal is. @throws BuilderError `literal-range` */
export function integer(state: DesignState, literal: Literal): bigint {
  // Only JavaScript can hand in anything else: another object of the builder, say.
  if (typeof literal !== "number" && typeof literal !== "bigint" && typeof literal !== "boolean")
    return state.fail("literal-range", "a value or a number is needed here");
  if (typeof literal === "number" && !Number.isSafeInteger(literal)) {
    const help = Number.isInteger(literal) ? "; write it as a bigint" : "";
    state.fail("literal-range", `${literal} is not a whole number that can be trusted${help}`);
  }
  return BigInt(literal);
}

/** The bit pattern of a number of a type. @throws BuilderError `literal-range` */
export function pattern(state: DesignState, type: DataType, literal: Literal): bigint {
  const value = integer(state, literal);
  const half = 1n << BigInt(type.width - 1);
  const [low, high] = type.class === "i" ? [-half, half - 1n] : [0n, 2n * half - 1n];
  if (value < low || value > high)
    state.fail("literal-range", `${value} does not fit ${printDataType(type)} (${low} to ${high})`);
  return BigInt.asUintN(type.width, value);
}
