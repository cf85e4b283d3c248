import type { Argument, Expression, Identifier, MatchArm, NamedTypeNode, RangeNode } from "./ast.js";
import { LIST_END } from "./base-parser.js";
import * as tokens from "./tokens.js";
import { type Place, TypeParser } from "./type-parser.js";

// Rule arguments, made once.
const PATTERN: { ARGS: [Place] } = { ARGS: ["pattern"] };

/** Expressions that list others in brackets. Each leaves the height of its tree in {@link BaseParser.height}. */
export abstract class ListParser extends TypeParser {
  /** `(a, name: b)`. A comma may stand behind the last one. Leaves the height of the highest argument. */
  readonly argumentList = this.RULE("argumentList", (): Argument[] => {
    const open = this.CONSUME(tokens.LParen);
    const saved = this.openBracket(open);
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
    this.CONSUME(tokens.RParen, LIST_END.paren);
    this.closeBracket(saved);
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
    return name === undefined
      ? { value, file: this.file, start, end }
      : { name, value, file: this.file, start, end };
  });

  readonly arrayLiteral = this.RULE("arrayLiteral", (): Expression => {
    const open = this.CONSUME(tokens.LBracket);
    const saved = this.openBracket(open);
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
    this.CONSUME(tokens.RBracket, LIST_END.bracket);
    this.closeBracket(saved);
    this.height = height + 1;
    return { kind: "array-literal", elements, file: this.file, start: open.startOffset, end: this.behind() };
  });

  readonly recordLiteral = this.RULE("recordLiteral", (): Expression => {
    const name = this.SUBRULE(this.identifier);
    const open = this.CONSUME(tokens.LBrace);
    const saved = this.openBracket(open);
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
    this.CONSUME(tokens.RBrace, LIST_END.brace);
    this.closeBracket(saved);
    this.height = height + 1;
    const type: NamedTypeNode = {
      kind: "named-type",
      name: name.name,
      arguments: [],
      file: this.file,
      start: name.start,
      end: name.end,
    };
    return { kind: "record-literal", type, fields, file: this.file, start: name.start, end: this.behind() };
  });

  readonly match = this.RULE("match", (): Expression => {
    const start = this.CONSUME(tokens.WORD.match).startOffset;
    const subject = this.SUBRULE(this.head);
    let height = this.height;
    const arms: MatchArm[] = [];
    const open = this.CONSUME(tokens.LBrace);
    const saved = this.openBracket(open);
    this.MANY({
      GATE: () => this.separated(open),
      DEF: () => {
        arms.push(this.SUBRULE(this.matchArm));
        height = Math.max(height, this.height);
        this.OPTION(() => this.SUBRULE(this.separator));
      },
    });
    this.CONSUME(tokens.RBrace, LIST_END.brace);
    this.closeBracket(saved);
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
    const saved = this.openBracket(open);
    const variable = this.SUBRULE(this.declaredName);
    this.CONSUME(tokens.WORD.in);
    const range = this.SUBRULE(this.range);
    this.CONSUME(tokens.Comma);
    const accumulator = this.SUBRULE2(this.declaredName);
    this.CONSUME(tokens.Equals);
    const initial = this.SUBRULE(this.expression);
    let height = this.height;
    this.mark(this.CONSUME(tokens.RParen), "before");
    this.closeBracket(saved);
    const body = this.SUBRULE2(this.expression);
    height = Math.max(height, this.height) + 1;
    this.height = height;
    return {
      kind: "fold",
      variable,
      range,
      accumulator,
      initial,
      body,
      file: this.file,
      start,
      end: this.behind(),
    };
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
}
