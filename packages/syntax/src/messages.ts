/** Every message of the parser and lexer, with its long form for `assassyn explain`. */
import { defineCatalogue, message } from "@assassyn/diagnostics";

const fence = (wrong: string, right: string): string =>
  `\n\nWrong:\n\n\`\`\`\n${wrong}\n\`\`\`\n\nRight:\n\n\`\`\`\n${right}\n\`\`\`\n`;

/** The catalogue `syntax/…`. */
export const messages = defineCatalogue("syntax", {
  "unexpected-token": message<{ expected: string; found: string }>(
    "error",
    (a) => `expected ${a.expected}, found ${a.found}`,
    "The parser met something that cannot stand here. The message names what would fit; the first such message of a file is usually the one to repair." +
      fence("let x 3", "let x = 3"),
  ),
  "unexpected-end": message<{ expected: string }>(
    "error",
    (a) => `expected ${a.expected}, but the file ends here`,
    "The file ends in the middle of a declaration or statement. If it was not cut short, something is missing behind its last word.",
  ),
  "missing-closing": message<{ closing: string; found: string }>(
    "error",
    (a) => `missing ${a.closing}: found ${a.found} instead`,
    "A bracket was opened and not closed. The label points at the opening one; the indentation usually shows where the closing one belongs." +
      fence(
        "when go {\n  cnt <= cnt + 1\nmodule next() { }",
        "when go {\n  cnt <= cnt + 1\n}\nmodule next() { }",
      ),
  ),
  "unmatched-closing": message<{ closing: string }>(
    "error",
    (a) => `${a.closing} closes nothing`,
    "There are more closing than opening brackets: remove this one, or find the opening one that was lost.",
  ),
  "expected-line-end": message<{ found: string }>(
    "error",
    (a) => `expected the end of the statement, found ${a.found}`,
    "A statement ends at a line break or at `;`. What follows it on the same line is not part of it; often an operator or a comma is missing." +
      fence("let a = b c", "let a = b + c"),
  ),
  "unknown-word": message<{ found: string }>(
    "error",
    (a) => `no statement or declaration starts with \`${a.found}\``,
    "No statement or declaration starts with this word; most often it is a keyword of another language, or misspelt." +
      fence("always x { }", "when x { }"),
  ),
  "keyword-as-name": message<{ word: string }>(
    "error",
    (a) => `\`${a.word}\` is a keyword and cannot be a name`,
    "A reserved word can name something only as a raw identifier, with `r#` in front. After a `.` and in front of a `:` the prefix is not needed." +
      fence("let record = 3", "let r#record = 3"),
  ),
  "equals-assignment": message(
    "error",
    () => "a register is assigned with `<=`, not with `=`",
    "`=` gives a name to a value (`let`, `const`, `reg … = initial value`). A register takes its new value at the end of the cycle, which `<=` says." +
      fence("cnt = cnt + 1", "cnt <= cnt + 1"),
  ),
  "assignment-target": message(
    "error",
    () => "only a register or an element of one can stand left of `<=`",
    "The first `<=` of a statement assigns. To compare, put parentheses around the comparison." +
      fence("fn le(a: u8, b: u8) -> bool { a + 1 <= b }", "fn le(a: u8, b: u8) -> bool { (a + 1 <= b) }"),
  ),
  "compound-assignment": message<{ operator: string }>(
    "error",
    (a) => `there is no operator \`${a.operator}\``,
    "A register is assigned with `<=`, its old value written out." + fence("cnt += 1", "cnt <= cnt + 1"),
  ),
  "else-if": message<{ found: string; wanted: string }>(
    "error",
    (a) => `\`${a.found}\` cannot follow here; write \`${a.wanted}\``,
    "`when … else when … else` decides at run time, `if … else if … else` at compile time. One chain is one or the other." +
      fence("when a { } else if b { }", "when a { } else when b { }"),
  ),
  "brace-on-next-line": message(
    "error",
    () => "the `{` must stand on the line of its head",
    "A line break ends a statement, so the `{` of a body stands on the same line as what it belongs to." +
      fence("module m(a: u8)\n{\n}", "module m(a: u8) {\n}"),
  ),
  "statement-outside-body": message<{ word: string }>(
    "error",
    (a) => `\`${a.word}\` belongs in the body of a stage, a downstream or a function`,
    "Statements say what happens in a cycle, so they stand in a body. Beside the stages there are only declarations: `reg`, `const`, `type`, `fn`, `module`, `driver`, …",
  ),
  "ports-not-allowed": message<{ what: string }>(
    "error",
    (a) => `a ${a.what} has no ports`,
    "Only a stage (`module`) is called, so only a stage has ports. A driver and a testbench run every cycle; a downstream reads the values that other modules bind.",
  ),
  "depth-not-allowed": message(
    "error",
    () => "only a port of a stage has a depth",
    "`depth` declares how many values the FIFO of a port holds. A parameter of a function, a component or an extern has no FIFO.",
  ),
  "block-comment": message(
    "error",
    () => "block comments do not exist; start each line with `//`",
    "A comment runs from `//` to the end of the line; `///` documents the declaration below." +
      fence("/* a note */", "// a note"),
  ),
  "invalid-character": message<{ character: string; code: string }>(
    "error",
    (a) => `unexpected character ${a.character} (${a.code})`,
    "Outside of comments and strings the language is written in ASCII. Quotes and dashes that a word processor has changed are a frequent cause.",
  ),
  "unterminated-string": message(
    "error",
    () => "the string is not closed on its line",
    'A string ends with `"` on the line where it starts. Write `\\n` for a line break in it.' +
      fence('log("a)', 'log("a")'),
  ),
  "invalid-escape": message<{ escape: string }>(
    "error",
    (a) => `unknown escape \`${a.escape}\` in a string`,
    'The escapes are `\\n`, `\\t`, `\\r`, `\\0`, `\\"`, `\\\\` and `\\u{hex}`.',
  ),
  "invalid-number": message<{ text: string; reason: string }>(
    "error",
    (a) => `\`${a.text}\` is not a number: ${a.reason}`,
    "Numbers are decimal (`42`), hexadecimal (`0xff`), binary (`0b1010`) or octal (`0o17`); `_` may stand between digits. A width is given by a cast: `u8(42)`." +
      fence("let a = 8hff", "let a = u8(0xff)"),
  ),
  "number-too-long": message<{ digits: number; limit: number }>(
    "error",
    (a) => `a number of ${a.digits} digits; at most ${a.limit} are possible`,
    'Longer constants are better built with `cat`, or read from a file with `file("…")`.',
  ),
  "too-deep": message<{ limit: number; what: string }>(
    "error",
    (a) => `${a.what} is deeper than ${a.limit} levels`,
    "Brackets, blocks, and chains of operators or of `else when` nest only to a fixed depth, so that no tool that reads the design runs out of stack. " +
      "Name a part with `let`, or use `fold`, `match` or a function.",
  ),
  "too-large": message<{ length: number; limit: number }>(
    "error",
    (a) => `the file has ${a.length} characters; at most ${a.limit} can be read`,
    'Large tables belong in a file of their own that a register loads with `= file("…")`. Split a generated design into several files with `import`.',
  ),
  "line-too-long": message<{ length: number; limit: number }>(
    "error",
    (a) => `a line of ${a.length} characters; at most ${a.limit} can be read`,
    'Such a line is nearly always a binary file, or a table that a register should load with `= file("…")`.',
  ),
  "too-many-errors": message<{ limit: number }>(
    "note",
    (a) => `stopped after ${a.limit} errors`,
    "After so many errors further ones are rarely of use. Repair the first ones and compile again.",
  ),
});
