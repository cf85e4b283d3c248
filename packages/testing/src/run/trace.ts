/** What a run shows to the outside, in a form that can be compared. */
import type { LogRecord, Simulation, SimulationOptions, Stop, System } from "@assassyn/ir";
import { arrayIds, arrayOf, moduleIds, moduleOf, printFault, toNumeric } from "@assassyn/ir";

/** A printed line. `place` is `file:line:column` of the `log`; absent where the target does not tell. */
export interface TraceLine {
  readonly cycle: number;
  readonly module: string;
  readonly text: string;
  readonly place?: string;
}

/** All committed state that a host can read, by the names of {@link Simulation}. */
export interface TraceState {
  readonly arrays: ReadonlyMap<string, readonly bigint[]>;
  readonly fifos: ReadonlyMap<string, { readonly length: number; readonly head: bigint | undefined }>;
  readonly credits: ReadonlyMap<string, bigint>;
  /** Of the last cycle. */
  readonly triggered: ReadonlyMap<string, boolean>;
  /** Of the last cycle; `undefined` where absent. */
  readonly exposed: ReadonlyMap<string, bigint | undefined>;
}

/** One run from start to stop. */
export interface RunTrace {
  /** The target, for messages. */
  readonly target: string;
  readonly lines: readonly TraceLine[];
  /** `limit`, `idle`, `finish in M at file:line:column`, or the line that the fault prints. */
  readonly stop: string;
  readonly cycles: number;
  readonly droppedWrites: number;
  /** Absent where the target does not give it. */
  readonly state?: TraceState;
  /** False when a module faulted in the last cycle: state and counters mean nothing then. `undefined`: not known. */
  readonly stateSpecified?: boolean;
}

/** A write of the host between two cycles. What it means follows from the numbers, so that it fits every design. */
export interface HostWrite {
  /** The cycle after which it happens. */
  readonly after: number;
  /** Chooses array and element. */
  readonly pick: number;
  /** Cut to the type of the array. */
  readonly value: bigint;
}

/** How a run is driven. But for `hostWrites`, none of this may change what is observed. */
export interface DriveOptions {
  /** Changes of the state from outside; simulations in JavaScript only. */
  readonly hostWrites?: readonly HostWrite[];
  /** Cycles per call of `step`; default: one call of `run`. */
  readonly slice?: number;
  /** Take a snapshot after this cycle, go on for some cycles, restore it and go on again. */
  readonly snapshotAt?: number;
}

/** Where something happened, `file:line:column`. */
export function printPlace(system: Pick<System, "files">, loc: LogRecord["loc"]): string {
  return `${system.files[loc.file] ?? "?"}:${loc.line}:${loc.column}`;
}

/** One line about a stop; a fault is the line that it prints. */
export function printStop(stop: Stop, system: System): string {
  switch (stop.kind) {
    case "limit":
    case "idle":
      return stop.kind;
    case "finish":
      return `finish in ${stop.module} at ${printPlace(system, stop.loc)}`;
    case "fault":
      return printFault(stop.fault, system);
  }
}

/** Reads all state that `simulation` has of `system`; exposed values only where `lowered` still has them. */
export function readState(system: System, simulation: Simulation, lowered: System = system): TraceState {
  const arrays = new Map<string, readonly bigint[]>();
  const fifos = new Map<string, { length: number; head: bigint | undefined }>();
  const credits = new Map<string, bigint>();
  const triggered = new Map<string, boolean>();
  const exposed = new Map<string, bigint | undefined>();
  for (const id of arrayIds(system)) {
    const { name } = arrayOf(system, id);
    arrays.set(name, simulation.readArray(name));
  }
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    triggered.set(module.name, simulation.triggered(module.name));
    if (module.kind === "stage") credits.set(module.name, simulation.credits(module.name));
    for (const port of module.ports) {
      const name = `${module.name}.${port.name}`;
      const { length, head } = simulation.fifo(name);
      fifos.set(name, { length, head });
    }
    const kept = new Set(lowered.modules[id]?.exposed.map((slot) => slot.name));
    for (const slot of module.exposed) {
      const name = `${module.name}.${slot.name}`;
      if (!kept.has(slot.name)) continue;
      exposed.set(name, simulation.exposed(name));
    }
  }
  return { arrays, fifos, credits, triggered, exposed };
}

function applyWrite(system: System, simulation: Simulation, { pick, value }: HostWrite): void {
  const ids = arrayIds(system);
  const id = ids[pick % ids.length];
  if (id === undefined) return;
  const { name, size, type } = arrayOf(system, id);
  simulation.write(name, toNumeric(BigInt.asUintN(type.width, value), type), pick % size);
}

/**
 * Runs a simulation to its stop and writes down all that can be observed.
 *
 * @param start makes the simulation; it must hand on `onLog`
 * @param options.lowered what the passes made of the system: they may drop exposed values that no module reads
 */
export function traceSimulation(
  target: string,
  system: System,
  start: (options: SimulationOptions) => Simulation,
  options: DriveOptions & {
    readonly lowered?: System;
    readonly stateSpecified?: (simulation: Simulation) => boolean;
  } = {},
): RunTrace {
  const lines: TraceLine[] = [];
  let recording = true;
  const simulation = start({
    onLog: ({ cycle, module, text, loc }) => {
      if (recording) lines.push({ cycle, module, text, place: printPlace(system, loc) });
    },
  });
  try {
    const runTo = (cycle: number): boolean => {
      while (simulation.stop === undefined && simulation.cycle < cycle) {
        simulation.step(Math.min(cycle - simulation.cycle, options.slice ?? Infinity));
      }
      return simulation.stop === undefined;
    };
    const writes = (options.hostWrites ?? []).toSorted((a, b) => a.after - b.after);
    const writeUpTo = (cycle: number): void => {
      while ((writes[0]?.after ?? Infinity) <= cycle) {
        const write = writes.shift();
        if (write !== undefined && runTo(write.after)) applyWrite(system, simulation, write);
      }
    };
    writeUpTo(options.snapshotAt ?? -1);
    if (options.snapshotAt !== undefined && runTo(options.snapshotAt)) {
      const snapshot = simulation.snapshot();
      recording = false;
      simulation.step(7);
      simulation.restore(snapshot);
      recording = true;
    }
    writeUpTo(Number.MAX_SAFE_INTEGER);
    if (options.slice === undefined) simulation.run();
    else runTo(Infinity);
    const { stop } = simulation;
    if (stop === undefined) throw new Error(`${target} ended without a stop`);
    return {
      target,
      lines,
      stop: printStop(stop, system),
      cycles: simulation.cycle,
      droppedWrites: simulation.droppedWrites,
      state: readState(system, simulation, options.lowered),
      ...(stop.kind === "fault"
        ? { stateSpecified: false }
        : stop.kind === "finish"
          ? options.stateSpecified === undefined
            ? {}
            : { stateSpecified: options.stateSpecified(simulation) }
          : { stateSpecified: true }),
    };
  } finally {
    simulation.dispose();
  }
}
