/**
 * In which order a simulator runs the modules of a cycle, and which effects may take place at once.
 *
 * The semantics let every body read committed state only. A simulator that runs the readers of an element before its writers can write
 * through at once, because nobody is left who could tell; that is worth an order of magnitude against a pending slot for each write.
 * Only where someone could tell is the effect deferred to the commit.
 */
import type { ArrayId, ModuleId, System } from "@assassyn/ir";
import { arrayIds, canonicalOrder, moduleIds, moduleOf, portId } from "@assassyn/ir";
import type { ModuleAccess } from "./access.js";
import { analyzeAccess, portKey } from "./access.js";

/** `immediate`: takes place where the operation stands. `deferred`: waits for the commit at the end of the cycle. */
export type Commit = "immediate" | "deferred";

/** How an array is written. */
export interface ArraySchedule {
  readonly readers: readonly ModuleId[];
  /** In writer order: the last one wins on one element. */
  readonly writers: readonly ModuleId[];
  readonly commit: Commit;
  /** Writers that can write twice in a cycle, which is a fault at the second write. */
  readonly checkTwice: ReadonlySet<ModuleId>;
}

/** How a FIFO is pushed and popped. */
export interface PortSchedule {
  /** In canonical order. With `push: "immediate"` they also run in this order, so the second pusher of a cycle has the larger key. */
  readonly pushers: readonly ModuleId[];
  readonly push: Commit;
  readonly pop: Commit;
  /** Two pushes in one cycle are possible: several pushers, or one that can push twice. */
  readonly checkPushTwice: boolean;
  /** Two pops in one cycle are possible. */
  readonly checkPopTwice: boolean;
}

/** How credits reach a stage. */
export interface CreditSchedule {
  readonly callers: readonly ModuleId[];
  readonly commit: Commit;
}

/** The plan of a cycle. Arrays are indexed by id; entries of deleted elements are `null`. */
export interface Schedule {
  /** Stages, driver and testbench in the order in which they run. */
  readonly stages: readonly ModuleId[];
  /** Downstreams in the order in which they run, behind the stages. */
  readonly downstreams: readonly ModuleId[];
  /** All modules in canonical order: the order of logs and of stop keys. */
  readonly canonical: readonly ModuleId[];
  /** Canonical index by module id; -1 for a deleted module. */
  readonly canonicalIndex: readonly number[];
  readonly arrays: readonly (ArraySchedule | null)[];
  /** By module id and port id. */
  readonly ports: readonly (readonly PortSchedule[])[];
  /** By module id. */
  readonly credits: readonly (CreditSchedule | null)[];
  /** The modules that log run in canonical order, so lines need no sorting. */
  readonly logsInOrder: boolean;
}

/** `deferred` runs in canonical order and defers every effect: slower, and equal in all that can be observed. */
export interface ScheduleOptions {
  readonly commit?: "auto" | "deferred";
}

/**
 * Plans the cycle of a verified system.
 *
 * @throws Error if the downstreams form a loop, which the frontend and the verifier report before.
 */
export function computeSchedule(system: System, options: ScheduleOptions = {}): Schedule {
  const order = canonicalOrder(system);
  if (order.kind === "loop") throw new Error("the downstreams form a loop");
  const deferAll = options.commit === "deferred";
  const access: (ModuleAccess | null)[] = system.modules.map(() => null);
  for (const id of moduleIds(system)) access[id] = analyzeAccess(moduleOf(system, id), id);
  const accessOf = (id: ModuleId): ModuleAccess => {
    const found = access[id];
    if (found == null) throw new Error(`no module #${id}`);
    return found;
  };
  const users = collectUsers(system, accessOf);
  const stages = deferAll ? [...order.stages] : consumersFirst(order.stages, accessOf, users);
  const canonical = [...order.stages, ...order.downstreams];
  const canonicalIndex = system.modules.map(() => -1);
  canonical.forEach((id, index) => (canonicalIndex[id] = index));
  const position = system.modules.map(() => -1);
  [...stages, ...order.downstreams].forEach((id, index) => (position[id] = index));
  const runsBefore = (a: ModuleId, b: ModuleId): boolean => (position[a] ?? -1) < (position[b] ?? -1);
  const increasing = (ids: readonly ModuleId[]): boolean =>
    ids.every((id, index) => {
      const previous = ids[index - 1];
      return previous === undefined || runsBefore(previous, id);
    });
  const isDownstream = (id: ModuleId): boolean => moduleOf(system, id).kind === "downstream";
  const writerOrder = (ids: readonly ModuleId[]): ModuleId[] =>
    [...ids].sort((a, b) => Number(isDownstream(a)) - Number(isDownstream(b)) || a - b);

  const arrays = system.arrays.map(
    (array): ArraySchedule | null =>
      array && { readers: [], writers: [], commit: "deferred", checkTwice: new Set() },
  );
  for (const id of arrayIds(system)) {
    const readers = users.readers.get(id) ?? [];
    const writers = writerOrder(users.writers.get(id) ?? []);
    const unseen = writers.every(
      (writer) =>
        !accessOf(writer).readAfterWrite.has(id) &&
        readers.every((reader) => reader === writer || runsBefore(reader, writer)),
    );
    arrays[id] = {
      readers,
      writers,
      commit: !deferAll && unseen && increasing(writers) ? "immediate" : "deferred",
      checkTwice: new Set(writers.filter((writer) => accessOf(writer).writtenTwice.has(id))),
    };
  }

  const ports = system.modules.map((): PortSchedule[] => []);
  const credits: (CreditSchedule | null)[] = system.modules.map(() => null);
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    ports[id] = module.ports.map((_, index) => {
      const key = portKey(id, portId(index));
      const pushers = [...(users.pushers.get(key) ?? [])].sort(
        (a, b) => (canonicalIndex[a] ?? 0) - (canonicalIndex[b] ?? 0),
      );
      const observers = users.observers.get(key) ?? [];
      const unseen = pushers.every((pusher) =>
        observers.every((observer) =>
          observer === pusher ? !accessOf(pusher).observedAfterPush.has(key) : runsBefore(observer, pusher),
        ),
      );
      const own = accessOf(id);
      const observedLater =
        observers.some((observer) => observer !== id) ||
        [...own.observedAfterPop].some((port) => port === index);
      return {
        pushers,
        push: !deferAll && unseen && increasing(pushers) ? "immediate" : "deferred",
        pop: !deferAll && !observedLater ? "immediate" : "deferred",
        checkPushTwice: pushers.length > 1 || pushers.some((pusher) => accessOf(pusher).pushedTwice.has(key)),
        checkPopTwice: [...own.poppedTwice].some((port) => port === index),
      };
    });
    const callers = users.callers.get(id) ?? [];
    const early = callers.every((caller) => caller === id || runsBefore(id, caller));
    credits[id] = { callers, commit: !deferAll && early ? "immediate" : "deferred" };
  }
  const logging = [...stages, ...order.downstreams].filter((id) => accessOf(id).logs);
  const logsInOrder = logging.every((id, index) => {
    const previous = logging[index - 1];
    return previous === undefined || (canonicalIndex[previous] ?? 0) < (canonicalIndex[id] ?? 0);
  });
  return {
    stages,
    downstreams: order.downstreams,
    canonical,
    canonicalIndex,
    arrays,
    ports,
    credits,
    logsInOrder,
  };
}

