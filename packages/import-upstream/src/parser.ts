/** The grammar of the dump. */
import { createDiagnostic, type Diagnostic } from "@assassyn/diagnostics";
import { EOF, type IToken, isRecognitionException, Lexer } from "chevrotain";
import type {
  Attribute,
  DumpArray,
  DumpModule,
  DumpPort,
  DumpSystem,
  IfStatement,
  Statement,
} from "./dump.js";
import { MAXIMUM_ERRORS, MAXIMUM_LENGTH, MAXIMUM_NESTING } from "./limits.js";
import { messages } from "./messages.js";
import * as tokens from "./tokens.js";
import { StatementGrammar } from "./statement-grammar.js";
import { NOTHING } from "./base-grammar.js";

/** What {@link parseDump} returns. */
export interface ParsedDump {
  /** Absent when no system could be read at all. It may lack parts when there are diagnostics. */
  readonly system: DumpSystem | undefined;
  /** By place in the dump. */
  readonly diagnostics: readonly Diagnostic[];
}

let lexer: Lexer | undefined;
function sharedLexer(): Lexer {
  lexer ??= new Lexer([...tokens.TOKENS], { positionTracking: "onlyOffset" });
  return lexer;
}

/** The tokens of a dump without blanks, and what was no token. */
export function lexDump(text: string, file: number): { tokens: IToken[]; diagnostics: Diagnostic[] } {
  const lexed = sharedLexer().tokenize(text);
  const diagnostics = lexed.errors.slice(0, MAXIMUM_ERRORS).map(({ offset, length }) => {
    const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
    const code = `U+${(text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    return createDiagnostic(
      messages["invalid-character"],
      { character: /[\p{C}\p{Z}]/u.test(character) ? "of no shape" : `\`${character}\``, code },
      { file, start: offset, end: offset + Math.max(1, length) },
    );
  });
  return { tokens: lexed.tokens, diagnostics };
}

/** A member of a block that was left after its error had been reported. */
class Abandon extends Error {}

class DumpGrammar extends StatementGrammar {
  diagnostics: Diagnostic[] = [];
  file = 0;
  #depth = 0;
  /** Failures that a block recovered from; Chevrotain keeps them among its errors. */
  #handled = new Set<unknown>();

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  // ---------------------------------------------------------------- the system

  readonly system = this.RULE("system", (): DumpSystem => {
    this.OPTION(() => this.CONSUME1(tokens.LineEnd));
    const start = this.CONSUME(tokens.System).startOffset;
    const name = this.SUBRULE(this.name);
    this.CONSUME(tokens.LeftBrace);
    const arrays: DumpArray[] = [];
    const modules: DumpModule[] = [];
    this.block(() => {
      this.OR([
        {
          GATE: () => this.startsArray(),
          ALT: () => arrays.push(this.SUBRULE(this.array)),
        },
        { ALT: () => modules.push(this.SUBRULE(this.module)) },
      ]);
    });
    this.CONSUME(tokens.RightBrace);
    this.OPTION1(() => this.CONSUME2(tokens.LineEnd));
    return { name, arrays, modules, ...this.placeFrom(start) };
  });

  protected startsArray(): boolean {
    return (
      this.isName(this.LA(1)) &&
      this.LA(2).tokenType === tokens.Equals &&
      this.LA(3).tokenType === tokens.LeftBracket
    );
  }

