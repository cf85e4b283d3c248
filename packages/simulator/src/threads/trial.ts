/**
 * Finds out by trying whether several threads are faster than one. Engines run new code slowly at first, and the code for several threads
 * is code of its own, so both ways run for a while before they are measured.
 */

/** The ways, in the order in which they are tried. */
const PHASES = [
  { together: false, milliseconds: 60, isMeasured: false },
  { together: false, milliseconds: 20, isMeasured: true },
  { together: true, milliseconds: 100, isMeasured: false },
  { together: true, milliseconds: 20, isMeasured: true },
] as const;
/** Behind the trial, the threads are compared with the pace of one again and again, since the machine may get other work. */
const REVIEW = { together: true, milliseconds: 500, isMeasured: true } as const;
/** A slice must end before its phase has long been over. */
const SLICE_MILLISECONDS = 5;
/** Within the noise one thread is the better choice: it leaves the other processors to others. */
const NOISE = 0.95;

/** The trial of one simulation. */
export class Trial {
  #phase = 0;
  #cycles = 0;
  #spent = 0;
  /** Milliseconds of a cycle on one thread. */
  #alone = 0;
  #pace = Infinity;

  /** What the next slice is to be: how many cycles at most, and whether all threads run it. */
  next(): { readonly together: boolean; readonly cycles: number } {
    const { together } = PHASES[this.#phase] ?? REVIEW;
    const fitting = Math.floor(SLICE_MILLISECONDS / this.#pace);
    return { together, cycles: Number.isFinite(fitting) ? Math.max(1, fitting) : 1 << 20 };
  }

  /** Notes what a slice took; true when the threads are to be given up. */
  note(cycles: number, milliseconds: number): boolean {
    this.#cycles += cycles;
    this.#spent += milliseconds;
    if (cycles > 0 && milliseconds > 0) this.#pace = milliseconds / cycles;
    const phase = PHASES[this.#phase] ?? REVIEW;
    if (this.#spent < phase.milliseconds) return false;
    const measured = this.#spent / Math.max(1, this.#cycles);
    this.#phase += 1;
    this.#cycles = 0;
    this.#spent = 0;
    if (!phase.isMeasured) return false;
    if (phase.together) return measured > this.#alone * NOISE;
    this.#alone = measured;
    return false;
  }
}
