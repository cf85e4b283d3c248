/** How values depend on the number of the cycle while the state stays as it is. */
import type { BinaryOp, Module, ModuleId, Operation, OpId, Region, SlotId } from "@assassyn/ir";
import { operationOf, walk } from "@assassyn/ir";
import type { RangeAnalysis } from "./ranges.js";

/** The cycles `residue`, `residue + modulus`, `residue + 2 * modulus`, …; `0 <= residue < modulus`. */
export interface Recurrence {
  readonly modulus: bigint;
  readonly residue: bigint;
}

/** Sets of {@link Recurrence}s that share their parts, since conditions of many cases are long chains. */
export interface Changes {
  readonly own: readonly Recurrence[];
  readonly parts: readonly Changes[];
}

/**
 * - `steady`: the same in every cycle.
 * - `count`: the pattern is `(cycle + offset) mod modulus`.
 * - `steps`: it changes in cycles of `changes` only, seen from the cycle before.
 * - `unknown`: it may change in every cycle.
 */
export type CycleValue =
  | { readonly kind: "steady" }
  | { readonly kind: "count"; readonly offset: bigint; readonly modulus: bigint }
  | { readonly kind: "steps"; readonly changes: Changes }
  | { readonly kind: "unknown" };

const STEADY: CycleValue = { kind: "steady" };
const UNKNOWN: CycleValue = { kind: "unknown" };

/** The cycle counter wraps here, which no run lives to see: numbers up to half of it are taken to be reached without a wrap. */
export const CYCLE_MODULUS = 1n << 64n;
const HALF = 1n << 63n;

const modulo = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;

/** `(cycle + offset) mod modulus` becomes `value` in these cycles. */
const whenCountIs = (count: Count, value: bigint): Recurrence => ({
  modulus: count.modulus,
  residue: modulo(value - count.offset, count.modulus),
});

type Count = Extract<CycleValue, { kind: "count" }>;

const countOf = (offset: bigint, modulus: bigint): CycleValue =>
  modulus === 1n ? STEADY : { kind: "count", offset: modulo(offset, modulus), modulus };

const stepsAt = (...own: readonly Recurrence[]): CycleValue => ({
  kind: "steps",
  changes: { own, parts: [] },
});

/** What depends on all of these, in whatever way. */
function mixed(values: readonly CycleValue[]): CycleValue {
  const parts: Changes[] = [];
  for (const value of values) {
    if (value.kind === "steady") continue;
    if (value.kind !== "steps") return UNKNOWN;
    if (!parts.includes(value.changes)) parts.push(value.changes);
  }
  const [only] = parts;
  if (only === undefined) return STEADY;
  return { kind: "steps", changes: parts.length === 1 ? only : { own: [], parts } };
}

/** The low `width` bits. */
function cut(value: CycleValue, width: number): CycleValue {
  if (value.kind !== "count") return value;
  const limit = 1n << BigInt(width);
  if (value.modulus <= limit) return value;
  return value.modulus % limit === 0n ? countOf(value.offset, limit) : UNKNOWN;
}

/** Whether dividing the count is dividing the number of the cycle, but for whole multiples of the divisor. */
const dividesEvenly = (count: Count, divisor: bigint): boolean =>
  count.modulus % divisor === 0n || (count.modulus === CYCLE_MODULUS && count.offset < HALF);

/** The count divided by `divisor`, rounded down. */
function quotient(value: CycleValue, divisor: bigint): CycleValue {
  if (value.kind !== "count" || divisor === 1n) return value;
  if (value.modulus <= divisor) return STEADY;
  if (!dividesEvenly(value, divisor)) return UNKNOWN;
  return stepsAt({ modulus: divisor, residue: modulo(-value.offset, divisor) });
}

function remainder(value: CycleValue, divisor: bigint): CycleValue {
  if (value.kind !== "count" || value.modulus <= divisor) return value;
  return dividesEvenly(value, divisor) ? countOf(value.offset, divisor) : UNKNOWN;
}

/** `count & mask`. */
function masked(value: CycleValue, mask: bigint): CycleValue {
  if (value.kind !== "count") return value;
  if (mask === 0n) return STEADY;
  const lowest = mask & -mask;
  if (lowest > 1n) return quotient(value, lowest);
  return (mask & (mask + 1n)) === 0n ? cut(value, mask.toString(2).length) : UNKNOWN;
}

/** A comparison of a count with the constant `bound`. */
function compared(
  operator: "lt" | "gt" | "le" | "ge" | "eq" | "ne",
  count: Count,
  bound: bigint,
): CycleValue {
  if (operator === "eq" || operator === "ne") {
    if (bound >= count.modulus) return STEADY;
    return stepsAt(whenCountIs(count, bound), whenCountIs(count, bound + 1n));
  }
  const first = operator === "lt" || operator === "ge" ? bound : bound + 1n;
  if (first === 0n || first >= count.modulus) return STEADY;
  return stepsAt(whenCountIs(count, first), whenCountIs(count, 0n));
}

const MIRRORED = { lt: "gt", gt: "lt", le: "ge", ge: "le", eq: "eq", ne: "ne" } as const;

/** Finds how the values of one body depend on the cycle. */
export class CycleValues {
  readonly #values: (CycleValue | undefined)[] = [];
  /** Nothing in the body can depend on the cycle. */
  #isSteady = true;

