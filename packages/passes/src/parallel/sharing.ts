/** The analysis `sharing`: who reads and writes each piece of state, and when. */
import type { Access, Location, Module, ModuleId, System } from "@assassyn/plugin-api";
import {
  accessesOf,
  analyze,
  arrayIds,
  defineAnalysis,
  implicitAccesses,
  locationKey,
  locationPrinter,
  moduleIds,
  moduleOf,
  portId,
  slotId,
  walk,
} from "@assassyn/plugin-api";

/** That a module reads, or writes, a location. */
export interface SharingUse {
  readonly module: ModuleId;
  /** Operations of its body that do, ≥ 0; regions of an `if` count as much as the rest. */
  readonly operations: number;
  /** Times that it does so around its body, without an operation: credits, flags. ≥ 0; at least one of both numbers is not 0. */
  readonly implicit: number;
}

/** Who touches a location in one phase of the cycle, in declaration order. */
export interface SharingPhase {
  readonly readers: readonly SharingUse[];
  readonly writers: readonly SharingUse[];
}

/** Everything about one location. */
export interface LocationSharing {
  readonly location: Location;
  /** Uses by stages, driver and testbench. */
  readonly stage: SharingPhase;
  /** Uses by downstreams, which run behind all stages. */
  readonly downstream: SharingPhase;
  /**
   * What the executor does to it between the phases of modules: it `commits` pending effects; `resets` flags and values before a cycle;
   * `advances` the stamp; or `nothing`, since nobody writes it.
   */
  readonly executor: "commits" | "resets" | "advances" | "nothing";
}

/** The table: plain data, a row for each location. */
export interface Sharing {
  /** All arrays, then all FIFOs, credits, flags, exposed values, each in declaration order, then the stamp where a body reads it. */
  readonly locations: readonly LocationSharing[];
}

interface Count {
  readonly location: Location;
  operations: { read: number; write: number };
  implicit: { read: number; write: number };
}

interface Row {
  readonly location: Location;
  readonly stage: { readers: SharingUse[]; writers: SharingUse[] };
  readonly downstream: { readers: SharingUse[]; writers: SharingUse[] };
}

/** Who reads and writes each location, by phase. Linear in the size of the system; a pass that changes nothing costs the next one nothing. */
export const sharing = defineAnalysis({
  name: "sharing",
  description: "Says who reads and writes each piece of state, in which phase of the cycle",
  run: tabulate,
});

/**
 * The analysis {@link sharing} outside of passes and checks.
 *
 * @example
 * const [row] = analyzeSharing(system).locations;
 * row.stage.writers; // [{ module: 0, operations: 2, implicit: 0 }]
 */
export function analyzeSharing(system: System): Sharing {
  return analyze(sharing, system);
}

function tabulate(system: System): Sharing {
  const rows = new Map<string, Row>();
  for (const location of allLocations(system)) rows.set(locationKey(location), emptyRow(location));
  let stamp: Row | undefined;
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    const phase = module.kind === "downstream" ? "downstream" : "stage";
    for (const [key, { location, operations, implicit }] of countUses(module, id)) {
      let row = rows.get(key);
      if (location.kind === "stamp") row = stamp ??= emptyRow(location);
      if (row === undefined) continue;
      const { readers, writers } = row[phase];
      if (operations.read + implicit.read > 0)
        readers.push({ module: id, operations: operations.read, implicit: implicit.read });
      if (operations.write + implicit.write > 0)
        writers.push({ module: id, operations: operations.write, implicit: implicit.write });
    }
  }
  const all = [...rows.values(), ...(stamp === undefined ? [] : [stamp])];
  return { locations: all.map((row) => ({ ...row, executor: executorOf(row) })) };
}

const emptyRow = (location: Location): Row => ({
  location,
  stage: { readers: [], writers: [] },
  downstream: { readers: [], writers: [] },
});

