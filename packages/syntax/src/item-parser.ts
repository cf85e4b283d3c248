import type {
  ComponentDeclaration,
  ConfigDeclaration,
  Expression,
  ExternFunctionDeclaration,
  ExternModuleDeclaration,
  ForNode,
  FunctionDeclaration,
  GenericParameter,
  Identifier,
  IfNode,
  ImportDeclaration,
  IndexParameter,
  Item,
  ModuleDeclaration,
  Parameter,
  SystemDeclaration,
  TypeDeclaration,
  UseDeclaration,
} from "./ast.js";
import { messages } from "./messages.js";
import { StatementParser } from "./statement-parser.js";
import { unknownWord } from "./suggestions.js";
import { LIST_END } from "./base-parser.js";
import * as tokens from "./tokens.js";

/** Keywords of statements that are not declarations as well. */
const STATEMENT_ONLY = new Set([
  tokens.WORD.let,
  tokens.WORD.take,
  tokens.WORD.wait_until,
  tokens.WORD.when,
  tokens.WORD.assert,
  tokens.WORD.finish,
  tokens.WORD.log,
  tokens.WORD.call,
  tokens.WORD.at,
]);

/** Declarations, and the whole file. */
export abstract class ItemParser extends StatementParser {
  /** The whole file. */
  readonly file_ = this.RULE("file_", (): readonly Item[] => this.list(this.item, "items"));

  readonly itemBlock = this.RULE("itemBlock", (): readonly Item[] =>
    this.membersInBraces(this.item, "items"),
  );

  readonly item = this.RULE("item", (): Item => {
    this.ACTION(() => this.#checkItem());
    return this.OR({ DEF: this.#itemAlternatives, ERR_MSG: "a declaration" });
  });

  readonly #itemAlternatives: { ALT: () => Item }[] = [
    { ALT: () => this.SUBRULE(this.moduleDeclaration) },
    { ALT: () => this.SUBRULE(this.registerDeclaration) },
    { ALT: () => this.SUBRULE(this.constDeclaration) },
    { ALT: () => this.SUBRULE(this.typeDeclaration) },
    { ALT: () => this.SUBRULE(this.functionDeclaration) },
    { ALT: () => this.SUBRULE(this.useDeclaration) },
    { ALT: () => this.SUBRULE(this.ifItem) },
    { ALT: () => this.SUBRULE(this.forItem) },
    { ALT: () => this.SUBRULE(this.importDeclaration) },
    { ALT: () => this.SUBRULE(this.systemDeclaration) },
    { ALT: () => this.SUBRULE(this.configDeclaration) },
    { ALT: () => this.SUBRULE(this.componentDeclaration) },
    { ALT: () => this.SUBRULE(this.externDeclaration) },
  ];

  /** A statement among declarations, or a word of another language. */
  #checkItem(): void {
    const first = this.LA(1);
    if (STATEMENT_ONLY.has(first.tokenType)) {
      this.fail(messages["statement-outside-body"], { word: first.image }, this.spanOf(first), {
        help: "put it into a `module`, the `driver` or a `downstream`",
      });
    }
    if (first.tokenType !== tokens.Identifier) return;
    const suggestion = unknownWord(first, this.file);
    if (suggestion !== undefined) this.failWith(suggestion);
  }

  readonly importDeclaration = this.RULE("importDeclaration", (): ImportDeclaration => {
    const start = this.CONSUME(tokens.WORD.import).startOffset;
    const path = this.SUBRULE(this.quoted);
    return { kind: "import", path, file: this.file, start, end: this.behind() };
  });

  readonly systemDeclaration = this.RULE("systemDeclaration", (): SystemDeclaration => {
    const start = this.CONSUME(tokens.WORD.system).startOffset;
    const name = this.SUBRULE(this.declaredName);
    const items = this.SUBRULE(this.itemBlock);
    return { kind: "system", name, items, file: this.file, start, end: this.behind() };
  });

  readonly configDeclaration = this.RULE("configDeclaration", (): ConfigDeclaration => {
    const start = this.CONSUME(tokens.WORD.config).startOffset;
    const open = this.CONSUME(tokens.LBrace);
    this.ACTION(() => this.opened(open));
    const entries: { name: Identifier; value: Expression }[] = [];
    this.MANY({
      GATE: () => this.separated(open),
      DEF: () => {
        const name = this.SUBRULE(this.identifier);
        this.CONSUME(tokens.Colon);
        entries.push({ name, value: this.SUBRULE(this.expression) });
        this.OPTION(() => this.SUBRULE(this.separator));
      },
    });
    this.CONSUME(tokens.RBrace, LIST_END.brace);
    this.ACTION(() => this.closed());
    return { kind: "config", entries, file: this.file, start, end: this.behind() };
  });

  readonly typeDeclaration = this.RULE("typeDeclaration", (): TypeDeclaration => {
    const start = this.CONSUME(tokens.WORD.type).startOffset;
    const name = this.SUBRULE(this.declaredName);
    this.CONSUME(tokens.Equals);
    const type = this.SUBRULE(this.type);
    return { kind: "type-alias", name, type, file: this.file, start, end: this.behind() };
  });

  // ---------------------------------------------------------------- modules

  readonly moduleDeclaration = this.RULE("moduleDeclaration", (): ModuleDeclaration => {
    const keyword = this.OR([
      { ALT: () => this.CONSUME(tokens.WORD.module) },
      { ALT: () => this.CONSUME(tokens.WORD.driver) },
      { ALT: () => this.CONSUME(tokens.WORD.downstream) },
      { ALT: () => this.CONSUME(tokens.WORD.testbench) },
    ]);
    const kind = moduleClass(keyword.image);
    const name = this.OPTION({
      GATE: () => kind === "stage" || kind === "downstream" || this.LA(1).tokenType === tokens.Identifier,
      DEF: () => this.SUBRULE(this.declaredName),
    });
    this.ACTION(() => {
      // A stage and a downstream have no default name; `declaredName` says so, or says that a keyword is no name.
      if (
        name === undefined &&
        (kind === "stage" || kind === "downstream" || tokens.needsRawPrefix(this.LA(1).image))
      )
        this.failExpecting("a name");
    });
    const indices = this.OPTION2(() => this.SUBRULE(this.indexParameters)) ?? [];
    const portsStart = this.here();
    const ports = this.OPTION3(() => this.SUBRULE(this.parameters, { ARGS: [kind === "stage"] })) ?? [];
    this.ACTION(() => {
      if (kind !== "stage" && ports.length > 0) {
        this.report(
          messages["ports-not-allowed"],
          { what: kind },
          { file: this.file, start: portsStart, end: this.behind() },
        );
      }
    });
    const body = this.SUBRULE(this.block);
    const start = keyword.startOffset;
    const end = this.behind();
    return name === undefined
      ? { kind: "module", class: kind, indices, ports, body, file: this.file, start, end }
      : { kind: "module", class: kind, name, indices, ports, body, file: this.file, start, end };
  });

  /** `[row in 0..N, col in 0..N]`. */
  readonly indexParameters = this.RULE("indexParameters", (): IndexParameter[] => {
    const open = this.CONSUME(tokens.LBracket);
    this.ACTION(() => this.opened(open));
    const result: IndexParameter[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: tokens.Comma,
      DEF: () => {
        const name = this.SUBRULE(this.declaredName);
        this.CONSUME(tokens.WORD.in);
        const range = this.SUBRULE(this.range);
        result.push({ name, range, file: this.file, start: name.start, end: this.behind() });
      },
      ERR_MSG: "a name",
    });
    this.CONSUME(tokens.RBracket, LIST_END.bracket);
    this.ACTION(() => this.closed());
    return result;
  });

