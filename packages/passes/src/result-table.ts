/** Finds operations that have the same result. Keys of text would do, but building them took most of the time of the pass. */
import type { BinaryOperator, Operation, OpId } from "@assassyn/plugin-api";
import { assertNever, sameType } from "@assassyn/plugin-api";

const COMMUTATIVE: ReadonlySet<BinaryOperator> = new Set(["add", "mul", "and", "or", "xor", "eq", "ne"]);

/** Mixes a number into a hash; the multiplier is that of FNV-1a, 32 bits. */
const mix = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193);

const mixAll = (hash: number, values: readonly number[]): number => values.reduce(mix, hash);

/** A small number for each text that stands for a kind or an operator: its length and two of its letters tell most apart. */
const letters = (text: string): number =>
  text.length | (text.charCodeAt(0) << 8) | (text.charCodeAt(text.length - 1) << 16);

/** Equal for operations with the same result; undefined for those that do more than compute one. */
function hashOf(operation: Operation): number | undefined {
  if (operation.type === null) return undefined;
  const base = mix(letters(operation.kind), operation.type.width);
  switch (operation.kind) {
    case "const":
      return mix(base, Number(BigInt.asIntN(32, operation.value)));
    case "unary":
    case "cast":
      return mix(mix(base, letters(operation.operator)), operation.operand);
    case "binary": {
      const { operator, left, right } = operation;
      const hash = mix(base, letters(operator));
      return COMMUTATIVE.has(operator) && right < left
        ? mix(mix(hash, right), left)
        : mix(mix(hash, left), right);
    }
    case "slice":
      return mix(mix(base, operation.operand), operation.low);
    case "concat":
      return mixAll(base, operation.operands);
    case "select":
      return mix(mix(mix(base, operation.condition), operation.then), operation.else);
    case "select1hot":
      return mixAll(mix(base, operation.selector), operation.arms);
    case "cycle":
      return base;
    case "array-read":
      return mix(mix(base, operation.array), operation.index);
    case "fifo-valid":
    case "fifo-peek":
      return mix(mix(base, operation.module), operation.port);
    case "exposed-get":
    case "exposed-valid":
      return mix(mix(base, operation.module), operation.slot);
    case "triggered":
      return mix(base, operation.module);
    case "fifo-pop":
    case "extern-call":
    case "if":
      return undefined;
    default:
      return assertNever(operation);
  }
}

const sameIds = (a: readonly OpId[], b: readonly OpId[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index]);

/** True when both compute the same; kinds for which {@link hashOf} is undefined never do. */
function sameResult(a: Operation, b: Operation): boolean {
  if (a.type === null || b.type === null || !sameType(a.type, b.type)) return false;
  switch (a.kind) {
    case "const":
      return b.kind === "const" && a.value === b.value;
    case "unary":
      return b.kind === "unary" && a.operator === b.operator && a.operand === b.operand;
    case "cast":
      return b.kind === "cast" && a.operator === b.operator && a.operand === b.operand;
    case "binary":
      if (b.kind !== "binary" || a.operator !== b.operator) return false;
      if (a.left === b.left && a.right === b.right) return true;
      return COMMUTATIVE.has(a.operator) && a.left === b.right && a.right === b.left;
    case "slice":
      return b.kind === "slice" && a.operand === b.operand && a.low === b.low;
    case "concat":
      return b.kind === "concat" && sameIds(a.operands, b.operands);
    case "select":
      return b.kind === "select" && a.condition === b.condition && a.then === b.then && a.else === b.else;
    case "select1hot":
      return b.kind === "select1hot" && a.selector === b.selector && sameIds(a.arms, b.arms);
    case "cycle":
      return b.kind === "cycle";
    case "array-read":
      return b.kind === "array-read" && a.array === b.array && a.index === b.index;
    case "fifo-valid":
      return b.kind === "fifo-valid" && a.module === b.module && a.port === b.port;
    case "fifo-peek":
      return b.kind === "fifo-peek" && a.module === b.module && a.port === b.port;
    case "exposed-get":
      return b.kind === "exposed-get" && a.module === b.module && a.slot === b.slot;
    case "exposed-valid":
      return b.kind === "exposed-valid" && a.module === b.module && a.slot === b.slot;
    case "triggered":
      return b.kind === "triggered" && a.module === b.module;
    case "fifo-pop":
    case "extern-call":
    case "if":
      return false;
    default:
      return assertNever(a);
  }
}

interface Entry {
  readonly hash: number;
  readonly id: OpId;
  readonly operation: Operation;
  /** The entry of the same hash that was added before, which may compute something else. */
  readonly next: Entry | undefined;
}

/** The operations whose results are at hand, in nested scopes. */
export class ResultTable {
  readonly #entries = new Map<number, Entry>();
  /** What each open scope added, to be taken away with it. */
  readonly #scopes: Entry[][] = [];

  openScope(): void {
    this.#scopes.push([]);
  }

  closeScope(): void {
    // Backwards, so that each entry is the head of its list when it goes.
    for (const entry of this.#scopes.pop()?.toReversed() ?? []) {
      if (entry.next === undefined) this.#entries.delete(entry.hash);
      else this.#entries.set(entry.hash, entry.next);
    }
  }

  /** The operation that has the same result already; if there is none, this one is remembered as `id`. */
  findOrAdd(operation: Operation, id: OpId): OpId | undefined {
    const hash = hashOf(operation);
    if (hash === undefined) return undefined;
    const first = this.#entries.get(hash);
    for (let entry = first; entry !== undefined; entry = entry.next) {
      if (sameResult(entry.operation, operation)) return entry.id;
    }
    const added: Entry = { hash, id, operation, next: first };
    this.#entries.set(hash, added);
    this.#scopes.at(-1)?.push(added);
    return undefined;
  }
}
