/**
 * The words and signs of the language, as Chevrotain token types.
 *
 * **Reserved words** ({@link RESERVED_WORDS}) are keywords wherever a name could stand; `r#take` names something after one.
 * They are ordinary names in two places where no keyword can stand: after a `.`, and in front of a `:` (`config { log: plain }`, `m(record: x)`).
 *
 * **Contextual words** ({@link CONTEXTUAL_WORDS}) are keywords only where the grammar wants them, and free names elsewhere,
 * so a port may be called `at`, `in`, `log`, `use`, `type` or `depth`:
 * - `at`, `call`, `log`, `config`, `use`, `type` at the start of a statement, when what follows fits (`at 3`, `call m`, `log(`, `config {`, `use a`, `type A`);
 * - `in` directly behind a name on the same line (`i in 0..4`);
 * - `depth` behind the type of a port, `latency` behind the results of an `extern module`, `type` in `<T: type>`, `_` in a `match`.
 *
 * Everything else that looks built in (`file`, `fill`, `cat`, `zext`, `valid`, `peek`, `push`, `uint`, `true`, …) is a plain name to the parser.
 */
import { createToken, Lexer, type TokenType } from "chevrotain";

/** Words that are never names without `r#`. */
export const RESERVED_WORDS = [
  "system",
  "module",
  "driver",
  "testbench",
  "downstream",
  "component",
  "fn",
  "extern",
  "import",
  "reg",
  "const",
  "let",
  "take",
  "wait_until",
  "when",
  "else",
  "if",
  "for",
  "assert",
  "finish",
  "match",
  "fold",
  "record",
  "as",
] as const;

/** Words that are keywords in one position and names elsewhere; `depth`, `latency` and `_` have no token type of their own. */
export const CONTEXTUAL_WORDS = ["at", "call", "log", "config", "use", "type", "in"] as const;

/** One of {@link RESERVED_WORDS}. */
export type ReservedWord = (typeof RESERVED_WORDS)[number];
/** A contextual word that has a token type. */
export type ContextualWord = (typeof CONTEXTUAL_WORDS)[number];

const named = (name: string, label: string): TokenType => createToken({ name, label, pattern: Lexer.NA });
const sign = (name: string, image: string): TokenType => named(name, `\`${image}\``);
const word = (text: string): TokenType => named(`Word_${text}`, `\`${text}\``);

/** `/*`, which does not exist in the language; the token source reports it and skips the comment. */
export const BlockComment = named("BlockComment", "`/*`");
/** A name, raw or not: `[A-Za-z_][A-Za-z0-9_]*`. */
export const Identifier = named("Identifier", "a name");
/** Anything that starts with a digit; the parser checks the digits, so `0b12` is one error and not two tokens. */
export const Integer = named("Integer", "a number");
/** A string on one line, closed or not. */
export const Text = named("Text", "a string");

/** The binary operators that have no second meaning. */
export const Infix = named("Infix", "an operator");
export const Arrow = sign("Arrow", "->");
export const FatArrow = sign("FatArrow", "=>");
export const LessEqual = sign("LessEqual", "<=");
export const GreaterEqual = sign("GreaterEqual", ">=");
export const ShiftRight = sign("ShiftRight", ">>");
export const Less = sign("Less", "<");
export const Greater = sign("Greater", ">");
export const Minus = sign("Minus", "-");
export const Pipe = sign("Pipe", "|");
export const Bang = sign("Bang", "!");
export const Equals = sign("Equals", "=");
export const Coalesce = sign("Coalesce", "??");
export const Question = sign("Question", "?");
export const DotDot = sign("DotDot", "..");
export const Dot = sign("Dot", ".");
export const Comma = sign("Comma", ",");
export const Colon = sign("Colon", ":");
export const LParen = sign("LParen", "(");
export const RParen = sign("RParen", ")");
export const LBracket = sign("LBracket", "[");
export const RBracket = sign("RBracket", "]");
export const LBrace = sign("LBrace", "{");
export const RBrace = sign("RBrace", "}");
/** `;` inside brackets, as in `[u8; 4]`; anywhere else a `;` becomes a {@link LineEnd}. */
export const Semicolon = sign("Semicolon", ";");
/** The end of a statement: a line break that counts, or a `;`. Made by the token source. */
export const LineEnd = named("LineEnd", "the end of the line");

