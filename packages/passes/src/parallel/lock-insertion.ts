/** The pass `lock-insertion`. */
import type {
  Concurrency,
  Location,
  Lock,
  LockId,
  Module,
  ModuleId,
  Step,
  System,
} from "@assassyn/plugin-api";
import {
  accessesOf,
  arrayOf,
  assertNever,
  canonicalOrder,
  definePass,
  downstreamUses,
  locationKey,
  lockId,
  moduleOf,
  rewriteModule,
} from "@assassyn/plugin-api";
import { eachModule } from "../each-module.js";
import { passMessages } from "../messages.js";
import { countNoun, nameUsers } from "./reasons.js";
import type { LocationSharing, Sharing } from "./sharing.js";
import { countOf, readersOf, sharing } from "./sharing.js";
import { PARALLEL_TARGETS } from "./targets.js";

const NAME = "lock-insertion";

/**
 * The first rung of the parallel ladder: a lock around every location, taken and given back around each operation that touches it.
 *
 *                                         lock cnt: mutex for reg(cnt) because "written by Driver, read by Driver; …"
 *     %1: i32 = cnt[%0]                   %4 acquire write cnt
 *                                         %1: i32 = cnt[%0]
 *                                         %5 release cnt
 *
 * A lock is a `rwlock` where at least two modules read and reads outnumber writes in the IR, accesses around bodies counted. All locks of one
 * operation are taken in the order of their ids, so that nobody waits in a circle. The steps of the cycle: the stages at once, each level of
 * downstreams at once, the commit, with barriers between them.
 */
export const lockInsertion = definePass({
  name: NAME,
  description: "Puts a lock around every access to shared state",
  provides: ["locks-explicit"],
  targets: PARALLEL_TARGETS,
  run(cx) {
    const { base } = cx;
    if (base.concurrency !== undefined) {
      cx.report(passMessages["already-parallel"], { pass: NAME });
      return;
    }
    const steps = lockSteps(base);
    if (steps.kind === "loop") {
      cx.report(passMessages["downstream-loop"], {
        names: steps.modules.map((id) => moduleOf(base, id).name),
      });
      return;
    }
    const locks = makeLocks(base, cx.analysis(sharing));
    const byLocation = new Map(locks.map((lock, index) => [locationKey(lock.location), lockId(index)]));
    eachModule(cx, (module, id) => withBrackets(module, id, locks, byLocation));
    const concurrency: Concurrency = {
      receiver: "exclusive",
      locks,
      atomics: [],
      owned: [],
      clusters: [],
      mailboxes: [],
      steps: steps.steps,
    };
    cx.updateConcurrency(concurrency);
  },
});

/** A lock for each location, in the order of the sharing table. */
function makeLocks(system: System, { locations }: Sharing): Lock[] {
  const taken = new Set<string>();
  return locations.map((row) => {
    const wanted = lockName(system, row.location);
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`;
    taken.add(name);
    return { name, location: row.location, ...chooseType(system, row) };
  });
}

function lockName(system: System, location: Location): string {
  switch (location.kind) {
    case "array":
      return arrayOf(system, location.array).name;
    case "fifo": {
      const { name, ports } = moduleOf(system, location.module);
      return `${name}_${ports[location.port]?.name ?? location.port}`;
    }
    case "value": {
      const { name, exposed } = moduleOf(system, location.module);
      return `${name}_${exposed[location.slot]?.name ?? location.slot}_value`;
    }
    case "credit":
    case "flag":
      return `${moduleOf(system, location.module).name}_${location.kind}`;
    case "stamp":
      return "stamp";
    default:
      return assertNever(location);
  }
}

function chooseType(system: System, row: LocationSharing): Pick<Lock, "type" | "reason"> {
  const users = nameUsers(system, row);
  const readers = readersOf(row).length;
  const reads = countOf(row, "readers");
  const writes = countOf(row, "writers");
  if (readers < 2) return { type: "mutex", reason: users };
  const counts = `${countNoun(reads, "read")} to ${countNoun(writes, "write")}`;
  return reads > writes
    ? { type: "rwlock", reason: `${users}; ${counts}, so readers share it` }
    : { type: "mutex", reason: `${users}; ${counts}, too few to share it` };
}

function withBrackets(
  module: Module,
  owner: ModuleId,
  locks: readonly Lock[],
  byLocation: ReadonlyMap<string, LockId>,
): Module {
  // Filled in front of an operation, emptied behind it: no two are open at a time, for the operations of a region stand one behind another.
  let held: LockId[] = [];
  return rewriteModule(module, NAME, {
    operation(operation, _id, rewriter) {
      const accesses = accessesOf(operation, owner);
      if (accesses.length === 0) return operation;
      const wanted = accesses.flatMap(({ location, mode }) => {
        const lock = byLocation.get(locationKey(location));
        return lock === undefined ? [] : [{ lock, mode }];
      });
      for (const { lock, mode } of wanted.toSorted((a, b) => a.lock - b.lock)) {
        const shared = mode === "read" && locks[lock]?.type === "rwlock";
        rewriter.append({ kind: "acquire", type: null, lock, mode: shared ? "read" : "write" });
        held.push(lock);
      }
      return operation;
    },
    placed(_operation, _id, rewriter) {
      if (held.length === 0) return;
      for (const lock of held.toReversed()) rewriter.append({ kind: "release", type: null, lock });
      held = [];
    },
  });
}

type Steps =
  | { readonly kind: "ok"; readonly steps: readonly Step[] }
  | { readonly kind: "loop"; readonly modules: readonly ModuleId[] };

/** Stages, level after level of downstreams, commit. A downstream is one level behind the deepest of those it uses. */
function lockSteps(system: System): Steps {
  const order = canonicalOrder(system);
  if (order.kind === "loop") return order;
  const levelOf = new Map<ModuleId, number>();
  const levels: ModuleId[][] = [];
  for (const id of order.downstreams) {
    let level = 0;
    for (const used of downstreamUses(moduleOf(system, id)).all)
      level = Math.max(level, (levelOf.get(used) ?? -1) + 1);
    levelOf.set(id, level);
    (levels[level] ??= []).push(id);
  }
  const groups = [order.stages, ...levels].filter((modules) => modules.length > 0);
  return {
    kind: "ok",
    steps: [
      ...groups.flatMap((modules): Step[] => [{ kind: "run", modules }, { kind: "barrier" }]),
      { kind: "commit" },
      { kind: "barrier" },
    ],
  };
}
