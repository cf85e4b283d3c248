/** The pass `eliminate-dead-code`. */
import type { Module, ModuleId, Operation, OpId, Region, System } from "@assassyn/plugin-api";
import { definePass, downstreamUses, isPure, operandsOf, walk } from "@assassyn/plugin-api";
import { eachModule } from "./each-module.js";
import { keepUses } from "./keep-uses.js";

const NAME = "eliminate-dead-code";

/**
 * Removes results that nothing uses, `if`s that do nothing, and what stands behind `finish`.
 *
 *     %2: u8 = %0 + %1
 *     when %3 { }
 *     %4 finish                           %4 finish
 *     %5 log("never")
 *
 * An operation that can fault is an effect and stays. So does one use of each module that a downstream names: which these are decides when
 * it runs.
 */
export const eliminateDeadCode = definePass({
  name: NAME,
  description: "Removes operations without effect whose results nothing uses",
  // Where a downstream loses its last use of a module, it gets another one, which no lock protects.
  invalidates: ["locks-explicit"],
  before: ["lock-insertion"],
  run(cx) {
    eachModule(cx, (module) => withoutDeadCode(cx.base, module));
  },
});

function withoutDeadCode(system: System, module: Module): Module {
  const swept = new Sweep(system, module, new Set()).run();
  if (swept === module || module.kind !== "downstream") return swept;
  const kept = lostUses(module, swept);
  // What stands behind a `finish` cannot be kept in its place.
  return kept.size === 0 ? swept : keepUses(module, new Sweep(system, module, kept).run(), NAME);
}

/** The first use of each other module that is used no longer. */
function lostUses(before: Module, after: Module): Set<OpId> {
  const left = downstreamUses(after);
  const wanted = downstreamUses(before);
  const result = new Set<OpId>();
  const done = new Set<ModuleId>();
  walk(before, (operation, id) => {
    const isValue = operation.kind === "exposed-get" || operation.kind === "exposed-valid";
    if (!isValue && operation.kind !== "triggered") return;
    const { module } = operation;
    const isLost = isValue ? !left.values.has(module) : !left.all.has(module) && !wanted.values.has(module);
    if (!isLost || done.has(module)) return;
    done.add(module);
    result.add(id);
  });
  return result;
}

/** By operation: 1 where something uses the result. */
let used = new Uint8Array(1024);

/** One pass from back to front: every use is seen before the definition. */
class Sweep {
  readonly #system: System;
  readonly #module: Module;
  readonly #kept: ReadonlySet<OpId>;
  readonly #used: Uint8Array;
  readonly #operations: (Operation | null)[];
  #changed = false;

  constructor(system: System, module: Module, kept: ReadonlySet<OpId>) {
    this.#system = system;
    this.#module = module;
    this.#kept = kept;
    // Made anew for each of many small modules, it would cost more than the sweep. No sweep begins within another.
    if (used.length < module.operations.length) used = new Uint8Array(2 * module.operations.length);
    this.#used = used.fill(0, 0, module.operations.length);
    this.#operations = module.operations.slice();
  }

  run(): Module {
    const body = this.#region(this.#module.body);
    return this.#changed ? { ...this.#module, operations: this.#operations, body } : this.#module;
  }

  #region(region: Region): Region {
    let { operations } = region;
    if (region.result === undefined) {
      // A region with a result needs it even where control never comes to its end.
      const end = this.#finishIn(operations);
      if (end >= 0 && end < operations.length - 1) {
        for (const id of operations.slice(end + 1)) this.#delete(id);
        operations = operations.slice(0, end + 1);
      }
    } else this.#used[region.result] = 1;
    const live: OpId[] = [];
    for (let index = operations.length - 1; index >= 0; index -= 1) {
      const id = operations[index];
      if (id === undefined) continue;
      if (this.#isLive(id)) live.push(id);
      else this.#delete(id);
    }
    if (live.length === region.operations.length) return region;
    this.#changed = true;
    live.reverse();
    return region.result === undefined ? { operations: live } : { operations: live, result: region.result };
  }

  /** Index of the first `finish`, or -1. */
  #finishIn(operations: readonly OpId[]): number {
    for (let index = 0; index < operations.length; index += 1) {
      const id = operations[index];
      if (id !== undefined && this.#operations[id]?.kind === "finish") return index;
    }
    return -1;
  }

  #isLive(id: OpId): boolean {
    const operation = this.#operations[id];
    if (operation == null) return false;
    if (operation.kind === "if") return this.#ifIsLive(operation, id);
    if (this.#used[id] !== 1 && !this.#kept.has(id) && isPure(this.#system, this.#module, operation))
      return false;
    this.#use(operation);
    return true;
  }

  /** Marks the operands; those of the common kinds directly, since this runs for every operation. */
  #use(operation: Operation): void {
    switch (operation.kind) {
      case "const":
        return;
      case "unary":
      case "cast":
      case "slice":
        this.#used[operation.operand] = 1;
        return;
      case "binary":
        this.#used[operation.left] = 1;
        this.#used[operation.right] = 1;
        return;
      default:
        for (const operand of operandsOf(operation)) this.#used[operand] = 1;
    }
  }

  #ifIsLive(operation: Operation & { readonly kind: "if" }, id: OpId): boolean {
    const isUsed = this.#used[id] === 1;
    let rewritten = operation;
    if (operation.type !== null && !isUsed) {
      rewritten = {
        ...operation,
        type: null,
        then: { operations: operation.then.operations },
        else: { operations: operation.else.operations },
      };
    }
    // Values go from the arms to outside only through results, so the order of the arms does not matter.
    const otherwise = this.#region(rewritten.else);
    const then = this.#region(rewritten.then);
    if (!isUsed && then.operations.length + otherwise.operations.length === 0) return false;
    if (then !== rewritten.then || otherwise !== rewritten.else)
      rewritten = { ...rewritten, then, else: otherwise };
    if (rewritten !== operation) {
      this.#operations[id] = rewritten;
      this.#changed = true;
    }
    this.#used[operation.condition] = 1;
    return true;
  }

  #delete(id: OpId): void {
    const operation = this.#operations[id];
    this.#operations[id] = null;
    this.#changed = true;
    if (operation?.kind !== "if") return;
    for (const inner of [...operation.then.operations, ...operation.else.operations]) this.#delete(inner);
  }
}
