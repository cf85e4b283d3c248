/** Character-level reading of the IR text. */
import type { Loc } from "./ir.js";
import type { Type } from "./types.js";
import { MAX_WIDTH, type } from "./types.js";

/** Thrown inside the reader where a line cannot be understood; never leaves {@link parseSystem}. */
export class TextFailure extends Error {
  readonly code: "text-syntax" | "text-value";
  readonly at: number;
  readonly expected: string;

  constructor(code: "text-syntax" | "text-value", at: number, expected: string) {
    super(expected);
    this.code = code;
    this.at = at;
    this.expected = expected;
  }
}

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
const NOWHERE: Loc = Object.freeze({ file: 0, line: 1, column: 1 });

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code);

/** A cursor over one text. Every method skips blanks (not line breaks) first. */
export class TextScanner {
  readonly text: string;
  at: number;
  readonly #types = new Map<string, Type>();

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  #blanks(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code !== SPACE && code !== TAB && code !== RETURN) return;
      this.at += 1;
    }
  }

  /** Code unit at the cursor, NaN at the end of the text. */
  peek(): number {
    this.#blanks();
    return this.text.charCodeAt(this.at);
  }

  /** True at a line break, at a comment, or at the end of the text. */
  atLineEnd(): boolean {
    const code = this.peek();
    if (code === LINE_FEED || Number.isNaN(code)) return true;
    return code === SLASH && this.text.charCodeAt(this.at + 1) === SLASH;
  }

  /** Moves to the start of the next line; false at the end of the text. */
  nextLine(): boolean {
    const found = this.text.indexOf("\n", this.at);
    this.at = found < 0 ? this.text.length : found + 1;
    return found >= 0;
  }

  /** Moves to the end of this line: what is left of it is read another time. */
  skipLine(): void {
    const found = this.text.indexOf("\n", this.at);
    this.at = found < 0 ? this.text.length : found;
  }

  /** Skips blank and comment lines; false at the end of the text. */
  skipEmptyLines(): boolean {
    while (this.atLineEnd()) if (!this.nextLine()) return false;
    return true;
  }

  /** Skips line breaks and comments too: inside brackets. */
  skipLineBreaks(): void {
    this.skipEmptyLines();
  }

  /** Takes `token` if it stands here. */
  eat(token: string): boolean {
    this.#blanks();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  /** Takes `token`, or fails. */
  need(token: string): void {
    if (!this.eat(token)) this.fail(`\`${token}\``);
  }

  /** Takes the keyword if it stands here as a whole word. */
  eatWord(word: string): boolean {
    this.#blanks();
    if (!this.text.startsWith(word, this.at) || isWord(this.text.charCodeAt(this.at + word.length)))
      return false;
    this.at += word.length;
    return true;
  }

  /** The identifier here without taking it, or `""`. */
  peekWord(): string {
    this.#blanks();
    let end = this.at;
    while (isWord(this.text.charCodeAt(end))) end += 1;
    return this.text.slice(this.at, end);
  }

  /** A name: an identifier or a quoted string. */
  name(what: string): string {
    if (this.peek() === QUOTE) return this.string();
    const word = this.peekWord();
    if (word === "" || isDigit(word.charCodeAt(0))) this.fail(what);
    this.at += word.length;
    return word;
  }

  /** A JSON string on one line. */
  string(): string {
    const { text } = this;
    if (this.peek() !== QUOTE) this.fail("a quoted string");
    let end = this.at + 1;
    for (;;) {
      const code = text.charCodeAt(end);
      if (code === QUOTE) break;
      if (Number.isNaN(code) || code === LINE_FEED) this.fail("a string that ends on its line");
      end += code === BACKSLASH ? 2 : 1;
    }
    const parsed = this.json(this.at, end + 1);
    if (typeof parsed !== "string") this.fail("a quoted string");
    this.at = end + 1;
    return parsed;
  }

  /** The JSON value between two offsets. */
  json(start: number, end: number): unknown {
    try {
      const parsed: unknown = JSON.parse(this.text.slice(start, end));
      return parsed;
    } catch {
      return this.fail("a valid JSON string", start);
    }
  }

  /** A number that fits a JavaScript integer. */
  integer(what: string, most = Number.MAX_SAFE_INTEGER): number {
    this.#blanks();
    const start = this.at;
    const { text } = this;
    let result = 0;
    let code = text.charCodeAt(this.at);
    while (isDigit(code)) {
      result = result * 10 + (code - ZERO);
      this.at += 1;
      code = text.charCodeAt(this.at);
    }
    if (this.at === start) this.fail(what);
    if (result > most) throw new TextFailure("text-value", start, `${what} is at most ${most}`);
    return result;
  }

  /** A bit pattern, decimal or hexadecimal. */
  pattern(): bigint {
    this.#blanks();
    const start = this.at;
    const word = this.peekWord();
    if (!/^(?:\d+|0x[0-9a-fA-F]+)$/.test(word)) this.fail("a number");
    // Wide enough for every type, short enough that converting a hostile one costs nothing.
    if (word.length > MAX_WIDTH / 3)
      throw new TextFailure("text-value", start, "the number is longer than any type can hold");
    this.at += word.length;
    return BigInt(word);
  }

  /** `u8`, `i32`, `b1`. */
  type(): Type {
    this.#blanks();
    const start = this.at;
    const word = this.peekWord();
    let result = this.#types.get(word);
    if (result === undefined) {
      const match = /^([uib])([1-9]\d*)$/.exec(word);
      const typeClass = match?.[1];
      if (typeClass !== "u" && typeClass !== "i" && typeClass !== "b")
        return this.fail("a type such as `u8`, `i32` or `b1`");
      const width = Number(match?.[2]);
      if (width > MAX_WIDTH)
        throw new TextFailure(
          "text-value",
          start,
          `a type is at most ${MAX_WIDTH} bits wide, found \`${word}\``,
        );
      result = type(typeClass, width);
      this.#types.set(word, result);
    }
    this.at += word.length;
    return result;
  }

  /** `@file:line:column`, or the place that stands for nowhere when left out. */
  location(): Loc {
    if (!this.eat("@")) return NOWHERE;
    const file = this.integer("the number of a file");
    this.need(":");
    const line = this.integer("a line");
    this.need(":");
    return { file, line, column: this.integer("a column") };
  }

  /** Fails with what should stand here. */
  fail(expected: string, at = this.at): never {
    throw new TextFailure("text-syntax", at, expected);
  }

  /** What stands at an offset, for a message: a short piece up to the next blank. */
  found(at: number): string {
    const code = this.text.charCodeAt(at);
    if (Number.isNaN(code)) return "the end of the text";
    if (code === LINE_FEED) return "the end of the line";
    const rest = this.text.slice(at, at + 24);
    const piece = /^(?:[A-Za-z0-9_]+|[^\sA-Za-z0-9_]+)/.exec(rest)?.[0] ?? rest.slice(0, 1);
    return `\`${piece.replaceAll(/\p{C}/gu, "�")}\``;
  }
}
