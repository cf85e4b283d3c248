/** Finds operations that have the same result. Keys of text would do, but building them took most of the time of the pass. */
import type { BinaryOperator, Operation, OpId } from "@assassyn/plugin-api";
import { assertNever, opId, sameType } from "@assassyn/plugin-api";

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

/**
 * The operations whose results are at hand, in nested scopes. Chains of equal hashes in arrays of numbers: a map made an object for every
 * operation, and gave them back one by one.
 */
export class ResultTable {
  readonly #operations: (Operation | undefined)[] = [];
  #mask = 0;
  /** By some bits of a hash: 1 + the last operation that was added with them, or 0. */
  #heads = new Int32Array(0);
  /** By operation: the same of the one that was added before it to the same chain. */
  #next = new Int32Array(0);
  #hashes = new Int32Array(0);
  /** What was added, in order, and how much of it when each open scope began. */
  readonly #added: OpId[] = [];
  readonly #scopes: number[] = [];

  /**
   * Forgets everything. One table for all modules: the arrays, made anew for each of many small ones, would cost more than their use.
   *
   * @param size above all ids
   */
  reset(size: number): void {
    const buckets = 2 ** Math.ceil(Math.log2(size + 1));
    this.#mask = buckets - 1;
    if (this.#heads.length < buckets) {
      this.#heads = new Int32Array(buckets);
      this.#next = new Int32Array(buckets);
      this.#hashes = new Int32Array(buckets);
      while (this.#operations.length < buckets) this.#operations.push(undefined);
    } else this.#heads.fill(0, 0, buckets);
    // What else stands in the arrays is reached from no head.
    this.#added.length = 0;
    this.#scopes.length = 0;
  }

  openScope(): void {
    this.#scopes.push(this.#added.length);
  }

  closeScope(): void {
    const start = this.#scopes.pop() ?? 0;
    // Nothing is asked for behind the outermost one.
    if (this.#scopes.length === 0) return;
    // Backwards, so that each operation is the head of its chain when it goes.
    while (this.#added.length > start) {
      const id = this.#added.pop();
      if (id !== undefined) this.#heads[this.#bucket(this.#hashes[id] ?? 0)] = this.#next[id] ?? 0;
    }
  }

  /** Some of the hash's bits; its lowest alone depend only on the lowest of what was mixed. */
  #bucket(hash: number): number {
    return (hash ^ (hash >>> 15)) & this.#mask;
  }

  /** The operation that has the same result already; if there is none, this one is remembered as `id`. */
  findOrAdd(operation: Operation, id: OpId): OpId | undefined {
    const hash = hashOf(operation);
    if (hash === undefined) return undefined;
    const bucket = this.#bucket(hash);
    const first = this.#heads[bucket] ?? 0;
    for (let entry = first; entry !== 0; entry = this.#next[entry - 1] ?? 0) {
      const known = opId(entry - 1);
      const other = this.#hashes[known] === hash ? this.#operations[known] : undefined;
      if (other !== undefined && sameResult(other, operation)) return known;
    }
    this.#operations[id] = operation;
    this.#hashes[id] = hash;
    this.#next[id] = first;
    this.#heads[bucket] = id + 1;
    this.#added.push(id);
    return undefined;
  }
}