  readonly array = this.RULE("array", (): DumpArray => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(tokens.Equals);
    this.CONSUME(tokens.LeftBracket);
    const type = this.SUBRULE(this.type);
    this.CONSUME(tokens.Semicolon);
    const size = this.CONSUME(tokens.Integer);
    this.CONSUME(tokens.RightBracket);
    this.CONSUME1(tokens.Semicolon);
    const place = this.placeFrom(name.start);
    this.SUBRULE(this.lineEnd);
    const uses: string[] = [];
    this.MANY(() => {
      const use = this.CONSUME(tokens.ArrayUse);
      uses.push(use.image.trimEnd());
      this.SUBRULE1(this.lineEnd);
    });
    return { name, type, size: this.integer(size), uses, ...place };
  });

  // ---------------------------------------------------------------- modules

  readonly module = this.RULE("module", (): DumpModule => {
    const external: string[] = [];
    this.MANY(() => {
      const comment = this.OR([
        { ALT: () => this.CONSUME(tokens.External) },
        { ALT: () => this.CONSUME(tokens.UsedBy) },
      ]);
      external.push(this.imageOf(comment).trimEnd());
      this.SUBRULE(this.lineEnd);
    });
    const attributes = this.OPTION(() => {
      const read = this.SUBRULE(this.attributes);
      this.OPTION1(() => this.CONSUME(tokens.LineEnd));
      return read;
    });
    const name = this.SUBRULE(this.name);
    this.CONSUME(tokens.Equals);
    this.CONSUME(tokens.Module);
    const definition = this.SUBRULE1(this.name);
    const place = this.placeFrom(name.start);
    this.CONSUME(tokens.LeftBrace);
    const ports = this.OPTION2({
      GATE: () => this.startsPorts(),
      DEF: () => this.SUBRULE(this.ports),
    });
    const body = this.SUBRULE(this.body);
    this.SUBRULE1(this.lineEnd);
    return { name, definition, attributes, ports, body, external, ...place };
  });

  /** Behind the `{` of a module: a list of ports, maybe empty, and the `{` of the body. */
  protected startsPorts(): boolean {
    let at = 1;
    if (this.LA(at).tokenType === tokens.LineEnd) at += 1;
    if (this.isName(this.LA(at)) && this.LA(at + 1).tokenType === tokens.Colon) return true;
    return this.LA(at).tokenType === tokens.RightBrace && this.LA(at + 1).tokenType === tokens.LeftBrace;
  }

  readonly attributes = this.RULE("attributes", (): Attribute[] => {
    this.CONSUME(tokens.OpenAttribute);
    const result: Attribute[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: tokens.Comma,
      DEF: () => {
        const first = this.SUBRULE(this.name);
        const rest = this.OPTION(() =>
          this.OR([
            {
              ALT: () => {
                this.CONSUME(tokens.Colon);
                const value = this.OR1([
                  { ALT: () => this.CONSUME(tokens.Integer) },
                  { ALT: () => this.CONSUME(tokens.Identifier) },
                ]);
                return `: ${this.imageOf(value)}`;
              },
            },
            {
              ALT: () => {
                this.CONSUME(tokens.Dot);
                return `.${this.SUBRULE1(this.name).text}`;
              },
            },
          ]),
        );
        result.push({ text: first.text + (rest ?? ""), ...this.placeFrom(first.start) });
      },
    });
    this.CONSUME(tokens.RightBracket);
    return result;
  });

  readonly ports = this.RULE("ports", (): DumpPort[] => {
    const result: DumpPort[] = [];
    this.block(() => result.push(this.SUBRULE(this.port)));
    this.CONSUME(tokens.RightBrace);
    this.CONSUME(tokens.LeftBrace);
    return result;
  });

  readonly port = this.RULE("port", (): DumpPort => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(tokens.Colon);
    this.CONSUME(tokens.Port);
    this.CONSUME(tokens.Less);
    const type = this.SUBRULE(this.type);
    this.CONSUME(tokens.Greater);
    const place = this.placeFrom(name.start);
    this.SUBRULE(this.lineEnd);
    return { name, type, ...place };
  });

  // ---------------------------------------------------------------- bodies

  /** The lines of a body and its `}`. */
  readonly body = this.RULE("body", (): Statement[] => {
    const result: Statement[] = [];
    this.block(() =>
      this.OR([
        {
          GATE: () => this.LA(1).tokenType === tokens.If && this.LA(2).tokenType !== tokens.Equals,
          ALT: () => result.push(this.SUBRULE(this.condition)),
        },
        { ALT: () => result.push(this.SUBRULE(this.statement)) },
      ]),
    );
    this.CONSUME(tokens.RightBrace);
    return result;
  });

  readonly condition = this.RULE("condition", (): IfStatement => {
    const start = this.CONSUME(tokens.If).startOffset;
    const condition = this.SUBRULE(this.operand);
    this.CONSUME(tokens.LeftBrace);
    this.CONSUME(tokens.PushCondition);
    const place = this.placeFrom(start);
    this.ACTION(() => {
      this.#depth += 1;
      if (this.#depth > MAXIMUM_NESTING) {
        this.#report(
          createDiagnostic(messages["too-deep"], { limit: MAXIMUM_NESTING }, this.spanOf(this.LA(0))),
        );
        throw new Abandon();
      }
    });
    const body = this.SUBRULE(this.body);
    this.ACTION(() => (this.#depth -= 1));
    this.CONSUME(tokens.PopCondition);
    this.SUBRULE(this.lineEnd);
    return { kind: "if", condition, body, ...place };
  });

  // ---------------------------------------------------------------- blocks and recovery

  /** Members up to a `}` or the end. One that fails is reported and skipped with its line. To be called once in a rule. */
  protected block(member: () => void): void {
    if (this.RECORDING_PHASE) {
      this.OPTION9(() => this.CONSUME9(tokens.LineEnd));
      this.MANY9(member);
      return;
    }
    for (;;) {
      const { tokenType } = this.LA(1);
      if (tokenType === tokens.LineEnd) {
        this.SKIP_TOKEN();
        continue;
      }
      if (tokenType === tokens.RightBrace || tokenType === EOF || this.full) return;
      const depth = this.#depth;
      const position = this.LA(1).startOffset;
      try {
        member();
      } catch (failure) {
        this.#recover(failure);
        this.#depth = depth;
        this.#skip(position);
      }
    }
  }

  /** Reports a failure of the grammar; anything else goes on up. */
  #recover(failure: unknown): void {
    if (failure instanceof Abandon) return;
    this.#handled.add(failure);
    const recognition = asRecognition(failure);
    if (recognition === undefined) throw failure;
    this.unexpected(recognition.message, recognition.token);
  }

  protected unexpected(expected: string, found: IToken): void {
    this.#report(
      found.tokenType === EOF
        ? createDiagnostic(messages["unexpected-end"], { expected }, this.endSpan())
        : createDiagnostic(
            messages["unexpected-token"],
            { expected, found: describeToken(found) },
            this.spanOf(found),
          ),
    );
  }

  /** To the end of the line, over whole blocks in braces, so that one error gives one message. */
  #skip(start: number): void {
    let depth = 0;
    for (;;) {
      const { tokenType } = this.LA(1);
      const moved = this.LA(1).startOffset > start;
      if (tokenType === EOF) return;
      if (tokenType === tokens.LineEnd && depth === 0 && moved) return;
      if (tokenType === tokens.RightBrace) {
        if (depth === 0) return;
        depth -= 1;
      }
      // Only a brace that ends its line opens a block.
      if (tokenType === tokens.LeftBrace && this.opensBlock()) depth += 1;
      this.SKIP_TOKEN();
    }
  }

  protected opensBlock(): boolean {
    const { tokenType } = this.LA(2);
    return tokenType === tokens.LineEnd || tokenType === tokens.PushCondition;
  }

  // ---------------------------------------------------------------- the whole

  get full(): boolean {
    return this.diagnostics.length >= MAXIMUM_ERRORS;
  }

  #report(diagnostic: Diagnostic): void {
    if (!this.full) this.diagnostics.push(diagnostic);
  }

  protected override reportAt(diagnostic: Diagnostic): void {
    this.#report(diagnostic);
  }

  parse(input: IToken[], file: number, length: number): DumpSystem | undefined {
    this.input = input;
    this.file = file;
    this.length = length;
    this.diagnostics = [];
    this.#depth = 0;
    this.#handled = new Set();
    const system = this.system();
    const error = this.errors.find((each) => !this.#handled.has(each));
    if (error !== undefined) this.unexpected(error.message, error.token);
    else if (!this.full && this.LA(1).tokenType !== EOF) this.unexpected("the end of the dump", this.LA(1));
    this.input = [];
    return error === undefined ? system : undefined;
  }
}

