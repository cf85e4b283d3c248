/** Checked reading of JSON values. */
import type { FormatSpec, LogPiece } from "./format.js";
import type { Type } from "./types.js";
import { parseType } from "./types.js";

/** Thrown where the document has another shape; never leaves this package. */
export class JsonFailure extends Error {
  readonly path: string;
  readonly expected: string;

  constructor(path: string, expected: string) {
    super(`${path}: expected ${expected}`);
    this.path = path;
    this.expected = expected;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A JSON value together with its place in the document. */
export class JsonValue {
  readonly value: unknown;
  readonly #parent: JsonValue | undefined;
  readonly #key: string | number;

  constructor(value: unknown, parent?: JsonValue, key: string | number = "$") {
    this.value = value;
    this.#parent = parent;
    this.#key = key;
  }

  /** `$.modules[3].name` */
  get path(): string {
    if (this.#parent === undefined) return String(this.#key);
    return this.#parent.path + (typeof this.#key === "number" ? `[${this.#key}]` : `.${this.#key}`);
  }

  fail(expected: string): never {
    throw new JsonFailure(this.path, expected);
  }

  /** A field of an object, which may be absent (`value` undefined). */
  field(name: string): JsonValue {
    if (!isRecord(this.value)) return this.fail("an object");
    return new JsonValue(Object.hasOwn(this.value, name) ? this.value[name] : undefined, this, name);
  }

  /** What `read` makes of the value, or undefined when it is absent. */
  optional<T>(read: (value: JsonValue) => T): T | undefined {
    return this.value === undefined ? undefined : read(this);
  }

  /** What `read` makes of the value, or null where it is null. */
  nullable<T>(read: (value: JsonValue) => T): T | null {
    return this.value === null ? null : read(this);
  }

  list<T>(read: (value: JsonValue) => T): T[] {
    if (!Array.isArray(this.value)) return this.fail("an array");
    return this.value.map((entry: unknown, index) => read(new JsonValue(entry, this, index)));
  }

  string(): string {
    return typeof this.value === "string" ? this.value : this.fail("a string");
  }

  boolean(): boolean {
    return typeof this.value === "boolean" ? this.value : this.fail("true or false");
  }

  integer(): number {
    const { value } = this;
    return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.fail("an integer ≥ 0");
  }

  /** A bit pattern: decimal digits in a string. */
  pattern(): bigint {
    const { value } = this;
    return typeof value === "string" && /^\d{1,20000}$/.test(value)
      ? BigInt(value)
      : this.fail("a string of decimal digits");
  }

  type(): Type {
    return (
      (typeof this.value === "string" ? parseType(this.value) : undefined) ?? this.fail('a type such as "u8"')
    );
  }

  choice<const Choices extends readonly string[]>(choices: Choices): Choices[number] {
    return (
      choices.find((choice) => choice === this.value) ??
      this.fail(choices.map((choice) => JSON.stringify(choice)).join(" or "))
    );
  }
}

function decodeSpec(value: JsonValue): FormatSpec {
  const align = value.field("align").optional((entry) => entry.choice(["<", "^", ">"]));
  return {
    fill: value.field("fill").string(),
    ...(align === undefined ? {} : { align }),
    plus: value.field("plus").boolean(),
    alternate: value.field("alternate").boolean(),
    zero: value.field("zero").boolean(),
    width: value.field("width").integer(),
    radix: value.field("radix").choice(["", "?", "x", "X", "b", "o"]),
  };
}

/** One piece of a log. */
export function decodeLogPiece(value: JsonValue): LogPiece {
  const kind = value.field("kind").choice(["text", "argument"]);
  if (kind === "text") return { kind, text: value.field("text").string() };
  return { kind, index: value.field("index").integer(), spec: decodeSpec(value.field("spec")) };
}

/** A list of log pieces, or undefined if it is anything else. */
export function decodeLogPieces(value: unknown): LogPiece[] | undefined {
  try {
    return new JsonValue(value).list(decodeLogPiece);
  } catch (error) {
    if (error instanceof JsonFailure) return undefined;
    throw error;
  }
}