  /** `(a: i32 depth 4, b: i32)`; `ports` where a depth may stand. A comma may stand behind the last one. */
  readonly parameters = this.RULE("parameters", (ports: boolean): Parameter[] => {
    const open = this.CONSUME(tokens.LParen);
    this.ACTION(() => this.opened(open));
    const result: Parameter[] = [];
    this.MANY({
      GATE: () => this.separated(open),
      DEF: () => {
        result.push(this.SUBRULE(this.parameter, { ARGS: [ports] }));
        this.OPTION(() => this.CONSUME(tokens.Comma));
      },
    });
    this.CONSUME(tokens.RParen, LIST_END.paren);
    this.ACTION(() => this.closed());
    return result;
  });

  readonly parameter = this.RULE("parameter", (ports: boolean): Parameter => {
    const name = this.SUBRULE(this.declaredName);
    this.CONSUME(tokens.Colon);
    const type = this.SUBRULE(this.type);
    const depth = this.OPTION({
      GATE: () => this.LA(1).image === "depth",
      DEF: () => {
        const word = this.CONSUME(tokens.Identifier);
        this.mark(word, "before");
        this.ACTION(() => {
          if (!ports) this.report(messages["depth-not-allowed"], {}, this.spanOf(word));
        });
        return this.SUBRULE(this.expression);
      },
    });
    const start = name.start;
    const end = this.behind();
    return depth === undefined
      ? { name, type, file: this.file, start, end }
      : { name, type, depth, file: this.file, start, end };
  });

  // ---------------------------------------------------------------- functions, components, externs

