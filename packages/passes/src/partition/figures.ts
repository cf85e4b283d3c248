/**
 * What a partition promises: the figures behind `assassyn analyze --partition` and behind the choice of `--threads auto`.
 *
 * The constants were measured on two virtual processors (Zen 4). A unit of cost: the sequential Rust simulators of ten designs, from five
 * stages to a thousand and from 1 to 600 operations a stage, took 0.08–0.37 ns a unit, 0.22 in the middle. A spin barrier of two threads took
 * 45 ns when the machine was quiet and 220–370 ns when it was busy; a cycle with one barrier broke even at 0.5 µs of work, which means 220 ns.
 * A message took 4–10 ns. Barriers of more than two threads were not measured; they are taken to grow with the depth of a tree.
 */
import type { Cluster, ModuleId, System } from "@assassyn/plugin-api";
import { canonicalOrder, downstreamUses, moduleIds, moduleOf } from "@assassyn/plugin-api";
import { collectAccesses } from "./accesses.js";
import type { ClusterLink } from "./packing.js";
import { costOf, packOntoWorkers } from "./packing.js";
import type { Profile } from "./profile.js";
import { moduleCosts } from "./profile.js";

/** Time of one unit of cost. */
export const UNIT_NANOSECONDS = 0.25;
/** Time of a barrier of two threads. */
export const BARRIER_NANOSECONDS = 220;
/** Time of one message to one cluster, sending and receiving. */
export const MESSAGE_NANOSECONDS = 7;
/** The same in units of cost. */
export const MESSAGE_UNITS = MESSAGE_NANOSECONDS / UNIT_NANOSECONDS;
/** Threads are worth starting from this predicted speed-up on. */
export const WORTHWHILE_SPEEDUP = 1.2;

/** What one cluster costs and sends, by estimate. */
export interface ClusterFigures {
  readonly modules: readonly ModuleId[];
  /** Work of a cycle in units of one simple operation. */
  readonly cost: number;
  /** The same by phase: one number where stages and downstreams run together, else two. */
  readonly phases: readonly number[];
  /** Messages that its modules send in a cycle, on average, each receiving cluster counted. */
  readonly messages: number;
}

/** The figures of a design that is cut into clusters. */
export interface PartitionFigures {
  /** Work of a cycle, in units of one simple operation. */
  readonly totalCost: number;
  readonly clusters: readonly ClusterFigures[];
  /** Cost of the most expensive cluster over the mean, ≥ 1; 1 is perfect. */
  readonly imbalance: number;
  /** Barriers of a cycle. */
  readonly barriers: number;
  readonly mailboxes: number;
  /** Messages of a cycle, on average, each receiving cluster counted. */
  readonly messages: number;
  /** The same between each two clusters. */
  readonly links: readonly ClusterLink[];
  /** The most expensive chain of modules each of which uses what the one before it publishes: no number of threads makes a cycle shorter. */
  readonly criticalPath: { readonly modules: readonly ModuleId[]; readonly cost: number };
}

/** What a number of workers is expected to do. */
export interface CycleEstimate {
  readonly workers: number;
  /** By cluster: its worker. */
  readonly assignment: readonly number[];
  /** Time of a cycle on these workers; with one worker there are no barriers and no mail. */
  readonly nanoseconds: number;
  /** Time of a cycle on one thread. */
  readonly sequentialNanoseconds: number;
  /** Sequential time over parallel time. */
  readonly speedup: number;
}

/**
 * The figures of a system behind the pass `partition`; a system without clusters counts as one cluster. Linear in its size.
 *
 * @param profile the one that the partition was made with
 * @example partitionFigures(system).imbalance // 1.04
 */
export function partitionFigures(system: System, profile?: Profile): PartitionFigures {
  const concurrency = system.concurrency;
  const costs = moduleCosts(system, profile);
  const ids = moduleIds(system);
  const listed: readonly Pick<Cluster, "modules">[] =
    concurrency === undefined || concurrency.clusters.length === 0
      ? [{ modules: ids }]
      : concurrency.clusters;
  const runs = (concurrency?.steps ?? []).filter((step) => step.kind === "run");
  const isSplit = runs.length > 1;
  const { sent, links } = messagesOf(system, listed, profile);
  const clusters = listed.map(({ modules }) => clusterFigures(system, modules, costs, sent, isSplit));
  const totalCost = clusters.reduce((sum, { cost }) => sum + cost, 0);
  const most = clusters.reduce((result, { cost }) => Math.max(result, cost), 0);
  return {
    totalCost,
    clusters,
    imbalance: totalCost === 0 ? 1 : (most * clusters.length) / totalCost,
    barriers: isSplit ? 2 : 1,
    mailboxes: concurrency?.mailboxes.length ?? 0,
    messages: clusters.reduce((sum, { messages }) => sum + messages, 0),
    links,
    criticalPath: findCriticalPath(system, costs),
  };
}