/** Every location but the stamp, in the order of {@link Sharing.locations}. */
function allLocations(system: System): Location[] {
  const modules = moduleIds(system);
  const of = (list: (module: Module, id: ModuleId) => Location[]): Location[] =>
    modules.flatMap((id) => list(moduleOf(system, id), id));
  return [
    ...arrayIds(system).map((array): Location => ({ kind: "array", array })),
    ...of((module, id) => module.ports.map((_, port) => ({ kind: "fifo", module: id, port: portId(port) }))),
    ...of((module, id) => (module.kind === "stage" ? [{ kind: "credit", module: id }] : [])),
    ...of((_, id) => [{ kind: "flag", module: id }]),
    ...of((module, id) =>
      module.exposed.map((_, slot) => ({ kind: "value", module: id, slot: slotId(slot) })),
    ),
  ];
}

function countUses(module: Module, id: ModuleId): Map<string, Count> {
  const counts = new Map<string, Count>();
  const add = (accesses: readonly Access[], way: "operations" | "implicit"): void => {
    for (const { location, mode } of accesses) {
      const key = locationKey(location);
      let count = counts.get(key);
      if (count === undefined) {
        count = { location, operations: { read: 0, write: 0 }, implicit: { read: 0, write: 0 } };
        counts.set(key, count);
      }
      count[way][mode] += 1;
    }
  };
  add(implicitAccesses(module, id), "implicit");
  walk(module, (operation) => add(accessesOf(operation, id), "operations"));
  return counts;
}

function executorOf({ location, stage, downstream }: Row): LocationSharing["executor"] {
  if (location.kind === "stamp") return "advances";
  if (location.kind === "flag" || location.kind === "value") return "resets";
  return stage.writers.length + downstream.writers.length > 0 ? "commits" : "nothing";
}

/** The modules that read a location, in either phase, stages first. */
export const readersOf = (row: LocationSharing): ModuleId[] => modulesOf(row, "readers");
/** The modules that write a location, in either phase, stages first. */
export const writersOf = (row: LocationSharing): ModuleId[] => modulesOf(row, "writers");

function modulesOf({ stage, downstream }: LocationSharing, role: "readers" | "writers"): ModuleId[] {
  return [...stage[role], ...downstream[role]].map(({ module }) => module);
}

/** Reads of a location in the IR, or writes: operations and implicit ones. */
export function countOf({ stage, downstream }: LocationSharing, role: "readers" | "writers"): number {
  return [...stage[role], ...downstream[role]].reduce(
    (sum, { operations, implicit }) => sum + operations + implicit,
    0,
  );
}

/**
 * The table as text. `adder 2` are two operations of adder, `adder +1` is one access around its body.
 *
 * @example
 * location      stages read  stages write  downstreams read  downstreams write  executor
 * reg(cnt)      Driver 2     Driver 1      -                 -                  commits
 * flag(adder)   -            adder +1      show +1           -                  resets
 */
export function formatSharing(system: System, table: Sharing = analyzeSharing(system)): string {
  const print = locationPrinter(system);
  const use = ({ module, operations, implicit }: SharingUse): string =>
    [
      moduleOf(system, module).name,
      ...(operations > 0 ? [String(operations)] : []),
      ...(implicit > 0 ? [`+${implicit}`] : []),
    ].join(" ");
  const cell = (uses: readonly SharingUse[]): string => (uses.length === 0 ? "-" : uses.map(use).join(", "));
  const lines = [
    ["location", "stages read", "stages write", "downstreams read", "downstreams write", "executor"],
    ...table.locations.map(({ location, stage, downstream, executor }) => [
      print(location),
      cell(stage.readers),
      cell(stage.writers),
      cell(downstream.readers),
      cell(downstream.writers),
      executor,
    ]),
  ];
  const widths: number[] = [];
  for (const line of lines)
    line.forEach((text, column) => (widths[column] = Math.max(widths[column] ?? 0, text.length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