  /** @param slotOf how the exposed values that the body reads depend on it */
  constructor(
    readonly module: Module,
    readonly id: ModuleId,
    readonly ranges: RangeAnalysis,
    readonly slotOf: (module: ModuleId, slot: SlotId) => CycleValue,
  ) {
    walk(module, ({ kind }) => {
      if (kind === "cycle" || kind === "exposed-get" || kind === "extern-call") this.#isSteady = false;
    });
    if (!this.#isSteady) this.#region(module.body);
  }

  /** How a value of the body depends on the cycle. */
  of(id: OpId): CycleValue {
    return this.#isSteady ? STEADY : (this.#values[id] ?? UNKNOWN);
  }

  #region(region: Region): void {
    for (const id of region.operations) {
      const operation = operationOf(this.module, id);
      if (operation.kind === "if") {
        this.#region(operation.then);
        this.#region(operation.else);
      }
      if (operation.type !== null) this.#values[id] = this.#of(operation);
    }
  }

  #width(id: OpId): number {
    return operationOf(this.module, id).type?.width ?? 1;
  }

  #constant(id: OpId): bigint | undefined {
    const operation = operationOf(this.module, id);
    if (operation.kind === "const") return operation.value;
    const { low, high } = this.ranges.range(this.id, id);
    return low === high ? low : undefined;
  }

  #of(operation: Operation): CycleValue {
    switch (operation.kind) {
      case "cycle":
        return countOf(0n, CYCLE_MODULUS);
      case "const":
      case "fifo-valid":
      case "fifo-peek":
      case "fifo-pop":
        return STEADY;
      // Whether modules run and where their bodies lead changes in cycles that are collected for these modules.
      case "exposed-valid":
      case "triggered":
        return STEADY;
      case "exposed-get":
        return this.slotOf(operation.module, operation.slot);
      case "extern-call":
        return UNKNOWN;
      case "unary":
        return mixed([this.of(operation.operand)]);
      case "cast": {
        const { operand, operator, type } = operation;
        const value = this.of(operand);
        if (value.kind !== "count") return value;
        const isPositive = value.modulus <= 1n << BigInt(this.#width(operand) - 1);
        return operator === "sext" && !isPositive ? UNKNOWN : cut(value, type.width);
      }
      case "slice": {
        const { operand, low, high } = operation;
        const value = this.of(operand);
        return low === 0 ? cut(value, high + 1) : quotient(value, 1n << BigInt(low));
      }
      case "concat": {
        const last = operation.operands.at(-1);
        const rest = operation.operands.slice(0, -1);
        if (last !== undefined && rest.every((operand) => this.#constant(operand) === 0n))
          return this.of(last);
        return mixed(operation.operands.map((operand) => this.of(operand)));
      }
      case "binary":
        return this.#binary(operation);
      case "select":
        return this.#choice(operation.condition, [operation.then, operation.else]);
      case "select1hot":
        return this.#choice(operation.selector, operation.arms);
      case "array-read":
        return mixed([this.of(operation.index)]);
      case "if": {
        const { then, else: otherwise } = operation;
        if (then.result === undefined || otherwise.result === undefined) return UNKNOWN;
        return this.#choice(operation.condition, [then.result, otherwise.result]);
      }
      default:
        return UNKNOWN;
    }
  }

  #choice(condition: OpId, arms: readonly OpId[]): CycleValue {
    return mixed([this.of(condition), ...arms.map((arm) => this.of(arm))]);
  }

  #binary(operation: BinaryOp): CycleValue {
    const { operator, type } = operation;
    const left = this.of(operation.left);
    const right = this.of(operation.right);
    if (left.kind !== "count" && right.kind !== "count") return mixed([left, right]);
    const width = this.#width(operation.left);
    const isShift = operator === "shl" || operator === "shr";
    if (!isShift && width !== this.#width(operation.right)) return UNKNOWN;
    const constant = this.#constant(left.kind === "count" ? operation.right : operation.left);
    const count = left.kind === "count" ? left : right;
    if (constant === undefined || count.kind !== "count") return UNKNOWN;
    // A count that fills its width wraps where the arithmetic does.
    const isFull = count.modulus === 1n << BigInt(type.width);
    const isSigned = operationOf(this.module, operation.left).type?.class === "i";
    const half = 1n << BigInt(width - 1);
    const isPositive = count.modulus <= half || (count.modulus === CYCLE_MODULUS && count.offset < HALF);
    if (isSigned && !(isPositive && constant < half)) {
      switch (operator) {
        case "div":
        case "rem":
        case "shr":
        case "lt":
        case "gt":
        case "le":
        case "ge":
          return UNKNOWN;
        default:
          break;
      }
    }
    switch (operator) {
      case "add":
        return constant === 0n ? count : isFull ? countOf(count.offset + constant, count.modulus) : UNKNOWN;
      case "sub":
        if (left.kind !== "count") return UNKNOWN;
        return constant === 0n ? count : isFull ? countOf(count.offset - constant, count.modulus) : UNKNOWN;
      case "div":
        return left.kind === "count" && constant !== 0n ? quotient(left, constant) : UNKNOWN;
      case "rem":
        return left.kind === "count" && constant !== 0n ? remainder(left, constant) : UNKNOWN;
      case "and":
        return masked(count, constant);
      case "shr":
        if (left.kind !== "count") return UNKNOWN;
        return constant >= BigInt(width) ? STEADY : quotient(left, 1n << constant);
      case "or":
      case "xor":
        return constant === 0n ? count : UNKNOWN;
      case "mul":
      case "shl":
        return UNKNOWN;
      case "lt":
      case "gt":
      case "le":
      case "ge":
      case "eq":
      case "ne":
        return compared(left.kind === "count" ? operator : MIRRORED[operator], count, constant);
    }
  }
}

/** Adds the recurrences of `changes` to `into`; parts that were added before are left out. */
export function flatten(changes: Changes, into: Map<string, Recurrence>, seen: Set<Changes>): void {
  const open = [changes];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const recurrence of next.own) into.set(`${recurrence.residue} ${recurrence.modulus}`, recurrence);
    open.push(...next.parts);
  }
}
