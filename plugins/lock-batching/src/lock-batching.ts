import type { LockId, Module, ModuleId, Operation, OpId, Pass, Region, System } from "@assassyn/plugin-api";
import {
  accessesOf,
  definePass,
  isDeferrable,
  locationKey,
  lockId,
  moduleIds,
  moduleOf,
  operationOf,
  rewriteModule,
} from "@assassyn/plugin-api";
import { messages } from "./messages.js";

const NAME = "lock-batching";

/**
 * Takes the locks for a module's effects once, when its body ends, instead of once an effect.
 *
 * ```
 * driver Driver {                        driver Driver {
 *                                          commits cnt, adder_a
 *   acquire write cnt
 *   cnt[%0] <= %1                   →      cnt[%0] <= %1
 *   release cnt
 *   acquire write adder_a
 *   adder.a.push(%1)                       adder.a.push(%1)
 *   release adder_a
 * }                                      }
 * ```
 *
 * Writes, pushes, calls and exposed values lose their brackets; the body keeps them to itself and publishes them under all locks of
 * `commits`, which are taken in the order of their ids, so that no two modules wait for each other. They are not held across a
 * `wait_until` or a log. Reads and pops keep their brackets: their results are needed at once. So does an effect whose bracket also
 * protects a read.
 */
export const lockBatching: Pass = definePass({
  name: NAME,
  description: "Takes the locks for the effects of a module once, when its body ends",
  targets: ["rust-parallel", "ir"],
  requires: ["locks-explicit"],
  provides: ["locks-batched"],
  run(cx) {
    const { concurrency } = cx.base;
    if (concurrency === undefined) {
      cx.report(messages["no-locks"], {});
      return;
    }
    const locks = lockTable(cx.base);
    for (const id of moduleIds(cx.base)) {
      const module = moduleOf(cx.base, id);
      const { brackets, commits } = findBatch(module, id, locks);
      cx.updateModule(id, withCommits(withoutBrackets(module, brackets), commits));
    }
  },
});

/** The locks that are left, by what they protect. */
export function lockTable({ concurrency }: System): ReadonlyMap<string, LockId> {
  const table = new Map<string, LockId>();
  concurrency?.locks.forEach((lock, index) => {
    if (lock !== null) table.set(locationKey(lock.location), lockId(index));
  });
  return table;
}

/** What a module can publish at once: the acquires and releases that go, and their locks. */
export interface Batch {
  readonly brackets: ReadonlySet<OpId>;
  readonly commits: ReadonlySet<LockId>;
}

/** A lock that is held, and what was done under it so far. */
interface Bracket {
  readonly acquire: OpId;
  effects: number;
  /** Something under the lock cannot wait for the end of the body. */
  isNeeded: boolean;
}

/** Finds the brackets around nothing but effects. Linear in the size of the module. */
export function findBatch(module: Module, owner: ModuleId, locks: ReadonlyMap<string, LockId>): Batch {
  const brackets = new Set<OpId>();
  const commits = new Set<LockId>();
  const held = new Map<LockId, Bracket>();
  const look = (operation: Operation): void => {
    for (const { location } of accessesOf(operation, owner)) {
      const lock = locks.get(locationKey(location));
      const bracket = lock === undefined ? undefined : held.get(lock);
      if (bracket === undefined) continue;
      if (isDeferrable(operation)) bracket.effects += 1;
      else bracket.isNeeded = true;
    }
  };
  const close = (lock: LockId, release: OpId): void => {
    const bracket = held.get(lock);
    held.delete(lock);
    if (bracket === undefined || bracket.isNeeded || bracket.effects === 0) return;
    brackets.add(bracket.acquire).add(release);
    commits.add(lock);
  };
  const enter = (region: Region): void => {
    for (const id of region.operations) {
      const operation = operationOf(module, id);
      if (operation.kind === "acquire")
        held.set(operation.lock, { acquire: id, effects: 0, isNeeded: false });
      else if (operation.kind === "release") close(operation.lock, id);
      else look(operation);
      if (operation.kind !== "if") continue;
      enter(operation.then);
      enter(operation.else);
    }
  };
  enter(module.body);
  return { brackets, commits };
}

function withoutBrackets(module: Module, brackets: ReadonlySet<OpId>): Module {
  if (brackets.size === 0) return module;
  return rewriteModule(module, NAME, { operation: (operation, id) => (brackets.has(id) ? null : operation) });
}

/** The module with more locks to commit under, in the order of their ids. */
function withCommits(module: Module, added: ReadonlySet<LockId>): Module {
  if (added.size === 0) return module;
  const commits = [...new Set([...(module.commits ?? []), ...added])];
  return { ...module, commits: commits.toSorted((a, b) => a - b) };
}
