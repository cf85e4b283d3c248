/** What each rung of the ladder takes and leaves: `assassyn analyze --locks`. */
import type { Concurrency, Location, Module, Region, System } from "@assassyn/ir";
import {
  implicitAccesses,
  locationKey,
  locationPrinter,
  moduleIds,
  moduleOf,
  operationOf,
} from "@assassyn/ir";
import { analyzeSharing, writersOf } from "@assassyn/passes";
import { grouped } from "../run/summary.js";
import type { Alignment } from "../table.js";
import { formatTable, paragraph } from "../table.js";
import type { Ladder, Rung } from "./ladder.js";

/** How likely an arm of a condition is taken, as far as anybody knows; the cost model of the pass `partition` says the same. */
const ARM_SHARE = 0.5;

/** How the acquisitions are counted, in words. */
export const COUNTING_RULE =
  "Counted as if every module ran in every cycle and passed its waits, with each arm of a condition taken half of the time. " +
  "In bodies: acquisitions around operations. At ends: locks of the sets under which bodies publish. " +
  "Implicit: what the simulator takes itself, for credits and flags around bodies, and to commit each locked array and FIFO.";

/** Acquisitions of a cycle, by estimate; see {@link COUNTING_RULE}. */
export interface Acquisitions {
  readonly bodies: number;
  readonly ends: number;
  readonly implicit: number;
}

/** Counts the acquisitions of a cycle. Linear in the size of the system. */
export function countAcquisitions(system: System): Acquisitions {
  const { concurrency } = system;
  const locked = new Set<string>();
  for (const lock of concurrency?.locks ?? []) if (lock !== null) locked.add(locationKey(lock.location));
  let bodies = 0;
  let ends = 0;
  let implicit = committed(system, locked);
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    bodies += inRegion(module, module.body);
    ends += module.commits?.length ?? 0;
    implicit += implicitAccesses(module, id).filter(({ location }) =>
      locked.has(locationKey(location)),
    ).length;
  }
  return { bodies, ends, implicit };
}

function inRegion(module: Module, region: Region): number {
  return region.operations.reduce((sum, id) => {
    const operation = operationOf(module, id);
    if (operation.kind === "acquire") return sum + 1;
    if (operation.kind !== "if") return sum;
    return sum + ARM_SHARE * (inRegion(module, operation.then) + inRegion(module, operation.else));
  }, 0);
}

/** Locked locations with something to commit. */
function committed(system: System, locked: ReadonlySet<string>): number {
  return analyzeSharing(system).locations.filter(
    (row) =>
      locked.has(locationKey(row.location)) &&
      (row.location.kind === "fifo" || (row.location.kind === "array" && writersOf(row).length > 0)),
  ).length;
}

/** The figures of one rung, as plain data. */
export interface RungFigures extends Acquisitions {
  readonly pass: string;
  readonly locks: number;
  readonly atomics: number;
  readonly owned: number;
  readonly clusters: number;
  readonly mailboxes: number;
  readonly barriers: number;
}

/** The figures of a rung. */
export function rungFigures({ pass, system }: Rung): RungFigures {
  const { concurrency } = system;
  return {
    pass,
    ...countAcquisitions(system),
    locks: concurrency?.locks.filter((lock) => lock !== null).length ?? 0,
    atomics: concurrency?.atomics.length ?? 0,
    owned: concurrency?.owned.length ?? 0,
    clusters: concurrency?.clusters.length ?? 0,
    mailboxes: concurrency?.mailboxes.length ?? 0,
    barriers: concurrency?.steps.filter(({ kind }) => kind === "barrier").length ?? 0,
  };
}

/** What protects one location on the last rung. */
export interface ProtectedLocation {
  readonly location: string;
  /** `mutex cnt`, `rwlock cnt`, `atomic`, `owned by adder`, `owned by cluster 1`. */
  readonly by: string;
  /** Why the lock is needed, or why none is. */
  readonly reason: string;
}

/** What protects each location: first the locks that are left, then atomics and what has an owner. */
export function protections(system: System): ProtectedLocation[] {
  const { concurrency } = system;
  if (concurrency === undefined) return [];
  const print = locationPrinter(system);
  const row = (location: Location, by: string, reason: string): ProtectedLocation => ({
    location: print(location),
    by,
    reason,
  });
  return [
    ...concurrency.locks.flatMap((lock) =>
      lock === null ? [] : [row(lock.location, `${lock.type} ${lock.name}`, lock.reason)],
    ),
    ...concurrency.atomics.map(({ location, reason }) => row(location, "atomic", reason)),
    ...concurrency.owned.map(({ location, owner, reason }) =>
      row(location, ownerText(system, owner), reason),
    ),
  ];
}

function ownerText(system: System, owner: Concurrency["owned"][number]["owner"]): string {
  return `owned by ${owner.kind === "module" ? moduleOf(system, owner.module).name : `cluster ${owner.cluster}`}`;
}

/** Plain data for `--json`. */
export function toJsonLocks({ rungs, top }: Ladder): object {
  return {
    rule: COUNTING_RULE,
    rungs: rungs.map((rung) => {
      const figures = rungFigures(rung);
      return { ...figures, acquisitions: figures.bodies + figures.ends };
    }),
    locations: top === undefined ? [] : protections(top.system),
  };
}

/** `2`, `2.5`, `12.25`: as many digits as halves of halves need, at most two. */
const count = (value: number): string => {
  const rounded = Math.round(value * 100) / 100;
  return Number.isInteger(rounded) ? grouped(rounded) : String(rounded);
};

/** The tables for people. */
export function formatLocks({ rungs, top }: Ladder, title: (text: string) => string): string {
  const head = [
    "rung",
    "in bodies",
    "at ends",
    "implicit",
    "locks",
    "atomics",
    "owned",
    "mailboxes",
    "barriers",
  ];
  const rows = rungs.map((rung) => {
    const { pass, bodies, ends, implicit, locks, atomics, owned, mailboxes, barriers } = rungFigures(rung);
    return [pass, ...[bodies, ends, implicit, locks, atomics, owned, mailboxes, barriers].map(count)];
  });
  const alignment = head.map((_, column): Alignment => (column === 0 ? "left" : "right"));
  const list = top === undefined ? [] : protections(top.system);
  return (
    title(
      "Lock acquisitions per cycle behind each rung, and what there is of locks, atomics, owners and mail",
    ) +
    formatTable(head, rows, alignment) +
    `\n${paragraph(COUNTING_RULE)}` +
    (top === undefined || list.length === 0
      ? ""
      : `\n${title(`What protects each location behind ${top.pass}, and why`)}${formatTable(
          ["location", "by", "why"],
          list.map(({ location, by, reason }) => [location, by, reason]),
        )}`)
  );
}
