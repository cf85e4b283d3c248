/** How the design is cut, and what that promises: `assassyn analyze --partition`. */
import type { ModuleId, System } from "@assassyn/ir";
import { moduleOf } from "@assassyn/ir";
import type { CycleEstimate, PartitionFigures, Profile } from "@assassyn/passes";
import {
  estimateCycle,
  moduleCosts,
  partitionFigures,
  UNIT_NANOSECONDS,
  WORTHWHILE_SPEEDUP,
} from "@assassyn/passes";
import { grouped } from "../run/summary.js";
import { formatTable, paragraph, shareText } from "../table.js";

const legend = (profile: Profile | undefined): string =>
  `Costs are in units of one simple operation, ${UNIT_NANOSECONDS} ns each; ${
    profile === undefined
      ? "every module counts as if it ran in every cycle"
      : `modules count as often as they ran in the ${grouped(profile.cycles)} cycles of the profile`
  }. Estimates, not measurements: \`assassyn run --target rust-parallel --stats\` measures.`;

/** A partition and its estimates for 1 to as many workers as there are clusters. */
export interface PartitionReport {
  readonly figures: PartitionFigures;
  readonly estimates: readonly CycleEstimate[];
  /** The fewest workers with the best estimate, if it is worth starting threads; else 1. */
  readonly best: number;
}

/** Makes the report of a system behind the pass `partition`. */
export function reportPartition(system: System, profile: Profile | undefined): PartitionReport {
  const figures = partitionFigures(system, profile);
  const estimates = figures.clusters.map((_, index) => estimateCycle(figures, index + 1));
  let best = 1;
  let speedup = WORTHWHILE_SPEEDUP;
  for (const estimate of estimates) {
    if (estimate.workers === 1 || estimate.speedup < speedup) continue;
    if (best > 1 && estimate.speedup === speedup) continue;
    best = estimate.workers;
    ({ speedup } = estimate);
  }
  return { figures, estimates, best };
}

/** Plain data for `--json`. */
export function toJsonPartition(system: System, profile: Profile | undefined): object {
  const { figures, estimates, best } = reportPartition(system, profile);
  const costs = moduleCosts(system, profile);
  const name = (id: ModuleId): string => moduleOf(system, id).name;
  const { criticalPath } = figures;
  return {
    totalCost: figures.totalCost,
    nanosecondsPerUnit: UNIT_NANOSECONDS,
    clusters: figures.clusters.map(({ modules, cost, phases, messages }) => ({
      cost,
      phases,
      messages,
      modules: modules.map((id) => ({ module: name(id), cost: costs[id] ?? 0 })),
    })),
    imbalance: figures.imbalance,
    barriers: figures.barriers,
    mailboxes: figures.mailboxes,
    messages: figures.messages,
    criticalPath: { modules: criticalPath.modules.map(name), cost: criticalPath.cost },
    estimates,
    bestWorkers: best,
  };
}

/** `3.25 µs` of nanoseconds. */
export function timeText(nanoseconds: number): string {
  return nanoseconds < 1000 ? `${Math.round(nanoseconds)} ns` : `${(nanoseconds / 1000).toPrecision(3)} µs`;
}

/** The tables for people. */
export function formatPartition(
  system: System,
  profile: Profile | undefined,
  title: (text: string) => string,
): string {
  const { figures, estimates, best } = reportPartition(system, profile);
  const costs = moduleCosts(system, profile);
  const { clusters, totalCost, criticalPath } = figures;
  const name = (id: ModuleId): string => moduleOf(system, id).name;
  const clusterRows = clusters.map(({ modules, cost, messages }, index) => [
    String(index),
    String(cost),
    totalCost === 0 ? "-" : shareText(cost / totalCost),
    messages.toFixed(1),
    memberText(modules.map((id) => `${name(id)} ${costs[id] ?? 0}`)),
  ]);
  const estimateRows = estimates.map(({ workers, nanoseconds, speedup, assignment }) => [
    String(workers),
    timeText(nanoseconds),
    speedup.toFixed(2),
    Array.from({ length: workers }, (_, worker) =>
      assignment.flatMap((of, cluster) => (of === worker ? [String(cluster)] : [])).join("+"),
    ).join(" | "),
  ]);
  return [
    title(`${counted(clusters.length, "cluster")} of modules, each with its cost`),
    formatTable(["cluster", "cost", "share", "messages", "modules"], clusterRows, [
      "right",
      "right",
      "right",
      "right",
    ]),
    "\n",
    title("Estimated time of a cycle, and which clusters each worker has"),
    formatTable(["workers", "a cycle", "speed-up", "clusters"], estimateRows, ["right", "right", "right"]),
    "\n",
    paragraph(
      `Imbalance ${figures.imbalance.toFixed(2)} (the most expensive cluster over the mean), ` +
        `${counted(figures.barriers, "barrier")}, ${counted(figures.mailboxes, "mailbox", "es")} and ` +
        `${figures.messages.toFixed(1)} messages a cycle. ` +
        `Critical path: ${criticalPath.modules.map(name).join(" → ")}, cost ${criticalPath.cost} of ${totalCost}, ` +
        `${timeText(criticalPath.cost * UNIT_NANOSECONDS)}: no number of workers makes a cycle shorter.`,
    ),
    paragraph(
      best === 1
        ? "One thread is best: by estimate, no number of workers is worth its barriers."
        : `${best} workers are best, by estimate.`,
    ),
    paragraph(legend(profile)),
  ].join("");
}

/** Modules of a cluster that are shown. */
const SHOWN_MEMBERS = 40;

function memberText(members: readonly string[]): string {
  const hidden = members.length - SHOWN_MEMBERS;
  const shown = members.slice(0, SHOWN_MEMBERS).join(", ");
  return hidden > 0 ? `${shown}, … and ${grouped(hidden)} more, which --json lists` : shown;
}

/** `1 barrier`, `2 barriers`. */
export function counted(count: number, word: string, plural = "s"): string {
  return `${grouped(count)} ${word}${count === 1 ? "" : plural}`;
}
