import type { Diagnostic, DiagnosticExtras, Message, Span } from "@assassyn/diagnostics";
import { EOF, isRecognitionException, type IToken } from "chevrotain";
import { messages } from "./messages.js";
import { suggestFor } from "./suggestions.js";
import { TokenWindow } from "./token-window.js";
import * as tokens from "./tokens.js";
import { unclosedBrace } from "./unclosed-brace.js";

/** How deep brackets and blocks may nest: bounds the stack of the parser. */
export const MAXIMUM_NESTING = 128;
/** How high the tree of one expression, or of one chain of `else when`, may be: bounds the stack of everything that walks it. */
export const MAXIMUM_HEIGHT = 512;

/** What is expected where a bracket may be closed; the keys are labels of tokens and `ERR_MSG`s of the grammar. */
const CLOSING: ReadonlyMap<string, string> = new Map([
  ["`)`", "`)`"],
  ["`,` or `)`", "`)`"],
  ["`]`", "`]`"],
  ["`,` or `]`", "`]`"],
  ["`}`", "`}`"],
  ["`,` or `}`", "`}`"],
]);

/** `ERR_MSG` for the closing bracket of a list. */
export const LIST_END = {
  paren: { ERR_MSG: "`,` or `)`" },
  bracket: { ERR_MSG: "`,` or `]`" },
  brace: { ERR_MSG: "`,` or `}`" },
} as const;

/** Thrown to leave a statement after its error has been reported. */
class Abandon extends Error {}

/**
 * The ground under the grammar: depth, failure and recovery.
 *
 * Chevrotain's own recovery is off: it goes on at the next token of a follow set, which in a language of lines and braces is
 * often in the middle of the next block. Instead every list of statements or declarations catches the failure of its member and goes on at
 * the next line of its own block, see {@link BaseParser.members}.
 */
export abstract class BaseParser extends TokenWindow {
  /** Height of the tree that the last expression rule returned. */
  protected height = 0;
  /** False in the head of `when`, `if`, …, where `{` opens the body. */
  protected recordAllowed = true;

  #depth = 0;
  #openers: IToken[] = [];
  /** Missing closing braces that were reported; as many stray ones are forgiven. */
  #assumedClosings = 0;
  /** Where the last of them was missing: the statement around it ends there too. */
  #assumedAt = -1;

  protected override load(text: string, file: number): void {
    super.load(text, file);
    this.recordAllowed = true;
    this.#depth = 0;
    this.#openers = [];
    this.#assumedClosings = 0;
    this.#assumedAt = -1;
  }

  // ---------------------------------------------------------------- depth and brackets

