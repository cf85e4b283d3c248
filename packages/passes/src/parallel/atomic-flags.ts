/** The pass `atomic-flags`. */
import type { Location, System } from "@assassyn/plugin-api";
import { definePass, locationKey, moduleOf } from "@assassyn/plugin-api";
import type { Verdict } from "./drop-locks.js";
import { dropLocks } from "./drop-locks.js";
import { nameModules } from "./reasons.js";
import type { LocationSharing } from "./sharing.js";
import { readersOf, sharing, writersOf } from "./sharing.js";
import { PARALLEL_TARGETS } from "./targets.js";

const NAME = "atomic-flags";

/**
 * Flags, credits and the stamp are single words, so atomics do for them.
 *
 *     lock calls: mutex for credit(adder)     deleted lock
 *                                             atomic credit(adder) because "a counter: calls of Driver add up in any order"
 *     %7 acquire write calls
 *     %6 call adder                           %6 call adder
 *     %8 release calls
 */
export const atomicFlags = definePass({
  name: NAME,
  description: "Turns triggered flags, credits and the stamp into atomics",
  requires: ["locks-explicit"],
  provides: ["flags-atomic"],
  targets: PARALLEL_TARGETS,
  run(cx) {
    const { base } = cx;
    const rows = new Map(cx.analysis(sharing).locations.map((row) => [locationKey(row.location), row]));
    dropLocks(cx, NAME, ({ location }) => judge(base, location, rows.get(locationKey(location))));
  },
});

function judge(system: System, location: Location, row: LocationSharing | undefined): Verdict {
  switch (location.kind) {
    case "flag": {
      const { name } = moduleOf(system, location.module);
      const isRead = row !== undefined && readersOf(row).length > 0;
      return {
        kind: "atomic",
        reason: `only ${name} writes it${isRead ? ", its readers run behind a barrier" : ""}`,
      };
    }
    case "credit": {
      const callers =
        row === undefined ? [] : writersOf(row).filter((id) => id !== location.module || calls(row, id));
      return {
        kind: "atomic",
        reason:
          callers.length === 0
            ? "nobody calls it"
            : `a counter: calls of ${nameModules(system, callers)} add up in any order`,
      };
    }
    case "stamp":
      return { kind: "atomic", reason: "only the executor writes it, between cycles" };
    default:
      return { kind: "stays" };
  }
}

/** Whether a module calls the stage by an operation: the stage itself also spends a credit behind its body. */
function calls({ stage, downstream }: LocationSharing, module: number): boolean {
  return [...stage.writers, ...downstream.writers].some((use) => use.module === module && use.operations > 0);
}
