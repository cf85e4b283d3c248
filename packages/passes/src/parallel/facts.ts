/** The facts of the parallel ladder. */
import type { Concurrency, Diagnostic, System } from "@assassyn/plugin-api";
import { createDiagnostic, defineFact } from "@assassyn/plugin-api";
import { passMessages } from "../messages.js";
import { describeUnprotected, unprotectedAccesses } from "./protection.js";

/** Asks `judge` about the parallel form; without one the fact does not hold. */
function check(system: System, judge: (concurrency: Concurrency) => readonly string[]): Diagnostic[] {
  const { concurrency } = system;
  const reasons = concurrency === undefined ? ["the system has no parallel form"] : judge(concurrency);
  return reasons.map((reason) => createDiagnostic(passMessages["parallel-form"], { reason }));
}

/** Every access to shared state is protected. */
export const locksExplicit = defineFact({
  name: "locks-explicit",
  description:
    "Every access to shared state is under its lock, deferred to a locked commit, atomic, or by the owner",
  check: (system) => {
    const describe = describeUnprotected(system);
    return check(system, (concurrency) =>
      unprotectedAccesses(system, concurrency).map((access) =>
        passMessages["not-protected"].message(describe(access)),
      ),
    );
  },
});

/** Flags, credits and the stamp have no locks. */
export const flagsAtomic = defineFact({
  name: "flags-atomic",
  description: "Triggered flags, credits and the stamp are atomics, or owned",
  check: (system) =>
    check(system, ({ locks }) =>
      locks.flatMap((lock) =>
        lock !== null && ["flag", "credit", "stamp"].includes(lock.location.kind)
          ? [`the lock "${lock.name}" is for a ${lock.location.kind}`]
          : [],
      ),
    ),
});

/** Functions of modules share the simulator. */
export const selfShared = defineFact({
  name: "self-shared",
  description: "Functions of modules take the simulator as `&self`, so that several can run at once",
  check: (system) =>
    check(system, ({ receiver, clusters }) =>
      receiver === "shared" || clusters.length > 0 ? [] : ["functions take the simulator for themselves"],
    ),
});
