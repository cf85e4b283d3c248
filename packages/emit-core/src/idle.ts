/**
 * Cycles in which nothing happens, and how many of them a simulator may pass over at once.
 *
 * **The argument.** The next cycle depends on the committed state and on the number of the cycle, on nothing else. A cycle t is *quiet* if it
 * changes no committed state and prints nothing: no body wrote an array, pushed, popped, called, logged, called an extern function, stopped
 * the run or lost a credit. Then t + 1 finds the same state, and runs the same bodies along the same paths, unless a condition on these
 * paths depends on the number of the cycle and changes. This file finds the cycles in which such a condition can change. Up to the first of
 * them every cycle is as quiet as t: the same modules are triggered, the others wait, and only values that merely expose or compute
 * something from the number of the cycle differ.
 *
 * **What a simulator does.** It clears a flag in front of each cycle and sets it
 *
 * - where an operation of {@link ModuleIdle.marks} runs,
 * - when a stage that is neither driver nor testbench is triggered (it loses a credit),
 * - when a module with {@link ModuleIdle.always} runs at all.
 *
 * If the flag is still clear behind cycle t and the run did not stop, t was quiet. Then cycles may be passed over so that the next one
 * that runs, and it runs in full, is `n = min(a, b, c, d)`, with
 *
 * - a: {@link nextChange} of the plan,
 * - b: the cycle limit,
 * - c: t + (idle limit - idle count behind t), where t triggered no stage (driver and testbench count as stages); else there is no c,
 * - d: the last cycle that the caller asked for, so that a host sees every cycle that it steps to.
 *
 * The k = n - 1 - t cycles between have these effects: the number of the cycle grows by k, and the idle count by k if t triggered no stage,
 * else it stays 0. Counts of activations, if there are any, grow by k for each module that t triggered. Nothing is printed or dropped.
 * Since n runs in full, flags, exposed values, stamps and stops behind it are what they would have been. A quiet cycle says nothing about
 * what comes behind a return to the host, which may write, or behind a restored snapshot. Whoever looks at every cycle, as a waveform with
 * exposed values does, passes over none.
 */
import type { Module, ModuleId, Operation, OpId, Region, System } from "@assassyn/ir";
import { assertNever, canonicalOrder, downstreamUses, moduleOf, operationOf, walk } from "@assassyn/ir";
import type { Changes, CycleValue, Recurrence } from "./cycle-values.js";
import { CYCLE_MODULUS, CycleValues, flatten } from "./cycle-values.js";
import type { RangeAnalysis } from "./ranges.js";
import { analyzeRanges } from "./ranges.js";

/** What tells whether a module was idle in a cycle. */
export interface ModuleIdle {
  /**
   * Operations with an effect; a cycle in which one of them runs is not quiet. Only those are named that no other one of the same body comes
   * before on every path, and none whose body, a stage's, can only end triggered behind it.
   */
  readonly marks: ReadonlySet<OpId>;
  /** A cycle in which the module runs is not quiet, because it may do something else in every cycle. */
  readonly always: boolean;
}

/** When cycles may be passed over; see the head of this file. */
export interface IdlePlan {
  /** Cycles in which something may change, ascending, without repetition, all in 1..2^63. */
  readonly points: readonly bigint[];
  /** Cycles that come again and again in which something may change; every modulus is at least 3. */
  readonly recurrences: readonly Recurrence[];
  /** By module id; `null` for a module that does not exist. */
  readonly modules: readonly (ModuleIdle | null)[];
}

/** A plan, or why no cycle is ever quiet. */
export type IdleAnalysis =
  | { readonly kind: "plan"; readonly plan: IdlePlan }
  /** `module` does something in every cycle, or may. */
  | { readonly kind: "never"; readonly module: ModuleId | undefined; readonly reason: string };

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is known of a body. */
interface BodyIdle {
  /** On some path it ends without an effect. */
  readonly quiet: boolean;
  /** What its quiet paths depend on. */
  readonly dependence: readonly CycleValue[];
  readonly marks: ReadonlySet<OpId>;
}

/**
 * Finds out when a system can be idle.
 *
 * @param ranges of the same system: indices and divisors that they prove right cannot fault
 * @example
 * const idle = analyzeIdle(system);
 * if (idle.kind === "plan") nextChange(idle.plan, 12n); // the next cycle that may differ from a quiet cycle 12
 */
export function analyzeIdle(system: System, ranges?: RangeAnalysis): IdleAnalysis {
  const order = canonicalOrder(system);
  if (order.kind === "loop") throw new Error("the downstreams form a loop");
  // Most drivers write a counter in every cycle, which is seen at once.
  const busy = order.stages.find(
    (id) => runsAlways(moduleOf(system, id)) && !mayBeQuiet(moduleOf(system, id)),
  );
  if (busy !== undefined)
    return { kind: "never", module: busy, reason: "its body has an effect in every cycle" };
  return planIdle(system, order, ranges ?? analyzeRanges(system));
}

