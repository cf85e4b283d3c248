/** Rewrites one module so that values over 64 bits are bundles of limbs. */
import type {
  CastOp,
  ConcatOp,
  Module,
  Operation,
  OpId,
  Region,
  Select1HotOp,
  SliceOp,
  Type,
} from "@assassyn/plugin-api";
import { assertNever, bits, mapOperands, operandsOf, operationOf } from "@assassyn/plugin-api";
import type { Limbs, Shift } from "./limb-arithmetic.js";
import {
  addOrSubtract,
  anyBit,
  equal,
  extract,
  extractLimbs,
  lessThan,
  limbAt,
  mapLimbs,
  multiply,
  negate,
  shiftByValue,
} from "./limb-arithmetic.js";
import { LIMB, LimbBuilder, limbCount, limbWidth, ORIGIN } from "./limb-builder.js";

const isWide = (type: Type | null): boolean => type !== null && type.width > LIMB;

/** The module in the form `widths-legal`, or the same object if it has no value over 64 bits. */
export function legalizeModule(module: Module): Module {
  if (!module.operations.some((operation) => operation !== null && isWide(operation.type))) return module;
  return new Legalizer(module).run();
}

class Legalizer {
  readonly #module: Module;
  readonly #builder = new LimbBuilder();
  /** New ids of values of at most 64 bits, by old id. */
  readonly #narrow = new Map<OpId, OpId>();
  /** Limbs of wider ones. */
  readonly #wide = new Map<OpId, Limbs>();

  constructor(module: Module) {
    this.#module = module;
  }

  run(): Module {
    const body = this.#region(this.#module.body);
    return { ...this.#module, operations: this.#builder.operations, body };
  }

  #region(region: Region): Region {
    const outer = this.#builder.target;
    const operations: OpId[] = [];
    this.#builder.target = operations;
    for (const id of region.operations) this.#operation(operationOf(this.#module, id), id);
    const result = region.result === undefined ? undefined : this.#whole(region.result);
    this.#builder.target = outer;
    return result === undefined ? { operations } : { operations, result };
  }

  #typeOf(id: OpId): Type {
    const found = operationOf(this.#module, id).type;
    if (found === null) throw new Error(`operation %${id} of ${this.#module.name} has no value`);
    return found;
  }

