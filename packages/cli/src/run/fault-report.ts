/** Shows a fault of the simulation like any other error: code, place in the source, what to do. */
import type { Diagnostic, Message, SourceFile, Span } from "@assassyn/diagnostics";
import { createDiagnostic, defineCatalogue, LineMap, message } from "@assassyn/diagnostics";
import type { Fault, faultText } from "@assassyn/ir";
import { faultKind } from "@assassyn/ir";

type Text = { text: string };
const shown = ({ text }: Text): string => text;

/** The faults of the execution semantics; `assassyn explain fault/pop-empty` prints more. */
export const faultMessages = defineCatalogue("fault", {
  "pop-empty": message<Text>(
    "error",
    shown,
    "A stage popped a FIFO that held nothing. `take a` waits until there is a value; `wait_until a.valid` does so before `a.pop()`. A `call` without a push adds a credit only.",
  ),
  "pop-twice": message<Text>(
    "error",
    shown,
    "A FIFO gives one value a cycle. Bind it once: `let v = a.pop()`.",
  ),
  "peek-empty": message<Text>(
    "error",
    shown,
    "There is no head to look at. Ask `a.valid` first, e.g. `a.valid ? a.peek : 0`; only the chosen arm is evaluated.",
  ),
  "push-twice": message<Text>(
    "error",
    shown,
    "A FIFO takes one value a cycle, from one pusher. Let an arbiter decide (`std/arbiter.asyn`), or give each pusher a port of its own.",
  ),
  overflow: message<Text>(
    "error",
    shown,
    "After the pop of the cycle the FIFO still holds more than its depth. Push less often, for example by counting what is under way, or declare a larger `depth`.",
  ),
  "write-twice": message<Text>(
    "error",
    shown,
    "A module writes an array once in a cycle, whatever the indices. Choose the value first, then write it once, or write in the arms of one `when`.",
  ),
  "read-range": message<Text>(
    "error",
    shown,
    "The index is not below the number of elements. Narrow the index's type, or guard the read: only the chosen arm of `?:` is evaluated.",
  ),
  assertion: message<Text>(
    "error",
    shown,
    "The condition of an `assert` in the design was false in this cycle.",
  ),
  "not-one-hot": message<Text>(
    "error",
    shown,
    "Exactly one bit of the selector of `select1hot` must be set. Use `match` or `?:` where none or several can be.",
  ),
  "zero-divisor": message<Text>("error", shown, "A divisor was zero. Guard it: `b == 0 ? 0 : a / b`."),
  "absent-value": message<Text>(
    "error",
    shown,
    "The module was not triggered in this cycle, or control did not reach the binding. Give a value for that case, `m.v ?? x`, or ask `m.v.valid`.",
  ),
  extern: message<Text>(
    "error",
    shown,
    "The body that the embedder supplied threw, or returned something of the wrong shape.",
  ),
  other: message<Text>("error", shown, "The simulation stopped with a fault."),
});

interface Answer {
  readonly entry: Message<Text>;
  readonly help?: string;
}

const answers: { readonly [Kind in keyof typeof faultText]: Answer } = {
  popEmpty: {
    entry: faultMessages["pop-empty"],
    help: "`take` or `wait_until … .valid` waits until there is a value",
  },
  popTwice: { entry: faultMessages["pop-twice"], help: "bind the value once and use the binding" },
  peekEmpty: { entry: faultMessages["peek-empty"], help: "ask `.valid` first" },
  pushTwice: { entry: faultMessages["push-twice"], help: "let one module push in a cycle, or use two ports" },
  overflow: { entry: faultMessages["overflow"], help: "push less often, or declare a larger `depth`" },
  writeTwice: { entry: faultMessages["write-twice"], help: "choose the value first, then write once" },
  readRange: {
    entry: faultMessages["read-range"],
    help: "narrow the index, or read only where it is in range",
  },
  assertion: { entry: faultMessages["assertion"] },
  notOneHot: {
    entry: faultMessages["not-one-hot"],
    help: "use `match` or `?:` where none or several bits can be set",
  },
  divisionByZero: { entry: faultMessages["zero-divisor"], help: "guard the division: `b == 0 ? 0 : a / b`" },
  remainderByZero: {
    entry: faultMessages["zero-divisor"],
    help: "guard the remainder: `b == 0 ? 0 : a % b`",
  },
  absentValue: { entry: faultMessages["absent-value"], help: "write `m.v ?? x`, or ask `m.v.valid`" },
  extern: { entry: faultMessages["extern"] },
};

/** The diagnostic of a fault; with a span where the source is at hand. */
export function diagnoseFault(fault: Fault, sources: readonly SourceFile[]): Diagnostic {
  const kind = faultKind(fault.message);
  const { entry, help }: Answer = kind === undefined ? { entry: faultMessages["other"] } : answers[kind];
  return createDiagnostic(entry, { text: fault.message }, spanOf(fault, sources), {
    notes: [`in ${fault.module}, at cycle ${fault.cycle}`],
    ...(help === undefined ? {} : { help }),
  });
}

/** From the place of the operation to the end of the word that stands there. */
function spanOf({ loc }: Fault, sources: readonly SourceFile[]): Span | undefined {
  const text = sources[loc.file]?.text;
  if (text === undefined) return undefined;
  const lineStart = new LineMap(text).lineStart(loc.line);
  if (lineStart === undefined) return undefined;
  const start = lineStart + loc.column - 1;
  const word = /^(?:[\w.]+|.)/u.exec(text.slice(start, start + 200))?.[0] ?? "";
  return { file: loc.file, start, end: start + word.length };
}
