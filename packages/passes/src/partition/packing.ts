/** Which worker runs which cluster. The same search as in the runtime of clustered simulators, so that an estimate is of what will run. */

/** Average messages that a cluster sends to another one in a cycle. */
export interface ClusterLink {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
}

/** What is packed. All costs are in one unit. */
export interface PackingProblem {
  /** Work of each cluster. */
  readonly work: readonly number[];
  readonly links: readonly ClusterLink[];
  /** Cost of a message between workers, at the sender and at the receiver. */
  readonly messageCost: number;
}

/** Rounds of improvement; few are needed. */
const ROUNDS = 8;

/**
 * By cluster: its worker. The better of two starts, improved by moves and swaps: the heaviest cluster first to the worker that has least,
 * and clusters side by side as they are numbered along the design.
 *
 * @param workers ≥ 1
 */
export function packOntoWorkers(problem: PackingProblem, workers: number): number[] {
  const packings = [byWeight(problem, workers), byNeighbourhood(problem, workers)].map((start) =>
    improve(problem, workers, start),
  );
  const [first = [], second = []] = packings;
  return isLess(costOf(problem, workers, second), costOf(problem, workers, first)) ? second : first;
}

/**
 * Cost of the busiest worker, and messages between workers. Mail within a worker stays in its cache and costs next to nothing. No worker may
 * be left without a cluster: that costs infinitely much.
 */
export function costOf(
  { work, links, messageCost }: PackingProblem,
  workers: number,
  workerOf: readonly number[],
): readonly [busiest: number, crossing: number] {
  if (new Set(workerOf).size < workers) return [Infinity, Infinity];
  const loads = new Float64Array(workers);
  const add = (worker: number, load: number): void => void (loads[worker] = (loads[worker] ?? 0) + load);
  work.forEach((cost, cluster) => add(workerOf[cluster] ?? 0, cost));
  let crossing = 0;
  for (const { from, to, messages } of links) {
    const sender = workerOf[from] ?? 0;
    const receiver = workerOf[to] ?? 0;
    if (sender === receiver) continue;
    add(sender, messages * messageCost);
    add(receiver, messages * messageCost);
    crossing += messages;
  }
  return [Math.max(...loads), crossing];
}

type Cost = readonly [busiest: number, crossing: number];

const isLess = (a: Cost, b: Cost): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

function byWeight({ work }: PackingProblem, workers: number): number[] {
  const workerOf = work.map(() => 0);
  const loads = Array.from({ length: workers }, (_, worker) => ({ worker, load: 0, clusters: 0 }));
  const byCost = work
    .map((cost, cluster) => ({ cost, cluster }))
    .toSorted((left, right) => right.cost - left.cost || left.cluster - right.cluster);
  for (const { cost, cluster } of byCost) {
    const [least] = loads.toSorted((left, right) => left.load - right.load || left.clusters - right.clusters);
    if (least === undefined) throw new Error("no worker");
    workerOf[cluster] = least.worker;
    least.load += cost;
    least.clusters += 1;
  }
  return workerOf;
}

function byNeighbourhood({ work }: PackingProblem, workers: number): number[] {
  const total = work.reduce((sum, cost) => sum + cost, 0);
  let before = 0;
  return work.map((cost) => {
    const middle = before + cost / 2;
    before += cost;
    return total === 0 ? 0 : Math.min(workers - 1, Math.floor((middle * workers) / total));
  });
}

/** Moves clusters, and swaps pairs of them, while that makes a cycle shorter, or no longer and quieter. */
function improve(problem: PackingProblem, workers: number, start: readonly number[]): number[] {
  const workerOf = [...start];
  let best = costOf(problem, workers, workerOf);
  const keepIfBetter = (undo: () => void): boolean => {
    const cost = costOf(problem, workers, workerOf);
    if (isLess(cost, best)) {
      best = cost;
      return true;
    }
    undo();
    return false;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    let isBetter = false;
    for (let cluster = 0; cluster < workerOf.length; cluster += 1) {
      for (let worker = 0; worker < workers; worker += 1) {
        const old = workerOf[cluster] ?? 0;
        workerOf[cluster] = worker;
        isBetter = keepIfBetter(() => (workerOf[cluster] = old)) || isBetter;
      }
      for (let other = 0; other < cluster; other += 1) {
        const swap = (): void => {
          const kept = workerOf[cluster] ?? 0;
          workerOf[cluster] = workerOf[other] ?? 0;
          workerOf[other] = kept;
        };
        swap();
        isBetter = keepIfBetter(swap) || isBetter;
      }
    }
    if (!isBetter) break;
  }
  return workerOf;
}
