import {
  createDiagnostic,
  suggestNearest,
  type Diagnostic,
  type Fix,
  type Span,
} from "@assassyn/diagnostics";
import type { IToken } from "chevrotain";
import { messages } from "./messages.js";
import * as tokens from "./tokens.js";

/** Keywords of other hardware languages, and what they are called here. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["always", "a stage is a `module`, and what runs every cycle is the `driver`"],
  ["wire", "a value is bound with `let`"],
  ["var", "a value is bound with `let`"],
  ["logic", "a register is declared with `reg name: type`, a value with `let`"],
  ["func", "a function is declared with `fn`"],
  ["function", "a function is declared with `fn`"],
  ["def", "a function is declared with `fn`"],
  ["return", "the last expression of a function is its result"],
  ["while", "hardware has no run-time loops; `for` unrolls at compile time, `when` decides at run time"],
  ["switch", "the language has `match x { 0 => a, _ => b }`"],
  ["case", "the language has `match x { 0 => a, _ => b }`"],
  ["print", 'text is printed with `log("…")`'],
  ["printf", 'text is printed with `log("…")`'],
  ["elif", "write `else when` (run time) or `else if` (compile time)"],
  ["elsif", "write `else when` (run time) or `else if` (compile time)"],
  ["elseif", "write `else when` (run time) or `else if` (compile time)"],
  ["stage", "a stage is declared with `module`"],
  ["struct", "a record type is declared with `type Name = record { … }`"],
]);

/** Words that may start a statement or a declaration. */
const STARTING_WORDS: readonly string[] = [
  ...tokens.RESERVED_WORDS.filter((word) => word !== "as"),
  "at",
  "call",
  "log",
  "config",
  "use",
  "type",
];

/** Words for operators in other languages. */
const WORD_OPERATORS: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["xor", "^"],
  ["mod", "%"],
]);

/** Looks at the two tokens around a failure for a mistake that has a better explanation. `previousStartsLine`: the first of them may be a misspelt keyword. */
export function suggestFor(
  previous: IToken,
  found: IToken,
  file: number,
  previousStartsLine: boolean,
): Diagnostic | undefined {
  const adjacent = previous.startOffset + previous.image.length === found.startOffset;
  if (found.tokenType === tokens.Equals && adjacent && isArithmetic(previous)) {
    const operator = `${previous.image}=`;
    const span = { file, start: previous.startOffset, end: found.startOffset + 1 };
    return createDiagnostic(messages["compound-assignment"], { operator }, span, {
      help: `write it out: \`x <= x ${previous.image} …\``,
    });
  }
  if (
    adjacent &&
    found.image === previous.image &&
    (found.image === "+" || found.tokenType === tokens.Minus)
  ) {
    const operator = previous.image + found.image;
    const span = { file, start: previous.startOffset, end: found.startOffset + 1 };
    return createDiagnostic(messages["compound-assignment"], { operator }, span, {
      help: `write it out: \`x <= x ${found.image} 1\``,
    });
  }
  if (found.tokenType === tokens.LBrace && previous.tokenType === tokens.Identifier && !previousStartsLine) {
    const span = { file, start: found.startOffset, end: found.startOffset + 1 };
    return createDiagnostic(messages["expected-line-end"], { found: "`{`" }, span, {
      help: `a record literal here needs parentheses: \`(${previous.image} { … })\``,
    });
  }
  if (previous.tokenType === tokens.WORD.finish && found.tokenType === tokens.LParen) {
    const span = { file, start: found.startOffset, end: found.startOffset + 1 };
    return createDiagnostic(messages["expected-line-end"], { found: "`(`" }, span, {
      help: "`finish` is a statement without arguments",
    });
  }
  if (found.tokenType === tokens.Identifier) {
    const operator = WORD_OPERATORS.get(found.image);
    const place = { file, start: found.startOffset, end: found.startOffset + found.image.length };
    if (operator !== undefined && previous.tokenType !== tokens.LineEnd) {
      return createDiagnostic(messages["expected-line-end"], { found: `\`${found.image}\`` }, place, {
        help: `the operator is written \`${operator}\``,
        fixes: [replace(place, operator)],
      });
    }
  }
  if (
    previousStartsLine &&
    previous.tokenType === tokens.Identifier &&
    !previous.image.startsWith("r#") &&
    startsOperand(found)
  ) {
    return unknownWord(previous, file);
  }
  return undefined;
}

/** A name that something unfit follows on its line is probably meant as a keyword. */
export function unknownWord(token: IToken, file: number): Diagnostic | undefined {
  const span = { file, start: token.startOffset, end: token.startOffset + token.image.length };
  const elsewhere = ELSEWHERE.get(token.image);
  if (elsewhere !== undefined)
    return createDiagnostic(messages["unknown-word"], { found: token.image }, span, { help: elsewhere });
  const nearest = suggestNearest(token.image, STARTING_WORDS);
  if (nearest === undefined || nearest === token.image) return undefined;
  return createDiagnostic(messages["unknown-word"], { found: token.image }, span, {
    help: `did you mean \`${nearest}\`?`,
    fixes: [replace(span, nearest)],
  });
}

function replace(span: Span, text: string): Fix {
  return { title: `replace by \`${text}\``, edits: [{ span, text }] };
}

function isArithmetic(token: IToken): boolean {
  return (
    token.tokenType === tokens.Minus ||
    token.tokenType === tokens.Pipe ||
    (token.tokenType === tokens.Infix && /^[+*/%&^]$/.test(token.image))
  );
}

function startsOperand(token: IToken): boolean {
  return (
    token.tokenType === tokens.Identifier ||
    token.tokenType === tokens.Integer ||
    token.tokenType === tokens.Text ||
    token.tokenType === tokens.LBrace
  );
}
