/** Walks one body and finds the interval of every value, which accesses stay in bounds, which effects can happen twice. */
import type {
  BinaryOperator,
  Module,
  ModuleId,
  Operation,
  OpId,
  Region,
  SlotId,
  PortId,
  System,
} from "@assassyn/ir";
import { arrayOf, assertNever, operationOf } from "@assassyn/ir";
import { portKey } from "./access.js";
import { Assumptions } from "./assumptions.js";
import type { Mark } from "./assumptions.js";
import type { Interval } from "./interval.js";
import {
  EITHER,
  binaryInterval,
  castInterval,
  exactly,
  fullInterval,
  intersect,
  sliceInterval,
  staysWithin,
  unaryInterval,
  union,
} from "./interval.js";

/** What a body takes from outside. */
export interface Surroundings {
  /** Everything that can be in a FIFO. */
  readonly fifo: (module: ModuleId, port: PortId) => Interval;
  /** Everything that a slot can hold. */
  readonly slot: (module: ModuleId, slot: SlotId) => Interval;
}

/** What is found out about a body. */
export interface BodyRanges {
  /** By operation; holds whenever the operation runs. Absent for operations without a result. */
  readonly intervals: readonly (Interval | undefined)[];
  /** Reads and writes of arrays whose index is below the size, divisions whose divisor is not zero. */
  readonly safe: ReadonlySet<OpId>;
  /** Arithmetic that does not leave the range of its type. */
  readonly plain: ReadonlySet<OpId>;
  /** Writes, pushes and pops behind another one, of the same element, in the same run of the body. */
  readonly second: ReadonlySet<OpId>;
  /** Those that such a second one may come behind. */
  readonly first: ReadonlySet<OpId>;
  /** What the body pushes, by {@link portKey}; absent if it never does. */
  readonly pushed: ReadonlyMap<string, Interval>;
  /** What the body exposes. */
  readonly exposed: ReadonlyMap<SlotId, Interval>;
}

/** Steps in which a value is computed anew under the conditions of the place that asks. */
const RECOMPUTE_STEPS = 3;
/** Pairs of effects that are held against each other, for each operation of the body, and conditions of each effect. */
const PAIRS_PER_OPERATION = 20;
const MOST_CONDITIONS = 16;

interface Condition {
  readonly value: OpId;
  readonly holds: boolean;
}

/** A write, push or pop, and the conditions of its path. */
interface Effect {
  readonly id: OpId;
  readonly path: Path | undefined;
}
/** Conditions, the innermost first. */
interface Path {
  readonly condition: Condition;
  readonly outer: Path | undefined;
}

/** Analyses the body of the module `id`. */
export function analyzeBody(system: System, id: ModuleId, module: Module, around: Surroundings): BodyRanges {
  return new BodyWalk(system, id, module, around).run();
}

class BodyWalk {
  readonly #assumed: Assumptions;
  readonly #intervals: (Interval | undefined)[] = [];
  /** How much was assumed when a value was computed. */
  readonly #markOf: Mark[] = [];
  readonly #safe = new Set<OpId>();
  readonly #plain = new Set<OpId>();
  readonly #second = new Set<OpId>();
  readonly #first = new Set<OpId>();
  readonly #pushed = new Map<string, Interval>();
  readonly #exposed = new Map<SlotId, Interval>();
  /** Effects that may have taken place already, by what they are on. */
  readonly #effects = new Map<string, Effect[]>();
  /** The same in the order in which they were added. */
  readonly #added: { readonly key: string; readonly effect: Effect }[] = [];
  /** How many of them, from the first on, are in {@link BodyRanges.first} already. */
  readonly #givenUp = new Map<string, number>();
  /** Pairs of effects that may still be looked at. */
  #pairs: number;
  #path: Path | undefined;

  constructor(
    readonly system: System,
    readonly id: ModuleId,
    readonly module: Module,
    readonly around: Surroundings,
  ) {
    this.#assumed = new Assumptions(module);
    this.#pairs = PAIRS_PER_OPERATION * (1000 + module.operations.length);
  }

  run(): BodyRanges {
    this.#region(this.module.body);
    return {
      intervals: this.#intervals,
      safe: this.#safe,
      plain: this.#plain,
      second: this.#second,
      first: this.#first,
      pushed: this.#pushed,
      exposed: this.#exposed,
    };
  }

