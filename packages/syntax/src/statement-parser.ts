import type { ParserMethod } from "chevrotain";
import type {
  Block,
  ConstDeclaration,
  Expression,
  ForNode,
  Identifier,
  IfNode,
  RegisterDeclaration,
  Statement,
  StringLiteral,
  TypeNode,
  WhenStatement,
} from "./ast.js";
import { LIST_END, MAXIMUM_HEIGHT } from "./base-parser.js";
import { AT_STATEMENT, ExpressionParser } from "./expression-parser.js";
import { messages } from "./messages.js";
import { unknownWord } from "./suggestions.js";
import { retype } from "./scanner.js";
import * as tokens from "./tokens.js";

/** Statements and blocks. */
export abstract class StatementParser extends ExpressionParser {
  /** `{ … }` with statements. */
  readonly block = this.RULE("block", (): Block => {
    const start = this.#openBlock();
    const statements = this.list(this.statement, "statements");
    this.#endBlock();
    return { statements, file: this.file, start, end: this.behind() };
  });

  readonly statementBlock = this.RULE(
    "statementBlock",
    (): readonly Statement[] => this.SUBRULE(this.block).statements,
  );

  #openBlock(): number {
    this.ACTION(() => this.joinBrace());
    const open = this.CONSUME(tokens.LBrace);
    this.mark(open, "block");
    this.ACTION(() => {
      this.opened(open);
      this.enter();
    });
    return open.startOffset;
  }

  /** The end of a block. A missing `}` is reported without failing, so Chevrotain is told of the token only while it records the grammar. */
  #endBlock(): void {
    if (this.RECORDING_PHASE) this.CONSUME(tokens.RBrace);
    this.ACTION(() => {
      this.mark(this.LA(1), "block");
      this.closeBlock();
      this.leave();
    });
  }

  /** A block of anything. To be called once in a rule. */
  protected membersInBraces<Member>(rule: ParserMethod<[], Member>, body: "statements" | "items"): Member[] {
    this.#openBlock();
    const result = this.list(rule, body);
    this.#endBlock();
    return result;
  }

  /** The members up to the end of the block. To be called once in a rule. */
  protected list<Member>(rule: ParserMethod<[], Member>, body: "statements" | "items"): Member[] {
    if (this.RECORDING_PHASE) {
      this.MANY(() => {
        this.SUBRULE(rule);
        this.OPTION(() => this.CONSUME(tokens.LineEnd));
      });
      return [];
    }
    return this.members(() => this.SUBRULE(rule), body);
  }

  readonly statement = this.RULE("statement", (): Statement => {
    this.ACTION(() => this.#checkStart());
    return this.OR({ DEF: this.#statementAlternatives, ERR_MSG: "a statement", IGNORE_AMBIGUITIES: true });
  });

  readonly #statementAlternatives: { ALT: () => Statement }[] = [
    { ALT: () => this.SUBRULE(this.expressionStatement) },
    { ALT: () => this.SUBRULE(this.letStatement) },
    { ALT: () => this.SUBRULE(this.whenStatement) },
    { ALT: () => this.SUBRULE(this.takeStatement) },
    { ALT: () => this.SUBRULE(this.waitUntilStatement) },
    { ALT: () => this.SUBRULE(this.callStatement) },
    { ALT: () => this.SUBRULE(this.logStatement) },
    { ALT: () => this.SUBRULE(this.atStatement) },
    { ALT: () => this.SUBRULE(this.finishStatement) },
    { ALT: () => this.SUBRULE(this.assertStatement) },
    { ALT: () => this.SUBRULE(this.ifStatement) },
    { ALT: () => this.SUBRULE(this.forStatement) },
    { ALT: () => this.SUBRULE(this.constDeclaration) },
    { ALT: () => this.SUBRULE(this.registerDeclaration) },
  ];

  /** Words of other languages at the start of a statement. */
  #checkStart(): void {
    const first = this.LA(1);
    if (first.tokenType !== tokens.Identifier) return;
    const second = this.LA(2).tokenType;
    if (second !== tokens.LBrace && second !== tokens.Identifier && second !== tokens.Integer) return;
    if (second === tokens.LBrace && /^[A-Z]/.test(first.image)) return;
    const suggestion = unknownWord(first, this.file);
    if (suggestion !== undefined) this.failWith(suggestion);
  }

  /** `target <= value`, or an expression alone. */
  readonly expressionStatement = this.RULE("expressionStatement", (): Statement => {
    const expression = this.SUBRULE(this.expression, AT_STATEMENT);
    let refused = this.ACTION(() => this.#repairAssignment());
    const value = this.OPTION(() => {
      this.ACTION(() => {
        refused ||= !this.#checkTarget(expression);
      });
      this.mark(this.CONSUME(tokens.LessEqual), "assign");
      return this.SUBRULE2(this.expression);
    });
    const start = expression?.start;
    const end = this.behind();
    return value === undefined
      ? { kind: "expression", expression, file: this.file, start, end }
      : {
          kind: "assign",
          target: expression,
          value,
          ...(refused ? { refused } : {}),
          file: this.file,
          start,
          end,
        };
  });

  /** `x = 1` and `x := 1` are meant as `x <= 1`; true after a report. */
  #repairAssignment(): boolean {
    const first = this.LA(1);
    const colon = first.tokenType === tokens.Colon && this.LA(2).tokenType === tokens.Equals;
    if (first.tokenType !== tokens.Equals && !colon) return false;
    const token = colon ? this.LA(2) : first;
    const span = { file: this.file, start: first.startOffset, end: token.startOffset + 1 };
    this.report(messages["equals-assignment"], {}, span, {
      help: "write `<=` to assign a register, `let` in front to name a value",
      fixes: [{ title: "assign with `<=`", edits: [{ span, text: "<=" }] }],
    });
    if (colon) this.consumeToken();
    retype(token, tokens.LessEqual);
    return true;
  }

  /** Whether the expression can stand left of `<=`; reports otherwise. */
  #checkTarget(target: Expression): boolean {
    switch (target.kind) {
      case "name":
      case "member":
      case "index":
      case "slice":
      case "error":
        return true;
      default:
        this.report(messages["assignment-target"], {}, target, {
          labels: [{ span: this.spanOf(this.LA(1)), message: "the first `<=` of a statement assigns" }],
          help: "to compare, put parentheses around the comparison",
        });
        return false;
    }
  }

  readonly letStatement = this.RULE("letStatement", (): Statement => {
    const start = this.CONSUME(tokens.WORD.let).startOffset;
    const name = this.SUBRULE(this.declaredName);
    const isTyped = this.RECORDING_PHASE || this.LA_FAST(1).tokenType === tokens.Colon;
    const type = isTyped
      ? this.OPTION(() => {
          this.CONSUME(tokens.Colon);
          return this.SUBRULE(this.type);
        })
      : undefined;
    this.CONSUME(tokens.Equals);
    const value = this.SUBRULE(this.expression);
    const end = this.behind();
    return type === undefined
      ? { kind: "let", name, value, file: this.file, start, end }
      : { kind: "let", name, type, value, file: this.file, start, end };
  });

  readonly takeStatement = this.RULE("takeStatement", (): Statement => {
    const start = this.CONSUME(tokens.WORD.take).startOffset;
    const ports: Identifier[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: tokens.Comma,
      DEF: () => ports.push(this.SUBRULE(this.declaredName)),
      ERR_MSG: "a name",
    });
    return { kind: "take", ports, file: this.file, start, end: this.behind() };
  });

  readonly waitUntilStatement = this.RULE("waitUntilStatement", (): Statement => {
    const start = this.CONSUME(tokens.WORD.wait_until).startOffset;
    const condition = this.SUBRULE(this.head);
    return { kind: "wait-until", condition, file: this.file, start, end: this.behind() };
  });

  readonly whenStatement = this.RULE("whenStatement", (): Statement => {
    const links: { readonly start: number; readonly condition: Expression; readonly then: Block }[] = [];
    let start = this.CONSUME(tokens.WORD.when).startOffset;
    let condition = this.SUBRULE(this.head);
    links.push({ start, condition, then: this.SUBRULE(this.block) });
    this.MANY({
      GATE: () => this.#chainContinues("if", "when"),
      DEF: () => {
        this.CONSUME(tokens.WORD.else);
        start = this.CONSUME2(tokens.WORD.when).startOffset;
        condition = this.SUBRULE2(this.head);
        links.push({ start, condition, then: this.SUBRULE2(this.block) });
      },
    });
    let otherwise: Block | WhenStatement | undefined = this.OPTION(() => {
      this.CONSUME2(tokens.WORD.else);
      return this.SUBRULE3(this.block);
    });
    const file = this.file;
    const end = this.behind();
    const first = this.#checkChain(links);
    for (let link = links.pop(); link !== undefined && link !== first; link = links.pop()) {
      otherwise =
        otherwise === undefined
          ? { kind: "when", ...link, file, end }
          : { kind: "when", ...link, else: otherwise, file, end };
    }
    return otherwise === undefined
      ? { kind: "when", ...first, file, end }
      : { kind: "when", ...first, else: otherwise, file, end };
  });

  /** The first link of an `else when` chain, which is never empty and never too long. */
  #checkChain<Link>(links: readonly Link[]): Link {
    const first = links[0];
    if (first === undefined) throw new Error("a chain without links");
    if (links.length > MAXIMUM_HEIGHT)
      this.fail(
        messages["too-deep"],
        { limit: MAXIMUM_HEIGHT, what: "this chain of `else`" },
        this.spanOf(this.LA(0)),
      );
    return first;
  }

  /** Whether `else` goes on with `right`; a `wrong` one is reported and taken for it. */
  #chainContinues(wrong: "if" | "when", right: "if" | "when"): boolean {
    if (this.LA(1).tokenType !== tokens.WORD.else) return false;
    const second = this.LA(2);
    if (second.tokenType === tokens.WORD[wrong]) {
      const span = this.spanOf(second);
      this.report(messages["else-if"], { found: `else ${second.image}`, wanted: `else ${right}` }, span, {
        help: "`when` decides at run time, `if` at compile time; to mix them, nest one in the braces of the other",
        fixes: [{ title: `write \`${right}\``, edits: [{ span, text: right }] }],
      });
      retype(second, tokens.WORD[right]);
    }
    return second.tokenType === tokens.WORD[right];
  }

  readonly atStatement = this.RULE("atStatement", (): Statement => {
    const start = this.CONSUME(tokens.WORD.at).startOffset;
    const cycle = this.SUBRULE(this.head);
    const body = this.SUBRULE(this.block);
    return { kind: "at", cycle, body, file: this.file, start, end: this.behind() };
  });

  readonly callStatement = this.RULE("callStatement", (): Statement => {
    const start = this.CONSUME(tokens.WORD.call).startOffset;
    const target = this.SUBRULE(this.expression);
    return { kind: "call-stage", target, file: this.file, start, end: this.behind() };
  });

  readonly logStatement = this.RULE("logStatement", (): Statement => {
    const start = this.CONSUME(tokens.WORD.log).startOffset;
    const open = this.CONSUME(tokens.LParen);
    this.ACTION(() => this.opened(open));
    const format = this.SUBRULE(this.quoted);
    const list: Expression[] = [];
    this.MANY({
      GATE: () => this.LA(2).tokenType !== tokens.RParen,
      DEF: () => {
        this.CONSUME(tokens.Comma);
        list.push(this.SUBRULE(this.expression));
      },
    });
    this.OPTION(() => this.CONSUME2(tokens.Comma));
    this.CONSUME(tokens.RParen, LIST_END.paren);
    this.ACTION(() => this.closed());
    return { kind: "log", format, arguments: list, file: this.file, start, end: this.behind() };
  });

  readonly finishStatement = this.RULE("finishStatement", (): Statement => {
    const start = this.CONSUME(tokens.WORD.finish).startOffset;
    return { kind: "finish", file: this.file, start, end: this.behind() };
  });

  readonly assertStatement = this.RULE("assertStatement", (): Statement => {
    const start = this.CONSUME(tokens.WORD.assert).startOffset;
    const condition = this.SUBRULE(this.expression);
    const message: StringLiteral | undefined = this.OPTION(() => {
      this.CONSUME(tokens.Comma);
      return this.SUBRULE(this.quoted);
    });
    const end = this.behind();
    return message === undefined
      ? { kind: "assert", condition, file: this.file, start, end }
      : { kind: "assert", condition, message, file: this.file, start, end };
  });

  // ---------------------------------------------------------------- compile time, shared with declarations

  readonly ifStatement = this.RULE("ifStatement", (): IfNode<Statement> => this.ifChain(this.statementBlock));
  readonly forStatement = this.RULE("forStatement", (): ForNode<Statement> =>
    this.forLoop(this.statementBlock),
  );

  /** `if c { … } else if d { … } else { … }` around members of one sort. To be called once in a rule. */
  protected ifChain<Member>(body: ParserMethod<[], readonly Member[]>): IfNode<Member> {
    const links: {
      readonly start: number;
      readonly condition: Expression;
      readonly then: readonly Member[];
      readonly end: number;
    }[] = [];
    let start = this.CONSUME(tokens.WORD.if).startOffset;
    let condition = this.SUBRULE(this.head);
    links.push({ start, condition, then: this.SUBRULE(body), end: this.behind() });
    this.MANY({
      GATE: () => this.#chainContinues("when", "if"),
      DEF: () => {
        this.CONSUME(tokens.WORD.else);
        start = this.CONSUME2(tokens.WORD.if).startOffset;
        condition = this.SUBRULE2(this.head);
        links.push({ start, condition, then: this.SUBRULE2(body), end: this.behind() });
      },
    });
    let otherwise: readonly Member[] | IfNode<Member> | undefined = this.OPTION(() => {
      this.CONSUME2(tokens.WORD.else);
      return this.SUBRULE3(body);
    });
    const file = this.file;
    const end = this.behind();
    const first = this.#checkChain(links);
    for (let link = links.pop(); link !== undefined && link !== first; link = links.pop()) {
      otherwise =
        otherwise === undefined
          ? { kind: "if", ...link, file, end }
          : { kind: "if", ...link, else: otherwise, file, end };
    }
    return otherwise === undefined
      ? { kind: "if", ...first, file, end }
      : { kind: "if", ...first, else: otherwise, file, end };
  }

  /** `for i in low..high { … }` around members of one sort. To be called once in a rule. */
  protected forLoop<Member>(block: ParserMethod<[], readonly Member[]>): ForNode<Member> {
    const start = this.CONSUME(tokens.WORD.for).startOffset;
    const variable = this.SUBRULE(this.declaredName);
    this.CONSUME(tokens.WORD.in);
    const saved = this.recordAllowed;
    this.recordAllowed = false;
    const range = this.SUBRULE(this.range);
    this.recordAllowed = saved;
    const body = this.SUBRULE(block);
    return { kind: "for", variable, range, body, file: this.file, start, end: this.behind() };
  }

  readonly constDeclaration = this.RULE("constDeclaration", (): ConstDeclaration => {
    const start = this.CONSUME(tokens.WORD.const).startOffset;
    const name = this.SUBRULE(this.declaredName);
    this.ACTION(() => {
      const next = this.LA(1);
      if (next.tokenType !== tokens.Colon) return;
      this.fail(messages["unexpected-token"], { expected: "`=`", found: "`:`" }, this.spanOf(next), {
        help: "a constant has no type of its own; write `const N = u8(3)`",
      });
    });
    this.CONSUME(tokens.Equals);
    const value = this.SUBRULE(this.expression);
    return { kind: "const", name, value, file: this.file, start, end: this.behind() };
  });

  readonly registerDeclaration = this.RULE("registerDeclaration", (): RegisterDeclaration => {
    const start = this.CONSUME(tokens.WORD.reg).startOffset;
    const name = this.SUBRULE(this.declaredName);
    this.CONSUME(tokens.Colon);
    const type: TypeNode = this.SUBRULE(this.type);
    const initial = this.OPTION(() => {
      this.CONSUME(tokens.Equals);
      return this.SUBRULE(this.expression);
    });
    const end = this.behind();
    return initial === undefined
      ? { kind: "register", name, type, file: this.file, start, end }
      : { kind: "register", name, type, initial, file: this.file, start, end };
  });
}