  /** Enters a bracket, block or nested expression; fails beyond {@link MAXIMUM_NESTING}. Not undone by a failure: recovery restores it. */
  protected enter(): void {
    this.#depth += 1;
    if (this.#depth > MAXIMUM_NESTING)
      this.fail(
        messages["too-deep"],
        { limit: MAXIMUM_NESTING, what: "the nesting of brackets and blocks" },
        this.spanOf(this.LA(1)),
      );
  }

  protected leave(): void {
    this.#depth -= 1;
  }

  /** Sets {@link BaseParser.height}, and fails beyond {@link MAXIMUM_HEIGHT}. */
  protected setHeight(height: number, span: Span): void {
    this.height = height;
    if (height > MAXIMUM_HEIGHT)
      this.fail(
        messages["too-deep"],
        { limit: MAXIMUM_HEIGHT, what: "the tree of this expression" },
        { ...span, start: Math.max(span.start, span.end - 1) },
      );
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
  protected report<Arguments>(
    entry: Message<Arguments>,
    args: Arguments,
    span: Span,
    extras?: DiagnosticExtras,
  ): void {
    this.reporter.report(entry, args, span, extras);
  }

  /** Reports and leaves the statement or declaration. */
  protected fail<Arguments>(
    entry: Message<Arguments>,
    args: Arguments,
    span: Span,
    extras?: DiagnosticExtras,
  ): never {
    this.reporter.report(entry, args, span, extras);
    throw new Abandon();
  }

  /** {@link fail} with a finished diagnostic. */
  protected failWith(diagnostic: Diagnostic): never {
    this.reporter.add(diagnostic);
    throw new Abandon();
  }

  /** Fails because `expected` is not what stands here. */
  protected failExpecting(expected: string): never {
    this.#reportUnexpected(expected, this.LA(1), this.LA(0));
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
        if (isRecognition(failure))
          this.#reportUnexpected(failure.message, failure.token, failure.previousToken);
        else if (!(failure instanceof Abandon)) throw failure;
        const braces = this.#openers
          .slice(openers)
          .filter((token) => token.tokenType === tokens.LBrace).length;
        this.#depth = depth;
        this.#openers.length = openers;
        this.recordAllowed = true;
        this.#skipMember(position, braces);
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
    else if (
      !this.reporter.full &&
      !(next.tokenType === EOF && this.#assumedAt === this.getLexerPosition())
    ) {
      this.#reportMissingClosing("`}`", next);
      this.#assumedClosings += 1;
      this.#assumedAt = this.getLexerPosition();
    }
    this.closed();
  }

  #endMember(): void {
    const next = this.LA(1);
    const type = next.tokenType;
    if (type === tokens.LineEnd) this.consumeToken();
    else if (
      type !== tokens.RBrace &&
      type !== EOF &&
      this.LA(0).tokenType !== tokens.RBrace &&
      this.#assumedAt !== this.getLexerPosition()
    ) {
      const suggestion = suggestFor(this.LA(0), next, this.file, this.startsLine(this.LA(0)));
      if (suggestion !== undefined) this.failWith(suggestion);
      this.fail(messages["expected-line-end"], { found: describeToken(next) }, this.spanOf(next));
    }
  }

  /** Skips to the end of the line in the same block, over whole bracketed parts, or to a keyword that starts a line. `braces` are open already. */
  #skipMember(start: number, braces: number): void {
    let depth = braces;
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

  #reportUnexpected(expected: string, found: IToken, previous: IToken): void {
    const suggestion = suggestFor(previous, found, this.file, this.startsLine(previous));
    if (suggestion !== undefined) {
      this.reporter.add(suggestion);
      return;
    }
    const closing = CLOSING.get(expected);
    const inStatement =
      previous.tokenType !== tokens.LineEnd &&
      previous.tokenType !== tokens.RBrace &&
      previous.tokenType !== tokens.LBrace &&
      previous.tokenType !== EOF;
    const lineEnds =
      inStatement &&
      (found.tokenType === tokens.LineEnd || (found.tokenType !== EOF && this.startsLine(found)));
    if (
      closing !== undefined &&
      (lineEnds || found.tokenType === EOF || tokens.STARTERS.has(found.tokenType))
    ) {
      this.#reportMissingClosing(closing, found);
      return;
    }
    const keyword =
      found.image.length > 0 && found.tokenType !== tokens.Identifier && tokens.needsRawPrefix(found.image);
    if (expected === "a name" && keyword) {
      const span = this.spanOf(found);
      const raw = `r#${found.image}`;
      this.report(messages["keyword-as-name"], { word: found.image }, span, {
        help: `write \`${raw}\` to use the word as a name`,
        fixes: [{ title: `rename to \`${raw}\``, edits: [{ span, text: raw }] }],
      });
      return;
    }
    if (lineEnds) {
      // What is missing is missing behind the last word, not on the next line.
      const end = previous.startOffset + previous.image.length;
      this.report(
        messages["unexpected-token"],
        { expected, found: "the end of the line" },
        { file: this.file, start: end, end },
      );
    } else if (found.tokenType === EOF)
      this.report(messages["unexpected-end"], { expected }, this.spanOf(found));
    else
      this.report(
        messages["unexpected-token"],
        { expected, found: describeToken(found) },
        this.spanOf(found),
      );
  }

  #reportMissingClosing(closing: string, found: IToken): void {
    const innermost = this.#openers.at(-1);
    const place = found.tokenType === EOF && closing === "`}`" ? unclosedBrace(this.text) : undefined;
    const label =
      place !== undefined
        ? { file: this.file, start: place, end: place + 1 }
        : innermost === undefined
          ? undefined
          : this.spanOf(innermost);
    const labels = label === undefined ? [] : [{ span: label, message: "opened here" }];
    this.report(messages["missing-closing"], { closing, found: describeToken(found) }, this.spanOf(found), {
      labels,
    });
  }
}

interface Recognition {
  /** What was expected, see {@link TokenWindow}. */
  readonly message: string;
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
  return tokens.needsRawPrefix(image) && token.tokenType !== tokens.Identifier
    ? `the keyword \`${image}\``
    : `\`${image}\``;
}