const runsAlways = ({ kind }: Module): boolean => kind === "driver" || kind === "testbench";

/** Whether some path through the body of a driver ends without an effect. */
function mayBeQuiet(module: Module): boolean {
  let waits = false;
  const passes = (region: Region): boolean =>
    region.operations.every((id) => {
      const operation = operationOf(module, id);
      if (operation.kind === "wait") waits = true;
      if (operation.kind !== "if") return !isEffect(operation);
      const then = passes(operation.then);
      return passes(operation.else) || then;
    });
  return passes(module.body) || waits;
}

/** Changes committed state, prints, calls what is foreign, or ends the run. */
function isEffect({ kind }: Operation): boolean {
  switch (kind) {
    case "array-write":
    case "fifo-push":
    case "fifo-pop":
    case "call":
    case "finish":
    case "log":
    case "extern-call":
      return true;
    default:
      return false;
  }
}

function planIdle(
  system: System,
  order: { readonly stages: readonly ModuleId[]; readonly downstreams: readonly ModuleId[] },
  ranges: RangeAnalysis,
): IdleAnalysis {
  const slots = new Map<string, CycleValue>();
  const modules: (ModuleIdle | null)[] = system.modules.map(() => null);
  /** Modules that a quiet cycle can trigger. */
  const triggered = new Set<ModuleId>();
  const recurrences = new Map<string, Recurrence>();
  const seen = new Set<Changes>();
  for (const id of [...order.stages, ...order.downstreams]) {
    const module = moduleOf(system, id);
    const values = new CycleValues(module, id, ranges, (owner, slot) => {
      return slots.get(`${owner}:${slot}`) ?? { kind: "unknown" };
    });
    noteSlots(module, id, values, slots);
    const body = new BodySearch(module, id, values, ranges).run();
    const isStage = module.kind === "stage";
    const mayRun =
      module.kind !== "downstream" || [...downstreamUses(module).values].some((used) => triggered.has(used));
    const isUnknown = body.dependence.some(({ kind }) => kind === "unknown" || kind === "count");
    const always = mayRun && body.quiet && isUnknown;
    modules[id] = { marks: mayRun ? body.marks : new Set(), always };
    if (always && runsAlways(module))
      return { kind: "never", module: id, reason: "its path may depend on the cycle in every cycle" };
    if (!isStage && mayRun && body.quiet && !always) triggered.add(id);
    if (!mayRun || !body.quiet || always) continue;
    for (const value of body.dependence)
      if (value.kind === "steps") flatten(value.changes, recurrences, seen);
  }
  const points = new Set<bigint>();
  const periodic: Recurrence[] = [];
  for (const recurrence of recurrences.values()) {
    const { modulus, residue } = recurrence;
    if (modulus !== CYCLE_MODULUS) periodic.push(recurrence);
    else if (residue > 0n && residue <= CYCLE_MODULUS / 2n) points.add(residue);
  }
  return {
    kind: "plan",
    plan: {
      points: [...points].sort(compare),
      recurrences: periodic.sort((a, b) => compare(a.modulus, b.modulus) || compare(a.residue, b.residue)),
      modules,
    },
  };
}

/**
 * The first cycle behind the quiet cycle `cycle` that may differ from it; undefined if none ever does.
 *
 * @example nextChange({ points: [10n, 11n], recurrences: [{ modulus: 8n, residue: 4n }], modules: [] }, 3n) // 4n
 */
export function nextChange(plan: IdlePlan, cycle: bigint): bigint | undefined {
  let low = 0;
  let high = plan.points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((plan.points[middle] ?? 0n) <= cycle) low = middle + 1;
    else high = middle;
  }
  let next = plan.points[low];
  for (const { modulus, residue } of plan.recurrences) {
    const distance = (((residue - cycle - 1n) % modulus) + modulus) % modulus;
    const at = cycle + 1n + distance;
    if (next === undefined || at < next) next = at;
  }
  return next;
}

/** How the exposed values of a body depend on the cycle; one that is exposed in several places may change from one to the other. */
function noteSlots(module: Module, id: ModuleId, values: CycleValues, slots: Map<string, CycleValue>): void {
  walk(module, (operation) => {
    if (operation.kind !== "expose") return;
    const key = `${id}:${operation.slot}`;
    const before = slots.get(key);
    const value = values.of(operation.value);
    if (before === undefined) slots.set(key, value);
    else if (before.kind === "steps" && value.kind === "steps")
      slots.set(key, { kind: "steps", changes: { own: [], parts: [before.changes, value.changes] } });
    else if (before.kind === "steady" && value.kind !== "count") slots.set(key, value);
    else if (value.kind !== "steady" || before.kind === "count") slots.set(key, { kind: "unknown" });
  });
}

