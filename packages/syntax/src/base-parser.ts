import type { DiagnosticExtras, Message, Span } from "@assassyn/diagnostics";
import { EmbeddedActionsParser, EOF, isRecognitionException, type IToken, tokenLabel, type TokenType } from "chevrotain";
import { messages } from "./messages.js";
import { Reporter } from "./reporter.js";
import { suggestFor } from "./suggestions.js";
import { makeToken, TokenSource } from "./token-source.js";
import * as tokens from "./tokens.js";

/** How deep brackets and blocks may nest: bounds the stack of the parser. */
export const MAXIMUM_NESTING = 128;
/** How high the tree of one expression, or of one chain of `else when`, may be: bounds the stack of everything that walks it. */
export const MAXIMUM_HEIGHT = 512;

/** Tokens that every place of the grammar may look ahead; the scan for generic arguments is the longest. */
export const LOOKAHEAD = 96;

/** Thrown to leave a statement after its error has been reported. */
class Abandon extends Error {}

/** What the grammar wanted where it failed; the message provider leaves it here for {@link BaseParser.recover}. */
interface Expectation {
  expected: string;
  closing?: TokenType;
}

const idle = makeToken(EOF, "", 0);

/**
 * The ground under the grammar: tokens that arrive piece by piece, spans, depth, and recovery.
 *
 * Chevrotain's own recovery is off: it goes on at the next token of a follow set, which in a language of lines and braces is
 * often in the middle of the next block. Instead every list of statements or declarations catches the failure of its member and goes on at
 * the next line of its own block, see {@link BaseParser.members}.
 */
export abstract class BaseParser extends EmbeddedActionsParser {
  protected reporter = new Reporter();
  protected source = new TokenSource("", 0, this.reporter);
  protected file = 0;
  /** Height of the tree that the last expression rule returned. */
  protected height = 0;
  /** False in the head of `when`, `if`, …, where `{` opens the body. */
  protected recordAllowed = true;

  readonly #expectation: Expectation;
  #text = "";
  /** The tokens at hand; {@link BaseParser.consumeToken} fetches more. */
  #window: IToken[] = [];
  #cursor = -1;
  /** Tokens dropped from the front of the window, so that positions keep growing. */
  #dropped = 0;
  #depth = 0;
  #openers: IToken[] = [];
  /** Missing closing braces that were reported; as many stray ones are forgiven. */
  #assumedClosings = 0;