/** Who touches what, each list in declaration order. */
interface Users {
  readonly readers: ReadonlyMap<ArrayId, readonly ModuleId[]>;
  readonly writers: ReadonlyMap<ArrayId, readonly ModuleId[]>;
  readonly observers: ReadonlyMap<string, readonly ModuleId[]>;
  readonly pushers: ReadonlyMap<string, readonly ModuleId[]>;
  readonly callers: ReadonlyMap<ModuleId, readonly ModuleId[]>;
}

function collectUsers(system: System, accessOf: (id: ModuleId) => ModuleAccess): Users {
  const readers = new Map<ArrayId, ModuleId[]>();
  const writers = new Map<ArrayId, ModuleId[]>();
  const observers = new Map<string, ModuleId[]>();
  const pushers = new Map<string, ModuleId[]>();
  const callers = new Map<ModuleId, ModuleId[]>();
  for (const id of moduleIds(system)) {
    const access = accessOf(id);
    for (const array of access.arrayReads) addTo(readers, array, id);
    for (const array of access.arrayWrites) addTo(writers, array, id);
    for (const { module, port } of access.observes) addTo(observers, portKey(module, port), id);
    for (const { module, port } of access.pushes) addTo(pushers, portKey(module, port), id);
    for (const callee of access.calls) addTo(callers, callee, id);
  }
  return { readers, writers, observers, pushers, callers };
}

function addTo<Key>(map: Map<Key, ModuleId[]>, key: Key, id: ModuleId): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [id]);
  else list.push(id);
}

/**
 * Orders the stages so that a module runs behind everyone who looks at what it writes, as far as loops allow: a depth-first search over
 * "must run before me", appended in postorder. An edge back into the search path is dropped; its element becomes deferred.
 * The search keeps its own stack, since a chain of modules can be as long as the design.
 */
function consumersFirst(
  stages: readonly ModuleId[],
  accessOf: (id: ModuleId) => ModuleAccess,
  users: Users,
): ModuleId[] {
  const isStage = new Set(stages);
  const before = (id: ModuleId): ModuleId[] => {
    const access = accessOf(id);
    const result = new Set<ModuleId>();
    for (const callee of access.calls) result.add(callee);
    for (const { module, port } of access.pushes) {
      for (const observer of users.observers.get(portKey(module, port)) ?? []) result.add(observer);
    }
    for (const array of access.arrayWrites) {
      for (const reader of users.readers.get(array) ?? []) result.add(reader);
    }
    result.delete(id);
    return [...result].filter((other) => isStage.has(other));
  };
  const order: ModuleId[] = [];
  const seen = new Set<ModuleId>();
  for (const root of stages) {
    if (seen.has(root)) continue;
    seen.add(root);
    const path: { readonly id: ModuleId; readonly next: ModuleId[]; at: number }[] = [
      { id: root, next: before(root), at: 0 },
    ];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const candidate = frame.next[frame.at];
      if (candidate === undefined) {
        order.push(frame.id);
        path.pop();
        continue;
      }
      frame.at += 1;
      if (seen.has(candidate)) continue;
      seen.add(candidate);
      path.push({ id: candidate, next: before(candidate), at: 0 });
    }
  }
  return order;
}
