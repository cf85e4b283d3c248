/** Colours for `.asyn`: the words of the language, literals and comments. The compiler knows the rest. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import type { StringStream } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";
import { KEYWORDS } from "./keywords.js";

/** Words that are only sometimes keywords, at the start of a statement or before a parenthesis. */
const STATEMENT_WORDS: ReadonlySet<string> = new Set(["at", "call", "log", "config", "use", "type"]);
const TYPE = /^(?:[uib][1-9][0-9]*|bool|uint|int|bits)$/;
const ATOMS: ReadonlySet<string> = new Set(["true", "false"]);

interface State {
  /** Nothing but space has been seen on the line. */
  atStart: boolean;
}

function readToken(stream: StringStream, state: State): string | null {
  if (stream.sol()) state.atStart = true;
  if (stream.eatSpace()) return null;
  const { atStart } = state;
  state.atStart = false;
  if (stream.match("//")) {
    stream.skipToEnd();
    return "comment";
  }
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
  if (stream.match(/^[0-9][0-9A-Za-z_]*/)) return "number";
  if (stream.match(/^(?:r#)?[A-Za-z_][A-Za-z0-9_]*/)) return wordStyle(stream, atStart);
  if (stream.match(/^[{}()[\]]/)) return "bracket";
  if (stream.match(/^(?:<=|=>|->|\?\?|==|!=|&&|\|\||<<|>>|>=|\.\.|[-+*/%&|^!<>=?:])/)) return "operator";
  stream.next();
  return null;
}

function wordStyle(stream: StringStream, atStart: boolean): string | null {
  const word = stream.current();
  if (KEYWORDS.has(word)) return "keyword";
  if (TYPE.test(word)) return "typeName";
  if (ATOMS.has(word)) return "atom";
  const opens = stream.match(/^\s*\(/, false) !== null;
  if (STATEMENT_WORDS.has(word) && (atStart || opens)) return "keyword";
  return opens ? "function" : "variableName";
}

const language = StreamLanguage.define<State>({
  name: "asyn",
  startState: () => ({ atStart: true }),
  copyState: (state) => ({ ...state }),
  token: readToken,
  tokenTable: { function: tags.function(tags.variableName) },
  languageData: { commentTokens: { line: "//" } },
});

const colors = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.typeName, color: "var(--code-type)" },
  { tag: [tags.number, tags.atom], color: "var(--code-number)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: tags.function(tags.variableName), color: "var(--code-function)" },
  { tag: [tags.operator, tags.bracket], color: "var(--code-sign)" },
]);

/** Highlighting for the editor. */
export const asynLanguage: Extension = [language, syntaxHighlighting(colors)];
