/** What kind of mistake a {@link BuilderError} is about. */
export type BuilderErrorCode =
  /** A name that the language could not spell. */
  | "bad-name"
  /** A second register, module, port, exposed value or extern of one name. */
  | "duplicate-name"
  /** A width that is no whole number from 1 to 65536. */
  | "bad-width"
  /** A size, depth or initial content that an array or FIFO cannot have. */
  | "bad-shape"
  /** A value whose width is not the one that is needed. */
  | "width-mismatch"
  /** A literal that does not fit the type that it takes, or is no whole number. */
  | "literal-range"
  /** A literal in a place that gives it no type. */
  | "literal-untyped"
  /** A constant index, or bits of a slice, that do not exist. */
  | "index-range"
  /** Something that only a body can do, outside of one, or one body inside another. */
  | "outside-module"
  /** A value of another module, or of a design that is not this one. */
  | "foreign-value"
  /** A value used behind the `when` or arm in which it was made. */
  | "ended-value"
  /** Something that this kind of module cannot do, such as the pop of another module's FIFO. */
  | "wrong-module"
  /** A call that misses ports, or gives ones that do not exist. */
  | "call-arguments"
  /** A format string that is wrong or does not fit its arguments. */
  | "format"
  /** A `match` that covers a value twice or not at all, or a `select1hot` without an arm for each bit. */
  | "arms"
  /** A module without a body, or with two. */
  | "body"
  /** The finished system breaks a rule that only the whole shows, such as a loop of downstreams. */
  | "invalid-design";

/**
 * A mistake in the use of the builder. Nothing else is thrown for one; the message says what was wrong and what to do, and begins
 * with the place in the generated design where one is known.
 *
 * @example
 * try { build(); } catch (error) {
 *   if (error instanceof BuilderError && error.code === "width-mismatch") …
 * }
 */
export class BuilderError extends Error {
  override readonly name = "BuilderError";
  readonly code: BuilderErrorCode;

  constructor(code: BuilderErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
