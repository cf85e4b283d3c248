/** From a system to its clusters: constraints, cut, mail and steps. */
import type { Cluster, ClusterId, Concurrency, ModuleId, Step, System } from "@assassyn/plugin-api";
import { canonicalOrder, clusterId, moduleIds, moduleOf } from "@assassyn/plugin-api";
import type { Access, SystemAccesses } from "./accesses.js";
import { collectAccesses } from "./accesses.js";
import type { Edge } from "./cut.js";
import { cutGraph } from "./cut.js";
import { MESSAGE_UNITS } from "./figures.js";
import type { Shape } from "./groups.js";
import { chooseShape, groupModules, hasDownstreams } from "./groups.js";
import { planMail } from "./mail.js";
import type { Profile } from "./profile.js";
import { moduleCosts } from "./profile.js";

/** What a plan may look like. */
export interface PartitionOptions {
  /** At most so many clusters, from 1 to 64. */
  readonly maxThreads: number;
  /** `auto` is `joined`, unless that leaves a group with more than half of the work that `split` makes smaller. */
  readonly shape: Shape | "auto";
  /** By how many percent a cluster may exceed an equal share, ≥ 0. */
  readonly balance: number;
  /** How often each module runs; without it, every module counts as if it ran in every cycle. */
  readonly profile?: Profile;
}

/** The outcome of {@link planPartition}: the clustered form, or the downstreams that use each other in a loop. */
export type PartitionPlan =
  | { readonly kind: "ok"; readonly concurrency: Concurrency }
  | { readonly kind: "loop"; readonly modules: readonly ModuleId[] };

/**
 * Cuts a design into clusters. Locks, atomics and owners that the system has are not looked at. A function of the design alone; near linear
 * in its size.
 *
 * @example
 * const plan = planPartition(system, { maxThreads: 8, shape: "auto", balance: 10 });
 */
export function planPartition(system: System, options: PartitionOptions): PartitionPlan {
  const order = canonicalOrder(system);
  if (order.kind === "loop") return order;
  const canonical = [...order.stages, ...order.downstreams];
  const accesses = collectAccesses(system, options.profile);
  const costs = moduleCosts(system, options.profile);
  const wanted = options.shape === "auto" ? chooseShape(system, accesses, costs) : options.shape;
  const shape = hasDownstreams(system) ? wanted : "joined";
  const parts = partitionModules(system, accesses, costs, shape, options);
  const { clusters, clusterOf } = nameClusters(system, canonical, parts, costs);
  const { owned, mailboxes } = planMail(system, accesses, shape, clusterOf);
  return {
    kind: "ok",
    concurrency: {
      receiver: "shared",
      locks: [],
      atomics: [],
      owned,
      clusters,
      mailboxes,
      steps: cycleSteps(shape, order.stages, order.downstreams),
    },
  };
}

/** By module: a part. */
function partitionModules(
  system: System,
  accesses: SystemAccesses,
  costs: readonly number[],
  shape: Shape,
  options: PartitionOptions,
): number[] {
  const groups = groupModules(system, accesses, shape);
  // Nodes of the graph are groups, numbered by their first modules.
  const nodeOf = new Int32Array(system.modules.length);
  const nodeCosts: number[][] = [];
  for (const id of moduleIds(system)) {
    const root = groups.find(id);
    if (root === id) {
      nodeOf[id] = nodeCosts.length;
      nodeCosts.push(shape === "split" ? [0, 0] : [0]);
    } else {
      nodeOf[id] = nodeOf[root] ?? 0;
    }
    const cost = nodeCosts[nodeOf[id] ?? 0];
    const phase = shape === "split" && moduleOf(system, id).kind === "downstream" ? 1 : 0;
    if (cost !== undefined) cost[phase] = (cost[phase] ?? 0) + (costs[id] ?? 0);
  }
  const edges = communication(accesses, shape).map(({ a, b, weight }) => ({
    a: nodeOf[a] ?? 0,
    b: nodeOf[b] ?? 0,
    weight,
  }));
  const partOfNode = cutGraph({ costs: nodeCosts, edges }, options.maxThreads, options.balance / 100);
  return system.modules.map((_, id) => partOfNode[nodeOf[id] ?? 0] ?? 0);
}

/**
 * Edges between modules, weighted by the mail that a cut of them would cost. An array is a star around its first writer, who holds it: the
 * edges are as many as the modules that touch it.
 */
function communication(accesses: SystemAccesses, shape: Shape): Edge[] {
  const edges: Edge[] = [];
  const link = (a: number, b: number, rate: number): void => {
    if (a !== b) edges.push({ a, b, weight: rate * MESSAGE_UNITS });
  };
  const star = (center: number, ends: readonly Access[]): void => {
    for (const { module, rate } of ends) link(center, module, rate);
  };
  for (const { writers, readers } of accesses.arrays) {
    const [holder] = writers;
    if (holder === undefined) continue;
    const rate = writers.reduce((sum, writer) => sum + writer.rate, 0);
    star(holder.module, writers);
    for (const { module } of readers) link(holder.module, module, rate);
  }
  accesses.fifos.forEach((ports, owner) => {
    for (const { writers } of ports) star(owner, writers);
  });
  accesses.callers.forEach((callers, callee) => star(callee, callers));
  if (shape === "split") {
    accesses.flagUsers.forEach((users, producer) => star(producer, users.map(always)));
    accesses.valueUsers.forEach((slots, producer) => {
      for (const users of slots) star(producer, users.map(always));
    });
  }
  return edges;
}

/** A flag or value is sent whether its user asks or not. */
const always = ({ module }: Access): Access => ({ module, rate: 1 });

/** Numbers the parts by their first modules and drops empty ones. */
function nameClusters(
  system: System,
  canonical: readonly ModuleId[],
  parts: readonly number[],
  costs: readonly number[],
): { readonly clusters: Cluster[]; readonly clusterOf: ClusterId[] } {
  const numbers = new Map<number, ClusterId>();
  const members: ModuleId[][] = [];
  const clusterOf = system.modules.map(() => clusterId(0));
  for (const id of canonical) {
    const part = parts[id] ?? 0;
    let number = numbers.get(part);
    if (number === undefined) {
      number = clusterId(members.length);
      numbers.set(part, number);
      members.push([]);
    }
    clusterOf[id] = number;
    members[number]?.push(id);
  }
  const clusters = members.map((modules) => ({
    modules,
    cost: modules.reduce((sum, id) => sum + (costs[id] ?? 0), 0),
  }));
  return { clusters, clusterOf };
}

function cycleSteps(shape: Shape, stages: readonly ModuleId[], downstreams: readonly ModuleId[]): Step[] {
  const effects: Step = { kind: "receive", mail: "effects" };
  if (shape === "joined")
    return [effects, { kind: "run", modules: [...stages, ...downstreams] }, { kind: "barrier" }];
  return [
    effects,
    { kind: "run", modules: [...stages] },
    { kind: "barrier" },
    { kind: "receive", mail: "values" },
    { kind: "run", modules: [...downstreams] },
    { kind: "barrier" },
  ];
}
