import type { IToken } from "chevrotain";
import type {
  Argument, ArrayTypeNode, CallExpression, Expression, GenericArgument, Identifier, MatchArm, NamedTypeNode, RangeNode, RecordTypeNode,
  StringLiteral, TypeNode,
} from "./ast.js";
import { BaseParser, LOOKAHEAD } from "./base-parser.js";
import { integerValue, stringValue } from "./literals.js";
import { messages } from "./messages.js";
import { OperatorChain } from "./operators.js";
import { retype } from "./token-source.js";
import * as tokens from "./tokens.js";

/** Where an expression stands decides which operators belong to it. Inside brackets it is always `plain`. */
type Place =
  | "plain"
  /** At the start of a statement: `<=` assigns. */
  | "statement"
  /** In front of `=>`: `|` separates patterns. */
  | "pattern"
  /** Between `<` and `>`: comparisons and `>>` end it. */
  | "generic";

/** Types of the language that take arguments; in an expression only these may be followed by `<` with blanks around it. */
const GENERIC_TYPES: ReadonlySet<string> = new Set(["uint", "int", "bits"]);

// Rule arguments, made once.
const PATTERN: { ARGS: [Place] } = { ARGS: ["pattern"] };
const GENERIC: { ARGS: [Place] } = { ARGS: ["generic"] };
const AFTER_AS: { ARGS: [boolean] } = { ARGS: [true] };
/** For {@link ExpressionParser.expression} at the start of a statement. */
export const AT_STATEMENT: { ARGS: [Place] } = { ARGS: ["statement"] };

/** Types and expressions. */
export abstract class ExpressionParser extends BaseParser {
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

  readonly text = this.RULE("text", (): StringLiteral => {
    const token = this.CONSUME(tokens.Text);
    const start = token.startOffset;
    return { kind: "string", value: this.ACTION(() => stringValue(token.image, this.file, start, this.reporter)), file: this.file, start, end: this.behind() };
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
    const generics = this.OPTION({
      GATE: () => afterAs !== true || GENERIC_TYPES.has(name.name),
      DEF: () => this.SUBRULE(this.genericArguments),
    });
    return { kind: "named-type", name: name.name, arguments: generics ?? [], file: this.file, start: name.start, end: this.behind() };
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
    this.CONSUME(tokens.RBrace);
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
    return { kind: "array-type", element, size, file: this.file, start: open.startOffset, end: this.behind() };
  });

