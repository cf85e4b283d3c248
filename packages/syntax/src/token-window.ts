import type { Span } from "@assassyn/diagnostics";
import { EmbeddedActionsParser, EOF, type IToken, tokenLabel } from "chevrotain";
import { Reporter } from "./reporter.js";
import { makeToken } from "./scanner.js";
import { TokenSource } from "./token-source.js";
import * as tokens from "./tokens.js";

/** Tokens that every place of the grammar may look ahead; the scan for generic arguments is the longest. */
export const LOOKAHEAD = 96;

/** What a sign means where the token alone does not tell; the formatter needs it. */
export type Role =
  /** `<` or `>` around generics. */
  | "generic"
  /** `:` between the bounds of a slice. */
  | "slice"
  /** `:` of `c ? a : b`. */
  | "choice"
  /** `-` or `!` in front of an operand. */
  | "prefix"
  /** `<=` that assigns. */
  | "assign"
  /** `depth`, `latency`, `)` of `fold (…)`: an expression starts behind it, which is no call. */
  | "before"
  /** `{` or `}` of a body; other braces list things. */
  | "block";

const idle = makeToken(EOF, "", 0);

/**
 * A Chevrotain parser whose tokens arrive piece by piece: its lexer adapter is replaced by a window over a {@link TokenSource},
 * so the tokens of a large file are never in memory at once. The messages of Chevrotain's exceptions are only what was expected;
 * {@link BaseParser} makes diagnostics of them.
 */
export abstract class TokenWindow extends EmbeddedActionsParser {
  protected reporter = new Reporter();
  protected source = new TokenSource("", 0, this.reporter);
  protected file = 0;

  /** Collects roles by offset while it is there, see {@link mark}. */
  protected roles: Map<number, Role> | undefined;

  #text = "";
  /** The tokens at hand; {@link consumeToken} fetches more. */
  #window: IToken[] = [];
  #cursor = -1;
  /** Tokens dropped from the front of the window, so that positions keep growing. */
  #dropped = 0;

  constructor() {
    super([...tokens.PARSER_TOKENS], {
      recoveryEnabled: false,
      maxLookahead: 1,
      nodeLocationTracking: "none",
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
        buildNotAllInputParsedMessage: () => "the end of the file",
        buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
        buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
      },
    });
  }

  /** Makes the parser ready for a text. */
  protected load(text: string, file: number): void {
    this.reporter = new Reporter();
    this.source = new TokenSource(text, file, this.reporter);
    this.file = file;
    this.#text = text;
    this.#window = [];
    this.#dropped = 0;
    this.reset();
    this.#fetch();
  }

  /** Drops every reference to the text, so that the shared parser keeps nothing alive. */
  protected unload(): void {
    this.load("", 0);
  }

  override LA(distance: number): IToken {
    return this.#window[this.#cursor + distance] ?? this.source?.end ?? idle;
  }

  override LA_FAST(distance: number): IToken {
    return this.#window[this.#cursor + distance] ?? this.source.end;
  }

  consumeToken(): void {
    this.#cursor += 1;
    if (this.#cursor + LOOKAHEAD >= this.#window.length) this.#fetch();
  }

  override SKIP_TOKEN(): IToken {
    this.consumeToken();
    return this.LA(1);
  }

  exportLexerState(): number {
    return this.#dropped + this.#cursor;
  }

  importLexerState(state: number): void {
    this.#cursor = state - this.#dropped;
  }

  resetLexerState(): void {
    // Chevrotain calls this before the fields of this class exist.
    if (this.source !== undefined) this.#cursor = -1;
  }

  moveToTerminatedState(): void {
    this.#cursor = this.#window.length - 1;
  }

  getLexerPosition(): number {
    return this.#dropped + this.#cursor;
  }

  /** Fetches pieces until the window reaches far enough again, keeping only the last consumed token of the old ones. */
  #fetch(): void {
    let piece = this.source.next();
    if (piece === undefined) return;
    const drop = Math.max(this.#cursor, 0);
    let fresh = this.#window.slice(drop);
    this.#dropped += drop;
    this.#cursor -= drop;
    while (piece !== undefined) {
      fresh = fresh.length === 0 ? piece : fresh.concat(piece);
      if (fresh.length > LOOKAHEAD + 2) break;
      piece = this.source.next();
    }
    this.#window = fresh;
  }

  /** Puts a token in front of the next one. */
  protected insert(token: IToken): void {
    this.#window.splice(this.#cursor + 1, 0, token);
  }

  // ---------------------------------------------------------------- places

  /** Notes what a sign means, for the formatter; costs nothing otherwise. */
  protected mark(token: IToken, role: Role): void {
    this.roles?.set(token.startOffset, role);
  }

  /** The text that is being parsed. */
  protected get text(): string {
    return this.#text;
  }

  /** Offset of the next token. */
  protected here(): number {
    return this.LA(1).startOffset;
  }

  /** Offset behind the last consumed token. */
  protected behind(): number {
    const last = this.LA(0);
    return last.startOffset + last.image.length;
  }

  /** The place of a token. */
  protected spanOf(token: IToken): Span {
    const length = token.tokenType === tokens.LineEnd && token.image === "\n" ? 0 : token.image.length;
    return { file: this.file, start: token.startOffset, end: token.startOffset + length };
  }

  /** Whether a token is the first of its line. */
  protected startsLine(token: IToken): boolean {
    let at = token.startOffset - 1;
    while (at >= 0 && (this.#text[at] === " " || this.#text[at] === "\t")) at -= 1;
    return at < 0 || this.#text[at] === "\n";
  }
}
