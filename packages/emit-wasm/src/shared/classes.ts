/** Which modules share a function, and in which order modules run so that those that share one run in a row. */
import { analyzeAccess, portKey } from "@assassyn/emit-core";
import type { Schedule } from "@assassyn/emit-core";
import type { Module, ModuleId, System } from "@assassyn/ir";
import { moduleIds, moduleOf } from "@assassyn/ir";
import type { Trace, TraceContext } from "./trace.js";
import { traceModule } from "./trace.js";

/** From how many members on a class gets what. */
export interface LeastMembers {
  /** A function for all. With few members their own code, with fixed addresses and among its neighbours, is faster. */
  readonly forSharing: number;
  /** Credits side by side. */
  readonly forGroups: number;
}

/** Modules by class. */
export interface Classes {
  /** Traces of the modules that share code, by module id. */
  readonly traces: readonly (Trace | undefined)[];
  /** Class by module id; -1 for a module with code of its own. */
  readonly classOf: readonly number[];
  /** Stages of large classes, whose credits lie side by side so that idle ones can be passed over in groups. */
  readonly together: ReadonlySet<ModuleId>;
}

/** No module shares. */
export const noClasses: Classes = { traces: [], classOf: [], together: new Set() };

/** Finds the modules that do the same. */
export function findClasses(context: TraceContext, least: LeastMembers): Classes {
  const { system } = context;
  const candidates = new Map<string, ModuleId[]>();
  for (const id of moduleIds(system)) {
    const key = roughKey(moduleOf(system, id));
    const bucket = candidates.get(key);
    if (bucket === undefined) candidates.set(key, [id]);
    else bucket.push(id);
  }
  const traces: (Trace | undefined)[] = [];
  const together = new Set<ModuleId>();
  const classOf = system.modules.map(() => -1);
  let next = 0;
  for (const bucket of candidates.values()) {
    if (bucket.length < least.forSharing) continue;
    const byText = new Map<string, ModuleId[]>();
    for (const id of bucket) {
      const trace = traceModule(context, id);
      const same = byText.get(trace.text);
      if (same === undefined) byText.set(trace.text, [id]);
      else same.push(id);
      traces[id] = trace;
    }
    for (const members of byText.values()) {
      if (members.length < least.forSharing) continue;
      for (const id of members) classOf[id] = next;
      if (least.forGroups <= members.length && bucketKind(system, members) === "stage")
        for (const id of members) together.add(id);
      next += 1;
    }
  }
  return { traces, classOf, together };
}

function bucketKind(system: System, [first]: readonly ModuleId[]): Module["kind"] | undefined {
  return first === undefined ? undefined : moduleOf(system, first).kind;
}

/** Equal for modules that do the same. */
function roughKey({ kind, operations, ports, exposed, body }: Module): string {
  return [kind, operations.length, ports.length, exposed.length, body.operations.length].join();
}

/**
 * The same schedule with stages of one class in a row as far as possible. Two stages that touch the same state, unless both only look at
 * it, keep their order, so everything that the schedule says of commits stays true.
 */
export function batchStages(system: System, schedule: Schedule, { classOf }: Classes): Schedule {
  if (classOf.every((each) => each < 0)) return schedule;
  const { stages } = schedule;
  const successors = stages.map((): number[] => []);
  const missing = new Int32Array(stages.length);
  const lastWrite = new Map<string, number>();
  const readsSince = new Map<string, number[]>();
  const follow = (before: number | undefined, after: number): void => {
    if (before === undefined || before === after) return;
    successors[before]?.push(after);
    missing[after] = (missing[after] ?? 0) + 1;
  };
  const isWritten = new Set<string>();
  const touches = stages.map((id) => touchesOf(system, schedule, id));
  for (const { writes } of touches) for (const place of writes) isWritten.add(place);
  touches.forEach(({ reads, writes }, index) => {
    for (const place of reads) {
      if (!isWritten.has(place) || writes.has(place)) continue;
      follow(lastWrite.get(place), index);
      const list = readsSince.get(place);
      if (list === undefined) readsSince.set(place, [index]);
      else list.push(index);
    }
    for (const place of writes) {
      follow(lastWrite.get(place), index);
      for (const reader of readsSince.get(place) ?? []) follow(reader, index);
      readsSince.delete(place);
      lastWrite.set(place, index);
    }
  });

  // Of what may run now, one of the class at hand, else whatever came first.
  const ready = new Map<number, Queue>();
  const put = (index: number): void => {
    const key = classOf[stages[index] ?? -1] ?? -1;
    let queue = ready.get(key);
    if (queue === undefined) ready.set(key, (queue = { items: [], at: 0 }));
    queue.items.push(index);
  };
  missing.forEach((count, index) => {
    if (count === 0) put(index);
  });
  const order: ModuleId[] = [];
  let current = -1;
  while (order.length < stages.length) {
    let queue = ready.get(current);
    if (queue === undefined || queue.at >= queue.items.length) {
      current = smallest(ready);
      queue = ready.get(current);
    }
    const index = queue?.items[queue.at];
    if (queue === undefined || index === undefined) throw new Error("the schedule has a loop");
    queue.at += 1;
    const id = stages[index];
    if (id !== undefined) order.push(id);
    for (const successor of successors[index] ?? []) {
      missing[successor] = (missing[successor] ?? 0) - 1;
      if (missing[successor] === 0) put(successor);
    }
  }
  return { ...schedule, stages: order };
}

interface Queue {
  readonly items: number[];
  at: number;
}

/** The class with the fewest stages that may run now, so that the others can still grow; a class with none left is passed over. */
function smallest(ready: ReadonlyMap<number, Queue>): number {
  let best = -1;
  let fewest = Infinity;
  for (const [key, { items, at }] of ready) {
    const count = items.length - at;
    if (count > 0 && count < fewest) {
      best = key;
      fewest = count;
    }
  }
  return best;
}

/** What a stage looks at and changes. */
function touchesOf(
  system: System,
  schedule: Schedule,
  id: ModuleId,
): { readonly reads: ReadonlySet<string>; readonly writes: ReadonlySet<string> } {
  const module = moduleOf(system, id);
  const access = analyzeAccess(module, id);
  const reads = new Set<string>();
  const writes = new Set<string>();
  for (const array of access.arrayReads) reads.add(`a${array}`);
  for (const array of access.arrayWrites) writes.add(`a${array}`);
  for (const { module: owner, port } of access.observes) reads.add(portKey(owner, port));
  for (const { module: owner, port } of access.pushes) writes.add(portKey(owner, port));
  for (const port of access.pops) writes.add(portKey(id, port));
  for (const callee of access.calls) writes.add(`c${callee}`);
  writes.add(`c${id}`);
  if (access.logs && schedule.logsInOrder) writes.add("logs");
  if (module.operations.some((operation) => operation?.kind === "extern-call")) writes.add("externs");
  return { reads, writes };
}