/** Looks for the paths of a body without effects. */
class BodySearch {
  readonly #marks = new Set<OpId>();
  /** Operations in front of the last `wait` in program order. */
  readonly #beforeWait = new Set<OpId>();

  constructor(
    readonly module: Module,
    readonly id: ModuleId,
    readonly values: CycleValues,
    readonly ranges: RangeAnalysis,
  ) {
    const earlier: OpId[] = [];
    walk(module, (operation, at) => {
      earlier.push(at);
      if (operation.kind !== "wait") return;
      for (const one of earlier.splice(0)) this.#beforeWait.add(one);
    });
  }

  run(): BodyIdle {
    const body = this.#region(this.module.body, false);
    const isStage = this.module.kind === "stage";
    // A stage that reaches its end is triggered, so nothing behind its last wait is part of a quiet path.
    return {
      quiet: body.waits || (body.passes && !isStage),
      dependence: isStage ? body.untilWait : body.dependence,
      marks: this.#marks,
    };
  }

  /** @param marked a mark stands in front of the region on every path */
  #region(region: Region, marked: boolean): RegionSearch {
    const result = new RegionSearch();
    let isMarked = marked;
    for (const id of region.operations) {
      const operation = operationOf(this.module, id);
      if (isEffect(operation)) {
        const mayEndWaiting = this.module.kind !== "stage" || this.#beforeWait.has(id);
        if (!isMarked && mayEndWaiting) {
          this.#marks.add(id);
          isMarked = true;
        }
        result.blockHere();
        continue;
      }
      switch (operation.kind) {
        case "wait":
          result.depend(this.values.of(operation.condition));
          result.endHere();
          break;
        case "if": {
          const then = this.#region(operation.then, isMarked);
          const otherwise = this.#region(operation.else, isMarked);
          result.branch(this.values.of(operation.condition), then, otherwise);
          break;
        }
        case "expose":
          result.observable = true;
          break;
        default: {
          const operands = this.#faultOperands(operation, id);
          if (operands !== undefined) result.observable = true;
          for (const operand of operands ?? []) result.depend(this.values.of(operand));
        }
      }
    }
    return result;
  }

  /** Operands that decide, beside the state and where control went, whether the operation faults; undefined if it never does. */
  #faultOperands(operation: Operation, id: OpId): readonly OpId[] | undefined {
    switch (operation.kind) {
      case "binary": {
        const divides = operation.operator === "div" || operation.operator === "rem";
        return divides && !this.ranges.nonZeroDivisor(this.id, id) ? [operation.right] : undefined;
      }
      case "array-read":
        return this.ranges.inBounds(this.id, id) ? undefined : [operation.index];
      case "select1hot":
        return [operation.selector];
      case "assert":
        return [operation.condition];
      case "fifo-peek":
      case "exposed-get":
        return [];
      case "const":
      case "unary":
      case "cast":
      case "slice":
      case "concat":
      case "select":
      case "cycle":
      case "fifo-valid":
      case "exposed-valid":
      case "triggered":
      case "fifo-pop":
      case "extern-call":
      case "array-write":
      case "fifo-push":
      case "call":
      case "wait":
      case "finish":
      case "log":
      case "expose":
      case "acquire":
      case "release":
      case "if":
        return undefined;
      default:
        return assertNever(operation);
    }
  }
}

/** The quiet paths through one region, gathered from its start on. */
class RegionSearch {
  /** On some path control comes out at the end without an effect. */
  passes = true;
  /** On some path a wait ends the body without an effect. */
  waits = false;
  /** Something in it can be seen although it is no effect: a fault, a wait, an exposed value. */
  observable = false;
  readonly #kept: CycleValue[] = [];
  #open: CycleValue[] = [];

  /** What decides about its quiet paths. */
  get dependence(): readonly CycleValue[] {
    return this.passes ? [...this.#kept, ...this.#open] : this.#kept;
  }

  /** The same for paths that end at a wait of this region. */
  get untilWait(): readonly CycleValue[] {
    return this.#kept;
  }

  depend(value: CycleValue): void {
    if (this.passes && value.kind !== "steady") this.#open.push(value);
  }

  /** A wait: paths up to here are quiet, if anything in front of it is. */
  endHere(): void {
    this.observable = true;
    if (!this.passes) return;
    this.waits = true;
    this.#kept.push(...this.#open);
    this.#open = [];
  }

  /** An effect. */
  blockHere(): void {
    this.observable = true;
    this.passes = false;
    this.#open = [];
  }

  branch(condition: CycleValue, then: RegionSearch, otherwise: RegionSearch): void {
    if (then.observable || otherwise.observable) {
      this.observable = true;
      this.depend(condition);
    }
    if (!this.passes) return;
    if (then.waits || otherwise.waits) this.endHere();
    for (const arm of [then, otherwise]) {
      this.#kept.push(...arm.#kept);
      if (arm.passes) this.#open.push(...arm.#open);
    }
    if (!then.passes && !otherwise.passes) this.blockHere();
  }
}
