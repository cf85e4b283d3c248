import type { IToken, TokenType } from "chevrotain";
import * as tokens from "./tokens.js";

/** A token; `startOffset` counts in the text. */
export function makeToken(type: TokenType, image: string, startOffset: number): IToken {
  return { image, startOffset, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

/** Gives a token another type; the image stays. */
export function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

/** A place in the text: `end` is behind it. */
interface Extent {
  readonly start: number;
  readonly end: number;
}

/** What a part of a text consists of. */
export interface Scan {
  /** All but blanks and comments. Words that may be keywords where they stand have the type of the keyword. */
  readonly tokens: IToken[];
  readonly comments: readonly Extent[];
  /** Runs of characters that start no token. */
  readonly invalid: readonly Extent[];
}

// What a character of ASCII can start; 0: nothing.
const BLANK = 1;
const WORD = 2;
const DIGIT = 3;
const QUOTE = 4;
const SIGN = 5;
const STARTS = new Uint8Array(128);
/** 1 for letters, digits and `_`. */
const IN_WORD = new Uint8Array(128);

const mark = (table: Uint8Array, characters: string, value: number): void => {
  for (let index = 0; index < characters.length; index += 1) table[characters.charCodeAt(index)] = value;
};
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
mark(STARTS, " \t\r\n\f", BLANK);
mark(STARTS, LETTERS, WORD);
mark(STARTS, "0123456789", DIGIT);
mark(STARTS, '"', QUOTE);
mark(IN_WORD, LETTERS + "0123456789", 1);

/** The signs that start with a character: the long ones first. */
const SIGNS: (readonly { readonly image: string; readonly second: number; readonly type: TokenType }[])[] =
  [];
for (const [image, type] of tokens.SIGNS) {
  const first = image.charCodeAt(0);
  const entry = { image, second: image.length === 1 ? -1 : image.charCodeAt(1), type };
  SIGNS[first] = [...(SIGNS[first] ?? []), entry].sort((a, b) => b.image.length - a.image.length);
  STARTS[first] = SIGN;
}

const LINE_FEED = 10;
const QUOTATION = 34;
const HASH = 35;
const ASTERISK = 42;
const SLASH = 47;
const BACKSLASH = 92;
const LOWER_R = 114;
/** U+FEFF, which editors of some systems put in front of a file. */
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Cuts text into tokens. Written by hand: a lexer made of regular expressions took a third of the parser's time for large designs, and a
 * string for every place of every name. Every token stands on one line.
 */
export class Scanner {
  readonly #text: string;
  readonly #words = new WordTable();

  constructor(text: string) {
    this.#text = text;
  }

  /** The tokens that start in `from` to `to`, which must be the start of a line or the end of the text. */
  scan(from: number, to: number): Scan {
    const text = this.#text;
    const found: IToken[] = [];
    const comments: Extent[] = [];
    const invalid: Extent[] = [];
    let at = from;
    while (at < to) {
      const code = text.charCodeAt(at);
      const start = at;
      switch (code < 128 ? STARTS[code] : code === BYTE_ORDER_MARK ? BLANK : 0) {
        case BLANK:
          at += 1;
          break;
        case WORD: {
          at = this.#wordEnd(at, to);
          found.push(this.#words.token(text, start, at));
          break;
        }
        case DIGIT:
          at = wordEnd(text, at + 1, to);
          found.push(makeToken(tokens.Integer, text.slice(start, at), start));
          break;
        case QUOTE:
          at = stringEnd(text, at + 1, to);
          found.push(makeToken(tokens.Text, text.slice(start, at), start));
          break;
        case SIGN: {
          const second = at + 1 < to ? text.charCodeAt(at + 1) : -1;
          if (code === SLASH && second === SLASH) {
            const end = text.indexOf("\n", at);
            at = end < 0 || end > to ? to : end;
            comments.push({ start, end: at });
          } else if (code === SLASH && second === ASTERISK) {
            at += 2;
            found.push(makeToken(tokens.BlockComment, "/*", start));
          } else {
            for (const sign of SIGNS[code] ?? []) {
              if (sign.second !== -1 && sign.second !== second) continue;
              at += sign.image.length;
              found.push(makeToken(sign.type, sign.image, start));
              break;
            }
          }
          break;
        }
        default:
          at = this.#invalidEnd(at + 1, to);
          invalid.push({ start, end: at });
      }
    }
    return { tokens: found, comments, invalid };
  }

  /** The end of a name, which may be raw: `r#when`. */
  #wordEnd(start: number, to: number): number {
    const text = this.#text;
    const end = wordEnd(text, start + 1, to);
    const isRaw =
      end === start + 1 &&
      text.charCodeAt(start) === LOWER_R &&
      end + 1 < to &&
      text.charCodeAt(end) === HASH &&
      startsWord(text.charCodeAt(end + 1));
    return isRaw ? wordEnd(text, end + 2, to) : end;
  }

  #invalidEnd(from: number, to: number): number {
    let at = from;
    while (at < to) {
      const code = this.#text.charCodeAt(at);
      if (code === BYTE_ORDER_MARK || (code < 128 && STARTS[code] !== 0)) break;
      at += 1;
    }
    return at;
  }
}

const startsWord = (code: number): boolean => code < 128 && STARTS[code] === WORD;

function wordEnd(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (code >= 128 || IN_WORD[code] === 0) break;
    at += 1;
  }
  return at;
}

/** The end of a string that starts in front of `from`: behind its closing quote, or where its line ends, or in front of a last `\`. */
function stringEnd(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (code === QUOTATION) return at + 1;
    if (code === LINE_FEED) return at;
    if (code !== BACKSLASH) at += 1;
    else if (at + 1 < to && text.charCodeAt(at + 1) !== LINE_FEED) at += 2;
    else return at;
  }
  return at;
}

/** One string for all places of a name, found without making another one: the tree of a large design is mostly names. */
class WordTable {
  readonly #images: string[] = [];
  readonly #types: TokenType[] = [];
  readonly #hashes: number[] = [];
  /** Open addressing: 1 + the index of a word, or 0. */
  #slots = new Int32Array(1 << 10);

  constructor() {
    for (const [image, type] of Object.entries(tokens.WORD)) this.#find(image, 0, image.length, type);
  }

  /** The token of the word that stands in the text from `start` to `end`. */
  token(text: string, start: number, end: number): IToken {
    const index = this.#find(text, start, end, tokens.Identifier);
    return makeToken(this.#types[index] ?? tokens.Identifier, this.#images[index] ?? "", start);
  }

  #find(text: string, start: number, end: number, type: TokenType): number {
    let hash = 0;
    for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const index = (this.#slots[slot] ?? 0) - 1;
      if (index < 0) break;
      if (this.#hashes[index] === hash && isAt(this.#images[index] ?? "", text, start, end)) return index;
      slot = (slot + 1) & mask;
    }
    const added = this.#images.length;
    this.#images.push(text.slice(start, end));
    this.#types.push(type);
    this.#hashes.push(hash);
    this.#slots[slot] = added + 1;
    if (this.#images.length * 2 > this.#slots.length) this.#grow();
    return added;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    this.#hashes.forEach((hash, index) => {
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    });
    this.#slots = slots;
  }
}

function isAt(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let index = 0; index < word.length; index += 1) {
    if (word.charCodeAt(index) !== text.charCodeAt(start + index)) return false;
  }
  return true;
}
