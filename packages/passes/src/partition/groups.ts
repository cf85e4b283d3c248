/** What must not be cut: modules that share a worker whatever it costs. */
import type { ModuleId, System } from "@assassyn/plugin-api";
import { moduleIds, moduleOf } from "@assassyn/plugin-api";
import type { Access, SystemAccesses } from "./accesses.js";

/**
 * `joined`: a downstream stays with all whose values it uses, and a cycle has one barrier. `split`: downstreams run behind a second barrier,
 * and only those that use each other stay together.
 */
export type Shape = "joined" | "split";

/** Sets of numbers that grow together; the smallest member stands for each. */
export class DisjointSets {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, index) => index);
  }

  /** The smallest member of the set that `member` is in. */
  find(member: number): number {
    let root = member;
    for (let next = this.#parent[root] ?? root; next !== root; next = this.#parent[root] ?? root) root = next;
    // Later questions take the short way.
    for (let at = member; at !== root;) {
      const next = this.#parent[at] ?? root;
      this.#parent[at] = root;
      at = next;
    }
    return root;
  }

  union(a: number, b: number): void {
    const [first, second] = [this.find(a), this.find(b)];
    this.#parent[Math.max(first, second)] = Math.min(first, second);
  }
}

/**
 * By module: the smallest id of its group. Modules of a group share a cluster:
 *
 * - whoever looks at a FIFO and its owner, because heads are not mailed;
 * - all that call externs, because a host's functions are called from one thread;
 * - a downstream and whatever it uses, in the shape `split` only if that is a downstream too.
 */
export function groupModules(system: System, accesses: SystemAccesses, shape: Shape): DisjointSets {
  const sets = new DisjointSets(system.modules.length);
  accesses.fifos.forEach((ports, owner) => {
    for (const { readers } of ports) for (const { module } of readers) sets.union(owner, module);
  });
  const [first] = accesses.externCallers;
  if (first !== undefined) for (const module of accesses.externCallers) sets.union(first, module);
  const joinUsers = (producer: number, users: readonly Access[]): void => {
    if (shape === "split" && system.modules[producer]?.kind !== "downstream") return;
    for (const { module } of users) sets.union(producer, module);
  };
  accesses.flagUsers.forEach((users, producer) => joinUsers(producer, users));
  return sets;
}

/** The cost of the largest group. */
export function largestGroup(system: System, sets: DisjointSets, costs: readonly number[]): number {
  const sums = new Float64Array(system.modules.length);
  for (const id of moduleIds(system)) sums[sets.find(id)] = (sums[sets.find(id)] ?? 0) + (costs[id] ?? 0);
  return sums.reduce((most, sum) => Math.max(most, sum), 0);
}

/**
 * The shape that `auto` means: `joined`, unless a group would have more than half of the work and the other shape makes it smaller. A
 * second barrier is worth about a microsecond of work.
 */
export function chooseShape(system: System, accesses: SystemAccesses, costs: readonly number[]): Shape {
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const joined = largestGroup(system, groupModules(system, accesses, "joined"), costs);
  if (joined <= total / 2) return "joined";
  return largestGroup(system, groupModules(system, accesses, "split"), costs) < joined ? "split" : "joined";
}

/** Whether there is anything to run behind a second barrier. */
export function hasDownstreams(system: System): boolean {
  return moduleIds(system).some((id: ModuleId) => moduleOf(system, id).kind === "downstream");
}
