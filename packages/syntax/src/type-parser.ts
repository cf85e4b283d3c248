import type { IToken, ParserMethod } from "chevrotain";
import type {
  ArrayTypeNode,
  Expression,
  GenericArgument,
  Identifier,
  NamedTypeNode,
  RecordTypeNode,
  StringLiteral,
  TypeNode,
} from "./ast.js";
import { BaseParser, LIST_END } from "./base-parser.js";
import { stringValue } from "./literals.js";
import { messages } from "./messages.js";
import { makeToken, retype } from "./scanner.js";
import * as tokens from "./tokens.js";

/** Where an expression stands decides which operators belong to it. Inside brackets it is always `plain`. */
export type Place =
  | "plain"
  /** At the start of a statement: `<=` assigns. */
  | "statement"
  /** In front of `=>`: `|` separates patterns. */
  | "pattern"
  /** Between `<` and `>`: comparisons and `>>` end it. */
  | "generic";

/** Types of the language that take arguments; in an expression only these may be followed by `<` with blanks around it. */
export const GENERIC_TYPES: ReadonlySet<string> = new Set(["uint", "int", "bits"]);

// Rule arguments, made once.
const GENERIC: { ARGS: [Place] } = { ARGS: ["generic"] };

/** Names, strings and types, and what every list in brackets shares. */
export abstract class TypeParser extends BaseParser {
  abstract readonly expression: ParserMethod<[place?: Place], Expression>;

  // ---------------------------------------------------------------- names and literals

  /** A name where it is declared or used as such. */
  readonly identifier = this.RULE("identifier", (): Identifier => {
    const token = this.CONSUME(tokens.Identifier);
    return { name: nameOf(token), file: this.file, start: token.startOffset, end: this.behind() };
  });

  /** A name that is being declared: a reserved word is reported even where the token source let it pass. */
  readonly declaredName = this.RULE("declaredName", (): Identifier => {
    const token = this.CONSUME(tokens.Identifier);
    this.ACTION(() => {
      if (!tokens.needsRawPrefix(token.image)) return;
      const span = this.spanOf(token);
      const raw = `r#${token.image}`;
      this.report(messages["keyword-as-name"], { word: token.image }, span, {
        help: `write \`${raw}\` to use the word as a name`,
        fixes: [{ title: `rename to \`${raw}\``, edits: [{ span, text: raw }] }],
      });
    });
    return { name: nameOf(token), file: this.file, start: token.startOffset, end: this.behind() };
  });

  readonly quoted = this.RULE("quoted", (): StringLiteral => {
    const token = this.CONSUME(tokens.Text);
    const start = token.startOffset;
    return {
      kind: "string",
      value: this.ACTION(() => stringValue(token.image, this.file, start, this.reporter)),
      file: this.file,
      start,
      end: this.behind(),
    };
  });

  // ---------------------------------------------------------------- types

  /** A type; `afterAs` in a cast, where `<` behind a name is a comparison unless the name is a generic type. */
  readonly type = this.RULE("type", (afterAs?: boolean): TypeNode => {
    this.ACTION(() => this.enter());
    const type = this.OR<TypeNode>({
      DEF: [
        { ALT: () => this.SUBRULE(this.recordType) },
        { ALT: () => this.SUBRULE(this.arrayType) },
        { ALT: () => this.SUBRULE(this.namedType, { ARGS: [afterAs] }) },
      ],
      ERR_MSG: "a type",
    });
    this.ACTION(() => this.leave());
    return type;
  });

  readonly namedType = this.RULE("namedType", (afterAs?: boolean): NamedTypeNode => {
    const name = this.SUBRULE(this.identifier);
    const isGeneric = this.RECORDING_PHASE || this.LA_FAST(1).tokenType === tokens.Less;
    const generics = isGeneric
      ? this.OPTION({
          GATE: () => afterAs !== true || GENERIC_TYPES.has(name.name),
          DEF: () => this.SUBRULE(this.genericArguments),
        })
      : undefined;
    return {
      kind: "named-type",
      name: name.name,
      arguments: generics ?? [],
      file: this.file,
      start: name.start,
      end: this.behind(),
    };
  });

