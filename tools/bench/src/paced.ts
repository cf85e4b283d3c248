/** Samples of about equal length, whatever is measured and however fast it has become. */
import type { Subject } from "./measure.js";

/** What one run took. */
export interface Run {
  /** Of the simulation alone. */
  readonly seconds: number;
  /** Cycles that ran: fewer than asked for where the design ends. */
  readonly cycles: number;
}

/** A sample: so many runs of so many cycles each. */
export interface Pace {
  readonly cycles: number;
  readonly runs: number;
}

/** Seconds that a sample takes at least. */
export const SAMPLE = 0.07;
const FIRST = 256;
/** Most cycles of a run: more than any design needs for a sample but one that skips idle cycles. */
const MOST = 2 ** 40;

/**
 * Finds out how many cycles make a sample. A design that ends before that runs several times.
 *
 * @param run runs at most so many cycles
 */
export function findPace(run: (cycles: number) => Run, least = SAMPLE): Pace {
  for (let cycles = FIRST; ;) {
    const { seconds, cycles: ran } = run(cycles);
    if (ran < cycles || cycles >= MOST)
      return { cycles, runs: Math.max(1, Math.ceil(least / Math.max(seconds, 1e-6))) };
    if (seconds >= least) return { cycles, runs: 1 };
    const factor = Math.min(16, Math.max(2, (1.2 * least) / Math.max(seconds, 1e-6)));
    cycles = Math.min(MOST, Math.ceil(cycles * factor));
  }
}

/** Seconds a cycle of something that can run any number of cycles; the pace is found in the first round, which is the warm-up. */
export function pacedSubject(name: string, run: (cycles: number) => Run, least = SAMPLE): Subject {
  let pace: Pace | undefined;
  return {
    name,
    run() {
      pace ??= findPace(run, least);
      let seconds = 0;
      let cycles = 0;
      for (let count = 0; count < pace.runs; count += 1) {
        const one = run(pace.cycles);
        seconds += one.seconds;
        cycles += one.cycles;
      }
      return seconds / cycles;
    },
  };
}