  readonly functionDeclaration = this.RULE("functionDeclaration", (): FunctionDeclaration => {
    const start = this.CONSUME(tokens.WORD.fn).startOffset;
    const name = this.SUBRULE(this.declaredName);
    const generics = this.OPTION(() => this.SUBRULE(this.genericParameters)) ?? [];
    const parameters = this.SUBRULE(this.parameters, { ARGS: [false] });
    const result = this.OPTION2(() => {
      this.CONSUME(tokens.Arrow);
      return this.SUBRULE(this.type);
    });
    const body = this.SUBRULE(this.block);
    const end = this.behind();
    return result === undefined
      ? { kind: "function", name, generics, parameters, body, file: this.file, start, end }
      : { kind: "function", name, generics, parameters, result, body, file: this.file, start, end };
  });

  /** `<T: type, const N, M>`. */
  readonly genericParameters = this.RULE("genericParameters", (): GenericParameter[] => {
    const open = this.CONSUME(tokens.Less);
    this.mark(open, "generic");
    this.ACTION(() => this.opened(open));
    const result: GenericParameter[] = [];
    this.MANY_SEP({
      SEP: tokens.Comma,
      DEF: () => result.push(this.SUBRULE(this.genericParameter)),
    });
    this.mark(this.CONSUME(tokens.Greater), "generic");
    this.ACTION(() => this.closed());
    return result;
  });

  readonly genericParameter = this.RULE("genericParameter", (): GenericParameter => {
    const start = this.here();
    const isConst = this.OPTION(() => this.CONSUME(tokens.WORD.const));
    const name = this.SUBRULE(this.declaredName);
    const isType = this.OPTION2({
      GATE: () => isConst === undefined,
      DEF: () => {
        this.CONSUME(tokens.Colon);
        this.ACTION(() => {
          if (this.LA(1).image !== "type") this.failExpecting("`type`");
        });
        this.CONSUME(tokens.Identifier);
        return true;
      },
    });
    return { name, class: isType === true ? "type" : "const", file: this.file, start, end: this.behind() };
  });

  readonly componentDeclaration = this.RULE("componentDeclaration", (): ComponentDeclaration => {
    const start = this.CONSUME(tokens.WORD.component).startOffset;
    const name = this.SUBRULE(this.declaredName);
    const generics = this.OPTION(() => this.SUBRULE(this.genericParameters)) ?? [];
    const inputs = this.OPTION2(() => this.SUBRULE(this.parameters, { ARGS: [false] })) ?? [];
    const items = this.SUBRULE(this.itemBlock);
    return { kind: "component", name, generics, inputs, items, file: this.file, start, end: this.behind() };
  });

  readonly useDeclaration = this.RULE("useDeclaration", (): UseDeclaration => {
    const start = this.CONSUME(tokens.WORD.use).startOffset;
    const name = this.SUBRULE(this.declaredName);
    const indices = this.OPTION(() => this.SUBRULE(this.indexParameters)) ?? [];
    this.CONSUME(tokens.Equals);
    const component = this.SUBRULE(this.identifier);
    const generics = this.OPTION2(() => this.SUBRULE(this.genericArguments)) ?? [];
    const list = this.OPTION3(() => this.SUBRULE(this.argumentList)) ?? [];
    return {
      kind: "use",
      name,
      indices,
      component,
      generics,
      arguments: list,
      file: this.file,
      start,
      end: this.behind(),
    };
  });

  readonly externDeclaration = this.RULE(
    "externDeclaration",
    (): ExternFunctionDeclaration | ExternModuleDeclaration => {
      const start = this.CONSUME(tokens.WORD.extern).startOffset;
      const keyword = this.OR({
        DEF: [{ ALT: () => this.CONSUME(tokens.WORD.fn) }, { ALT: () => this.CONSUME(tokens.WORD.module) }],
        ERR_MSG: "`fn` or `module`",
      });
      const name = this.SUBRULE(this.declaredName);
      const parameters = this.SUBRULE(this.parameters, { ARGS: [false] });
      this.CONSUME(tokens.Arrow);
      const results = this.SUBRULE2(this.parameters, { ARGS: [false] });
      const latency = this.OPTION({
        GATE: () => keyword.tokenType === tokens.WORD.module && this.LA(1).image === "latency",
        DEF: () => {
          this.mark(this.CONSUME(tokens.Identifier), "before");
          return this.SUBRULE(this.expression);
        },
      });
      const file = this.file;
      const end = this.behind();
      if (keyword.tokenType === tokens.WORD.fn)
        return { kind: "extern-function", name, parameters, results, file, start, end };
      return latency === undefined
        ? { kind: "extern-module", name, parameters, results, file, start, end }
        : { kind: "extern-module", name, parameters, results, latency, file, start, end };
    },
  );

  readonly ifItem = this.RULE("ifItem", (): IfNode<Item> => this.ifChain(this.itemBlock));
  readonly forItem = this.RULE("forItem", (): ForNode<Item> => this.forLoop(this.itemBlock));
}

/** What sort of module a keyword declares. */
function moduleClass(keyword: string): ModuleDeclaration["class"] {
  return keyword === "driver" || keyword === "testbench" || keyword === "downstream" ? keyword : "stage";
}
