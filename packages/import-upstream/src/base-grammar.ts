/** The ground under the grammar: places, names, numbers, types and operands. */
import type { Diagnostic, Span } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import { parseType } from "@assassyn/ir";
import { EmbeddedActionsParser, EOF, type IToken, tokenLabel } from "chevrotain";
import type { ConstantOperand, DumpType, Name, Operand, Place, RecordField } from "./dump.js";
import { messages } from "./messages.js";
import * as tokens from "./tokens.js";

/** Stands for a token where none is known. */
export const NOTHING: IToken = { tokenType: EOF, tokenTypeIdx: 1, image: "", startOffset: 0 };

/** How deep records may nest. */
const MAXIMUM_RECORD_DEPTH = 32;

export abstract class BaseGrammar extends EmbeddedActionsParser {
  abstract file: number;
  /** Length of the dump. */
  protected length = 0;
  #recordDepth = 0;

  constructor() {
    super([...tokens.TOKENS], {
      recoveryEnabled: false,
      maxLookahead: 2,
      nodeLocationTracking: "none",
      skipValidations: false,
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
        buildNotAllInputParsedMessage: () => "the end of the dump",
        buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
        buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
      },
    });
  }

  /** Reports without leaving the place. */
  protected abstract reportAt(diagnostic: Diagnostic): void;

  // ---------------------------------------------------------------- places

  protected placeFrom(start: number): Place {
    const last = this.LA(0);
    return { start, end: Math.max(start, last.startOffset + last.image.length) };
  }

  protected spanOf(token: IToken): Span {
    const length = token.tokenType === tokens.LineEnd ? 0 : (token.image.split("\n")[0] ?? "").length;
    return { file: this.file, start: token.startOffset, end: token.startOffset + length };
  }

  protected endSpan(): Span {
    return { file: this.file, start: this.length, end: this.length };
  }

  /** The text of a token; empty while Chevrotain records the grammar, where a choice returns no token. */
  protected imageOf(token: IToken): string {
    return this.RECORDING_PHASE ? "" : token.image;
  }

  protected isName(token: IToken): boolean {
    const { tokenType } = token;
    return tokenType === tokens.Identifier || (tokenType.CATEGORIES?.includes(tokens.Identifier) ?? false);
  }

  protected integer(token: IToken): bigint {
    return /^\d{1,40000}$/.test(token.image) ? BigInt(token.image) : 0n;
  }

  // ---------------------------------------------------------------- rules

  readonly lineEnd = this.RULE("lineEnd", (): void => {
    if (this.RECORDING_PHASE) {
      this.CONSUME(tokens.LineEnd);
      return;
    }
    // The last line of a block may end with the block's brace, the last of a dump with the dump.
    const { tokenType } = this.LA(1);
    if (tokenType !== tokens.RightBrace && tokenType !== EOF) this.CONSUME(tokens.LineEnd);
  });

  readonly name = this.RULE("name", (): Name => {
    const token = this.CONSUME(tokens.Identifier);
    return { text: token.image, start: token.startOffset, end: token.startOffset + token.image.length };
  });

  readonly type = this.RULE("type", (): DumpType =>
    this.OR([
      { GATE: () => this.LA(2).tokenType === tokens.LeftBrace, ALT: () => this.SUBRULE(this.record) },
      { ALT: () => this.SUBRULE(this.plainType) },
    ]),
  );

  readonly plainType = this.RULE("plainType", (): DumpType => {
    const token = this.CONSUME(tokens.Identifier);
    const start = token.startOffset;
    const place = { start, end: start + token.image.length };
    const found = this.RECORDING_PHASE ? undefined : parseType(token.image);
    if (found !== undefined) return { kind: "plain", class: found.class, width: found.width, ...place };
    this.ACTION(() =>
      this.reportAt(createDiagnostic(messages["invalid-type"], { text: token.image }, this.spanOf(token))),
    );
    return { kind: "plain", class: "b", width: 1, ...place };
  });

  readonly record = this.RULE("record", (): DumpType => {
    const start = this.CONSUME(tokens.Record).startOffset;
    this.CONSUME(tokens.LeftBrace);
    this.ACTION(() => {
      this.#recordDepth += 1;
    });
    const fields: RecordField[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: tokens.Comma,
      DEF: () => {
        const name = this.SUBRULE(this.name);
        this.CONSUME(tokens.Colon);
        const type =
          this.#recordDepth > MAXIMUM_RECORD_DEPTH ? this.SUBRULE(this.plainType) : this.SUBRULE(this.type);
        fields.push({ name, type });
      },
    });
    this.ACTION(() => {
      this.#recordDepth = 0;
    });
    this.CONSUME(tokens.RightBrace);
    return { kind: "record", fields, ...this.placeFrom(start) };
  });

  readonly constant = this.RULE("constant", (): ConstantOperand => {
    const start = this.CONSUME(tokens.LeftParen).startOffset;
    const minus = this.OPTION(() => this.CONSUME(tokens.Minus));
    const digits = this.CONSUME(tokens.Integer);
    this.CONSUME(tokens.Colon);
    const type = this.SUBRULE(this.plainType);
    this.CONSUME(tokens.RightParen);
    const magnitude = this.integer(digits);
    return {
      kind: "constant",
      value: minus === undefined ? magnitude : -magnitude,
      type,
      ...this.placeFrom(start),
    };
  });

  readonly operand = this.RULE("operand", (): Operand =>
    this.OR({
      ERR_MSG: "a value",
      DEF: [
        { ALT: () => this.SUBRULE(this.constant) },
        { ALT: (): Operand => ({ kind: "name", ...this.SUBRULE(this.name) }) },
      ],
    }),
  );
}
