/** One line of a body. */
import type { IToken } from "chevrotain";
import { BaseGrammar } from "./base-grammar.js";
import type {
  BinarySign,
  EffectStatement,
  LetStatement,
  LogStatement,
  Name,
  Operand,
  PortReference,
  PushStatement,
  RequestValue,
  Statement,
  Value,
  WriteStatement,
} from "./dump.js";
import * as tokens from "./tokens.js";

const SIGNS: ReadonlyMap<string, BinarySign> = new Map(
  (["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">=", "==", "!="] as const).map(
    (text) => [text, text],
  ),
);

export abstract class StatementGrammar extends BaseGrammar {
  readonly statement = this.RULE("statement", (): Statement => {
    const result: Statement = this.OR({
      ERR_MSG: "a statement",
      DEF: [
        {
          GATE: () => this.LA(2).tokenType === tokens.Equals,
          ALT: (): Statement => this.SUBRULE(this.letStatement),
        },
        {
          GATE: () => this.LA(2).tokenType === tokens.LeftBracket,
          ALT: (): Statement => this.SUBRULE(this.write),
        },
        {
          GATE: () => this.LA(2).tokenType === tokens.Dot,
          ALT: (): Statement => this.SUBRULE(this.push),
        },
        { ALT: (): Statement => this.SUBRULE(this.call) },
        { ALT: (): Statement => this.SUBRULE(this.log) },
        { ALT: (): Statement => this.SUBRULE(this.effect) },
      ],
      IGNORE_AMBIGUITIES: true,
    });
    this.SUBRULE(this.lineEnd);
    return result;
  });

  readonly meta = this.RULE("meta", (): Operand => {
    this.CONSUME(tokens.MetaCondition);
    return this.SUBRULE(this.operand);
  });

  readonly write = this.RULE("write", (): WriteStatement => {
    const array = this.SUBRULE(this.name);
    this.CONSUME(tokens.LeftBracket);
    const index = this.SUBRULE(this.operand);
    this.CONSUME(tokens.RightBracket);
    this.CONSUME(tokens.LessEqual);
    const value = this.SUBRULE1(this.operand);
    const writer = this.CONSUME(tokens.BlockComment).image;
    const meta = this.SUBRULE(this.meta);
    return { kind: "write", array, index, value, writer, meta, ...this.placeFrom(array.start) };
  });

  readonly push = this.RULE("push", (): PushStatement => {
    const target = this.SUBRULE(this.portReference);
    this.CONSUME1(tokens.Dot);
    this.CONSUME(tokens.Push);
    this.CONSUME(tokens.LeftParen);
    const value = this.SUBRULE(this.operand);
    this.CONSUME(tokens.RightParen);
    this.CONSUME(tokens.HandleComment);
    const handle = this.SUBRULE(this.name);
    const meta = this.SUBRULE(this.meta);
    return { kind: "push", target, value, handle, meta, ...this.placeFrom(target.start) };
  });

  readonly call = this.RULE("call", (): Statement => {
    const start = this.CONSUME(tokens.AsyncCall).startOffset;
    const bind = this.SUBRULE(this.name);
    const meta = this.SUBRULE(this.meta);
    return { kind: "call", bind, meta, ...this.placeFrom(start) };
  });

  readonly log = this.RULE("log", (): LogStatement => {
    const start = this.CONSUME(tokens.Log).startOffset;
    this.CONSUME(tokens.LeftParen);
    const text = this.CONSUME(tokens.Text);
    const values: Operand[] = [];
    this.MANY(() => {
      this.CONSUME(tokens.Comma);
      values.push(this.SUBRULE(this.operand));
    });
    this.CONSUME(tokens.RightParen);
    const meta = this.SUBRULE(this.meta);
    return { kind: "log", format: nameOf(text), arguments: values, meta, ...this.placeFrom(start) };
  });

  readonly effect = this.RULE("effect", (): EffectStatement => {
    const start = this.CONSUME(tokens.SideEffect).startOffset;
    const word = this.CONSUME(tokens.Identifier);
    const operands = this.SUBRULE(this.quotedOperands);
    const effect = word.image;
    if (effect === "wait_until" || effect === "assert" || effect === "finish")
      return { kind: "effect", effect, operands, ...this.placeFrom(start) };
    this.ACTION(() => this.refuse(word, "`wait_until`, `assert` or `finish`"));
    return { kind: "effect", effect: "finish", operands, ...this.placeFrom(start) };
  });

  /** `({'a, b'})`, or `({''})` for none. */
  readonly quotedOperands = this.RULE("quotedOperands", (): Operand[] => {
    this.CONSUME(tokens.OpenOperands);
    const result: Operand[] = [];
    this.MANY_SEP({ SEP: tokens.Comma, DEF: () => result.push(this.SUBRULE(this.operand)) });
    this.CONSUME(tokens.CloseOperands);
    return result;
  });

  readonly portReference = this.RULE("portReference", (): PortReference => {
    const module = this.SUBRULE(this.name);
    this.CONSUME(tokens.Dot);
    const port = this.SUBRULE1(this.name);
    return { module, port, ...this.placeFrom(module.start) };
  });

  // ---------------------------------------------------------------- values

  readonly letStatement = this.RULE("let", (): LetStatement => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(tokens.Equals);
    const value = this.SUBRULE(this.value);
    return { kind: "let", name, value, ...this.placeFrom(name.start) };
  });

  readonly value = this.RULE("value", (): Value =>
    this.OR({
      ERR_MSG: "a value",
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => this.SUBRULE(this.unary) },
        { ALT: () => this.SUBRULE(this.concat) },
        { GATE: () => this.startsOperand(2), ALT: () => this.SUBRULE(this.cast) },
        { GATE: () => this.startsOperand(2), ALT: () => this.SUBRULE(this.select1Hot) },
        { ALT: () => this.SUBRULE(this.pure) },
        { ALT: () => this.SUBRULE(this.request) },
        { ALT: () => this.SUBRULE(this.external) },
        {
          GATE: () => this.LA(2).tokenType === tokens.Dot,
          ALT: () => this.SUBRULE(this.dotted),
        },
        { ALT: () => this.SUBRULE(this.compound) },
      ],
    }),
  );

  protected startsOperand(at: number): boolean {
    const token = this.LA(at);
    return this.isName(token) || token.tokenType === tokens.LeftParen;
  }

  readonly unary = this.RULE("unary", (): Value => {
    const sign = this.OR([
      { ALT: () => this.CONSUME(tokens.Bang) },
      { ALT: () => this.CONSUME(tokens.Minus) },
    ]);
    const operand = this.SUBRULE(this.operand);
    return {
      kind: "unary",
      operator: this.imageOf(sign) === "-" ? "-" : "!",
      operand,
      ...this.placeFrom(sign.startOffset),
    };
  });

  readonly concat = this.RULE("concat", (): Value => {
    const start = this.CONSUME(tokens.LeftBrace).startOffset;
    const high = this.SUBRULE(this.operand);
    const low = this.SUBRULE1(this.operand);
    this.CONSUME(tokens.RightBrace);
    return { kind: "concat", high, low, ...this.placeFrom(start) };
  });

  readonly cast = this.RULE("cast", (): Value => {
    const word = this.OR([
      { ALT: () => this.CONSUME(tokens.Bitcast) },
      { ALT: () => this.CONSUME(tokens.ZeroExtend) },
      { ALT: () => this.CONSUME(tokens.SignExtend) },
    ]);
    const operand = this.SUBRULE(this.operand);
    this.CONSUME(tokens.To);
    const type = this.SUBRULE(this.type);
    const image = this.imageOf(word);
    const operator = image === "zext" || image === "sext" ? image : "bitcast";
    return { kind: "cast", operator, operand, type, ...this.placeFrom(word.startOffset) };
  });

  readonly select1Hot = this.RULE("select1Hot", (): Value => {
    const start = this.CONSUME(tokens.Select1Hot).startOffset;
    const selector = this.SUBRULE(this.operand);
    this.CONSUME(tokens.LeftParen);
    const arms: Operand[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: tokens.Comma, DEF: () => arms.push(this.SUBRULE1(this.operand)) });
    this.CONSUME(tokens.RightParen);
    return { kind: "select1hot", selector, arms, ...this.placeFrom(start) };
  });

  readonly pure = this.RULE("pure", (): Value => {
    const start = this.CONSUME(tokens.PureIntrinsic).startOffset;
    const word = this.CONSUME(tokens.Identifier);
    this.CONSUME(tokens.LeftParen);
    const argument = this.OPTION(() => this.SUBRULE(this.name));
    this.CONSUME(tokens.RightParen);
    const place = this.placeFrom(start);
    const intrinsic = word.image;
    if (intrinsic === "current_cycle" || intrinsic === "has_mem_resp" || intrinsic === "get_mem_resp")
      return { kind: "pure", intrinsic, argument, ...place };
    this.ACTION(() => this.refuse(word, "`current_cycle`, `has_mem_resp` or `get_mem_resp`"));
    return { kind: "pure", intrinsic: "current_cycle", argument, ...place };
  });

  readonly request = this.RULE("request", (): RequestValue => {
    const start = this.CONSUME(tokens.SideEffect).startOffset;
    const word = this.CONSUME(tokens.Identifier);
    const operands = this.SUBRULE(this.quotedOperands);
    const request = word.image;
    if (request === "send_read_request" || request === "send_write_request")
      return { kind: "request", request, operands, ...this.placeFrom(start) };
    this.ACTION(() => this.refuse(word, "`send_read_request` or `send_write_request`"));
    return { kind: "request", request: "send_read_request", operands, ...this.placeFrom(start) };
  });

  readonly external = this.RULE("external", (): Value => {
    const start = this.CONSUME(tokens.ExternalInstantiate).startOffset;
    const module = this.SUBRULE(this.name);
    this.CONSUME(tokens.LeftParen);
    const inputs: { name: Name; value: Operand }[] = [];
    this.MANY_SEP({
      SEP: tokens.Comma,
      DEF: () => {
        const name = this.SUBRULE1(this.name);
        this.CONSUME(tokens.Equals);
        inputs.push({ name, value: this.SUBRULE(this.operand) });
      },
    });
    this.CONSUME(tokens.RightParen);
    return { kind: "external", module, inputs, ...this.placeFrom(start) };
  });

  /** What starts with a name and a dot: ports, `valid`, `triggered`, `bind`, outputs. */
  readonly dotted = this.RULE("dotted", (): Value => {
    const owner = this.SUBRULE(this.name);
    this.CONSUME(tokens.Dot);
    return this.OR({
      ERR_MSG: "a name behind the dot",
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => this.LA(2).tokenType === tokens.LeftParen,
          ALT: () => this.SUBRULE(this.valueMethod, { ARGS: [owner] }),
        },
        {
          GATE: () => this.LA(2).tokenType === tokens.Dot,
          ALT: () => this.SUBRULE(this.portAccess, { ARGS: [owner] }),
        },
        { ALT: () => this.SUBRULE(this.output, { ARGS: [owner] }) },
      ],
    });
  });

  readonly valueMethod = this.RULE("valueMethod", (owner: Name): Value => {
    const word = this.OR({
      ERR_MSG: "`valid`, `triggered` or `bind`",
      DEF: [
        { ALT: () => this.CONSUME(tokens.Valid) },
        { ALT: () => this.CONSUME(tokens.Triggered) },
        { ALT: () => this.CONSUME(tokens.Bind) },
      ],
    });
    this.CONSUME(tokens.LeftParen);
    const pushes = this.OPTION({
      GATE: () => word.tokenType === tokens.Bind,
      DEF: () => this.SUBRULE(this.bindList),
    });
    this.CONSUME(tokens.RightParen);
    if (this.RECORDING_PHASE) return { kind: "triggered", module: owner, start: 0, end: 0 };
    const place = this.placeFrom(owner.start);
    if (word.tokenType === tokens.Valid)
      return { kind: "valid", operand: { kind: "name", ...owner }, ...place };
    if (word.tokenType === tokens.Triggered) return { kind: "triggered", module: owner, ...place };
    return { kind: "bind", module: owner, pushes: pushes ?? [], ...place };
  });

  readonly bindList = this.RULE("bindList", (): { handle: Name; comment: string }[] => {
    this.CONSUME(tokens.LeftBracket);
    const result: { handle: Name; comment: string }[] = [];
    this.MANY_SEP({
      SEP: tokens.Comma,
      DEF: () => {
        const handle = this.SUBRULE(this.name);
        result.push({ handle, comment: this.CONSUME(tokens.BlockComment).image });
      },
    });
    this.CONSUME(tokens.RightBracket);
    return result;
  });

  readonly portAccess = this.RULE("portAccess", (module: Name): Value => {
    const port = this.SUBRULE(this.name);
    this.CONSUME(tokens.Dot);
    const word = this.OR({
      ERR_MSG: "`pop`, `peek` or `valid`",
      DEF: [
        { ALT: () => this.CONSUME(tokens.Pop) },
        { ALT: () => this.CONSUME(tokens.Peek) },
        { ALT: () => this.CONSUME(tokens.Valid) },
      ],
    });
    this.CONSUME(tokens.LeftParen);
    this.CONSUME(tokens.RightParen);
    const meta = this.OPTION({
      GATE: () => word.tokenType === tokens.Pop,
      DEF: () => this.SUBRULE(this.meta),
    });
    if (this.RECORDING_PHASE) return { kind: "triggered", module: port, start: 0, end: 0 };
    const target = { module, port, start: module.start, end: port.end };
    const access = word.tokenType === tokens.Pop ? "pop" : word.tokenType === tokens.Peek ? "peek" : "valid";
    return {
      kind: "port",
      access,
      target,
      ...(meta === undefined ? {} : { meta }),
      ...this.placeFrom(module.start),
    };
  });

  readonly output = this.RULE("output", (instance: Name): Value => {
    const output = this.SUBRULE(this.name);
    const index = this.OPTION(() => {
      this.CONSUME(tokens.LeftBracket);
      const operand = this.SUBRULE(this.operand);
      this.CONSUME(tokens.RightBracket);
      return operand;
    });
    if (this.RECORDING_PHASE) return { kind: "triggered", module: output, start: 0, end: 0 };
    return { kind: "external-output", instance, output, index, ...this.placeFrom(instance.start) };
  });

  /** What starts with an operand: an operator, a choice, an index, a slice. */
  readonly compound = this.RULE("compound", (): Value => {
    const left = this.SUBRULE(this.operand);
    return this.OR({
      ERR_MSG: "an operator",
      DEF: [
        {
          ALT: () => {
            const sign = this.OR1([
              { ALT: () => this.CONSUME(tokens.Operator) },
              { ALT: () => this.CONSUME(tokens.Minus) },
              { ALT: () => this.CONSUME(tokens.LessEqual) },
              { ALT: () => this.CONSUME(tokens.Less) },
              { ALT: () => this.CONSUME(tokens.Greater) },
            ]);
            const right = this.SUBRULE1(this.operand);
            const operator = SIGNS.get(this.imageOf(sign)) ?? "+";
            return { kind: "binary", operator, left, right, ...this.placeFrom(left.start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(tokens.Question);
            const then = this.SUBRULE2(this.operand);
            this.CONSUME(tokens.Colon);
            const otherwise = this.SUBRULE3(this.operand);
            return {
              kind: "select",
              condition: left,
              then,
              else: otherwise,
              ...this.placeFrom(left.start),
            };
          },
        },
        { ALT: () => this.SUBRULE(this.bracketed, { ARGS: [left] }) },
      ],
    });
  });

  readonly bracketed = this.RULE("bracketed", (left: Operand): Value => {
    this.CONSUME(tokens.LeftBracket);
    const first = this.SUBRULE(this.operand);
    const colon = this.OPTION(() => {
      const sign = this.CONSUME(tokens.Colon);
      return { sign, high: this.SUBRULE(this.constant) };
    });
    const close = this.CONSUME(tokens.RightBracket);
    if (this.RECORDING_PHASE) return { kind: "unary", operator: "!", operand: first, start: 0, end: 0 };
    const place = this.placeFrom(left.start);
    if (colon !== undefined) {
      if (first.kind === "constant")
        return { kind: "slice", operand: left, low: first, high: colon.high, ...place };
      this.refuse(colon.sign, "`]`, because only constants bound a slice");
      return { kind: "unary", operator: "!", operand: left, ...place };
    }
    if (left.kind === "name") return { kind: "read", array: left, index: first, ...place };
    this.refuse(close, "`:`, because a constant is no array");
    return { kind: "unary", operator: "!", operand: left, ...place };
  });

  /** Reports a token that the grammar takes for another one. */
  protected refuse(token: IToken, expected: string): void {
    this.unexpected(expected, token);
  }

  protected abstract unexpected(expected: string, found: IToken): void;
}

function nameOf(token: IToken): Name {
  return { text: token.image, start: token.startOffset, end: token.startOffset + token.image.length };
}
