/** What repeated measurements say about the true value. */

/** A range that holds the median in at least `confidence` of all cases. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Interval of the median by order statistics, which asks nothing of the noise but that samples are independent: a sample is below the
 * median as often as above it, so the k-th from either end bounds it with a probability that the binomial distribution tells.
 *
 * @returns undefined where there are too few samples: under 6 for 0.95
 * @example medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]) // { low: 4, high: 12 }
 */
export function medianInterval(samples: readonly number[], confidence = 0.95): Interval | undefined {
  const sorted = samples.toSorted((one, other) => one - other);
  const count = sorted.length;
  // Probability that at most `rank` of the samples are below the median.
  let tail = 0;
  let term = 0.5 ** count;
  let rank = 0;
  for (; rank < count / 2; rank += 1) {
    tail += term;
    if (1 - 2 * tail < confidence) break;
    term *= (count - rank) / (rank + 1);
  }
  const [low, high] = [sorted[rank - 1], sorted[count - rank]];
  return low === undefined || high === undefined ? undefined : { low, high };
}