/** A token in the words of a message. */
function describeToken(token: IToken): string {
  if (token.tokenType === tokens.LineEnd) return "the end of the line";
  if (token.tokenType === tokens.Text) return "a string";
  const [line = ""] = token.image.split("\n");
  return `\`${line.length > 40 ? `${line.slice(0, 40)}…` : line}\``;
}

interface Recognition {
  readonly message: string;
  readonly token: IToken;
}

function asRecognition(failure: unknown): Recognition | undefined {
  if (!(failure instanceof Error) || !isRecognitionException(failure)) return undefined;
  const token: unknown = Reflect.get(failure, "token");
  return { message: failure.message, token: isToken(token) ? token : NOTHING };
}

function isToken(value: unknown): value is IToken {
  return typeof value === "object" && value !== null && "tokenType" in value && "image" in value;
}

let grammar: DumpGrammar | undefined;

/**
 * Reads a dump. Never throws for a bad text: what cannot be read is reported (at most 100 errors) and skipped.
 *
 * @param file index of the dump among the sources, for the spans
 * @example parseDump("system s {\n}\n", 0).system?.name.text // "s"
 */
export function parseDump(text: string, file = 0): ParsedDump {
  if (text.length > MAXIMUM_LENGTH) {
    const diagnostic = createDiagnostic(
      messages["too-large"],
      { length: text.length, limit: MAXIMUM_LENGTH },
      { file, start: 0, end: 0 },
    );
    return { system: undefined, diagnostics: [diagnostic] };
  }
  const lexed = lexDump(text, file);
  grammar ??= new DumpGrammar();
  const system = grammar.parse(lexed.tokens, file, text.length);
  const all = [...lexed.diagnostics, ...grammar.diagnostics].toSorted(
    (a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0),
  );
  const diagnostics = all.slice(0, MAXIMUM_ERRORS);
  if (all.length > MAXIMUM_ERRORS)
    diagnostics.push(createDiagnostic(messages["too-many-errors"], { limit: MAXIMUM_ERRORS }));
  return { system, diagnostics };
}

/** Whether a text is a dump rather than a source or IR text: a system whose first line inside is an array, a module, or a comment of the dump. */
export function isDumpText(text: string): boolean {
  return /^\uFEFF?\s*system\s+[A-Za-z_]\w*\s*\{\s*(?:[A-Za-z_]\w*\s*=\s*(?:\[|module\b)|#\[|\/\/ External:)/.test(
    text,
  );
}
