/** Every message of this package; `assassyn explain ir/…` prints the long form. */
import { defineCatalogue, message } from "@assassyn/diagnostics";

/** Where in a system a rule was broken: a sentence part such as `module adder, %7 (design.asyn:3:5)`. */
interface Broken {
  readonly where: string;
  readonly reason: string;
}

const broken = (title: string, explain: string) =>
  message<Broken>("error", (a) => `${a.where}: ${a.reason}`, `# ${title}\n\n${explain}`);

/** The catalogue of the IR: text reader, JSON reader, verifier. */
export const irMessages = defineCatalogue("ir", {
  "text-header": message<{ found: string }>(
    "error",
    (a) => `an IR text starts with the line \`ir 1\`, found ${a.found}`,
    "The first line that is not a comment names the format and its version. A file without it is not IR text, or was written by another version.",
  ),
  "text-syntax": message<{ expected: string; found: string }>(
    "error",
    (a) => `expected ${a.expected}, found ${a.found}`,
    "The line does not follow the notation of the IR text: one declaration or one operation a line, e.g. `%2 sum: i32 = %0 + %1 @0:9:13`.",
  ),
  "text-unknown-name": message<{ what: string; name: string }>(
    "error",
    (a) => `there is no ${a.what} named ${a.name}`,
    "Modules, arrays, externs, ports and exposed values are named by their declaration, or by their number as in `#3`.",
  ),
  "text-duplicate": message<{ what: string }>(
    "error",
    (a) => `${a.what} is defined a second time`,
    "Each operation id stands once in a module: it is the place in the module's arena.",
  ),
  "text-value": message<{ reason: string }>(
    "error",
    (a) => a.reason,
    "A number or a type is outside the range that the IR can hold.",
  ),
  "text-too-many": message<{ limit: number }>(
    "error",
    (a) => `more than ${a.limit} errors; the rest of the text was not read`,
    "The reader gives up, because a text with so many errors is most likely not IR text at all.",
  ),
  "json-shape": message<{ path: string; expected: string }>(
    "error",
    (a) => `${a.path}: expected ${a.expected}`,
    "The JSON document does not have the shape that `toJson` writes.",
  ),
  "json-version": message<{ found: string; supported: number }>(
    "error",
    (a) => `the document has IR version ${a.found}; this reader understands version ${a.supported}`,
    "Write the document again with the toolchain that is to read it.",
  ),
  declaration: broken(
    "A declaration is wrong",
    "A size, depth, initial value or limit is outside its range, or a name is used twice.",
  ),
  reference: broken(
    "A reference leads nowhere",
    "An id is out of range, or names an entry that was deleted.",
  ),
  placement: broken(
    "An operation is misplaced",
    "Each operation of a module's arena stands in exactly one region; deleted ones (`null`) in none.",
  ),
  dominance: broken(
    "A value is used before it exists",
    "An operation may use results of operations before it in its own region or in an enclosing one.",
  ),
  "no-value": broken(
    "An operand has no value",
    "Effects such as `array-write` have no result and cannot be used as operands.",
  ),
  "result-type": broken(
    "A result type is wrong",
    "The result type of an operation follows from its operands; see the table of values.",
  ),
  "width-mismatch": broken(
    "Widths differ",
    "Written, pushed, exposed and chosen values have exactly the width of their target.",
  ),
  kind: broken(
    "Not allowed in this module",
    "Some operations belong to some kinds of modules only, e.g. `pop` to stages.",
  ),
  lock: broken(
    "Locks do not pair",
    "A lock is acquired once at a time, and released in the region that acquired it.",
  ),
  concurrency: broken(
    "The parallel form is wrong",
    "Locks, atomics, owners, clusters, mailboxes and steps name what exists, and each lock has a name of its own.",
  ),
  "log-arguments": broken(
    "Format and arguments differ",
    "Each argument of a log is used by its format, and each piece names an argument.",
  ),
  "downstream-loop": broken(
    "Downstreams form a loop",
    "Downstreams run in the order of their use of each other's values, so the uses cannot form a loop.",
  ),
});
