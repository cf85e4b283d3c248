/** What is known at a place of a body: the intervals of values, narrowed by the conditions that hold there. */
import type { BinaryOp, Module, OpId } from "@assassyn/ir";
import { operationOf } from "@assassyn/ir";
import type { Interval } from "./interval.js";
import { exactly, fullInterval, intersect, signed, staysWithin } from "./interval.js";

/** Steps that a condition is followed from value to value. */
const MOST_STEPS = 8;

/** A place in the history of {@link Assumptions}, to return to. */
export type Mark = number;

/**
 * The narrowed intervals of one body's values. Every value is computed at most once in a run of the body, so conditions of different
 * regions that both run can be assumed together.
 */
export class Assumptions {
  readonly #module: Module;
  /** By operation; absent for what was not computed yet. */
  readonly #known: (Interval | undefined)[] = [];
  readonly #history: { readonly id: OpId; readonly before: Interval | undefined }[] = [];

  constructor(module: Module) {
    this.#module = module;
  }

  /** The interval of a value at this place. */
  of(id: OpId): Interval {
    return this.#known[id] ?? fullInterval(this.width(id));
  }

  /** Width of a value in bits. */
  width(id: OpId): number {
    return operationOf(this.#module, id).type?.width ?? 1;
  }

  /** Notes the interval of a value that was just computed; it holds wherever the value can be used. */
  define(id: OpId, interval: Interval): void {
    this.#known[id] = interval;
  }

  /** The present place. */
  mark(): Mark {
    return this.#history.length;
  }

  /** Forgets what was assumed since `mark`. */
  release(mark: Mark): void {
    while (this.#history.length > mark) {
      const entry = this.#history.pop();
      if (entry !== undefined) this.#known[entry.id] = entry.before;
    }
  }

  /** Assumes that a condition has this value. @returns false if that cannot be */
  assume(condition: OpId, holds: boolean): boolean {
    return this.narrow(condition, exactly(holds ? 1n : 0n));
  }

  /** Assumes that a value lies within `bounds`, and what follows for those it is made of. @returns false if that cannot be */
  narrow(id: OpId, bounds: Interval, steps = MOST_STEPS): boolean {
    const before = this.of(id);
    const after = intersect(before, bounds);
    if (after === undefined) return false;
    if (after === before) return true;
    this.#history.push({ id, before: this.#known[id] });
    this.#known[id] = after;
    return steps === 0 || this.#narrowSources(id, after, steps - 1);
  }

  #narrowSources(id: OpId, value: Interval, steps: number): boolean {
    const operation = operationOf(this.#module, id);
    switch (operation.kind) {
      case "unary":
        if (operation.operator !== "not" || this.width(id) !== 1 || value.low !== value.high) return true;
        return this.narrow(operation.operand, exactly(1n - value.low), steps);
      case "cast": {
        const { operand, operator } = operation;
        const fits = this.of(operand).high <= fullInterval(this.width(id)).high;
        const top = operator === "sext" && this.of(operand).high >> BigInt(this.width(operand) - 1) !== 0n;
        return !fits || top || this.narrow(operand, value, steps);
      }
      case "slice": {
        const { operand, high, low } = operation;
        if (this.of(operand).high >> BigInt(high + 1) !== 0n) return true;
        const shift = BigInt(low);
        const bounds = { low: value.low << shift, high: ((value.high + 1n) << shift) - 1n };
        return this.narrow(operand, bounds, steps);
      }
      case "concat":
        return this.#narrowConcat(operation.operands, value, steps);
      case "select": {
        const { condition, then } = operation;
        if (intersect(this.of(then), value) === undefined)
          return this.narrow(condition, exactly(0n), steps) && this.narrow(operation.else, value, steps);
        if (intersect(this.of(operation.else), value) === undefined)
          return this.narrow(condition, exactly(1n), steps) && this.narrow(then, value, steps);
        return true;
      }
      case "binary":
        return this.#narrowBinary(operation, value, steps);
      default:
        return true;
    }
  }

  #narrowBinary(operation: BinaryOp, value: Interval, steps: number): boolean {
    const { operator, left, right } = operation;
    const isExact = value.low === value.high;
    const isOne = value.low !== 0n;
    const a = this.of(left);
    const b = this.of(right);
    switch (operator) {
      case "and":
        if (operation.type.width !== 1 || !isExact) return true;
        if (isOne) return this.narrow(left, value, steps) && this.narrow(right, value, steps);
        if (a.low === 1n) return this.narrow(right, value, steps);
        return b.low !== 1n || this.narrow(left, value, steps);
      case "or":
        if (operation.type.width !== 1 || !isExact) return true;
        if (!isOne) return this.narrow(left, value, steps) && this.narrow(right, value, steps);
        if (a.high === 0n) return this.narrow(right, value, steps);
        return b.high !== 0n || this.narrow(left, value, steps);
      case "xor":
        if (operation.type.width !== 1 || !isExact) return true;
        if (b.low === b.high) return this.narrow(left, exactly(value.low ^ b.low), steps);
        return a.low !== a.high || this.narrow(right, exactly(value.low ^ a.low), steps);
      case "add":
        if (!this.#isPlain(operation) || !staysWithin("add", a, b, operation.type.width)) return true;
        if (b.low === b.high) return this.narrow(left, shifted(value, -b.low), steps);
        return a.low !== a.high || this.narrow(right, shifted(value, -a.low), steps);
      case "sub":
        if (!this.#isPlain(operation) || !staysWithin("sub", a, b, operation.type.width)) return true;
        return b.low !== b.high || this.narrow(left, shifted(value, b.low), steps);
      case "lt":
      case "gt":
      case "le":
      case "ge":
      case "eq":
      case "ne":
        return !isExact || this.#narrowCompared(operation, isOne, steps);
      case "mul":
        if (!this.#isPlain(operation) || !staysWithin("mul", a, b, operation.type.width)) return true;
        if (b.low === b.high) return this.narrow(left, divided(value, b.low), steps);
        return a.low !== a.high || this.narrow(right, divided(value, a.low), steps);
      case "shl":
        if (b.low !== b.high || !staysWithin("shl", a, b, this.width(left))) return true;
        return this.narrow(left, divided(value, 1n << b.low), steps);
      case "shr":
        if (b.low !== b.high || b.low >= BigInt(this.width(left)) || this.#mayBeNegative(left)) return true;
        return this.narrow(left, multiplied(value, 1n << b.low), steps);
      case "div":
        if (b.low !== b.high || b.low === 0n || !this.#isPlain(operation)) return true;
        if (this.#mayBeNegative(left) || this.#mayBeNegative(right)) return true;
        return this.narrow(left, multiplied(value, b.low), steps);
      case "rem":
        return true;
    }
  }

  #mayBeNegative(id: OpId): boolean {
    const isSigned = operationOf(this.#module, id).type?.class === "i";
    return isSigned && this.of(id).high >> BigInt(this.width(id) - 1) !== 0n;
  }

  /** The first operand that is not zero holds the value without the bits of those behind it, which are free only while that one is. */
  #narrowConcat(operands: readonly OpId[], value: Interval, steps: number): boolean {
    let rest = operands.reduce((sum, operand) => sum + this.width(operand), 0);
    let bounds = value;
    for (const operand of operands) {
      rest -= this.width(operand);
      const shift = BigInt(rest);
      if (!this.narrow(operand, { low: bounds.low >> shift, high: bounds.high >> shift }, steps))
        return false;
      const part = this.of(operand);
      if (part.low !== part.high) return true;
      const behind = intersect(shifted(bounds, -(part.low << shift)), fullInterval(rest));
      if (behind === undefined) return true;
      bounds = behind;
    }
    return true;
  }

  /** Operands and result of one width, so that no rule of extension stands between the patterns. */
  #isPlain({ left, right, type }: BinaryOp): boolean {
    return this.width(left) === type.width && this.width(right) === type.width;
  }

  #narrowCompared({ operator, left, right }: BinaryOp, holds: boolean, steps: number): boolean {
    if (this.width(left) !== this.width(right)) return true;
    const inverse = { lt: "ge", ge: "lt", gt: "le", le: "gt", eq: "ne", ne: "eq" } as const;
    switch (operator) {
      case "lt":
      case "gt":
      case "le":
      case "ge":
      case "eq":
      case "ne":
        break;
      default:
        return true;
    }
    const relation = holds ? operator : inverse[operator];
    if (relation === "eq") {
      return this.narrow(left, this.of(right), steps) && this.narrow(right, this.of(left), steps);
    }
    if (relation === "ne") {
      return this.#exclude(left, this.of(right), steps) && this.#exclude(right, this.of(left), steps);
    }
    const strict = relation === "lt" || relation === "gt" ? 1n : 0n;
    const [below, above] = relation === "lt" || relation === "le" ? [left, right] : [right, left];
    const isSigned = operationOf(this.#module, left).type?.class === "i";
    const number = (id: OpId): Interval => (isSigned ? signed(this.of(id), this.width(id)) : this.of(id));
    return (
      this.#bound(below, { low: number(below).low, high: number(above).high - strict }, isSigned, steps) &&
      this.#bound(above, { low: number(below).low + strict, high: number(above).high }, isSigned, steps)
    );
  }

  /** The value is not the one of `other`, if that is only one. */
  #exclude(id: OpId, other: Interval, steps: number): boolean {
    if (other.low !== other.high) return true;
    const { low, high } = this.of(id);
    if (low === other.low) return low < high && this.narrow(id, { low: low + 1n, high }, steps);
    if (high === other.low) return this.narrow(id, { low, high: high - 1n }, steps);
    return true;
  }

  /** Narrows by bounds of the number; those of signed types are no interval of patterns while both signs are possible. */
  #bound(id: OpId, bounds: Interval, isSigned: boolean, steps: number): boolean {
    if (bounds.low > bounds.high) return false;
    if (!isSigned) return this.narrow(id, bounds, steps);
    const before = signed(this.of(id), this.width(id));
    const after = intersect(before, bounds);
    if (after === undefined) return false;
    const modulus = 1n << BigInt(this.width(id));
    if (after.low >= 0n) return this.narrow(id, after, steps);
    if (after.high < 0n) return this.narrow(id, shifted(after, modulus), steps);
    return true;
  }
}

/** What gives `value` when multiplied by `factor`; everything for 0. */
const divided = ({ low, high }: Interval, factor: bigint): Interval =>
  factor === 0n ? fullInterval(64) : { low: (low + factor - 1n) / factor, high: high / factor };

/** What gives `value` when divided by `divisor`, rounded down. */
const multiplied = ({ low, high }: Interval, divisor: bigint): Interval => ({
  low: low * divisor,
  high: high * divisor + divisor - 1n,
});

const shifted = ({ low, high }: Interval, by: bigint): Interval => ({ low: low + by, high: high + by });
