import { performance } from "node:perf_hooks";
import { setImmediate as nextTick } from "node:timers/promises";
import type { Simulation, Stop } from "@assassyn/ir";

/** A run from its start to a stop, or to the user's interruption. */
export interface DrivenRun {
  /** Cycles run. */
  readonly cycles: number;
  /** Undefined when it was interrupted. */
  readonly stop: Stop | undefined;
  readonly droppedWrites: number;
  /** Wall time in milliseconds. */
  readonly milliseconds: number;
}

/** How {@link drive} runs a simulation. */
export interface DriveOptions {
  /** Called after every cycle; makes the run step singly. */
  readonly onCycle?: ((simulation: Simulation) => void) | undefined;
  /** Called several times a second with the cycles so far and the milliseconds since the start. */
  readonly onSlice: (cycles: number, milliseconds: number) => void;
  /** Ends the run after the current slice. */
  readonly interrupted: AbortSignal;
}

/** A slice takes about this long: short enough for an interruption, long enough to cost nothing. */
const SLICE_MILLISECONDS = 60;

/** Runs a simulation to its stop in slices, between which signals and file events get their turn. */
export async function drive(simulation: Simulation, options: DriveOptions): Promise<DrivenRun> {
  const start = performance.now();
  let stop: Stop | undefined = simulation.stop;
  let count = 256;
  while (stop === undefined && !options.interrupted.aborted) {
    const before = performance.now();
    if (options.onCycle === undefined) stop = simulation.step(count);
    else {
      for (let cycle = 0; cycle < count && stop === undefined; cycle += 1) {
        stop = simulation.step(1);
        options.onCycle(simulation);
      }
    }
    const now = performance.now();
    const elapsed = Math.max(now - before, 0.01);
    count = Math.max(1, Math.min(Math.floor((count * SLICE_MILLISECONDS) / elapsed), count * 8, 2 ** 30));
    options.onSlice(simulation.cycle, now - start);
    if (stop === undefined) await nextTick();
  }
  return {
    cycles: simulation.cycle,
    stop,
    droppedWrites: simulation.droppedWrites,
    milliseconds: performance.now() - start,
  };
}
