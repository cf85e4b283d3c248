/** Interleaved measuring: what is compared runs in turns, so that whatever else the machine does hits all alike. */

/** Something to time. */
export interface Subject {
  readonly name: string;
  /** Does the work once and returns how long it took, in seconds, measured around what counts. */
  readonly run: () => number;
}

/** Repetitions of one subject. All figures in seconds. */
export interface Timing {
  readonly name: string;
  readonly samples: readonly number[];
  readonly median: number;
  readonly fastest: number;
  /** Interquartile range over median: 0.1 is quiet, 0.5 is noise. */
  readonly spread: number;
}

/** How often; see {@link measure}. */
export interface Repetitions {
  readonly warmUp: number;
  readonly measured: number;
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

/** Summary of the samples. */
export function summarize(name: string, samples: readonly number[]): Timing {
  const sorted = samples.toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  return {
    name,
    samples,
    median,
    fastest: quantile(sorted, 0),
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / median,
  };
}

/**
 * Runs the subjects in turns: one warm-up round or more, then the measured rounds. Every other round runs backwards, so that none
 * always follows the same neighbour.
 */
export function measure(subjects: readonly Subject[], repetitions: Repetitions): Timing[] {
  const samples = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  for (let round = -repetitions.warmUp; round < repetitions.measured; round += 1) {
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const subject of order) {
      const seconds = subject.run();
      if (round >= 0) samples.get(subject)?.push(seconds);
    }
  }
  return subjects.map((subject) => summarize(subject.name, samples.get(subject) ?? []));
}

/** Seconds that `action` takes. */
export function secondsOf(action: () => void): number {
  const start = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