/** What stands in a text by itself, and its token type; the longest one counts. */
export const SIGNS: ReadonlyMap<string, TokenType> = new Map([
  ...["==", "!=", "&&", "||", "<<", "+", "*", "/", "%", "&", "^"].map((image) => [image, Infix] as const),
  ["->", Arrow],
  ["=>", FatArrow],
  ["<=", LessEqual],
  [">=", GreaterEqual],
  [">>", ShiftRight],
  ["<", Less],
  [">", Greater],
  ["-", Minus],
  ["|", Pipe],
  ["!", Bang],
  ["=", Equals],
  ["??", Coalesce],
  ["?", Question],
  ["..", DotDot],
  [".", Dot],
  [",", Comma],
  [":", Colon],
  ["(", LParen],
  [")", RParen],
  ["[", LBracket],
  ["]", RBracket],
  ["{", LBrace],
  ["}", RBrace],
  [";", Semicolon],
]);

/** The token type of each reserved and contextual word. */
export const WORD = buildWords();

function buildWords(): Readonly<Record<ReservedWord | ContextualWord, TokenType>> {
  const entries = [...RESERVED_WORDS, ...CONTEXTUAL_WORDS].map((text) => [text, word(text)] as const);
  // `Object.fromEntries` forgets the keys, which are exactly those of the two lists.
  // oxlint-disable-next-line typescript/consistent-type-assertions
  return Object.fromEntries(entries) as Record<ReservedWord | ContextualWord, TokenType>;
}

const reserved: ReadonlyMap<string, TokenType> = new Map(RESERVED_WORDS.map((text) => [text, WORD[text]]));
const contextual: ReadonlySet<string> = new Set(CONTEXTUAL_WORDS);

/** The keyword token type of a reserved word, or `undefined`. */
export function reservedWord(image: string): TokenType | undefined {
  return reserved.get(image);
}

/** Whether `image` is one of {@link CONTEXTUAL_WORDS}. */
export function isContextualWord(image: string): image is ContextualWord {
  return contextual.has(image);
}

/** Whether a declared name needs `r#` in front. */
export function needsRawPrefix(name: string): boolean {
  return reserved.has(name);
}

/** What the parser knows. */
export const PARSER_TOKENS: readonly TokenType[] = [
  ...new Set([BlockComment, Identifier, Integer, Text, ...SIGNS.values(), LineEnd, ...Object.values(WORD)]),
];

/** Keywords that start a statement or a declaration and stand nowhere else: a safe place to go on after an error. */
export const STARTERS: ReadonlySet<TokenType> = new Set([
  WORD.system,
  WORD.module,
  WORD.driver,
  WORD.testbench,
  WORD.downstream,
  WORD.component,
  WORD.fn,
  WORD.extern,
  WORD.import,
  WORD.reg,
  WORD.let,
  WORD.take,
  WORD.wait_until,
  WORD.when,
  WORD.for,
  WORD.assert,
  WORD.finish,
  WORD.use,
  WORD.type,
  WORD.config,
  WORD.log,
  WORD.call,
  WORD.at,
]);

/** Keywords of declarations that cannot stand in a body: meeting one there means that a `}` is missing. */
export const ITEM_STARTERS: ReadonlySet<TokenType> = new Set([
  WORD.system,
  WORD.module,
  WORD.driver,
  WORD.testbench,
  WORD.downstream,
  WORD.component,
  WORD.fn,
  WORD.extern,
  WORD.import,
  WORD.use,
  WORD.type,
  WORD.config,
]);