function clusterFigures(
  system: System,
  modules: readonly ModuleId[],
  costs: readonly number[],
  sent: readonly number[],
  isSplit: boolean,
): ClusterFigures {
  const phases = isSplit ? [0, 0] : [0];
  let messages = 0;
  for (const id of modules) {
    const phase = isSplit && moduleOf(system, id).kind === "downstream" ? 1 : 0;
    phases[phase] = (phases[phase] ?? 0) + (costs[id] ?? 0);
    messages += sent[id] ?? 0;
  }
  return { modules, cost: phases.reduce((sum, cost) => sum + cost, 0), phases, messages };
}

/** Messages a cycle, by module and by pair of clusters. */
function messagesOf(
  system: System,
  clusters: readonly Pick<Cluster, "modules">[],
  profile: Profile | undefined,
): { readonly sent: readonly number[]; readonly links: readonly ClusterLink[] } {
  const accesses = collectAccesses(system, profile);
  const clusterOf = new Map(
    clusters.flatMap(({ modules }, index) => modules.map((id) => [id, index] as const)),
  );
  const sent = system.modules.map(() => 0);
  const links = new Map<string, { from: number; to: number; messages: number }>();
  for (const { location, writer, to } of system.concurrency?.mailboxes ?? []) {
    const list =
      location.kind === "array"
        ? accesses.arrays[location.array]?.writers
        : location.kind === "fifo"
          ? accesses.fifos[location.module]?.[location.port]?.writers
          : location.kind === "credit"
            ? accesses.callers[location.module]
            : undefined;
    const rate = list?.find(({ module }) => module === writer)?.rate ?? 1;
    sent[writer] = (sent[writer] ?? 0) + rate * to.length;
    const from = clusterOf.get(writer) ?? 0;
    for (const receiver of to) {
      if (receiver === from) continue;
      const link = links.get(`${from} ${receiver}`) ?? { from, to: receiver, messages: 0 };
      links.set(`${from} ${receiver}`, link);
      link.messages += rate;
    }
  }
  return { sent, links: [...links.values()] };
}

function findCriticalPath(
  system: System,
  costs: readonly number[],
): { readonly modules: readonly ModuleId[]; readonly cost: number } {
  const order = canonicalOrder(system);
  if (order.kind === "loop") return { modules: [], cost: 0 };
  const length = system.modules.map((_, id) => costs[id] ?? 0);
  const before: (ModuleId | undefined)[] = [];
  for (const id of order.downstreams) {
    let longest = 0;
    for (const used of downstreamUses(moduleOf(system, id)).all) {
      if ((length[used] ?? 0) <= longest) continue;
      longest = length[used] ?? 0;
      before[id] = used;
    }
    length[id] = longest + (costs[id] ?? 0);
  }
  let last: ModuleId | undefined;
  for (const id of [...order.stages, ...order.downstreams])
    if (last === undefined || (length[id] ?? 0) > (length[last] ?? 0)) last = id;
  const cost = last === undefined ? 0 : (length[last] ?? 0);
  const modules: ModuleId[] = [];
  for (let at = last; at !== undefined; at = before[at]) modules.unshift(at);
  return { modules, cost };
}

/**
 * Packs the clusters onto workers and estimates a cycle: the sum over the phases of the busiest worker's time, a barrier behind each, and the
 * messages of the worker that has most. Messages between clusters of one worker cost nothing.
 *
 * @param workers ≥ 1
 * @example estimateCycle(partitionFigures(system), 2).speedup >= WORTHWHILE_SPEEDUP
 */
export function estimateCycle(figures: PartitionFigures, workers: number): CycleEstimate {
  const { clusters, links } = figures;
  const used = Math.max(1, Math.min(workers, clusters.length));
  const sequentialNanoseconds = figures.totalCost * UNIT_NANOSECONDS;
  const assignment = packOntoWorkers(
    { work: clusters.map(({ cost }) => cost), links, messageCost: MESSAGE_UNITS },
    used,
  );
  if (used === 1)
    return {
      workers: used,
      assignment,
      nanoseconds: sequentialNanoseconds,
      sequentialNanoseconds,
      speedup: 1,
    };
  const mail = { work: clusters.map(() => 0), links, messageCost: MESSAGE_NANOSECONDS };
  const [messages] = costOf(mail, used, assignment);
  let units = 0;
  for (let phase = 0; phase < figures.barriers; phase += 1) {
    const work = clusters.map(({ phases }) => phases[phase] ?? 0);
    units += costOf({ work, links: [], messageCost: 0 }, used, assignment)[0];
  }
  const nanoseconds =
    units * UNIT_NANOSECONDS + figures.barriers * BARRIER_NANOSECONDS * Math.log2(used) + messages;
  return {
    workers: used,
    assignment,
    nanoseconds,
    sequentialNanoseconds,
    speedup: sequentialNanoseconds / nanoseconds,
  };
}