  #region(region: Region): void {
    for (const id of region.operations) {
      const operation = operationOf(this.module, id);
      this.#visit(operation, id);
    }
  }

  #define(id: OpId, interval: Interval): void {
    this.#intervals[id] = interval;
    this.#markOf[id] = this.#assumed.mark();
    this.#assumed.define(id, interval);
  }

  /** The interval of a value at this place, computed anew if something was assumed since it was computed. */
  #now(id: OpId, steps = RECOMPUTE_STEPS): Interval {
    const known = this.#assumed.of(id);
    if (steps === 0 || known.low === known.high || this.#markOf[id] === this.#assumed.mark()) return known;
    const operation = operationOf(this.module, id);
    const again = this.#pure(operation, (operand) => this.#now(operand, steps - 1));
    return again === undefined ? known : (intersect(known, again) ?? known);
  }

  /** Runs `inside` with a condition assumed; what it learns is forgotten behind it. */
  #under<Result>(value: OpId, holds: boolean, inside: (possible: boolean) => Result): Result {
    const mark = this.#assumed.mark();
    const result = inside(this.#assumed.assume(value, holds));
    this.#assumed.release(mark);
    return result;
  }

  /** What an operation makes of its operands alone; undefined for those that do more. */
  #pure(operation: Operation, of: (id: OpId) => Interval): Interval | undefined {
    const width = operation.type?.width ?? 1;
    switch (operation.kind) {
      case "unary":
        return width > 64
          ? undefined
          : unaryInterval(operation.operator, of(operation.operand), this.#assumed.width(operation.operand));
      case "cast": {
        const from = this.#assumed.width(operation.operand);
        return width > 64 || from > 64
          ? undefined
          : castInterval(operation.operator, of(operation.operand), from, width);
      }
      case "slice":
        return this.#assumed.width(operation.operand) > 64
          ? undefined
          : sliceInterval(of(operation.operand), operation.high, operation.low);
      case "concat": {
        if (width > 64) return undefined;
        let low = 0n;
        let high = 0n;
        for (const operand of operation.operands) {
          const part = of(operand);
          const shift = BigInt(this.#assumed.width(operand));
          low = (low << shift) | part.low;
          high = (high << shift) | part.high;
        }
        return { low, high };
      }
      case "binary": {
        const left = operationOf(this.module, operation.left).type;
        const right = operationOf(this.module, operation.right).type;
        if (left === null || right === null || Math.max(width, left.width, right.width) > 64)
          return undefined;
        return binaryInterval(
          operation.operator,
          of(operation.left),
          left,
          of(operation.right),
          right,
          operation.type,
        );
      }
      default:
        return undefined;
    }
  }

  #select(condition: OpId, then: OpId, otherwise: OpId): Interval {
    const arm = (value: OpId, holds: boolean): Interval | undefined =>
      this.#under(condition, holds, (possible) => (possible ? this.#now(value) : undefined));
    return join(arm(then, true), arm(otherwise, false)) ?? this.#assumed.of(then);
  }

  #visit(operation: Operation, id: OpId): void {
    switch (operation.kind) {
      case "const":
        this.#define(id, exactly(operation.value));
        return;
      case "unary":
      case "cast":
      case "slice":
      case "concat":
        this.#define(id, this.#computed(operation));
        if (operation.kind === "unary" && operation.operator === "neg") {
          const operand = this.#now(operation.operand);
          if (operation.type.width <= 64 && staysWithin("neg", operand, operand, operation.type.width))
            this.#plain.add(id);
        }
        return;
      case "binary": {
        const { operator, left, right, type } = operation;
        if (canLeave(operator) && this.#assumed.width(left) === type.width && type.width <= 64) {
          const isPlain =
            (operator === "shl" || this.#assumed.width(right) === type.width) &&
            staysWithin(operator, this.#now(left), this.#now(right), type.width);
          if (isPlain) this.#plain.add(id);
        }
        this.#define(id, this.#computed(operation));
        if (operator === "div" || operator === "rem") {
          if (this.#now(right).low > 0n) this.#safe.add(id);
          else this.#assumed.narrow(right, { low: 1n, high: fullInterval(this.#assumed.width(right)).high });
        }
        return;
      }
      case "select":
        this.#define(id, this.#select(operation.condition, operation.then, operation.else));
        return;
      case "select1hot":
        this.#define(id, operation.arms.map((arm) => this.#now(arm)).reduce(union));
        return;
      case "cycle":
        this.#define(id, fullInterval(64));
        return;
      case "array-read":
        // What a register holds is no more than its type says: the host may write it between two cycles.
        this.#bound(id, operation.index, arrayOf(this.system, operation.array).size);
        this.#define(id, fullInterval(operation.type.width));
        return;
      case "extern-call":
        this.#define(id, fullInterval(operation.type.width));
        return;
      case "fifo-valid":
      case "exposed-valid":
      case "triggered":
        this.#define(id, EITHER);
        return;
      case "fifo-peek":
        this.#define(id, this.around.fifo(operation.module, operation.port));
        return;
      case "fifo-pop":
        this.#effect(`pop ${operation.port}`, id);
        this.#define(id, this.around.fifo(this.id, operation.port));
        return;
      case "exposed-get":
        this.#define(id, this.around.slot(operation.module, operation.slot));
        return;
      case "array-write": {
        const { size } = arrayOf(this.system, operation.array);
        if (this.#now(operation.index).high < BigInt(size)) this.#safe.add(id);
        this.#effect(`write ${operation.array}`, id);
        return;
      }
      case "fifo-push": {
        const key = portKey(operation.module, operation.port);
        this.#pushed.set(key, join(this.#pushed.get(key), this.#now(operation.value)) ?? EITHER);
        this.#effect(`push ${key}`, id);
        return;
      }
      case "expose": {
        const { slot } = operation;
        this.#exposed.set(slot, join(this.#exposed.get(slot), this.#now(operation.value)) ?? EITHER);
        return;
      }
      case "wait":
      case "assert":
        // Whatever stands behind it runs only where the condition holds.
        this.#assumed.assume(operation.condition, true);
        this.#path = { condition: { value: operation.condition, holds: true }, outer: this.#path };
        return;
      case "if": {
        const interval = this.#if(operation);
        if (interval !== undefined) this.#define(id, interval);
        return;
      }
      case "call":
      case "finish":
      case "log":
      case "acquire":
      case "release":
        return;
      default:
        return assertNever(operation);
    }
  }

  #computed(
    operation: Extract<Operation, { kind: "unary" | "cast" | "slice" | "concat" | "binary" }>,
  ): Interval {
    const all = fullInterval(operation.type.width);
    const made = this.#pure(operation, (operand) => this.#now(operand));
    return made === undefined ? all : (intersect(all, made) ?? all);
  }

  /** A read: it faults, and so ends the body, unless the index is below `size`. */
  #bound(id: OpId, index: OpId, size: number): void {
    if (this.#now(index).high < BigInt(size)) this.#safe.add(id);
    else this.#assumed.narrow(index, { low: 0n, high: BigInt(size) - 1n });
  }

  #if(operation: Extract<Operation, { kind: "if" }>): Interval | undefined {
    const path = this.#path;
    const arm = (region: Region, holds: boolean): Interval | undefined => {
      this.#path = { condition: { value: operation.condition, holds }, outer: path };
      return this.#under(operation.condition, holds, (possible) => {
        this.#region(region);
        return region.result === undefined || !possible ? undefined : this.#now(region.result);
      });
    };
    const start = this.#added.length;
    const then = arm(operation.then, true);
    const ofThen = this.#added.splice(start);
    for (const { key } of ofThen) this.#remove(key);
    const otherwise = arm(operation.else, false);
    for (const { key, effect } of ofThen) this.#add(key, effect);
    this.#path = path;
    if (operation.type === null) return undefined;
    return join(then, otherwise) ?? fullInterval(operation.type.width);
  }

  #remove(key: string): void {
    const effects = this.#effects.get(key);
    effects?.pop();
    this.#givenUp.set(key, Math.min(this.#givenUp.get(key) ?? 0, effects?.length ?? 0));
  }

  #add(key: string, effect: Effect): void {
    const effects = this.#effects.get(key);
    if (effects === undefined) this.#effects.set(key, [effect]);
    else effects.push(effect);
    this.#added.push({ key, effect });
  }

  /** An effect of which a second one in a cycle is a fault. */
  #effect(key: string, id: OpId): void {
    const earlier = this.#effects.get(key) ?? [];
    if (earlier.length > this.#pairs) {
      // Too many to tell: whatever was not given up before is given up now.
      for (const effect of earlier.slice(this.#givenUp.get(key) ?? 0)) this.#first.add(effect.id);
      this.#givenUp.set(key, earlier.length);
      this.#second.add(id);
    } else {
      this.#pairs -= earlier.length;
      const rivals = earlier.filter((effect) => this.#canBoth(effect.path));
      if (rivals.length > 0) this.#second.add(id);
      for (const effect of rivals) this.#first.add(effect.id);
    }
    this.#add(key, { id, path: this.#path });
  }

  /** Whether a path that led to an earlier effect can be the one that leads here. */
  #canBoth(path: Path | undefined): boolean {
    const mark = this.#assumed.mark();
    let possible = true;
    let left = MOST_CONDITIONS;
    for (let at = path; at !== undefined && possible && left > 0; at = at.outer, left -= 1) {
      possible = this.#assumed.assume(at.condition.value, at.condition.holds);
    }
    this.#assumed.release(mark);
    return possible;
  }
}

/** Operators whose result can leave the range of their type. */
const canLeave = (operator: BinaryOperator): boolean =>
  operator === "add" || operator === "sub" || operator === "mul" || operator === "shl";

/** {@link union} where one side may be missing. */
function join(a: Interval | undefined, b: Interval | undefined): Interval | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return union(a, b);
}
