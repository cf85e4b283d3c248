import { EOF, type IToken, Lexer, type TokenType } from "chevrotain";
import type { Comment as CommentNode } from "./ast.js";
import { messages } from "./messages.js";
import type { Reporter } from "./reporter.js";
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

let lexer: Lexer | undefined;

/** The one lexer, made at the first use. It has no state between calls. */
function sharedLexer(): Lexer {
  lexer ??= new Lexer([...tokens.LEXER_TOKENS], {
    positionTracking: "onlyOffset",
    ensureOptimizations: true,
    deferDefinitionErrorsHandling: false,
  });
  return lexer;
}

/** Makes a token that stands nowhere in the text as written. */
export function makeToken(type: TokenType, image: string, startOffset: number): IToken {
  return { image, startOffset, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

/** Gives a token another type; the image stays. */
export function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

/**
 * Lexes a text piece by piece and turns the lexer's tokens into those that the grammar wants:
 * words become keywords, line breaks that count become {@link tokens.LineEnd}, comments go into a side table.
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
  /** Keywords, and the names met so far. */
  readonly #words = new Map<string, TokenType | string>(
    tokens.RESERVED_WORDS.map((word) => [word, tokens.WORD[word]]),
  );
  #position = 0;
  /** Open brackets around the place. Line breaks count only while the top is a brace, or nothing. */
  readonly #brackets: TokenType[] = [];
  #previous: TokenType = tokens.LineEnd;
  /** Offset of the first line break behind the previous token. */
  #nextBreak: number;
  /** Everything in front of this offset belongs to a block comment. */
  #skipUntil = 0;

  constructor(text: string, file: number, reporter: Reporter) {
    this.#text = text;
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
    const piece = start === 0 && end === this.#text.length ? this.#text : this.#text.slice(start, end);
    if (!this.#linesFit(piece, start)) return [];
    const result = sharedLexer().tokenize(piece);
    for (const error of result.errors) this.#reportCharacters(start + error.offset, error.length);
    for (const comment of result.groups["comments"] ?? []) this.#addComment(comment, start);
    return this.#filter(result.tokens, start);
  }

  /** Reports lines beyond {@link MAXIMUM_LINE}. A piece has at most one: its last. */
  #linesFit(piece: string, start: number): boolean {
    if (piece.length <= MAXIMUM_LINE) return true;
    const last = piece.lastIndexOf("\n", piece.length - 2) + 1;
    const length = piece.length - last;
    if (length <= MAXIMUM_LINE) return true;
    const span = { file: this.#file, start: start + last, end: start + last + 1 };
    this.#reporter.report(messages["line-too-long"], { length, limit: MAXIMUM_LINE }, span);
    this.#reporter.stop();
    return false;
  }

  #breakFrom(offset: number): number {
    const found = this.#text.indexOf("\n", offset);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  #addComment(token: IToken, base: number): void {
    const text = token.image.trimEnd();
    const start = token.startOffset + base;
    if (start < this.#skipUntil) return;
    this.comments.push({ text, file: this.#file, start, end: start + text.length });
  }

  #filter(input: readonly IToken[], base: number): IToken[] {
    const output: IToken[] = [];
    for (let index = 0; index < input.length; index += 1) {
      const token = input[index];
      if (token === undefined) break;
      token.startOffset += base;
      if (token.startOffset < this.#skipUntil) continue;
      const afterBreak = token.startOffset > this.#nextBreak;
      if (afterBreak) this.#nextBreak = this.#breakFrom(token.startOffset);
      switch (token.tokenType) {
        case tokens.Identifier:
          this.#classify(token, input[index + 1], base, afterBreak);
          break;
        case tokens.BlockComment:
          this.#skipBlockComment(token);
          continue;
        case tokens.Semicolon:
          if (this.#brackets.at(-1) === tokens.LBracket) break;
          if (this.#previous === tokens.LineEnd || this.#previous === tokens.LBrace) continue;
          retype(token, tokens.LineEnd);
          break;
        default:
          break;
      }
      const type = token.tokenType;
      if (afterBreak && this.#breakCounts(type))
        output.push(makeToken(tokens.LineEnd, "\n", token.startOffset));
      this.#trackBrackets(type);
      this.#previous = type;
      output.push(token);
    }
    return output;
  }

  /** Whether the line break in front of a token of this type ends a statement. */
  #breakCounts(type: TokenType): boolean {
    const top = this.#brackets.at(-1);
    if (top === tokens.LParen || top === tokens.LBracket) {
      // A keyword that starts a statement cannot stand in brackets: one of them was not closed. Going on with the lines keeps the rest readable.
      if (!tokens.STARTERS.has(type)) return false;
      while (this.#brackets.length > 0 && this.#brackets.at(-1) !== tokens.LBrace) this.#brackets.pop();
    }
    return !(
      CONTINUES_AT_START.has(type) ||
      CONTINUES_AT_END.has(this.#previous) ||
      type === tokens.RBrace ||
      type === tokens.LineEnd
    );
  }

  #trackBrackets(type: TokenType): void {
    switch (type) {
      case tokens.LParen:
      case tokens.LBracket:
      case tokens.LBrace:
        this.#brackets.push(type);
        break;
      case tokens.RParen:
      case tokens.RBracket:
        // A closing bracket of the wrong sort is reported by the parser; here it must not lose a brace.
        if (this.#brackets.length > 0 && this.#brackets.at(-1) !== tokens.LBrace) this.#brackets.pop();
        break;
      case tokens.RBrace:
        while (this.#brackets.length > 0 && this.#brackets.pop() !== tokens.LBrace);
        break;
      default:
        break;
    }
  }

  /** Decides whether a word is a keyword where it stands. `next` is the token behind it, still relative to the piece. */
  #classify(token: IToken, next: IToken | undefined, base: number, afterBreak: boolean): void {
    if (this.#previous === tokens.Dot || next?.tokenType === tokens.Colon) {
      const known = this.#words.get(token.image);
      if (typeof known === "string") token.image = known;
      return;
    }
    const keyword = this.#words.get(token.image);
    if (keyword === undefined) this.#words.set(token.image, token.image);
    // One string for all places of a name: the tree of a large design is mostly names.
    else if (typeof keyword === "string") token.image = keyword;
    else {
      retype(token, keyword);
      return;
    }
    if (
      !tokens.isContextualWord(token.image) ||
      next === undefined ||
      next.startOffset + base > this.#nextBreak
    )
      return;
    if (token.image === "in") {
      if (this.#previous === tokens.Identifier && !afterBreak) retype(token, tokens.WORD.in);
      return;
    }
    const top = this.#brackets.at(-1);
    if (top === tokens.LParen || top === tokens.LBracket) return;
    const atStart =
      afterBreak ||
      this.#previous === tokens.LineEnd ||
      this.#previous === tokens.LBrace ||
      this.#previous === tokens.RBrace;
    if (atStart && fitsBehind(token.image, next)) retype(token, tokens.WORD[token.image]);
  }

  #skipBlockComment(token: IToken): void {
    const close = this.#text.indexOf("*/", token.startOffset + 2);
    this.#skipUntil = close < 0 ? this.#text.length : close + 2;
    const span = { file: this.#file, start: token.startOffset, end: token.startOffset + 2 };
    this.#reporter.report(messages["block-comment"], {}, span);
  }

  #reportCharacters(start: number, length: number): void {
    if (start < this.#skipUntil) return;
    const code = this.#text.codePointAt(start) ?? 0;
    const character = String.fromCodePoint(code);
    const hex = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    const printable = code > 0x20 && code !== 0x7f && code !== 0xa0 && !(code >= 0xd800 && code <= 0xdfff);
    const help = characterHelp(character);
    const span = { file: this.#file, start, end: start + Math.min(Math.max(length, character.length), 80) };
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
  switch (word) {
    case "at":
      return type === tokens.Integer || type === tokens.Identifier || type === tokens.LParen;
    case "call":
    case "use":
    case "type":
      return type === tokens.Identifier && next.image !== "as";
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
