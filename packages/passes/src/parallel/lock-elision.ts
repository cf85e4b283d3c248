/** The pass `lock-elision`. */
import type { Location, ModuleId, System } from "@assassyn/plugin-api";
import { assertNever, definePass, locationKey, moduleIds, moduleOf, walk } from "@assassyn/plugin-api";
import type { Verdict } from "./drop-locks.js";
import { dropLocks } from "./drop-locks.js";
import { nameModules } from "./reasons.js";
import type { LocationSharing } from "./sharing.js";
import { readersOf, sharing, writersOf } from "./sharing.js";
import { PARALLEL_TARGETS } from "./targets.js";

const NAME = "lock-elision";

/**
 * Takes the locks away that a proof makes needless, and writes the proof down. Bodies read committed state, which nobody changes while they
 * run, so a lock is about pending effects: with one writer there is one slot for them, which nobody else looks at.
 *
 *     lock cnt: mutex for reg(cnt)        deleted lock
 *                                         atomic reg(cnt) because "only Driver writes it"
 *     %2 acquire write cnt
 *     %1: i32 = cnt[%0]                   %1: i32 = cnt[%0]
 *     %3 release cnt
 *
 * Arrays that one module alone touches are owned by it. A lock that remains says why.
 */
export const lockElision = definePass({
  name: NAME,
  description:
    "Takes away the locks that the analysis of writers proves needless; says why the others remain",
  requires: ["locks-explicit"],
  after: ["lock-batching"],
  targets: PARALLEL_TARGETS,
  run(cx) {
    const { base } = cx;
    const rows = new Map(cx.analysis(sharing).locations.map((row) => [locationKey(row.location), row]));
    const fifos = observeFifos(base);
    dropLocks(cx, NAME, ({ location }) => {
      const key = locationKey(location);
      return judge(base, location, rows.get(key), fifos.get(key));
    });
  },
});

/** Who pushes a FIFO, and who but its owner looks at it; each in declaration order. */
interface FifoUse {
  readonly pushers: Set<ModuleId>;
  readonly observers: Set<ModuleId>;
}

function observeFifos(system: System): Map<string, FifoUse> {
  const uses = new Map<string, FifoUse>();
  for (const id of moduleIds(system)) {
    walk(moduleOf(system, id), (operation) => {
      const isPush = operation.kind === "fifo-push";
      if (!isPush && operation.kind !== "fifo-valid" && operation.kind !== "fifo-peek") return;
      if (!isPush && operation.module === id) return;
      const key = locationKey({ kind: "fifo", module: operation.module, port: operation.port });
      let use = uses.get(key);
      if (use === undefined) {
        use = { pushers: new Set(), observers: new Set() };
        uses.set(key, use);
      }
      (isPush ? use.pushers : use.observers).add(id);
    });
  }
  return uses;
}

function judge(
  system: System,
  location: Location,
  row: LocationSharing | undefined,
  fifo: FifoUse | undefined,
): Verdict {
  switch (location.kind) {
    case "array":
      return judgeArray(system, row);
    case "fifo":
      return judgeFifo(system, fifo);
    case "value":
      return {
        kind: "atomic",
        reason: `only its owner ${moduleOf(system, location.module).name} writes it, its readers run behind a barrier`,
      };
    case "flag":
    case "credit":
    case "stamp":
      return { kind: "stays", reason: `a ${location.kind} becomes an atomic by atomic-flags` };
    default:
      return assertNever(location);
  }
}

function judgeArray(system: System, row: LocationSharing | undefined): Verdict {
  const writers = row === undefined ? [] : writersOf(row);
  const [writer] = writers;
  if (row === undefined || writer === undefined) return { kind: "atomic", reason: "nobody writes it" };
  if (writers.length > 1) return { kind: "stays", reason: `written by ${nameModules(system, writers)}` };
  if (readersOf(row).every((reader) => reader === writer)) {
    const owner = { kind: "module", module: writer } as const;
    return { kind: "owned", owner, reason: "no other module touches it" };
  }
  return { kind: "atomic", reason: `only ${nameModules(system, writers)} writes it` };
}

function judgeFifo(system: System, fifo: FifoUse | undefined): Verdict {
  const pushers = [...(fifo?.pushers ?? [])];
  const observers = [...(fifo?.observers ?? [])];
  const reasons = [
    ...(pushers.length > 1
      ? [`pushed by ${nameModules(system, pushers)}: a second push of a cycle must be seen`]
      : []),
    ...(observers.length > 0 ? [`looked at by ${nameModules(system, observers)}`] : []),
  ];
  if (reasons.length > 0) return { kind: "stays", reason: reasons.join("; ") };
  const reason =
    pushers.length === 0
      ? "nobody pushes it"
      : `one pusher, ${nameModules(system, pushers)}; popped by its owner`;
  return { kind: "atomic", reason };
}
