/**
 * The syntax tree of `.asyn`. Plain readonly data, one union per syntactic class, discriminated by `kind`.
 * Every node is itself a {@link Span}, so it can be handed to a diagnostic as it is.
 * Comments are not in the tree: {@link SourceUnit.comments} lists them by offset for the formatter.
 */
import type { Span } from "@assassyn/diagnostics";

/** An identifier where it stands. `name` has no `r#` prefix. */
export interface Identifier extends Span {
  readonly name: string;
}

/** A comment, with its delimiters. `///` comments document the declaration behind them. */
export interface Comment extends Span {
  readonly text: string;
}

/** One parsed file. A file has imports, shared declarations, and at most one system. */
export interface SourceUnit extends Span {
  readonly kind: "unit";
  readonly items: readonly Item[];
  readonly comments: readonly Comment[];
}

// ---------------------------------------------------------------- types

/** A type as written. */
export type TypeNode = NamedTypeNode | RecordTypeNode | ArrayTypeNode;

/** `u8`, `bool`, `uint<N>`, `Packet`. */
export interface NamedTypeNode extends Span {
  readonly kind: "named-type";
  readonly name: string;
  readonly arguments: readonly GenericArgument[];
}

/** `record { hi: b32, lo: b32 }`; the first field is most significant. */
export interface RecordTypeNode extends Span {
  readonly kind: "record-type";
  readonly fields: readonly { readonly name: Identifier; readonly type: TypeNode }[];
}

/** `[T; N]`, only as the type of a register. */
export interface ArrayTypeNode extends Span {
  readonly kind: "array-type";
  readonly element: TypeNode;
  readonly size: Expression;
}

/** What stands between `<` and `>`: a type, or a compile-time expression. A bare name is a `named-type` that the frontend resolves either way. */
export type GenericArgument = TypeNode | Expression;

/** `N`, `const DEPTH`, `T: type`. */
export interface GenericParameter extends Span {
  readonly name: Identifier;
  readonly class: "type" | "const";
}

// ---------------------------------------------------------------- expressions

/** An expression; whether it runs at compile time or at run time is decided by the frontend. */
export type Expression =
  | IntegerLiteral
  | StringLiteral
  | NameExpression
  | UnaryExpression
  | BinaryExpression
  | ConditionalExpression
  | CoalesceExpression
  | CastExpression
  | CallExpression
  | MemberExpression
  | IndexExpression
  | SliceExpression
  | RecordLiteral
  | ArrayLiteral
  | MatchExpression
  | FoldExpression
  | ParenthesizedExpression
  | TypeExpression
  | ErrorExpression;

/** `42`, `0xff`, `0b1010`, `1_000`; `true` and `false` are names. */
export interface IntegerLiteral extends Span {
  readonly kind: "integer";
  readonly value: bigint;
}
/** `"text"`; `value` has its escapes resolved. */
export interface StringLiteral extends Span {
  readonly kind: "string";
  readonly value: string;
}
/** `cnt`: a constant, value, register, module, component or type; the frontend finds out which. */
export interface NameExpression extends Span {
  readonly kind: "name";
  readonly name: string;
}
/** `!a`, `-a`. */
export interface UnaryExpression extends Span {
  readonly kind: "unary";
  readonly operator: "!" | "-";
  readonly operand: Expression;
}
/** Operators of {@link BinaryExpression}, loosest first: `||`, `&&`, comparisons, `|`, `^`, `&`, shifts, sums, products. */
export type BinaryOperator =
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "|"
  | "^"
  | "&"
  | "<<"
  | ">>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";