  readonly recordType = this.RULE("recordType", (): RecordTypeNode => {
    const start = this.CONSUME(tokens.WORD.record).startOffset;
    const fields: { name: Identifier; type: TypeNode }[] = [];
    const open = this.CONSUME(tokens.LBrace);
    this.ACTION(() => this.opened(open));
    this.MANY({
      GATE: () => this.separated(open),
      DEF: () => {
        const name = this.SUBRULE(this.identifier);
        this.CONSUME(tokens.Colon);
        fields.push({ name, type: this.SUBRULE(this.type) });
        this.OPTION(() => this.SUBRULE(this.separator));
      },
    });
    this.CONSUME(tokens.RBrace, LIST_END.brace);
    this.ACTION(() => this.closed());
    return { kind: "record-type", fields, file: this.file, start, end: this.behind() };
  });

  readonly arrayType = this.RULE("arrayType", (): ArrayTypeNode => {
    const open = this.CONSUME(tokens.LBracket);
    this.ACTION(() => this.opened(open));
    const element = this.SUBRULE(this.type);
    this.CONSUME(tokens.Semicolon);
    const size = this.SUBRULE(this.expression);
    this.CONSUME(tokens.RBracket);
    this.ACTION(() => this.closed());
    return {
      kind: "array-type",
      element,
      size,
      file: this.file,
      start: open.startOffset,
      end: this.behind(),
    };
  });

  /** `<b32, N + 1, "file">`. */
  readonly genericArguments = this.RULE("genericArguments", (): GenericArgument[] => {
    const open = this.CONSUME(tokens.Less);
    this.mark(open, "generic");
    const result: GenericArgument[] = [];
    this.ACTION(() => this.opened(open));
    this.MANY_SEP({
      SEP: tokens.Comma,
      DEF: () => result.push(this.SUBRULE(this.genericArgument)),
    });
    this.ACTION(() => this.#splitGreater());
    this.mark(this.CONSUME(tokens.Greater), "generic");
    this.ACTION(() => this.closed());
    return result;
  });

  readonly genericArgument = this.RULE("genericArgument", (): GenericArgument =>
    this.OR<GenericArgument>({
      DEF: [
        { ALT: () => this.SUBRULE(this.arrayType) },
        {
          ALT: () => {
            const value = this.SUBRULE(this.expression, GENERIC);
            if (value?.kind === "name")
              return {
                kind: "named-type",
                name: value.name,
                arguments: [],
                file: this.file,
                start: value.start,
                end: value.end,
              };
            return value?.kind === "type" ? value.type : value;
          },
          IGNORE_AMBIGUITIES: true,
        },
      ],
      ERR_MSG: "a type or a constant",
      IGNORE_AMBIGUITIES: true,
    }),
  );

  /** `>>` and `>=` behind generic arguments start with a `>` of their own. */
  #splitGreater(): void {
    const token = this.LA(1);
    if (token.tokenType !== tokens.ShiftRight && token.tokenType !== tokens.GreaterEqual) return;
    // The token stands for its rest from now on, behind a new one for the first half.
    const rest = token.tokenType === tokens.ShiftRight ? tokens.Greater : tokens.Equals;
    const first = makeToken(tokens.Greater, ">", token.startOffset);
    retype(token, rest);
    token.image = token.image.slice(1);
    token.startOffset += 1;
    this.insert(first);
  }

  // ---------------------------------------------------------------- lists

  /** `,` or a line break, in braces that list things. */
  readonly separator = this.RULE("separator", (): void => {
    this.OR([{ ALT: () => this.CONSUME(tokens.Comma) }, { ALT: () => this.CONSUME(tokens.LineEnd) }]);
  });

  /** Whether another member may follow: the last token opened the list or separated it. */
  protected separated(open: IToken): boolean {
    const last = this.LA(0);
    return last === open || last.tokenType === tokens.Comma || last.tokenType === tokens.LineEnd;
  }

  protected openBracket(open: IToken): boolean {
    const saved = this.recordAllowed;
    this.recordAllowed = true;
    this.opened(open);
    return saved;
  }

  protected closeBracket(saved: boolean): void {
    this.recordAllowed = saved;
    this.closed();
  }
}

/** The name that an identifier token stands for. */
export function nameOf(token: IToken): string {
  return token.image.startsWith("r#") ? token.image.slice(2) : token.image;
}
