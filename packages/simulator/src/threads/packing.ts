/** Which thread runs which clusters, and whether that pays. */
import type { ClusterDescription, ThreadsDescription } from "@assassyn/ir";

/** Nanoseconds of a barrier of two threads: the constant of the pass `partition`. */
const BARRIER_NANOSECONDS = 220;
/** Nanoseconds of a mailbox, sent or received: the constant of the pass `partition`. */
const MAIL_NANOSECONDS = 7;
/** Threads are tried from this predicted speed-up on: the constant of the pass `partition`. */
const WORTHWHILE_SPEEDUP = 1.2;

/** At least 1, so that no thread stays without a cluster while another one has two. */
const loadOf = ({ work, mail }: ClusterDescription): number => Math.max(1, work + mail * MAIL_NANOSECONDS);

/**
 * Distributes clusters over threads: the heaviest first, each to the thread that has least. The one that calls functions of the embedder
 * goes to the first thread, which is the host's.
 *
 * @returns by thread: indices of its clusters
 */
export function packClusters(clusters: readonly ClusterDescription[], threads: number): number[][] {
  const packs = Array.from({ length: threads }, (): number[] => []);
  const loads = packs.map(() => 0);
  const order = clusters
    .map((cluster, index) => ({ cluster, index }))
    .toSorted(
      (a, b) =>
        Number(b.cluster.hasExterns) - Number(a.cluster.hasExterns) ||
        loadOf(b.cluster) - loadOf(a.cluster) ||
        a.index - b.index,
    );
  for (const { cluster, index } of order) {
    const thread = cluster.hasExterns ? 0 : loads.indexOf(Math.min(...loads));
    loads[thread] = (loads[thread] ?? 0) + loadOf(cluster);
    packs[thread]?.push(index);
  }
  return packs;
}

/** Estimated nanoseconds of a cycle on one thread and on several, and whether the difference is worth it. */
export function estimateThreads(
  { clusters, barriers }: ThreadsDescription,
  threads: number,
): { readonly alone: number; readonly together: number; readonly isWorthwhile: boolean } {
  const alone = clusters.reduce((sum, { work }) => sum + work, 0);
  const loads = packClusters(clusters, threads).map((pack) =>
    pack.reduce((sum, index) => sum + loadOf(clusters[index] ?? NOTHING), 0),
  );
  const together = Math.max(...loads) + barriers * BARRIER_NANOSECONDS * Math.log2(Math.max(threads, 2));
  return { alone, together, isWorthwhile: alone >= WORTHWHILE_SPEEDUP * together };
}

const NOTHING: ClusterDescription = { work: 0, mail: 0, hasExterns: false, modules: [], parts: [] };