  /** New id of a value of at most 64 bits. */
  #value(id: OpId): OpId {
    const found = this.#narrow.get(id);
    if (found === undefined)
      throw new Error(`operation %${id} of ${this.#module.name} is used before its definition`);
    return found;
  }

  /** Limbs of a value of any width. */
  #limbs(id: OpId): Limbs {
    return this.#wide.get(id) ?? { width: this.#typeOf(id).width, limbs: [this.#value(id)] };
  }

  /** One operation that stands for the value as storage and logs want it: a bundle of limbs where it is wide. */
  #whole(id: OpId): OpId {
    const limbs = this.#wide.get(id);
    if (limbs === undefined) return this.#value(id);
    const joined = this.#builder.concat(limbs.limbs.toReversed());
    const type = this.#typeOf(id);
    return type.class === "b" ? joined : this.#builder.reinterpret(joined, type);
  }

  /** An unsigned value cut to 64 bits, all ones where it is larger: for indices and shift amounts, which only need to be too large. */
  #saturated(id: OpId): OpId {
    const limbs = this.#wide.get(id);
    if (limbs === undefined) return this.#value(id);
    const large = anyBit(this.#builder, limbs.limbs.slice(1));
    return this.#builder.select(
      large,
      this.#builder.const(bits(LIMB), (1n << BigInt(LIMB)) - 1n),
      limbAt(limbs, 0),
    );
  }

  /** Keeps a result, taking it apart where it is wide. `operation` may already be changed. */
  #keep(id: OpId, operation: Operation): void {
    const made = this.#builder.append(operation);
    if (operation.type === null) return;
    if (!isWide(operation.type)) {
      this.#narrow.set(id, made);
      return;
    }
    const { width } = operation.type;
    const limbs: OpId[] = [];
    for (let index = 0; index < limbCount(width); index += 1) {
      limbs.push(this.#builder.slice(made, LIMB * index + limbWidth(width, index) - 1, LIMB * index));
    }
    this.#wide.set(id, { width, limbs });
  }

  #keepLimbs(id: OpId, value: Limbs): void {
    const type = this.#typeOf(id);
    if (isWide(type)) {
      this.#wide.set(id, value);
      return;
    }
    const limb = limbAt(value, 0);
    this.#narrow.set(id, type.class === "b" ? limb : this.#builder.reinterpret(limb, type));
  }

  #operation(operation: Operation, id: OpId): void {
    const builder = this.#builder;
    builder.loc = operation.loc;
    const touchesWide =
      isWide(operation.type) || operandsOf(operation).some((operand) => isWide(this.#typeOf(operand)));
    if (operation.kind === "if") {
      const condition = this.#value(operation.condition);
      const then = this.#region(operation.then);
      const otherwise = this.#region(operation.else);
      builder.loc = operation.loc;
      this.#keep(id, { ...operation, condition, then, else: otherwise });
      return;
    }
    if (!touchesWide) {
      this.#keep(
        id,
        mapOperands(operation, (operand) => this.#value(operand)),
      );
      return;
    }
    switch (operation.kind) {
      case "const":
        this.#keepLimbs(id, this.#constant(operation.type.width, operation.value));
        return;
      case "unary": {
        const operand = this.#limbs(operation.operand);
        const negative = operation.operator === "neg";
        this.#keepLimbs(
          id,
          negative ? negate(builder, operand) : mapLimbs(operand, (limb) => builder.not(limb)),
        );
        return;
      }
      case "binary":
        this.#binary(operation, id);
        return;
      case "cast":
        this.#cast(operation, id);
        return;
      case "slice":
        this.#slice(operation, id);
        return;
      case "concat":
        this.#concat(operation, id);
        return;
      case "select": {
        const condition = this.#value(operation.condition);
        const otherwise = this.#limbs(operation.else);
        const select = (limb: OpId, index: number): OpId =>
          builder.select(condition, builder.raw(limb), builder.raw(limbAt(otherwise, index)));
        this.#keepLimbs(id, mapLimbs(this.#limbs(operation.then), select));
        return;
      }
      case "select1hot":
        this.#select1hot(operation, id);
        return;
      case "array-read":
        this.#keep(id, { ...operation, index: this.#saturated(operation.index) });
        return;
      case "array-write": {
        const index = this.#saturated(operation.index);
        this.#keep(id, { ...operation, index, value: this.#whole(operation.value) });
        return;
      }
      case "fifo-peek":
      case "fifo-pop":
      case "exposed-get":
      case "extern-call":
      case "fifo-push":
      case "expose":
      case "log":
        this.#keep(
          id,
          mapOperands(operation, (operand) => this.#whole(operand)),
        );
        return;
      case "cycle":
      case "fifo-valid":
      case "exposed-valid":
      case "triggered":
      case "call":
      case "wait":
      case "finish":
      case "assert":
        throw new Error(`${operation.kind} takes and gives no wide value`);
      default:
        assertNever(operation);
    }
  }

  #constant(width: number, value: bigint): Limbs {
    const limbs = Array.from({ length: limbCount(width) }, (_, index) =>
      this.#builder.const(bits(limbWidth(width, index)), value >> BigInt(LIMB * index)),
    );
    return { width, limbs };
  }

  #binary(operation: Extract<Operation, { kind: "binary" }>, id: OpId): void {
    const builder = this.#builder;
    const { operator } = operation;
    const left = this.#limbs(operation.left);
    const signed = this.#typeOf(operation.left).class === "i";
    switch (operator) {
      case "shl":
      case "shr": {
        const amount = this.#saturated(operation.right);
        if (!isWide(operation.type)) {
          this.#keep(id, { ...operation, left: this.#value(operation.left), right: amount });
          return;
        }
        const shift: Shift = { direction: operator === "shl" ? "left" : "right", arithmetic: signed };
        this.#keepLimbs(id, shiftByValue(builder, left, shift, amount));
        return;
      }
      case "div":
      case "rem":
        this.#keep(id, {
          ...operation,
          left: this.#whole(operation.left),
          right: this.#whole(operation.right),
        });
        return;
      default:
        break;
    }
    const right = this.#limbs(operation.right);
    switch (operator) {
      case "add":
      case "sub":
        this.#keepLimbs(id, addOrSubtract(builder, operator, left, right));
        return;
      case "mul":
        this.#keepLimbs(id, multiply(builder, left, right));
        return;
      case "and":
      case "or":
      case "xor":
        this.#keepLimbs(
          id,
          mapLimbs(left, (limb, index) =>
            builder.binary(operator, builder.raw(limb), builder.raw(limbAt(right, index))),
          ),
        );
        return;
      case "eq":
        this.#narrow.set(id, equal(builder, left, right));
        return;
      case "ne":
        this.#narrow.set(id, builder.not(equal(builder, left, right)));
        return;
      case "lt":
        this.#narrow.set(id, lessThan(builder, left, right, signed));
        return;
      case "gt":
        this.#narrow.set(id, lessThan(builder, right, left, signed));
        return;
      case "le":
        this.#narrow.set(id, builder.not(lessThan(builder, right, left, signed)));
        return;
      case "ge":
        this.#narrow.set(id, builder.not(lessThan(builder, left, right, signed)));
        return;
      default:
        assertNever(operator);
    }
  }

  #cast(operation: CastOp, id: OpId): void {
    const signed = operation.operator === "sext";
    this.#keepLimbs(
      id,
      extractLimbs(this.#builder, this.#limbs(operation.operand), 0, operation.type.width, signed),
    );
  }

  #slice(operation: SliceOp, id: OpId): void {
    const { width } = operation.type;
    const value = this.#limbs(operation.operand);
    if (isWide(operation.type)) this.#keepLimbs(id, extractLimbs(this.#builder, value, operation.low, width));
    else this.#keepLimbs(id, { width, limbs: [extract(this.#builder, value, operation.low, width)] });
  }

  /** Places the operands from the lowest up and cuts the whole at the borders of the limbs. */
  #concat(operation: ConcatOp, id: OpId): void {
    const { width } = operation.type;
    const parts = operation.operands.toReversed().map((operand) => this.#limbs(operand));
    const limbs: OpId[] = [];
    for (let index = 0; index < limbCount(width); index += 1) {
      const low = LIMB * index;
      const high = low + limbWidth(width, index);
      const pieces: OpId[] = [];
      let start = 0;
      for (const part of parts) {
        const from = Math.max(low, start);
        const to = Math.min(high, start + part.width);
        if (from < to) pieces.unshift(extract(this.#builder, part, from - start, to - from));
        start += part.width;
      }
      limbs.push(this.#builder.concat(pieces));
    }
    this.#keepLimbs(id, { width, limbs });
  }

  /** Wide arms: the arms' limbs masked by their bits and joined, behind a check that has the fault. */
  #select1hot(operation: Select1HotOp, id: OpId): void {
    const builder = this.#builder;
    const selector = this.#limbs(operation.selector);
    const one = this.#constant(selector.width, 1n);
    // x & (x - 1) clears the lowest bit set, so x is one-hot when it is not zero and that leaves nothing.
    const rest = addOrSubtract(builder, "sub", selector, one);
    const more = selector.limbs.map((limb, index) =>
      builder.binary("and", builder.raw(limb), limbAt(rest, index)),
    );
    const hot = builder.binary("and", anyBit(builder, selector.limbs), builder.not(anyBit(builder, more)));
    const none = builder.zero(1);
    builder.append({
      kind: "select1hot",
      selector: hot,
      arms: [none],
      type: bits(1),
      loc: operation.loc,
      origin: ORIGIN,
    });
    const { width } = operation.type;
    const zero = this.#constant(width, 0n);
    const chosen = operation.arms.map((arm, index) => {
      const bit = extract(builder, selector, index, 1);
      return mapLimbs(this.#limbs(arm), (limb, at) =>
        builder.select(bit, builder.raw(limb), limbAt(zero, at)),
      );
    });
    this.#keepLimbs(
      id,
      chosen.reduce((all, arm) => mapLimbs(all, (limb, at) => builder.binary("or", limb, limbAt(arm, at)))),
    );
  }
}