  constructor() {
    const expectation: Expectation = { expected: "" };
    super([...tokens.PARSER_TOKENS], {
      recoveryEnabled: false,
      maxLookahead: 1,
      nodeLocationTracking: "none",
      skipValidations: false,
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) => note(expectation, tokenLabel(expected), expected),
        buildNotAllInputParsedMessage: () => note(expectation, "the end of the file"),
        buildNoViableAltMessage: ({ customUserDescription }) => note(expectation, customUserDescription ?? "something else"),
        buildEarlyExitMessage: ({ customUserDescription }) => note(expectation, customUserDescription ?? "something else"),
      },
    });
    this.#expectation = expectation;
  }

  /** Makes the parser ready for a text. */
  protected load(text: string, file: number): void {
    this.reporter = new Reporter();
    this.source = new TokenSource(text, file, this.reporter);
    this.file = file;
    this.recordAllowed = true;
    this.#text = text;
    this.#window = [];
    this.#dropped = 0;
    this.#depth = 0;
    this.#openers = [];
    this.#assumedClosings = 0;
    this.reset();
    this.#fetch();
  }

  /** Drops every reference to the text, so that the shared parser keeps nothing alive. */
  protected unload(): void {
    this.#window = [];
    this.#text = "";
    this.reporter = new Reporter();
    this.source = new TokenSource("", 0, this.reporter);
    this.reset();
  }

  // ---------------------------------------------------------------- tokens
  // Chevrotain's lexer adapter, replaced by a window over the token source.

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

  // ---------------------------------------------------------------- depth and brackets

  /** Enters a bracket, block or nested expression; fails beyond {@link MAXIMUM_NESTING}. Not undone by a failure: recovery restores it. */
  protected enter(): void {
    this.#depth += 1;
    if (this.#depth > MAXIMUM_NESTING) this.fail(messages["too-deep"], { limit: MAXIMUM_NESTING, what: "the nesting of brackets and blocks" }, this.spanOf(this.LA(1)));
  }

  protected leave(): void {
    this.#depth -= 1;
  }

  /** Sets {@link BaseParser.height}, and fails beyond {@link MAXIMUM_HEIGHT}. */
  protected setHeight(height: number, span: Span): void {
    this.height = height;
    if (height > MAXIMUM_HEIGHT) this.fail(messages["too-deep"], { limit: MAXIMUM_HEIGHT, what: "the tree of this expression" }, { ...span, start: Math.max(span.start, span.end - 1) });
  }

  /** Remembers an opening bracket, for the label of a missing closing one. */
  protected opened(token: IToken): void {
    this.#openers.push(token);
  }

  protected closed(): void {
    this.#openers.pop();
  }

  // ---------------------------------------------------------------- failure and recovery

  /** Reports without leaving the place. */
  protected report<Arguments>(entry: Message<Arguments>, args: Arguments, span: Span, extras?: DiagnosticExtras): void {
    this.reporter.report(entry, args, span, extras);
  }

  /** Reports and leaves the statement or declaration. */
  protected fail<Arguments>(entry: Message<Arguments>, args: Arguments, span: Span, extras?: DiagnosticExtras): never {
    this.reporter.report(entry, args, span, extras);
    throw new Abandon();
  }

  /** Fails because `expected` is not what stands here. */
  protected failExpecting(expected: string): never {
    this.#reportUnexpected({ expected }, this.LA(1), this.LA(0));
    throw new Abandon();
  }

  /**
   * Parses the members of a block up to its `}` or the end of the file. A member that fails is reported and skipped, and the next
   * line of the block goes on.
   */
  protected members<Member>(parseMember: () => Member, body: "statements" | "items"): Member[] {
    const result: Member[] = [];
    for (;;) {
      const next = this.LA(1);
      const type = next.tokenType;
      if (type === EOF || this.reporter.full) return result;
      if (type === tokens.LineEnd) {
        this.consumeToken();
        continue;
      }
      if (type === tokens.RBrace) {
        if (this.#openers.length > 0) return result;
        if (this.#assumedClosings > 0) this.#assumedClosings -= 1;
        else this.report(messages["unmatched-closing"], { closing: "`}`" }, this.spanOf(next));
        this.consumeToken();
        continue;
      }
      if (body === "statements" && tokens.ITEM_STARTERS.has(type) && this.startsLine(next)) return result;
      const depth = this.#depth;
      const openers = this.#openers.length;
      const position = this.getLexerPosition();
      try {
        result.push(parseMember());
        this.#endMember();
      } catch (failure) {
        if (isRecognition(failure)) this.#reportUnexpected(this.#expectation, failure.token, failure.previousToken);
        else if (!(failure instanceof Abandon)) throw failure;
        this.#depth = depth;
        this.#openers.length = openers;
        this.recordAllowed = true;
        this.#skipMember(position);
      }
    }
  }

  /** Opens a block: a `{` on the next line is reported, and taken as if it stood where it belongs. */
  protected joinBrace(): void {
    const next = this.LA(2);
    if (this.LA(1).tokenType !== tokens.LineEnd || next.tokenType !== tokens.LBrace) return;
    this.report(messages["brace-on-next-line"], {}, this.spanOf(next));
    this.consumeToken();
  }

  /** Closes a block: consumes its `}`, or reports that it is missing and goes on as if it were there. */
  protected closeBlock(): void {
    const next = this.LA(1);
    if (next.tokenType === tokens.RBrace) this.consumeToken();
    else if (!this.reporter.full) {
      this.#reportMissingClosing("`}`", next);
      this.#assumedClosings += 1;
    }
    this.closed();
  }

  #endMember(): void {
    const next = this.LA(1);
    const type = next.tokenType;
    if (type === tokens.LineEnd) this.consumeToken();
    else if (type !== tokens.RBrace && type !== EOF && this.LA(0).tokenType !== tokens.RBrace) {
      const suggestion = suggestFor(this.LA(0), next, this.file);
      if (suggestion !== undefined) this.fail(suggestion.entry, suggestion.arguments, suggestion.span, suggestion.extras);
      this.fail(messages["expected-line-end"], { found: describeToken(next) }, this.spanOf(next));
    }
  }

  /** Skips to the end of the line in the same block, over whole bracketed parts, or to a keyword that starts a line. */
  #skipMember(start: number): void {
    let depth = 0;
    for (;;) {
      const next = this.LA(1);
      const type = next.tokenType;
      if (type === EOF || this.reporter.full) return;
      const moved = this.getLexerPosition() > start;
      if (depth === 0) {
        if (type === tokens.LineEnd || type === tokens.RBrace) return;
        if (moved && tokens.STARTERS.has(type) && this.startsLine(next)) return;
      }
      if (type === tokens.LBrace) depth += 1;
      if (type === tokens.RBrace) depth -= 1;
      this.consumeToken();
    }
  }

  #reportUnexpected(expectation: Expectation, found: IToken, previous: IToken): void {
    const { expected, closing } = expectation;
    const suggestion = suggestFor(previous, found, this.file);
    if (suggestion !== undefined) {
      this.report(suggestion.entry, suggestion.arguments, suggestion.span, suggestion.extras);
      return;
    }
    if (closing !== undefined && (found.tokenType === EOF || found.tokenType === tokens.LineEnd || tokens.STARTERS.has(found.tokenType))) {
      const isClosing = closing === tokens.RParen || closing === tokens.RBracket || closing === tokens.RBrace;
      if (isClosing) {
        this.#reportMissingClosing(expected, found);
        return;
      }
    }
    const keyword = found.image.length > 0 && found.tokenType !== tokens.Identifier && tokens.needsRawPrefix(found.image);
    if (expected === "a name" && keyword) {
      const span = this.spanOf(found);
      const raw = `r#${found.image}`;
      this.report(messages["keyword-as-name"], { word: found.image }, span, {
        help: `write \`${raw}\` to use the word as a name`,
        fixes: [{ title: `rename to \`${raw}\``, edits: [{ span, text: raw }] }],
      });
      return;
    }
    if (found.tokenType === EOF) this.report(messages["unexpected-end"], { expected }, this.spanOf(found));
    else this.report(messages["unexpected-token"], { expected, found: describeToken(found) }, this.spanOf(found));
  }

  #reportMissingClosing(closing: string, found: IToken): void {
    const opener = this.#openers.at(-1);
    const labels = opener === undefined ? [] : [{ span: this.spanOf(opener), message: "opened here" }];
    this.report(messages["missing-closing"], { closing, found: describeToken(found) }, this.spanOf(found), { labels });
  }
}

function note(expectation: Expectation, expected: string, closing?: TokenType): string {
  expectation.expected = expected;
  if (closing === undefined) delete expectation.closing;
  else expectation.closing = closing;
  return expected;
}

interface Recognition {
  readonly token: IToken;
  readonly previousToken: IToken;
}

/** Whether a caught value is one of Chevrotain's exceptions, which all carry these two tokens when thrown by a parser of ours. */
function isRecognition(failure: unknown): failure is Recognition {
  return failure instanceof Error && isRecognitionException(failure);
}

/** A token in the words of a message. */
export function describeToken(token: IToken): string {
  if (token.tokenType === EOF) return "the end of the file";
  if (token.tokenType === tokens.LineEnd) return token.image === ";" ? "`;`" : "the end of the line";
  if (token.tokenType === tokens.Text) return "a string";
  const image = token.image.length > 32 ? `${token.image.slice(0, 32)}…` : token.image;
  return tokens.needsRawPrefix(image) && token.tokenType !== tokens.Identifier ? `the keyword \`${image}\`` : `\`${image}\``;
}
