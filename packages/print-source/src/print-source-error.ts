/** A design that the language cannot say. */
export class PrintSourceError extends Error {
  override readonly name = "PrintSourceError";
}