  /** `<b32, N + 1, "file">`. */
  readonly genericArguments = this.RULE("genericArguments", (): GenericArgument[] => {
    const open = this.CONSUME(tokens.Less);
    const result: GenericArgument[] = [];
    this.ACTION(() => this.opened(open));
    this.MANY_SEP({
      SEP: tokens.Comma,
      DEF: () => result.push(this.SUBRULE(this.genericArgument)),
    });
    this.ACTION(() => this.#splitGreater());
    this.CONSUME(tokens.Greater);
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
            if (value?.kind === "name") return { kind: "named-type", name: value.name, arguments: [], file: this.file, start: value.start, end: value.end };
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
    // The token stands for its rest from now on; `consumeSplit` has the first half.
    const rest = token.tokenType === tokens.ShiftRight ? tokens.Greater : tokens.Equals;
    const first: IToken = { image: ">", startOffset: token.startOffset, tokenType: tokens.Greater, tokenTypeIdx: tokens.Greater.tokenTypeIdx ?? 0 };
    retype(token, rest);
    token.image = token.image.slice(1);
    token.startOffset += 1;
    this.insert(first);
  }

  // ---------------------------------------------------------------- expressions

  readonly expression = this.RULE("expression", (place: Place = "plain"): Expression => {
    this.ACTION(() => this.enter());
    let operand = this.SUBRULE(this.operand);
    let chain: OperatorChain | undefined;
    let choices: { condition: Expression; height: number; then: Expression }[] | undefined;
    let height = this.height;
    this.MANY({
      GATE: () => this.#belongs(place),
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              this.CONSUME(tokens.Question);
              const then = this.SUBRULE2(this.expression);
              const thenHeight = this.height;
              this.CONSUME(tokens.Colon);
              const condition = chain?.finish();
              choices ??= [];
              choices.push({ condition: condition?.expression ?? operand, height: Math.max(condition?.height ?? height, thenHeight), then });
              operand = this.SUBRULE2(this.operand);
              height = this.height;
              chain = undefined;
            },
          },
          {
            ALT: () => {
              const operator = this.OR2(this.#operatorAlternatives);
              const right = this.SUBRULE3(this.operand);
              if (this.RECORDING_PHASE) return;
              chain ??= new OperatorChain(operand, height, this.file);
              chain.add(operator.image, right, this.height);
            },
          },
        ]);
      },
    });
    this.ACTION(() => {
      this.leave();
      if (chain !== undefined) ({ expression: operand, height } = chain.finish());
      for (let choice = choices?.pop(); choice !== undefined; choice = choices?.pop()) {
        height = Math.max(height, choice.height) + 1;
        const { condition, then } = choice;
        operand = { kind: "conditional", condition, then, else: operand, file: this.file, start: condition.start, end: operand.end };
      }
      this.setHeight(height, operand);
    });
    return operand;
  });

  readonly #operatorAlternatives = [
    { ALT: () => this.CONSUME(tokens.Infix) },
    { ALT: () => this.CONSUME(tokens.Minus) },
    { ALT: () => this.CONSUME(tokens.Less) },
    { ALT: () => this.CONSUME(tokens.LessEqual) },
    { ALT: () => this.CONSUME(tokens.Greater) },
    { ALT: () => this.CONSUME(tokens.GreaterEqual) },
    { ALT: () => this.CONSUME(tokens.ShiftRight) },
    { ALT: () => this.CONSUME(tokens.Pipe) },
    { ALT: () => this.CONSUME(tokens.Coalesce) },
  ];

  /** Whether the operator ahead belongs to an expression at this place. */
  #belongs(place: Place): boolean {
    if (place === "plain") return true;
    const type = this.LA(1).tokenType;
    switch (place) {
      case "statement":
        return type !== tokens.LessEqual;
      case "pattern":
        return type !== tokens.Pipe;
      case "generic":
        return type !== tokens.Less && type !== tokens.LessEqual && type !== tokens.Greater && type !== tokens.GreaterEqual && type !== tokens.ShiftRight;
    }
  }

  /** Prefix operators, a primary, what is behind it, and casts. */
  readonly operand = this.RULE("operand", (): Expression => {
    let prefixes: IToken[] | undefined;
    this.MANY(() => {
      const prefix = this.OR([{ ALT: () => this.CONSUME(tokens.Minus) }, { ALT: () => this.CONSUME(tokens.Bang) }]);
      prefixes ??= [];
      prefixes.push(prefix);
    });
    let value = this.OR2({ DEF: this.#primaryAlternatives, ERR_MSG: "an expression" });
    this.MANY2(() => {
      this.#object = value;
      value = this.SUBRULE(this.postfix);
    });
    this.ACTION(() => {
      for (let prefix = prefixes?.pop(); prefix !== undefined; prefix = prefixes?.pop()) {
        value = { kind: "unary", operator: prefix.tokenType === tokens.Bang ? "!" : "-", operand: value, file: this.file, start: prefix.startOffset, end: value.end };
        this.setHeight(this.height + 1, value);
      }
    });
    this.MANY3(() => {
      const height = this.height;
      this.CONSUME(tokens.WORD.as);
      const type = this.SUBRULE(this.type, AFTER_AS);
      value = { kind: "cast", operand: value, type, file: this.file, start: value.start, end: this.behind() };
      this.ACTION(() => this.setHeight(height + 1, value));
    });
    return value;
  });

  readonly #primaryAlternatives: { ALT: () => Expression }[] = [
    {
      ALT: () => {
        if (!this.RECORDING_PHASE) {
          const second = this.LA(2).tokenType;
          if (second === tokens.LBrace && this.recordAllowed) return this.SUBRULE(this.recordLiteral);
          if (second === tokens.Less && this.#genericAhead()) return this.SUBRULE(this.typeExpression);
        }
        const token = this.CONSUME(tokens.Identifier);
        this.height = 1;
        return { kind: "name", name: nameOf(token), file: this.file, start: token.startOffset, end: this.behind() };
      },
    },
    {
      ALT: () => {
        const token = this.CONSUME(tokens.Integer);
        this.height = 1;
        const start = token.startOffset;
        const end = this.behind();
        const value = this.ACTION(() => integerValue(token.image, { file: this.file, start, end }, this.reporter));
        return value === undefined ? { kind: "error", file: this.file, start, end } : { kind: "integer", value, file: this.file, start, end };
      },
    },
    { ALT: () => this.SUBRULE(this.parenthesized) },
    {
      ALT: () => {
        this.height = 1;
        return this.SUBRULE(this.text);
      },
    },
    { ALT: () => this.SUBRULE(this.arrayLiteral) },
    { ALT: () => this.SUBRULE(this.match) },
    { ALT: () => this.SUBRULE(this.fold) },
    {
      ALT: () => {
        const type = this.SUBRULE(this.recordType);
        this.height = 1;
        return { kind: "type", type, file: this.file, start: type.start, end: type.end };
      },
    },
  ];

  readonly typeExpression = this.RULE("typeExpression", (): Expression => {
    const type = this.SUBRULE(this.namedType);
    this.height = 1;
    return { kind: "type", type, file: this.file, start: type.start, end: type.end };
  });

  /**
   * Whether the name ahead is followed by generic arguments: always for `uint`, `int` and `bits`; for other names only without a
   * blank in front of `<` and with `>(` at the end, as in `max<8>(a, b)`, which a comparison hardly ever looks like.
   */
  #genericAhead(): boolean {
    const name = this.LA(1);
    if (GENERIC_TYPES.has(name.image)) return true;
    if (name.startOffset + name.image.length !== this.LA(2).startOffset) return false;
    let depth = 0;
    for (let distance = 2; distance < LOOKAHEAD; distance += 1) {
      const token = this.LA(distance);
      switch (token.tokenType) {
        case tokens.Less:
          depth += 1;
          break;
        case tokens.ShiftRight:
        case tokens.Greater: {
          depth -= token.image.length;
          if (depth > 0) break;
          const next = this.LA(distance + 1);
          return depth === 0 && next.tokenType === tokens.LParen && next.startOffset === token.startOffset + token.image.length;
        }
        case tokens.Infix:
          if (token.image === "&&" || token.image === "||" || token.image === "==" || token.image === "!=") return false;
          break;
        case tokens.Identifier:
        case tokens.Integer:
        case tokens.Text:
        case tokens.Comma:
        case tokens.Minus:
        case tokens.LParen:
        case tokens.RParen:
        case tokens.Dot:
          break;
        default:
          return false;
      }
    }
    return false;
  }

  /** What the next {@link postfix} applies to; a field because rule arguments cost an array each. */
  #object: Expression = { kind: "error", file: 0, start: 0, end: 0 };

  readonly postfix = this.RULE("postfix", (): Expression => {
    const object = this.#object;
    let height = this.height;
    const file = this.file;
    const result = this.OR<Expression>([
      {
        ALT: () => {
          this.CONSUME(tokens.Dot);
          const member = this.SUBRULE(this.identifier);
          return { kind: "member", object, member, file, start: object.start, end: this.behind() };
        },
      },
      {
        ALT: (): CallExpression => {
          const list = this.SUBRULE(this.argumentList);
          height = Math.max(height, this.height);
          return { kind: "call", callee: object, arguments: list, file, start: object.start, end: this.behind() };
        },
      },
      {
        ALT: () => {
          const open = this.CONSUME(tokens.LBracket);
          const saved = this.#openBracket(open);
          const indices = [this.SUBRULE(this.expression)];
          height = Math.max(height, this.height);
          const low = this.OR2<Expression | undefined>([
            {
              ALT: () => {
                this.CONSUME(tokens.Colon);
                return this.SUBRULE2(this.expression);
              },
            },
            {
              ALT: () => {
                this.MANY(() => {
                  this.CONSUME(tokens.Comma);
                  indices.push(this.SUBRULE3(this.expression));
                  height = Math.max(height, this.height);
                });
                return undefined;
              },
            },
          ]);
          height = Math.max(height, this.height);
          this.CONSUME(tokens.RBracket);
          this.#closeBracket(saved);
          const high = indices[0];
          if (low !== undefined && high !== undefined) return { kind: "slice", object, high, low, file, start: object.start, end: this.behind() };
          return { kind: "index", object, indices, file, start: object.start, end: this.behind() };
        },
      },
    ]);
    this.ACTION(() => this.setHeight(height + 1, result));
    return result;
  });

  /** `(a, name: b)`. A comma may stand behind the last one. Leaves the height of the highest argument. */
  readonly argumentList = this.RULE("argumentList", (): Argument[] => {
    const open = this.CONSUME(tokens.LParen);
    const saved = this.#openBracket(open);
    const result: Argument[] = [];
    let height = 0;
    this.MANY({
      GATE: () => this.separated(open),
      DEF: () => {
        result.push(this.SUBRULE(this.argument));
        height = Math.max(height, this.height);
        this.OPTION(() => this.CONSUME(tokens.Comma));
      },
    });
    this.CONSUME(tokens.RParen);
    this.#closeBracket(saved);
    this.height = height;
    return result;
  });

  readonly argument = this.RULE("argument", (): Argument => {
    const start = this.here();
    const name = this.OPTION({
      GATE: () => this.LA(2).tokenType === tokens.Colon,
      DEF: () => {
        const found = this.SUBRULE(this.identifier);
        this.CONSUME(tokens.Colon);
        return found;
      },
    });
    const value = this.SUBRULE(this.expression);
    const end = this.behind();
    return name === undefined ? { value, file: this.file, start, end } : { name, value, file: this.file, start, end };
  });

  readonly parenthesized = this.RULE("parenthesized", (): Expression => {
    const open = this.CONSUME(tokens.LParen);
    const saved = this.#openBracket(open);
    const inner = this.SUBRULE(this.expression);
    this.CONSUME(tokens.RParen);
    this.#closeBracket(saved);
    this.height += 1;
    return { kind: "parenthesized", inner, file: this.file, start: open.startOffset, end: this.behind() };
  });

  readonly arrayLiteral = this.RULE("arrayLiteral", (): Expression => {
    const open = this.CONSUME(tokens.LBracket);
    const saved = this.#openBracket(open);
    const elements: Expression[] = [];
    let height = 0;
    this.MANY({
      GATE: () => this.separated(open),
      DEF: () => {
        elements.push(this.SUBRULE(this.expression));
        height = Math.max(height, this.height);
        this.OPTION(() => this.CONSUME(tokens.Comma));
      },
    });
    this.CONSUME(tokens.RBracket);
    this.#closeBracket(saved);
    this.height = height + 1;
    return { kind: "array-literal", elements, file: this.file, start: open.startOffset, end: this.behind() };
  });

  readonly recordLiteral = this.RULE("recordLiteral", (): Expression => {
    const name = this.SUBRULE(this.identifier);
    const open = this.CONSUME(tokens.LBrace);
    const saved = this.#openBracket(open);
    const fields: { name: Identifier; value: Expression }[] = [];
    let height = 0;
    this.MANY({
      GATE: () => this.separated(open),
      DEF: () => {
        const field = this.SUBRULE2(this.identifier);
        this.CONSUME(tokens.Colon);
        fields.push({ name: field, value: this.SUBRULE(this.expression) });
        height = Math.max(height, this.height);
        this.OPTION(() => this.SUBRULE(this.separator));
      },
    });
    this.CONSUME(tokens.RBrace);
    this.#closeBracket(saved);
    this.height = height + 1;
    const type: NamedTypeNode = { kind: "named-type", name: name.name, arguments: [], file: this.file, start: name.start, end: name.end };
    return { kind: "record-literal", type, fields, file: this.file, start: name.start, end: this.behind() };
  });

  readonly match = this.RULE("match", (): Expression => {
    const start = this.CONSUME(tokens.WORD.match).startOffset;
    const subject = this.SUBRULE(this.head);
    let height = this.height;
    const arms: MatchArm[] = [];
    const open = this.CONSUME(tokens.LBrace);
    const saved = this.#openBracket(open);
    this.MANY({
      GATE: () => this.separated(open),
      DEF: () => {
        arms.push(this.SUBRULE(this.matchArm));
        height = Math.max(height, this.height);
        this.OPTION(() => this.SUBRULE(this.separator));
      },
    });
    this.CONSUME(tokens.RBrace);
    this.#closeBracket(saved);
    this.height = height + 1;
    return { kind: "match", subject, arms, file: this.file, start, end: this.behind() };
  });

  readonly matchArm = this.RULE("matchArm", (): MatchArm => {
    const patterns: Expression[] = [];
    const start = this.here();
    this.AT_LEAST_ONE_SEP({
      SEP: tokens.Pipe,
      DEF: () => patterns.push(this.SUBRULE(this.expression, PATTERN)),
      ERR_MSG: "a pattern",
    });
    this.CONSUME(tokens.FatArrow);
    const value = this.SUBRULE2(this.expression);
    const only = patterns[0];
    const wild = patterns.length === 1 && only?.kind === "name" && only.name === "_";
    return { patterns: wild ? [] : patterns, value, file: this.file, start, end: this.behind() };
  });

  readonly fold = this.RULE("fold", (): Expression => {
    const start = this.CONSUME(tokens.WORD.fold).startOffset;
    const open = this.CONSUME(tokens.LParen);
    const saved = this.#openBracket(open);
    const variable = this.SUBRULE(this.declaredName);
    this.CONSUME(tokens.WORD.in);
    const range = this.SUBRULE(this.range);
    this.CONSUME(tokens.Comma);
    const accumulator = this.SUBRULE2(this.declaredName);
    this.CONSUME(tokens.Equals);
    const initial = this.SUBRULE(this.expression);
    let height = this.height;
    this.CONSUME(tokens.RParen);
    this.#closeBracket(saved);
    const body = this.SUBRULE2(this.expression);
    height = Math.max(height, this.height) + 1;
    this.height = height;
    return { kind: "fold", variable, range, accumulator, initial, body, file: this.file, start, end: this.behind() };
  });

  /** `low..high`. */
  readonly range = this.RULE("range", (): RangeNode => {
    const low = this.SUBRULE(this.expression);
    this.CONSUME(tokens.DotDot);
    const high = this.SUBRULE2(this.expression);
    return { low, high, file: this.file, start: low?.start, end: this.behind() };
  });

  /** An expression in front of a `{` that is not its own. */
  readonly head = this.RULE("head", (): Expression => {
    const saved = this.recordAllowed;
    this.recordAllowed = false;
    const value = this.SUBRULE(this.expression);
    this.recordAllowed = saved;
    return value;
  });

  /** `,` or a line break, in braces that list things. */
  readonly separator = this.RULE("separator", (): void => {
    this.OR([{ ALT: () => this.CONSUME(tokens.Comma) }, { ALT: () => this.CONSUME(tokens.LineEnd) }]);
  });

  /** Whether another member may follow: the last token opened the list or separated it. */
  protected separated(open: IToken): boolean {
    const last = this.LA(0);
    return last === open || last.tokenType === tokens.Comma || last.tokenType === tokens.LineEnd;
  }

  #openBracket(open: IToken): boolean {
    const saved = this.recordAllowed;
    this.recordAllowed = true;
    this.opened(open);
    return saved;
  }

  #closeBracket(saved: boolean): void {
    this.recordAllowed = saved;
    this.closed();
  }
}

/** The name that an identifier token stands for. */
export function nameOf(token: IToken): string {
  return token.image.startsWith("r#") ? token.image.slice(2) : token.image;
}
