/**
 * Which bit patterns the values of a system can have, and the checks that this makes needless.
 *
 * What is taken for granted, and why nothing can break it:
 *
 * - A value has at least the range of its type, since every target reduces results exactly.
 * - An element of an **array** is trusted no further than its type: a host may write any value that fits between two cycles, and the
 *   simulators neither know nor ask. So nothing is derived from initial values or from what the bodies write.
 * - A **FIFO** holds what some body pushed. No interface of a simulation pushes, and a snapshot goes back only into the code that made it,
 *   so its elements lie in the union of what the pushers push. The same is true of exposed values.
 * - A **condition** holds in the arm that it chooses, and behind a `wait_until` or an `assert`. Behind a read of an array its index is below
 *   the size, and behind a division the divisor is not zero: otherwise the body ended there with a fault.
 *
 * Every step is a deduction from facts that hold already, starting with the types, so it may stop anywhere.
 */
import type { ModuleId, OpId, SlotId, System } from "@assassyn/ir";
import { moduleIds, moduleOf, operationOf, walk } from "@assassyn/ir";
import { portKey } from "./access.js";
import type { BodyRanges } from "./body-ranges.js";
import { analyzeBody } from "./body-ranges.js";
import type { Interval } from "./interval.js";
import { fullInterval, union } from "./interval.js";

/**
 * The ranges of a system in the forms `operands-explicit` and `widths-legal`; in other forms it says less. All facts hold at the operation
 * itself and wherever its result can be used: code that moves an operation out of its region must not use them.
 *
 * Modules that share one body may differ in their facts, because their FIFOs do: what the shared code leaves out must be needless for
 * each of them.
 */
export interface RangeAnalysis {
  /** The bit patterns that the result of an operation can have, as unsigned numbers. @throws Error if the operation has no result */
  range(module: ModuleId, operation: OpId): Interval;
  /** Whether the index of an `array-read` or `array-write` is always below the size of the array. False for other operations. */
  inBounds(module: ModuleId, operation: OpId): boolean;
  /** Whether the divisor of a `div` or `rem` is never zero. False for other operations. */
  nonZeroDivisor(module: ModuleId, operation: OpId): boolean;
  /**
   * Whether an `add`, `sub`, `mul`, `shl` or `neg` (of any class) on the bit patterns as unlimited unsigned numbers stays within
   * `0 <= result < 2^width`, so that its result needs no mask. False for other operations.
   */
  staysInWidth(module: ModuleId, operation: OpId): boolean;
  /**
   * Whether an `array-write`, `fifo-push` or `fifo-pop` may come behind another one of the same module on the same array or FIFO in the same
   * cycle, which is a fault. Only these need a check. Of several pushers of one FIFO it says nothing.
   */
  mayBeSecond(module: ModuleId, operation: OpId): boolean;
  /** Whether one for which {@link RangeAnalysis.mayBeSecond} is true may come behind this one: only these need to be noted. */
  mayBeFirst(module: ModuleId, operation: OpId): boolean;
}

/** How often a body is analysed at most; later times use what the others push. */
const MOST_VISITS = 3;

/** What the modules push into a FIFO or expose in a slot, by module. */
class Contributions {
  readonly #byPlace = new Map<string, Map<ModuleId, Interval | undefined>>();

  /** Announces that a module contributes. */
  expect(place: string, module: ModuleId): void {
    const known = this.#byPlace.get(place);
    if (known === undefined) this.#byPlace.set(place, new Map([[module, undefined]]));
    else known.set(module, undefined);
  }

  /** The union, or undefined as long as somebody's part is not known. */
  at(place: string): Interval | undefined {
    let result: Interval | undefined;
    for (const part of this.#byPlace.get(place)?.values() ?? []) {
      if (part === undefined) return undefined;
      result = result === undefined ? part : union(result, part);
    }
    return result;
  }

  /** @returns whether the union became smaller */
  set(place: string, module: ModuleId, interval: Interval): boolean {
    const before = this.at(place);
    this.#byPlace.get(place)?.set(module, interval);
    const after = this.at(place);
    return before?.low !== after?.low || before?.high !== after?.high;
  }
}

