import type { IToken, TokenType } from "chevrotain";
import type { CallExpression, Expression } from "./ast.js";
import { integerValue } from "./literals.js";
import { ListParser } from "./list-parser.js";
import { OperatorChain } from "./operators.js";
import { LOOKAHEAD } from "./token-window.js";
import * as tokens from "./tokens.js";
import { GENERIC_TYPES, nameOf, type Place } from "./type-parser.js";

// Rule arguments, made once.
const AFTER_AS: { ARGS: [boolean] } = { ARGS: [true] };
/** For {@link ExpressionParser.expression} at the start of a statement. */
export const AT_STATEMENT: { ARGS: [Place] } = { ARGS: ["statement"] };

/** 1 for the operators between operands and `?`, by the number of the token type. */
const IS_OPERATOR = new Uint8Array(
  Math.max(...tokens.PARSER_TOKENS.map((type) => type.tokenTypeIdx ?? 0)) + 1,
);
for (const { tokenTypeIdx } of [
  tokens.Question,
  tokens.Infix,
  tokens.Minus,
  tokens.Less,
  tokens.LessEqual,
  tokens.Greater,
  tokens.GreaterEqual,
  tokens.ShiftRight,
  tokens.Pipe,
  tokens.Coalesce,
])
  IS_OPERATOR[tokenTypeIdx ?? 0] = 1;

/** Whether an operator belongs to an expression at this place. */
function belongs(type: TokenType, place: Place): boolean {
  switch (place) {
    case "plain":
      return true;
    case "statement":
      return type !== tokens.LessEqual;
    case "pattern":
      return type !== tokens.Pipe;
    case "generic":
      return (
        type !== tokens.Less &&
        type !== tokens.LessEqual &&
        type !== tokens.Greater &&
        type !== tokens.GreaterEqual &&
        type !== tokens.ShiftRight
      );
  }
}

/** Operators, operands and what stands behind them. */
export abstract class ExpressionParser extends ListParser {
  // ---------------------------------------------------------------- expressions

  readonly expression = this.RULE("expression", (place: Place = "plain"): Expression => {
    if (this.RECORDING_PHASE) {
      const first = this.SUBRULE(this.operand);
      this.#recordOperators();
      return first;
    }
    this.enter();
    const operand = this.#operators(this.#operand(), place);
    this.leave();
    this.setHeight(this.height, operand);
    return operand;
  });

