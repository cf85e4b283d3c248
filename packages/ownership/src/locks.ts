/** How bodies take locks, whatever the locks are for: order, brackets, what they are not held across. */
import type { Concurrency, Lock, LockId, System } from "@assassyn/ir";
import { moduleIds, moduleOf } from "@assassyn/ir";
import type { BodyEvent, Derivation } from "./accesses.js";
import { ownershipMessages } from "./messages.js";
import type { Report } from "./report.js";

/** The lock with this number, if there is one. */
export function lockOf({ locks }: Concurrency, id: LockId): Lock | undefined {
  return locks[id] ?? undefined;
}

/** What messages call a lock, be it there or not. */
export function lockName(concurrency: Concurrency, id: LockId): string {
  return lockOf(concurrency, id)?.name ?? `#${id}`;
}

/** Refuses acquisitions out of order, of no lock, or in a mode that the lock has not; locks held too long; broken sets. */
export function checkLockDiscipline(
  system: System,
  concurrency: Concurrency,
  { events, leftHeld }: Derivation,
  report: Report,
): void {
  for (const event of events) checkEvent(event, concurrency, report);
  for (const { locks, ...place } of leftHeld)
    for (const lock of locks)
      report.refuse(ownershipMessages["lock-held-across"], {
        access: report.place(place),
        lock: lockName(concurrency, lock),
        what: "the end of a region",
      });
  for (const id of moduleIds(system)) checkCommits(moduleOf(system, id), concurrency, report);
}

function checkEvent(event: BodyEvent, concurrency: Concurrency, report: Report): void {
  const { what, held } = event;
  // Words only for refusals: there are as many events as brackets.
  const access = (): string => report.place(event);
  switch (what.kind) {
    case "extern":
      return;
    case "point":
      for (const { lock } of held)
        report.refuse(ownershipMessages["lock-held-across"], {
          access: access(),
          lock: lockName(concurrency, lock),
          what: what.name,
        });
      return;
    case "release":
      if (!what.isHeld)
        report.refuse(ownershipMessages["stray-lock"], {
          access: access(),
          reason: `"${lockName(concurrency, what.lock)}" is not held by this region`,
        });
      return;
    case "acquire": {
      const lock = lockOf(concurrency, what.lock);
      if (lock === undefined)
        report.refuse(ownershipMessages["stray-lock"], {
          access: access(),
          reason: `there is no lock #${what.lock}`,
        });
      else if (lock.type === "mutex" && what.mode === "read")
        report.refuse(ownershipMessages["mutex-read"], { access: access(), lock: lock.name });
      const above = held.find((other) => other.lock >= what.lock);
      if (above !== undefined)
        report.refuse(ownershipMessages["lock-order"], {
          access: access(),
          lock: lockName(concurrency, what.lock),
          held: lockName(concurrency, above.lock),
        });
      return;
    }
    default:
      throw new Error(`unexpected ${JSON.stringify(what satisfies never)}`);
  }
}

function checkCommits(
  module: { readonly name: string; readonly commits?: readonly LockId[] },
  concurrency: Concurrency,
  report: Report,
): void {
  let previous: LockId | undefined;
  for (const lock of module.commits ?? []) {
    const refuse = (reason: string): void =>
      report.refuse(ownershipMessages["commit-order"], { module: module.name, reason });
    if (lockOf(concurrency, lock) === undefined) refuse(`there is no lock #${lock}`);
    if (previous !== undefined && previous >= lock)
      refuse(
        `"${lockName(concurrency, lock)}" stands behind "${lockName(concurrency, previous)}", but is not above it`,
      );
    previous = lock;
  }
}