const slotKey = (module: ModuleId, slot: SlotId): string => `${module}:${slot}`;

/** Finds the ranges of a verified system; the time it takes grows with the number of operations. */
export function analyzeRanges(system: System): RangeAnalysis {
  const contributions = new Contributions();
  /** Modules that look at a FIFO or slot. */
  const users = new Map<string, Set<ModuleId>>();
  const use = (place: string, id: ModuleId): void => {
    const known = users.get(place);
    if (known === undefined) users.set(place, new Set([id]));
    else known.add(id);
  };
  const ids = moduleIds(system);
  for (const id of ids) {
    walk(moduleOf(system, id), (operation) => {
      if (operation.kind === "fifo-push") {
        contributions.expect(portKey(operation.module, operation.port), id);
      } else if (operation.kind === "expose") contributions.expect(slotKey(id, operation.slot), id);
      else if (operation.kind === "fifo-peek") use(portKey(operation.module, operation.port), id);
      else if (operation.kind === "fifo-pop") use(portKey(id, operation.port), id);
      else if (operation.kind === "exposed-get") use(slotKey(operation.module, operation.slot), id);
    });
  }
  const typeOfPort = (id: ModuleId, port: number): Interval =>
    fullInterval(moduleOf(system, id).ports[port]?.type.width ?? 1);
  const typeOfSlot = (id: ModuleId, slot: number): Interval =>
    fullInterval(moduleOf(system, id).exposed[slot]?.type.width ?? 1);

  const found: (BodyRanges | undefined)[] = [];
  const visits: number[] = [];
  // Producers before consumers, as far as the declarations have it so: driver, testbench, stages, downstreams.
  const rank = { driver: 0, testbench: 0, stage: 1, downstream: 2 } as const;
  const queue = ids.toSorted(
    (a, b) => rank[moduleOf(system, a).kind] - rank[moduleOf(system, b).kind] || a - b,
  );
  const waiting = new Set(queue);
  for (let at = 0; at < queue.length; at += 1) {
    const id = queue[at];
    if (id === undefined) break;
    waiting.delete(id);
    visits[id] = (visits[id] ?? 0) + 1;
    const module = moduleOf(system, id);
    const body = analyzeBody(system, id, module, {
      fifo: (owner, port) => contributions.at(portKey(owner, port)) ?? typeOfPort(owner, port),
      slot: (owner, slot) => contributions.at(slotKey(owner, slot)) ?? typeOfSlot(owner, slot),
    });
    found[id] = body;
    const narrowed: string[] = [];
    for (const [place, interval] of body.pushed)
      if (contributions.set(place, id, interval)) narrowed.push(place);
    for (const [slot, interval] of body.exposed) {
      const place = slotKey(id, slot);
      if (contributions.set(place, id, interval)) narrowed.push(place);
    }
    for (const place of narrowed) {
      for (const user of users.get(place) ?? []) {
        if (waiting.has(user) || (visits[user] ?? 0) >= MOST_VISITS || (visits[user] ?? 0) === 0) continue;
        waiting.add(user);
        queue.push(user);
      }
    }
  }
  const of = (id: ModuleId): BodyRanges => {
    const body = found[id];
    if (body === undefined) throw new Error(`no module #${id}`);
    return body;
  };
  const kindOf = (id: ModuleId, operation: OpId): string => operationOf(moduleOf(system, id), operation).kind;
  return {
    range: (module, operation) => {
      const interval = of(module).intervals[operation];
      if (interval === undefined) throw new Error(`operation %${operation} has no result`);
      return interval;
    },
    inBounds: (module, operation) => kindOf(module, operation) !== "binary" && of(module).safe.has(operation),
    nonZeroDivisor: (module, operation) =>
      kindOf(module, operation) === "binary" && of(module).safe.has(operation),
    staysInWidth: (module, operation) => of(module).plain.has(operation),
    mayBeSecond: (module, operation) => of(module).second.has(operation),
    mayBeFirst: (module, operation) => of(module).first.has(operation),
  };
}
