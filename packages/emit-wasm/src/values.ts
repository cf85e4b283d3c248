import type { Module, Operation, OpId, Type } from "@assassyn/ir";
import { operationOf } from "@assassyn/ir";
import type { Emit } from "./arithmetic.js";
import {
  emitBinary,
  emitCast,
  emitConst,
  emitConvert,
  emitDivision,
  emitMask,
  emitShift,
  emitSlice,
  valueType,
} from "./arithmetic.js";
import type { FunctionBuilder } from "./binary/function-builder.js";
import { I64, op } from "./binary/opcodes.js";
import type { BodyPlan } from "./body-plan.js";
import { CYCLE } from "./context.js";
import { load32, load64, store32, store64 } from "./cells.js";
import type { Instance } from "./shared/instance.js";

/** One 64-bit piece of a wide value: a local, or a constant. Index 0 is the least significant. */
export type Limb =
  { readonly kind: "local"; readonly local: number } | { readonly kind: "const"; readonly value: bigint };

/** Number of limbs of a width. */
export const limbCount = (width: number): number => Math.ceil(width / 64);

/** What is known of the values of one module. */
export interface KnownValues {
  readonly staysInWidth: (id: OpId) => boolean;
  readonly isBelow: (id: OpId, limit: bigint) => boolean;
  /** Whether a cast or slice loses no bits at the top that are set. */
  readonly isWhole: (id: OpId) => boolean;
}

/** Where the results of a body's operations are, and the code of pure operations. */
export class ValueEmitter {
  /** The function that is being filled. Outlined parts replace it for a while. */
  protected f: FunctionBuilder;
  /** Counts functions, to tell whether a local belongs to the one at hand. */
  protected functionNumber = 0;
  readonly #locals: Int32Array;
  readonly #localFunction: Int32Array;
  readonly #limbs = new Map<OpId, { readonly limbs: readonly Limb[]; readonly functionNumber: number }>();

  constructor(
    f: FunctionBuilder,
    protected readonly module: Module,
    protected readonly plan: BodyPlan,
    /** Addresses of the values that go through memory. */
    protected readonly frame: ReadonlyMap<OpId, number>,
    /** What is known of the values of this module. */
    private readonly known: KnownValues,
    private readonly instance?: Instance,
  ) {
    this.f = f;
    this.#locals = new Int32Array(module.operations.length);
    this.#localFunction = new Int32Array(module.operations.length).fill(-1);
  }

  protected typeOf(id: OpId): Type {
    const { type } = operationOf(this.module, id);
    if (type === null) throw new Error(`operation %${id} of module ${this.module.name} has no value`);
    return type;
  }

  /** An error for IR that does not have the form this emitter asks for. */
  protected illegal(operation: Operation): Error {
    return new Error(
      `the WASM emitter cannot handle a ${operation.kind} with these widths in module ${this.module.name}; ` +
        `it needs the passes explicit-operands and legalize-widths before it`,
    );
  }

  /** Takes the value on the stack as the result of a narrow operation. */
  protected define(id: OpId): void {
    const { width } = this.typeOf(id);
    if (this.plan.uses[id] === 0) {
      this.f.code(op.drop);
      return;
    }
    const local = this.f.local(valueType(width));
    this.f.set(local);
    this.bind(id, local);
  }

  /** Makes a local the result of a narrow operation. */
  protected bind(id: OpId, local: number): void {
    this.#locals[id] = local;
    this.#localFunction[id] = this.functionNumber;
    const address = this.frame.get(id);
    if (address === undefined) return;
    const store = this.typeOf(id).width <= 32 ? store32 : store64;
    store(this.f, address, () => this.f.get(local));
  }

  /** Makes limbs the result of a wide operation. */
  protected bindLimbs(id: OpId, limbs: readonly Limb[]): void {
    this.#limbs.set(id, { limbs, functionNumber: this.functionNumber });
    const address = this.frame.get(id);
    if (address === undefined) return;
    limbs.forEach((limb, index) => store64(this.f, address + 8 * index, () => this.limb(limb)));
  }

  /** Pushes a limb as an i64. */
  protected limb(limb: Limb): void {
    if (limb.kind === "const") this.f.i64(limb.value);
    else this.f.get(limb.local);
  }

