/**
 * Numbers by operation for the time of one walk over a module, taken from the walk before: V8 keeps typed arrays of more than a few bytes
 * outside of its heap, and a design of many small modules makes so many of them that they cost more than the walks.
 */
export class Spare {
  #buffer: ArrayBufferLike | undefined = undefined;

  /**
   * Zeros for `size` operations and no more: a rewriter asks for operations that it has added, of which nothing may be known. Another walk may
   * begin before this one gives them back.
   */
  take(size: number): Int32Array {
    const found = this.#buffer;
    this.#buffer = undefined;
    if (found !== undefined && found.byteLength >= size * Int32Array.BYTES_PER_ELEMENT)
      return new Int32Array(found, 0, size).fill(0);
    return new Int32Array(new ArrayBuffer(Math.max(size, LEAST) * Int32Array.BYTES_PER_ELEMENT), 0, size);
  }

  /** Ends the use of what {@link take} gave; a walk that fails need not. */
  give(array: Int32Array): void {
    this.#buffer = array.buffer;
  }
}

/** Enough for most modules. */
const LEAST = 1024;