  /**
   * What Chevrotain knows of the operators of an expression, from which it tells what may stand where. {@link #operators} reads them: the
   * way through four productions for each operator took a third of the time of the grammar.
   */
  #recordOperators(): void {
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(tokens.Question);
            this.SUBRULE2(this.expression);
            this.CONSUME(tokens.Colon);
            this.SUBRULE2(this.operand);
          },
        },
        {
          ALT: () => {
            this.OR2(this.#operatorAlternatives);
            this.SUBRULE3(this.operand);
          },
        },
      ]);
    });
  }

  #operand(): Expression {
    return this.#simpleOperand() ?? this.SUBRULE(this.operand);
  }

  /** The operators behind the first operand, with their operands. Leaves the height of the tree in {@link height}. */
  #operators(first: Expression, place: Place): Expression {
    let operand = first;
    let { height } = this;
    let chain: OperatorChain | undefined;
    let choices: { condition: Expression; height: number; then: Expression }[] | undefined;
    for (;;) {
      const token = this.LA_FAST(1);
      if (IS_OPERATOR[token.tokenTypeIdx] !== 1 || !belongs(token.tokenType, place)) break;
      this.consumeToken();
      if (token.tokenType === tokens.Question) {
        const then = this.SUBRULE2(this.expression);
        const thenHeight = this.height;
        this.mark(this.CONSUME(tokens.Colon), "choice");
        const condition = chain?.finish();
        choices ??= [];
        choices.push({
          condition: condition?.expression ?? operand,
          height: Math.max(condition?.height ?? height, thenHeight),
          then,
        });
        operand = this.#operand();
        height = this.height;
        chain = undefined;
      } else {
        const right = this.#operand();
        chain ??= new OperatorChain(operand, height, this.file);
        chain.add(token.image, right, this.height);
      }
    }
    if (chain !== undefined) ({ expression: operand, height } = chain.finish());
    for (let choice = choices?.pop(); choice !== undefined; choice = choices?.pop()) {
      height = Math.max(height, choice.height) + 1;
      const { condition, then } = choice;
      operand = {
        kind: "conditional",
        condition,
        then,
        else: operand,
        file: this.file,
        start: condition.start,
        end: operand.end,
      };
    }
    this.height = height;
    return operand;
  }

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

  /** Prefix operators, a primary, what is behind it, and casts. */
  readonly operand = this.RULE("operand", (): Expression => {
    let prefixes: IToken[] | undefined;
    if (this.RECORDING_PHASE || this.#prefixAhead()) {
      this.MANY(() => {
        const prefix = this.OR([
          { ALT: () => this.CONSUME(tokens.Minus) },
          { ALT: () => this.CONSUME(tokens.Bang) },
        ]);
        this.mark(prefix, "prefix");
        prefixes ??= [];
        prefixes.push(prefix);
      });
    }
    let value = this.OR2({ DEF: this.#primaryAlternatives, ERR_MSG: "an expression" });
    if (this.RECORDING_PHASE || this.#postfixAhead()) {
      this.MANY2(() => {
        this.#object = value;
        value = this.SUBRULE(this.postfix);
      });
    }
    this.ACTION(() => {
      for (let prefix = prefixes?.pop(); prefix !== undefined; prefix = prefixes?.pop()) {
        value = {
          kind: "unary",
          operator: prefix.tokenType === tokens.Bang ? "!" : "-",
          operand: value,
          file: this.file,
          start: prefix.startOffset,
          end: value.end,
        };
        this.setHeight(this.height + 1, value);
      }
    });
    if (this.RECORDING_PHASE || this.LA_FAST(1).tokenType === tokens.WORD.as) {
      this.MANY3(() => {
        const height = this.height;
        this.CONSUME(tokens.WORD.as);
        const type = this.SUBRULE(this.type, AFTER_AS);
        value = {
          kind: "cast",
          operand: value,
          type,
          file: this.file,
          start: value.start,
          end: this.behind(),
        };
        this.ACTION(() => this.setHeight(height + 1, value));
      });
    }
    return value;
  });

  // A repetition that does not take place costs as much as one that does: a look at the next token saves most of them.

  #prefixAhead(): boolean {
    const type = this.LA_FAST(1).tokenType;
    return type === tokens.Minus || type === tokens.Bang;
  }

  #postfixAhead(): boolean {
    const type = this.LA_FAST(1).tokenType;
    return type === tokens.Dot || type === tokens.LParen || type === tokens.LBracket;
  }

  readonly #primaryAlternatives: { ALT: () => Expression }[] = [
    {
      ALT: () => {
        if (!this.RECORDING_PHASE) {
          const second = this.LA(2).tokenType;
          if (second === tokens.LBrace && this.recordAllowed) return this.SUBRULE(this.recordLiteral);
          if (second === tokens.Less && this.#genericAhead()) return this.SUBRULE(this.typeExpression);
        }
        return this.#nameNode(this.CONSUME(tokens.Identifier));
      },
    },
    { ALT: () => this.#integerNode(this.CONSUME(tokens.Integer)) },
    { ALT: () => this.SUBRULE(this.parenthesized) },
    {
      ALT: () => {
        this.height = 1;
        return this.SUBRULE(this.quoted);
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

  #nameNode(token: IToken): Expression {
    this.height = 1;
    return {
      kind: "name",
      name: nameOf(token),
      file: this.file,
      start: token.startOffset,
      end: this.behind(),
    };
  }

  #integerNode(token: IToken): Expression {
    this.height = 1;
    const file = this.file;
    const start = token.startOffset;
    const end = this.behind();
    const value = this.ACTION(() => integerValue(token.image, { file, start, end }, this.reporter));
    return value === undefined
      ? { kind: "error", file, start, end }
      : { kind: "integer", value, file, start, end };
  }

  /**
   * A name or number with nothing behind it that {@link operand} would take, which is what most operands are: the way through the
   * rule costs ten times the node. `undefined` for all others.
   */
  #simpleOperand(): Expression | undefined {
    if (this.RECORDING_PHASE) return undefined;
    const token = this.LA_FAST(1);
    const isName = token.tokenType === tokens.Identifier;
    if (!isName && token.tokenType !== tokens.Integer) return undefined;
    switch (this.LA_FAST(2).tokenType) {
      case tokens.Dot:
      case tokens.LParen:
      case tokens.LBracket:
      case tokens.LBrace:
      case tokens.Less:
      case tokens.WORD.as:
        return undefined;
      default:
        this.consumeToken();
        return isName ? this.#nameNode(token) : this.#integerNode(token);
    }
  }

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
    let parentheses = 0;
    for (let distance = 2; distance < LOOKAHEAD; distance += 1) {
      const token = this.LA(distance);
      switch (token.tokenType) {
        case tokens.LParen:
          parentheses += 1;
          break;
        case tokens.RParen:
          parentheses -= 1;
          if (parentheses < 0) return false;
          break;
        case tokens.Less:
          if (parentheses === 0) depth += 1;
          break;
        case tokens.ShiftRight:
        case tokens.Greater: {
          if (parentheses > 0) break;
          depth -= token.image.length;
          if (depth > 0) break;
          const next = this.LA(distance + 1);
          return (
            depth === 0 &&
            next.tokenType === tokens.LParen &&
            next.startOffset === token.startOffset + token.image.length
          );
        }
        case tokens.Infix:
          if (token.image === "&&" || token.image === "||" || token.image === "==" || token.image === "!=")
            return false;
          break;
        case tokens.Identifier:
        case tokens.Integer:
        case tokens.Text:
        case tokens.Comma:
        case tokens.Minus:
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
          return {
            kind: "call",
            callee: object,
            arguments: list,
            file,
            start: object.start,
            end: this.behind(),
          };
        },
      },
      {
        ALT: () => {
          const open = this.CONSUME(tokens.LBracket);
          const saved = this.openBracket(open);
          const indices = [this.SUBRULE(this.expression)];
          height = Math.max(height, this.height);
          const low = this.OR2<Expression | undefined>([
            {
              ALT: () => {
                this.mark(this.CONSUME(tokens.Colon), "slice");
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
          this.closeBracket(saved);
          const high = indices[0];
          if (low !== undefined && high !== undefined)
            return { kind: "slice", object, high, low, file, start: object.start, end: this.behind() };
          return { kind: "index", object, indices, file, start: object.start, end: this.behind() };
        },
      },
    ]);
    this.ACTION(() => this.setHeight(height + 1, result));
    return result;
  });

  readonly parenthesized = this.RULE("parenthesized", (): Expression => {
    const open = this.CONSUME(tokens.LParen);
    const saved = this.openBracket(open);
    const inner = this.SUBRULE(this.expression);
    this.CONSUME(tokens.RParen);
    this.closeBracket(saved);
    this.height += 1;
    return { kind: "parenthesized", inner, file: this.file, start: open.startOffset, end: this.behind() };
  });
}
