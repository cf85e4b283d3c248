import { EOF, type IToken, type TokenType } from "chevrotain";
import type { Comment as CommentNode } from "./ast.js";
import { messages } from "./messages.js";
import type { Reporter } from "./reporter.js";
import { makeToken, retype, Scanner } from "./scanner.js";
import * as tokens from "./tokens.js";

/** Longest line that is lexed, in UTF-16 code units. Bounds the memory of one piece and the stack of the regular expressions. */
export const MAXIMUM_LINE = 1 << 20;
/** Pieces end at the first line break behind this many code units: tokens live only as long as the parser needs them. */
const PIECE = 1 << 16;

/** Tokens that go on with the statement of the line before when they start a line. */
const CONTINUES_AT_START: ReadonlySet<TokenType> = new Set([
  tokens.Question,
  tokens.Coalesce,
  tokens.Colon,
  tokens.Dot,
  tokens.DotDot,
  tokens.Infix,
  tokens.LessEqual,
  tokens.GreaterEqual,
  tokens.ShiftRight,
  tokens.Less,
  tokens.Greater,
  tokens.Pipe,
  tokens.WORD.as,
  tokens.WORD.else,
]);

/** Tokens after which a statement cannot end, so a line break behind them means nothing. */
const CONTINUES_AT_END: ReadonlySet<TokenType> = new Set([
  tokens.LBrace,
  tokens.Comma,
  tokens.LineEnd,
  tokens.Infix,
  tokens.Minus,
  tokens.LessEqual,
  tokens.GreaterEqual,
  tokens.ShiftRight,
  tokens.Less,
  tokens.Pipe,
  tokens.Bang,
  tokens.Equals,
  tokens.Question,
  tokens.Coalesce,
  tokens.Colon,
  tokens.Dot,
  tokens.DotDot,
  tokens.Arrow,
  tokens.FatArrow,
  tokens.WORD.as,
]);

// What the filter asks of a token type, as bits by the number of the type: a look into a set of types for every token took longer than the rest.
const CONTINUES_START = 1;
const CONTINUES_END = 2;
const STARTER = 4;
const RESERVED = 8;
const CONTEXTUAL = 16;
const OPENS = 32;
const CLOSES = 64;
/** Signs that the filter takes out or changes. */
const SPECIAL = 128;

const FLAGS: number[] = [];
const flag = (types: Iterable<TokenType>, bit: number): void => {
  for (const type of types) FLAGS[type.tokenTypeIdx ?? 0] = (FLAGS[type.tokenTypeIdx ?? 0] ?? 0) | bit;
};
flag(tokens.PARSER_TOKENS, 0);
flag(CONTINUES_AT_START, CONTINUES_START);
flag(CONTINUES_AT_END, CONTINUES_END);
flag(tokens.STARTERS, STARTER);
flag(
  tokens.RESERVED_WORDS.map((word) => tokens.WORD[word]),
  RESERVED,
);
flag(
  tokens.CONTEXTUAL_WORDS.map((word) => tokens.WORD[word]),
  CONTEXTUAL,
);
flag([tokens.LParen, tokens.LBracket, tokens.LBrace], OPENS);
flag([tokens.RParen, tokens.RBracket, tokens.RBrace], CLOSES);
flag([tokens.BlockComment, tokens.Semicolon], SPECIAL);

const flagsOf = (token: IToken): number => FLAGS[token.tokenTypeIdx] ?? 0;

/**
 * Scans a text piece by piece and turns the scanner's tokens into those that the grammar wants:
 * words are keywords or names by where they stand, line breaks that count become {@link tokens.LineEnd}, comments go into a side table.
 * No token spans lines, so a text can be cut at every line break.
 */
export class TokenSource {
  /** Comments met so far, by offset. */
  readonly comments: CommentNode[] = [];
  /** Stands at the end of the text. */
  readonly end: IToken;
  readonly #text: string;
  readonly #file: number;
  readonly #reporter: Reporter;
  readonly #scanner: Scanner;
  #position = 0;
  /** Open brackets around the place. Line breaks count only while the top is a brace, or nothing. */
  readonly #brackets: TokenType[] = [];
  #previous: TokenType = tokens.LineEnd;
  #previousFlags = FLAGS[tokens.LineEnd.tokenTypeIdx ?? 0] ?? 0;
  /** Offset of the first line break behind the previous token. */
  #nextBreak: number;
  /** Everything in front of this offset belongs to a block comment. */
  #skipUntil = 0;

