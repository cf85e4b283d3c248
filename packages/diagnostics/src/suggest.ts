/** Longest name that is compared; beyond it nobody guesses by letters. */
const MAXIMUM_LENGTH = 64;

/**
 * The candidate that differs least from a misspelt name, or `undefined` where none is near: at most one edit in three letters.
 * An edit inserts, removes or replaces a letter, or swaps two neighbours (optimal string alignment distance). Case counts as half.
 * Of equally near candidates the first wins.
 *
 * @example
 * suggestNearest("cuont", ["clock", "count"]); // "count"
 */
export function suggestNearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAXIMUM_LENGTH) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    if (candidate.length > MAXIMUM_LENGTH || Math.abs(candidate.length - name.length) >= bestDistance)
      continue;
    const distance = editDistance(name, candidate);
    // A name of one or two letters shares nothing with a candidate that replaces them all.
    if (distance < bestDistance && distance < name.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const a = left[row - 1];
      const b = right[column - 1];
      const cost = a === b ? 0 : a?.toLowerCase() === b?.toLowerCase() ? 0.5 : 1;
      let value = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      );
      if (row > 1 && column > 1 && a === right[column - 2] && left[row - 2] === b)
        value = Math.min(value, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(value);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
