/**
 * Numbers by operation for the time of one walk over a module, taken from the walk before: V8 keeps typed arrays of more than a few bytes
 * outside of its heap, and a design of many small modules makes so many of them that they cost more than the walks.
 */
export class Spare {
  #array: Int32Array | undefined = undefined;

  /** Zeros for at least `size` operations. Another walk may begin before this one gives them back. */
  take(size: number): Int32Array {
    const found = this.#array;
    this.#array = undefined;
    if (found === undefined || found.length < size) return new Int32Array(Math.max(size, 1024));
    return found.fill(0, 0, size);
  }

  /** Ends the use of what {@link take} gave; a walk that fails need not. */
  give(array: Int32Array): void {
    this.#array = array;
  }
}