  /** Takes the i64 on the stack as a limb. */
  protected takeLimb(): Limb {
    const local = this.f.local(I64);
    this.f.set(local);
    return { kind: "local", local };
  }

  /** Pushes a narrow value. */
  protected value(id: OpId): void {
    const operation = operationOf(this.module, id);
    if (operation.type !== null && operation.type.width > 64) throw this.illegal(operation);
    if (operation.kind === "const") {
      if (this.instance?.constant(this.f, id, operation.type.width) === true) return;
      emitConst(this.f, operation.type.width, operation.value);
    } else if (this.plan.sunk[id] === 1) {
      this.compute(operation, id);
    } else if (this.#localFunction[id] === this.functionNumber) {
      this.f.get(this.#locals[id] ?? 0);
    } else {
      const address = this.frame.get(id);
      if (address === undefined) throw this.illegal(operation);
      (this.typeOf(id).width <= 32 ? load32 : load64)(this.f, address);
    }
  }

  /** Code that pushes a narrow value, cheap to repeat: evaluates it now into a local unless it is one or a constant. */
  protected reader(id: OpId): Emit {
    const operation = operationOf(this.module, id);
    const ready =
      operation.kind === "const" ||
      (this.plan.sunk[id] !== 1 && this.#localFunction[id] === this.functionNumber);
    if (ready) return () => this.value(id);
    const local = this.f.local(valueType(this.typeOf(id).width));
    this.value(id);
    this.f.set(local);
    return () => this.f.get(local);
  }

  /** The limbs of a value of any width. */
  protected limbsOf(id: OpId): readonly Limb[] {
    const operation = operationOf(this.module, id);
    const { width } = this.typeOf(id);
    if (operation.kind === "const") {
      return Array.from({ length: limbCount(width) }, (_, index) => ({
        kind: "const",
        value: BigInt.asUintN(64, operation.value >> BigInt(64 * index)),
      }));
    }
    if (width <= 64) {
      if (width > 32 && this.plan.sunk[id] !== 1 && this.#localFunction[id] === this.functionNumber) {
        return [{ kind: "local", local: this.#locals[id] ?? 0 }];
      }
      this.value(id);
      emitConvert(this.f, width, 64);
      return [this.takeLimb()];
    }
    const known = this.#limbs.get(id);
    if (known?.functionNumber === this.functionNumber) return known.limbs;
    const address = this.frame.get(id);
    if (address === undefined) throw this.illegal(operation);
    // Not remembered: this may be the arm of an `if`, and a later use may stand outside.
    return Array.from({ length: limbCount(width) }, (_, index) => {
      load64(this.f, address + 8 * index);
      return this.takeLimb();
    });
  }

  /** Emits a pure operation that is not sunk, and binds its result. */
  protected emitPure(operation: Operation, id: OpId): void {
    if (operation.kind === "const" || this.plan.uses[id] === 0) return;
    const { width } = this.typeOf(id);
    if (width > 64) return this.bindLimbs(id, this.#wide(operation));
    if (operation.kind === "slice" && this.typeOf(operation.operand).width > 64) {
      return this.#sliceLimb(operation, id);
    }
    this.compute(operation, id);
    this.define(id);
  }

  #wide(operation: Operation): readonly Limb[] {
    switch (operation.kind) {
      case "cast": {
        if (this.typeOf(operation.operand).width !== operation.type.width) throw this.illegal(operation);
        return this.limbsOf(operation.operand);
      }
      case "concat": {
        const limbs = operation.operands.toReversed().map((operand, index, all) => {
          const width = this.typeOf(operand).width;
          const [limb] = this.limbsOf(operand);
          if (limb === undefined || width > 64 || (width !== 64 && index !== all.length - 1))
            throw this.illegal(operation);
          return limb;
        });
        return limbs;
      }
      case "select": {
        const condition = this.reader(operation.condition);
        const otherwise = this.limbsOf(operation.else);
        return this.limbsOf(operation.then).map((limb, index) => {
          this.limb(limb);
          this.limb(otherwise[index] ?? limb);
          condition();
          this.f.code(op.select);
          return this.takeLimb();
        });
      }
      default:
        throw this.illegal(operation);
    }
  }

  #sliceLimb(operation: Extract<Operation, { kind: "slice" }>, id: OpId): void {
    const source = this.typeOf(operation.operand).width;
    const limb = this.limbsOf(operation.operand)[operation.low / 64];
    if (limb === undefined || operation.high !== Math.min(operation.low + 63, source - 1))
      throw this.illegal(operation);
    const { width } = operation.type;
    if (width > 32 && limb.kind === "local") return this.bind(id, limb.local);
    this.limb(limb);
    emitConvert(this.f, 64, width);
    this.define(id);
  }

  /** Pushes the result of a pure narrow operation of narrow operands. */
  protected compute(operation: Operation, id: OpId): void {
    const { f } = this;
    switch (operation.kind) {
      case "const":
        return emitConst(f, operation.type.width, operation.value);
      case "cycle":
        return f.get(CYCLE);
      case "unary": {
        const { width } = operation.type;
        if (operation.operator === "neg") emitConst(f, width, 0n);
        this.value(operation.operand);
        if (operation.operator === "neg") {
          f.code(width <= 32 ? op.i32Sub : op.i64Sub);
          return this.known.staysInWidth(id) ? undefined : emitMask(f, width);
        }
        if (width === 1) return f.code(op.i32Eqz);
        emitConst(f, width, (1n << BigInt(width)) - 1n);
        return f.code(width <= 32 ? op.i32Xor : op.i64Xor);
      }
      case "binary":
        return this.#binary(operation, id);
      case "cast": {
        const from = this.typeOf(operation.operand).width;
        if (from > 64) throw this.illegal(operation);
        this.value(operation.operand);
        return emitCast(f, operation.operator, from, operation.type.width, this.known.isWhole(id));
      }
      case "slice":
        this.value(operation.operand);
        return emitSlice(
          f,
          this.typeOf(operation.operand).width,
          operation.high,
          operation.low,
          this.known.isWhole(id),
        );
      case "concat":
        return this.#concat(operation);
      case "select":
        this.value(operation.then);
        this.value(operation.else);
        this.value(operation.condition);
        return f.code(op.select);
      default:
        throw this.illegal(operation);
    }
  }

  #binary(operation: Extract<Operation, { kind: "binary" }>, id: OpId): void {
    const { operator } = operation;
    const left = this.typeOf(operation.left);
    const right = this.typeOf(operation.right);
    const isShift = operator === "shl" || operator === "shr";
    const sameWidths = isShift || left.width === right.width;
    const fits = operation.type.width === left.width || operation.type.width === 1;
    if (left.width > 64 || right.width > 64 || !sameWidths || !fits) throw this.illegal(operation);
    switch (operator) {
      case "shl":
      case "shr": {
        const amount = operationOf(this.module, operation.right);
        const constant = amount.kind === "const" ? amount.value : undefined;
        const emitAmount = constant === undefined ? this.reader(operation.right) : () => {};
        return emitShift(
          this.f,
          operator,
          left,
          right.width,
          constant,
          () => this.value(operation.left),
          emitAmount,
          {
            amountFits: this.known.isBelow(operation.right, BigInt(left.width)),
            staysInWidth: this.known.staysInWidth(id),
          },
        );
      }
      case "div":
      case "rem":
        return emitDivision(
          this.f,
          operator,
          left,
          this.reader(operation.left),
          this.reader(operation.right),
        );
      default:
        return emitBinary(
          this.f,
          operator,
          left,
          () => this.value(operation.left),
          () => this.value(operation.right),
          this.known.staysInWidth(id),
        );
    }
  }

  #concat(operation: Extract<Operation, { kind: "concat" }>): void {
    const { f } = this;
    const total = operation.type.width;
    let below = total;
    operation.operands.forEach((operand, index) => {
      const { width } = this.typeOf(operand);
      below -= width;
      this.value(operand);
      emitConvert(f, width, total);
      if (below > 0) {
        emitConst(f, total, BigInt(below));
        f.code(total <= 32 ? op.i32Shl : op.i64Shl);
      }
      if (index > 0) f.code(total <= 32 ? op.i32Or : op.i64Or);
    });
  }
}
