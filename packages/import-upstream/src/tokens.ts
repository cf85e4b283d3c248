/** The words and signs of a dump. Comments carry meaning, line ends separate statements. */
import { createToken, type CustomPatternMatcherReturn, Lexer, type TokenType } from "chevrotain";
import { scanExternal } from "./external-comment.js";

const sign = (name: string, pattern: string): TokenType =>
  createToken({ name, pattern, label: `\`${pattern}\`` });

/** Any name; words of the notation are names too where a name is wanted. */
export const Identifier = createToken({
  name: "Identifier",
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  label: "a name",
});
const word = (name: string, text: string): TokenType =>
  createToken({
    name,
    pattern: text,
    longer_alt: Identifier,
    categories: [Identifier],
    label: `\`${text}\``,
  });

export const Blank = createToken({ name: "Blank", pattern: /[ \t\r\f\uFEFF]+/, group: Lexer.SKIPPED });
export const LineEnd = createToken({
  name: "LineEnd",
  pattern: /\n\s*/,
  line_breaks: true,
  label: "the end of the line",
});

/** `// External: …`, to the end of the line, or of the module that it quotes. */
export const External = createToken({
  name: "External",
  pattern: (text: string, offset: number): CustomPatternMatcherReturn | null => {
    const end = scanExternal(text, offset);
    return end === undefined ? null : [text.slice(offset, end)];
  },
  start_chars_hint: ["/"],
  line_breaks: true,
  label: "`// External:`",
});
export const UsedBy = createToken({
  name: "UsedBy",
  pattern: /\/\/[ \t]+\.usedby:[^\n]*/,
  label: "`//  .usedby:`",
});
export const MetaCondition = createToken({
  name: "MetaCondition",
  pattern: /\/\/ meta cond\b/,
  label: "`// meta cond`",
});
export const HandleComment = createToken({
  name: "HandleComment",
  pattern: /\/\/ handle =/,
  label: "`// handle =`",
});
export const PushCondition = createToken({
  name: "PushCondition",
  pattern: /\/\/ PUSH_CONDITION\b/,
  label: "`// PUSH_CONDITION`",
});
export const PopCondition = createToken({
  name: "PopCondition",
  pattern: /\/\/ POP_CONDITION\b/,
  label: "`// POP_CONDITION`",
});
export const BlockComment = createToken({
  name: "BlockComment",
  pattern: /\/\*[^\n]*?\*\//,
  label: "a comment `/* … */`",
});
/** `|- Read  by: …`. */
export const ArrayUse = createToken({
  name: "ArrayUse",
  pattern: /[|`]-[ \t]+(?:Read|Write)[ \t]+by:[^\n]*/,
  label: "`|- Read  by:`",
});

export const OpenOperands = sign("OpenOperands", "({'");
export const CloseOperands = sign("CloseOperands", "'})");
export const Text = createToken({
  name: "Text",
  pattern: /'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*"/,
  label: "a string",
});
export const Integer = createToken({ name: "Integer", pattern: /\d+/, label: "a number" });

export const System = word("System", "system");
export const Module = word("Module", "module");
export const If = word("If", "if");
export const Log = word("Log", "log");
export const AsyncCall = word("AsyncCall", "async_call");
export const To = word("To", "to");
export const Record = word("Record", "record");
export const Port = word("Port", "Port");
export const Bitcast = word("Bitcast", "bitcast");
export const ZeroExtend = word("ZeroExtend", "zext");
export const SignExtend = word("SignExtend", "sext");
export const Select1Hot = word("Select1Hot", "select_1hot");
export const Push = word("Push", "push");
export const Pop = word("Pop", "pop");
export const Peek = word("Peek", "peek");
export const Valid = word("Valid", "valid");
export const Triggered = word("Triggered", "triggered");
export const Bind = word("Bind", "bind");
/** `side effect intrinsic.` up to its dot. */
export const SideEffect = createToken({
  name: "SideEffect",
  pattern: /side effect intrinsic\./,
  label: "`side effect intrinsic.`",
});
export const PureIntrinsic = createToken({
  name: "PureIntrinsic",
  pattern: /pure_intrinsic\./,
  label: "`pure_intrinsic.`",
});
export const ExternalInstantiate = createToken({
  name: "ExternalInstantiate",
  pattern: /external_instantiate\./,
  label: "`external_instantiate.`",
});

export const OpenAttribute = sign("OpenAttribute", "#[");
export const LeftBrace = sign("LeftBrace", "{");
export const RightBrace = sign("RightBrace", "}");
export const LeftBracket = sign("LeftBracket", "[");
export const RightBracket = sign("RightBracket", "]");
export const LeftParen = sign("LeftParen", "(");
export const RightParen = sign("RightParen", ")");
export const Comma = sign("Comma", ",");
export const Semicolon = sign("Semicolon", ";");
export const Colon = sign("Colon", ":");
export const Dot = sign("Dot", ".");
export const Question = sign("Question", "?");
export const Bang = sign("Bang", "!");
export const Equals = sign("Equals", "=");
/** Binary operators that are nothing else. */
export const Operator = createToken({
  name: "Operator",
  pattern: /<<|>>|>=|==|!=|[+*/%&|^]/,
  label: "an operator",
});
export const Minus = sign("Minus", "-");
export const LessEqual = sign("LessEqual", "<=");
export const Less = sign("Less", "<");
export const Greater = sign("Greater", ">");

/** In the order in which the lexer tries them. */
export const TOKENS: readonly TokenType[] = [
  Blank,
  LineEnd,
  External,
  UsedBy,
  MetaCondition,
  HandleComment,
  PushCondition,
  PopCondition,
  BlockComment,
  ArrayUse,
  SideEffect,
  PureIntrinsic,
  ExternalInstantiate,
  OpenOperands,
  CloseOperands,
  Text,
  Integer,
  System,
  Module,
  If,
  Log,
  AsyncCall,
  To,
  Record,
  Port,
  Bitcast,
  ZeroExtend,
  SignExtend,
  Select1Hot,
  Push,
  Pop,
  Peek,
  Valid,
  Triggered,
  Bind,
  Identifier,
  OpenAttribute,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  LeftParen,
  RightParen,
  Comma,
  Semicolon,
  Colon,
  Dot,
  Question,
  Operator,
  Bang,
  Equals,
  Minus,
  LessEqual,
  Less,
  Greater,
];
