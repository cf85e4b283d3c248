/** JSON with places, and with whole numbers of any size: initial values may exceed what a JavaScript number holds exactly. */
import type { Place } from "./dump.js";

/** A value and where it stands. */
export type JsonValue = Place &
  (
    | { readonly kind: "null" }
    | { readonly kind: "boolean"; readonly value: boolean }
    | { readonly kind: "integer"; readonly value: bigint }
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "string"; readonly value: string }
    | { readonly kind: "array"; readonly items: readonly JsonValue[] }
    | { readonly kind: "object"; readonly members: ReadonlyMap<string, JsonValue> }
  );

/** The outcome of {@link readJson}: the document, or the first mistake. */
export type ReadJson =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "error"; readonly reason: string; readonly at: number };

const MAXIMUM_DEPTH = 64;

class JsonError extends Error {
  readonly at: number;
  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}

/**
 * Reads a JSON document.
 *
 * @example readJson("[1]") // an array of one integer, 1n
 */
export function readJson(text: string): ReadJson {
  try {
    return { kind: "value", value: new Reader(text).document() };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { kind: "error", reason: error.message, at: error.at };
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith("\uFEFF")) this.#at = 1;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#blank();
    if (this.#at < this.#text.length) this.#fail("something follows the document");
    return value;
  }

  #fail(reason: string): never {
    throw new JsonError(reason, Math.min(this.#at, this.#text.length));
  }

  #blank(): void {
    const blank = /[ \t\r\n]*/y;
    blank.lastIndex = this.#at;
    blank.exec(this.#text);
    this.#at = blank.lastIndex;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  #value(depth: number): JsonValue {
    if (depth > MAXIMUM_DEPTH) this.#fail(`it nests deeper than ${MAXIMUM_DEPTH} levels`);
    this.#blank();
    const start = this.#at;
    const character = this.#text[start];
    if (character === "{") return this.#object(depth, start);
    if (character === "[") return this.#array(depth, start);
    if (character === '"') {
      const value = this.#string();
      return { kind: "string", value, start, end: this.#at };
    }
    const word = this.#match(/true|false|null/y);
    if (word === "null") return { kind: "null", start, end: this.#at };
    if (word !== undefined) return { kind: "boolean", value: word === "true", start, end: this.#at };
    const number = this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number === undefined)
      return this.#fail(start >= this.#text.length ? "it ends too early" : "a value is expected here");
    if (/^-?\d+$/.test(number)) return { kind: "integer", value: BigInt(number), start, end: this.#at };
    return { kind: "number", value: Number(number), start, end: this.#at };
  }

  #string(): string {
    const start = this.#at;
    const image = this.#match(/"(?:[^"\\\n]|\\[^\n])*"/y);
    if (image === undefined) return this.#fail("the string is not closed");
    try {
      const value: unknown = JSON.parse(image);
      if (typeof value === "string") return value;
    } catch {
      this.#at = start;
    }
    return this.#fail("the string has a wrong escape");
  }

  #array(depth: number, start: number): JsonValue {
    this.#at += 1;
    const items: JsonValue[] = [];
    this.#blank();
    if (this.#match(/\]/y) === undefined) {
      for (;;) {
        items.push(this.#value(depth + 1));
        this.#blank();
        if (this.#match(/,/y) !== undefined) continue;
        if (this.#match(/\]/y) !== undefined) break;
        this.#fail("`,` or `]` is expected here");
      }
    }
    return { kind: "array", items, start, end: this.#at };
  }

  #object(depth: number, start: number): JsonValue {
    this.#at += 1;
    const members = new Map<string, JsonValue>();
    this.#blank();
    if (this.#match(/\}/y) === undefined) {
      for (;;) {
        this.#blank();
        if (this.#text[this.#at] !== '"') this.#fail("the name of a member is expected here");
        const name = this.#string();
        this.#blank();
        if (this.#match(/:/y) === undefined) this.#fail("`:` is expected here");
        members.set(name, this.#value(depth + 1));
        this.#blank();
        if (this.#match(/,/y) !== undefined) continue;
        if (this.#match(/\}/y) !== undefined) break;
        this.#fail("`,` or `}` is expected here");
      }
    }
    return { kind: "object", members, start, end: this.#at };
  }
}