  constructor(text: string, file: number, reporter: Reporter) {
    this.#text = text;
    this.#scanner = new Scanner(text);
    this.#file = file;
    this.#reporter = reporter;
    // Behind the last word, so that a message about the end of the file points at a line with something on it.
    this.end = makeToken(EOF, "", text.trimEnd().length);
    this.#nextBreak = this.#breakFrom(0);
  }

  /** The tokens of the next piece, or `undefined` at the end of the text. May be empty. */
  next(): IToken[] | undefined {
    const start = this.#position;
    if (start >= this.#text.length || this.#reporter.full) return undefined;
    const cut = this.#text.indexOf("\n", Math.min(start + PIECE, this.#text.length));
    const end = cut < 0 ? this.#text.length : cut + 1;
    this.#position = end;
    if (!this.#linesFit(start, end)) return [];
    const scan = this.#scanner.scan(start, end);
    for (const extent of scan.invalid) this.#reportCharacters(extent.start, extent.end);
    for (const comment of scan.comments) this.#addComment(comment.start, comment.end);
    return this.#filter(scan.tokens);
  }

  /** Reports lines beyond {@link MAXIMUM_LINE}. A piece has at most one: its last. */
  #linesFit(start: number, end: number): boolean {
    if (end - start <= MAXIMUM_LINE) return true;
    const last = Math.max(start, this.#text.lastIndexOf("\n", end - 2) + 1);
    const length = end - last;
    if (length <= MAXIMUM_LINE) return true;
    const span = { file: this.#file, start: last, end: last + 1 };
    this.#reporter.report(messages["line-too-long"], { length, limit: MAXIMUM_LINE }, span);
    this.#reporter.stop();
    return false;
  }

  #breakFrom(offset: number): number {
    const found = this.#text.indexOf("\n", offset);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  #addComment(start: number, end: number): void {
    if (start < this.#skipUntil) return;
    const text = this.#text.slice(start, end).trimEnd();
    this.comments.push({ text, file: this.#file, start, end: start + text.length });
  }

  #filter(input: readonly IToken[]): IToken[] {
    const output: IToken[] = [];
    for (let index = 0; index < input.length; index += 1) {
      const token = input[index];
      if (token === undefined) break;
      if (token.startOffset < this.#skipUntil) continue;
      const afterBreak = token.startOffset > this.#nextBreak;
      if (afterBreak) this.#nextBreak = this.#breakFrom(token.startOffset);
      let flags = flagsOf(token);
      if ((flags & (RESERVED | CONTEXTUAL)) !== 0) {
        if (!this.#isKeyword(token, flags, input[index + 1], afterBreak)) retype(token, tokens.Identifier);
        flags = flagsOf(token);
      } else if ((flags & SPECIAL) !== 0) {
        if (token.tokenType === tokens.BlockComment) {
          this.#skipBlockComment(token);
          continue;
        }
        if (this.#brackets.at(-1) !== tokens.LBracket) {
          if (this.#previous === tokens.LineEnd || this.#previous === tokens.LBrace) continue;
          retype(token, tokens.LineEnd);
          flags = flagsOf(token);
        }
      }
      const type = token.tokenType;
      if (afterBreak && this.#breakCounts(type, flags))
        output.push(makeToken(tokens.LineEnd, "\n", token.startOffset));
      if ((flags & OPENS) !== 0) this.#brackets.push(type);
      else if ((flags & CLOSES) !== 0) this.#closeBracket(type);
      this.#previous = type;
      this.#previousFlags = flags;
      output.push(token);
    }
    return output;
  }

  /** Whether the line break in front of a token of this type ends a statement. */
  #breakCounts(type: TokenType, flags: number): boolean {
    const top = this.#brackets.at(-1);
    if (top === tokens.LParen || top === tokens.LBracket) {
      // A keyword that starts a statement cannot stand in brackets: one of them was not closed. Going on with the lines keeps the rest readable.
      if ((flags & STARTER) === 0) return false;
      while (this.#brackets.length > 0 && this.#brackets.at(-1) !== tokens.LBrace) this.#brackets.pop();
    }
    return !(
      (flags & CONTINUES_START) !== 0 ||
      (this.#previousFlags & CONTINUES_END) !== 0 ||
      type === tokens.RBrace ||
      type === tokens.LineEnd
    );
  }

  #closeBracket(type: TokenType): void {
    if (type === tokens.RBrace) while (this.#brackets.length > 0 && this.#brackets.pop() !== tokens.LBrace);
    // A closing bracket of the wrong sort is reported by the parser; here it must not lose a brace.
    else if (this.#brackets.length > 0 && this.#brackets.at(-1) !== tokens.LBrace) this.#brackets.pop();
  }

  /** Decides whether a word that can be a keyword is one where it stands. */
  #isKeyword(token: IToken, flags: number, next: IToken | undefined, afterBreak: boolean): boolean {
    if (this.#previous === tokens.Dot || next?.tokenType === tokens.Colon) return false;
    if ((flags & RESERVED) !== 0) return true;
    if (!tokens.isContextualWord(token.image) || next === undefined || next.startOffset > this.#nextBreak)
      return false;
    if (token.image === "in") return this.#previous === tokens.Identifier && !afterBreak;
    const top = this.#brackets.at(-1);
    if (top === tokens.LParen || top === tokens.LBracket) return false;
    const atStart =
      afterBreak ||
      this.#previous === tokens.LineEnd ||
      this.#previous === tokens.LBrace ||
      this.#previous === tokens.RBrace;
    return atStart && fitsBehind(token.image, next);
  }

  #skipBlockComment(token: IToken): void {
    const close = this.#text.indexOf("*/", token.startOffset + 2);
    this.#skipUntil = close < 0 ? this.#text.length : close + 2;
    const span = { file: this.#file, start: token.startOffset, end: token.startOffset + 2 };
    this.#reporter.report(messages["block-comment"], {}, span);
  }

  #reportCharacters(start: number, behind: number): void {
    if (start < this.#skipUntil) return;
    const code = this.#text.codePointAt(start) ?? 0;
    const character = String.fromCodePoint(code);
    const hex = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    const printable = code > 0x20 && code !== 0x7f && code !== 0xa0 && !(code >= 0xd800 && code <= 0xdfff);
    const help = characterHelp(character);
    const length = Math.min(Math.max(behind - start, character.length), 80);
    const span = { file: this.#file, start, end: start + length };
    this.#reporter.report(
      messages["invalid-character"],
      { character: printable ? `\`${character}\`` : "that cannot be shown", code: hex },
      span,
      help === undefined ? {} : { help },
    );
  }
}

/** Whether `next` can stand behind a contextual word that is meant as a keyword. */
function fitsBehind(word: tokens.ContextualWord, next: IToken): boolean {
  const type = next.tokenType;
  const isWord = type === tokens.Identifier || (flagsOf(next) & (RESERVED | CONTEXTUAL)) !== 0;
  switch (word) {
    case "at":
      return type === tokens.Integer || isWord || type === tokens.LParen;
    case "call":
    case "use":
    case "type":
      return isWord && next.image !== "as";
    case "log":
      return type === tokens.LParen;
    case "config":
      return type === tokens.LBrace;
    case "in":
      return false;
  }
}

function characterHelp(character: string): string | undefined {
  switch (character) {
    case "~":
      return "`!x` inverts every bit of x";
    case "'":
      return 'strings stand in `"`; a number gets its width from a cast, `u8(65)`';
    case "\u201c":
    case "\u201d":
    case "\u2018":
    case "\u2019":
      return 'replace the typographic quote by `"`';
    case "\u00a0":
      return "this is a non-breaking space; replace it by a space";
    case "\u2013":
    case "\u2014":
    case "\u2212":
      return "replace the dash by `-`";
    case "#":
      return "comments start with `//`, raw names with `r#`";
    case "$":
    case "`":
    case "@":
      return "the language has no macros or system tasks; `log`, `finish` and `assert` are statements";
    default:
      return /\p{Letter}/u.test(character) ? "names have letters from a to z, digits and `_`" : undefined;
  }
}