/** `a + b`. */
export interface BinaryExpression extends Span {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
/** `c ? a : b`. */
export interface ConditionalExpression extends Span {
  readonly kind: "conditional";
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}
/** `m.v ?? fallback`. */
export interface CoalesceExpression extends Span {
  readonly kind: "coalesce";
  readonly value: Expression;
  readonly fallback: Expression;
}
/** `x as T`. */
export interface CastExpression extends Span {
  readonly kind: "cast";
  readonly operand: Expression;
  readonly type: TypeNode;
}
/** One argument; `name` is present in `m(a: x)`. */
export interface Argument extends Span {
  readonly name?: Identifier;
  readonly value: Expression;
}
/** `m(a: x)`, `f(x)`, `u8(42)`, `zext(x, T)`, `p.pop()`. A type as an argument is a {@link TypeExpression}, or a name. */
export interface CallExpression extends Span {
  readonly kind: "call";
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
}
/** `m.v`, `packet.hi`, `memory.rdata`. */
export interface MemberExpression extends Span {
  readonly kind: "member";
  readonly object: Expression;
  readonly member: Identifier;
}
/** `x[i]`, `pe[row, col]`. */
export interface IndexExpression extends Span {
  readonly kind: "index";
  readonly object: Expression;
  readonly indices: readonly Expression[];
}
/** `x[hi:lo]`, inclusive bounds. */
export interface SliceExpression extends Span {
  readonly kind: "slice";
  readonly object: Expression;
  readonly high: Expression;
  readonly low: Expression;
}
/** `Packet { hi: a, lo: b }`. */
export interface RecordLiteral extends Span {
  readonly kind: "record-literal";
  readonly type: NamedTypeNode;
  readonly fields: readonly { readonly name: Identifier; readonly value: Expression }[];
}
/** `[1, 2, 3]`, as an initial value. */
export interface ArrayLiteral extends Span {
  readonly kind: "array-literal";
  readonly elements: readonly Expression[];
}
/** One arm; `patterns` is empty for `_`. */
export interface MatchArm extends Span {
  readonly patterns: readonly Expression[];
  readonly value: Expression;
}
/** `match n { 0 => u8(1), 1 | 2 => 2, _ => 3 }`. */
export interface MatchExpression extends Span {
  readonly kind: "match";
  readonly subject: Expression;
  readonly arms: readonly MatchArm[];
}
/** `fold(i in 0..8, acc = init) body`. */
export interface FoldExpression extends Span {
  readonly kind: "fold";
  readonly variable: Identifier;
  readonly range: RangeNode;
  readonly accumulator: Identifier;
  readonly initial: Expression;
  readonly body: Expression;
}
/** Kept for the formatter and for exact spans. */
export interface ParenthesizedExpression extends Span {
  readonly kind: "parenthesized";
  readonly inner: Expression;
}
/** A type where an expression stands: `uint<8>` in `uint<8>(x)`, `record { … }` in `bitcast(x, record { … })`. */
export interface TypeExpression extends Span {
  readonly kind: "type";
  readonly type: TypeNode;
}
/**
 * Stands where an expression is missing or does not count (a name that is a keyword, a literal out of range).
 * A diagnostic exists already, so whoever meets it stays silent.
 */
export interface ErrorExpression extends Span {
  readonly kind: "error";
}
/** `low..high`, high excluded. */
export interface RangeNode extends Span {
  readonly low: Expression;
  readonly high: Expression;
}

// ---------------------------------------------------------------- statements

/** `{ … }`. */
export interface Block extends Span {
  readonly statements: readonly Statement[];
}

/** What may stand in the body of a module or function. */
export type Statement =
  | LetStatement
  | TakeStatement
  | WaitUntilStatement
  | WhenStatement
  | AtStatement
  | AssignStatement
  | ExpressionStatement
  | CallStatement
  | LogStatement
  | FinishStatement
  | AssertStatement
  | ConstDeclaration
  | RegisterDeclaration
  | IfNode<Statement>
  | ForNode<Statement>;

/** `let a = x`, `let a: u8 = x`. */
export interface LetStatement extends Span {
  readonly kind: "let";
  readonly name: Identifier;
  readonly type?: TypeNode;
  readonly value: Expression;
}
/** `take a, b`. */
export interface TakeStatement extends Span {
  readonly kind: "take";
  readonly ports: readonly Identifier[];
}
/** `wait_until c`: ends the body here while `c` is false, and the credit stays. */
export interface WaitUntilStatement extends Span {
  readonly kind: "wait-until";
  readonly condition: Expression;
}
/** `when c { … } else when d { … } else { … }`; run time. */
export interface WhenStatement extends Span {
  readonly kind: "when";
  readonly condition: Expression;
  readonly then: Block;
  readonly else?: Block | WhenStatement;
}
/** `at n { … }` in a testbench. */
export interface AtStatement extends Span {
  readonly kind: "at";
  readonly cycle: Expression;
  readonly body: Block;
}
/** `target <= value`. */
export interface AssignStatement extends Span {
  readonly kind: "assign";
  readonly target: Expression;
  readonly value: Expression;
  /** The parser reported that this assigns nothing (`5 <= 3`), or with the wrong sign (`x = 3`). */
  readonly refused?: boolean;
}
/** A call of a stage or function, a push, or the result of a function body. */
export interface ExpressionStatement extends Span {
  readonly kind: "expression";
  readonly expression: Expression;
}
/** `call m`: one credit, no operands. */
export interface CallStatement extends Span {
  readonly kind: "call-stage";
  readonly target: Expression;
}
/** `log("sum {}", x)`. */
export interface LogStatement extends Span {
  readonly kind: "log";
  readonly format: StringLiteral;
  readonly arguments: readonly Expression[];
}
/** `finish`: ends the body here, and the simulation behind this cycle. */
export interface FinishStatement extends Span {
  readonly kind: "finish";
}
/** `assert c, "text"`: a fault when `c` is false; the text may be left out. */
export interface AssertStatement extends Span {
  readonly kind: "assert";
  readonly condition: Expression;
  readonly message?: StringLiteral;
}
/** Compile-time `if`, among items or among statements. */
export interface IfNode<Member> extends Span {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: readonly Member[];
  readonly else?: readonly Member[] | IfNode<Member>;
}
/** Compile-time `for i in low..high`. */
export interface ForNode<Member> extends Span {
  readonly kind: "for";
  readonly variable: Identifier;
  readonly range: RangeNode;
  readonly body: readonly Member[];
}

// ---------------------------------------------------------------- declarations

/** What may stand at the top of a file, in a system, or in a component. The parser accepts the union; the frontend says what belongs where. */
export type Item =
  | ImportDeclaration
  | SystemDeclaration
  | ConfigDeclaration
  | ConstDeclaration
  | TypeDeclaration
  | RegisterDeclaration
  | ModuleDeclaration
  | FunctionDeclaration
  | ComponentDeclaration
  | UseDeclaration
  | ExternFunctionDeclaration
  | ExternModuleDeclaration
  | IfNode<Item>
  | ForNode<Item>;

/** `import "std/memory.asyn"`. */
export interface ImportDeclaration extends Span {
  readonly kind: "import";
  readonly path: StringLiteral;
}
/** `system cpu { … }`. */
export interface SystemDeclaration extends Span {
  readonly kind: "system";
  readonly name: Identifier;
  readonly items: readonly Item[];
}
/** `config { cycles: 200, idle: 50 }`. */
export interface ConfigDeclaration extends Span {
  readonly kind: "config";
  readonly entries: readonly { readonly name: Identifier; readonly value: Expression }[];
}
/** `const DEPTH = 4`; among items or among statements. */
export interface ConstDeclaration extends Span {
  readonly kind: "const";
  readonly name: Identifier;
  readonly value: Expression;
}
/** `type word = b32`; another name for a type, not a new one. */
export interface TypeDeclaration extends Span {
  readonly kind: "type-alias";
  readonly name: Identifier;
  readonly type: TypeNode;
}
/** `reg x: T = init`; `init` is an expression, an array literal, `file("…")` or `fill(v)` (both parsed as calls). */
export interface RegisterDeclaration extends Span {
  readonly kind: "register";
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly initial?: Expression;
}
/** `row in 0..N`. */
export interface IndexParameter extends Span {
  readonly name: Identifier;
  readonly range: RangeNode;
}
/** A port of a stage, `a: i32 depth 4`, or a parameter with a type. */
export interface Parameter extends Span {
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly depth?: Expression;
}
/** A stage, the driver, a testbench or a downstream. `name` is absent only where the default of driver or testbench is meant. */
export interface ModuleDeclaration extends Span {
  readonly kind: "module";
  readonly class: "stage" | "driver" | "testbench" | "downstream";
  readonly name?: Identifier;
  readonly indices: readonly IndexParameter[];
  readonly ports: readonly Parameter[];
  readonly body: Block;
}
/** `fn max<N>(a: uint<N>) -> uint<N> { …; result }`; the last statement is an {@link ExpressionStatement}. */
export interface FunctionDeclaration extends Span {
  readonly kind: "function";
  readonly name: Identifier;
  readonly generics: readonly GenericParameter[];
  readonly parameters: readonly Parameter[];
  /** Absent for a function that is called for its effects. */
  readonly result?: TypeNode;
  readonly body: Block;
}
/** `component accumulator<T: type>(enable: bool, value: T) { … }`; `inputs` are expressions of whoever uses it. */
export interface ComponentDeclaration extends Span {
  readonly kind: "component";
  readonly name: Identifier;
  readonly generics: readonly GenericParameter[];
  readonly inputs: readonly Parameter[];
  readonly items: readonly Item[];
}
/** `use dcache = sram<b32, 65536, "f.hex">(we: E.we)`. Index ranges, `use bank[i in 0..4] = …`, make an array of instances. */
export interface UseDeclaration extends Span {
  readonly kind: "use";
  readonly name: Identifier;
  /** Empty for a single instance. */
  readonly indices: readonly IndexParameter[];
  readonly component: Identifier;
  readonly generics: readonly GenericArgument[];
  readonly arguments: readonly Argument[];
}
/** `extern fn f(a: u32) -> (c: u32)`. */
export interface ExternFunctionDeclaration extends Span {
  readonly kind: "extern-function";
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly results: readonly Parameter[];
}
/** `extern module dsp(a: i32, b: i32) -> (p: i64) latency 3`. */
export interface ExternModuleDeclaration extends Span {
  readonly kind: "extern-module";
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly results: readonly Parameter[];
  readonly latency?: Expression;
}
