/** Takes locks away where something else protects their locations. */
import type { AtomicLocation, Lock, LockId, Module, OwnedLocation, PassContext } from "@assassyn/plugin-api";
import { lockId, rewriteModule } from "@assassyn/plugin-api";
import { eachModule } from "../each-module.js";
import { passMessages } from "../messages.js";

/** What becomes of a lock: it stays (another reason replaces its own), or the location becomes atomic or owned. */
export type Verdict =
  | { readonly kind: "stays"; readonly reason?: string }
  | { readonly kind: "atomic"; readonly reason: string }
  | { readonly kind: "owned"; readonly owner: OwnedLocation["owner"]; readonly reason: string };

/**
 * Asks `judge` about every lock that is left. Brackets of locks that go vanish from the bodies, and their entries from `commits`.
 * A system without a parallel form is reported.
 */
export function dropLocks<Options>(
  cx: PassContext<Options>,
  pass: string,
  judge: (lock: Lock) => Verdict,
): void {
  const { concurrency } = cx.base;
  if (concurrency === undefined) {
    cx.report(passMessages["no-parallel-form"], { pass });
    return;
  }
  const gone = new Set<LockId>();
  const atomics: AtomicLocation[] = [];
  const owned: OwnedLocation[] = [];
  let changed = false;
  const locks = concurrency.locks.map((lock, index) => {
    if (lock === null) return null;
    const { location } = lock;
    const verdict = judge(lock);
    if (verdict.kind === "stays") {
      const { reason = lock.reason } = verdict;
      if (reason === lock.reason) return lock;
      changed = true;
      return { ...lock, reason };
    }
    if (verdict.kind === "atomic") atomics.push({ location, reason: verdict.reason });
    else owned.push({ location, owner: verdict.owner, reason: verdict.reason });
    gone.add(lockId(index));
    return null;
  });
  if (gone.size === 0 && !changed) return;
  cx.updateConcurrency({
    ...concurrency,
    locks,
    atomics: [...concurrency.atomics, ...atomics],
    owned: [...concurrency.owned, ...owned],
  });
  if (gone.size > 0) eachModule(cx, (module) => withoutLocks(module, pass, gone));
}

function withoutLocks(module: Module, pass: string, gone: ReadonlySet<LockId>): Module {
  const bare = rewriteModule(module, pass, {
    operation: (operation) =>
      (operation.kind === "acquire" || operation.kind === "release") && gone.has(operation.lock)
        ? null
        : operation,
  });
  const { commits, ...rest } = bare;
  if (commits?.some((lock) => gone.has(lock)) !== true) return bare;
  const left = commits.filter((lock) => !gone.has(lock));
  return left.length === 0 ? rest : { ...rest, commits: left };
}
