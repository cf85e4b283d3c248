/** Diagnostics written into the source that causes them, matched exhaustively. */
import { createMemoryHost, readDesign } from "@assassyn/compiler";
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { LineMap } from "@assassyn/diagnostics";

/** What a `//~` comment asks for. */
interface Expected {
  /** 0 for a diagnostic without a place. */
  readonly line: number;
  readonly code: string;
  /** Part of the message. */
  readonly part: string;
}

const MARKER = /\/\/~(\^+|!)?\s*([\w-]+\/[\w-]+)(?::\s*(.*?))?\s*$/;

/** The expectations in a text: `//~ code: part of the message`; each `^` points one line up, `!` means no place at all. */
function readExpected(text: string): Expected[] {
  return text.split("\n").flatMap((content, index) => {
    if (!content.includes("//~")) return [];
    const match = MARKER.exec(content);
    if (match === null)
      throw new Error(`line ${index + 1}: cannot read ${content.slice(content.indexOf("//~"))}`);
    const [, where = "", code = "", part = ""] = match;
    return [{ line: where === "!" ? 0 : index + 1 - where.length, code, part }];
  });
}

/** A list with its title, or nothing. */
const titled = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines];

/** How a source is turned into diagnostics. */
export type Diagnose = (source: SourceFile) => readonly Diagnostic[];

/** Front end and verifier, with the standard library and no other files. */
export const diagnoseDesign: Diagnose = (source) => readDesign(source, createMemoryHost({})).diagnostics;

/**
 * Asserts that a source causes exactly the diagnostics that its comments announce: `//~ frontend/width-mismatch: part of the message` on
 * the offending line, `//~^ …` on the line below it, `//~! …` anywhere for one without a place. Diagnostics of other files fail.
 *
 * @param text the source, comments included
 * @param diagnose default {@link diagnoseDesign}
 * @throws Error that lists what is missing and what was not announced
 * @example
 * expectDiagnostics(`system s {
 *   driver { r <= 1 }     //~ frontend/unknown-name: r
 * }`);
 */
export function expectDiagnostics(text: string, diagnose: Diagnose = diagnoseDesign): void {
  const expected = readExpected(text);
  const lines = new LineMap(text);
  const left = diagnose({ path: "test.asyn", text }).map((diagnostic) => ({
    line: diagnostic.span === undefined ? 0 : lines.locate(diagnostic.span.start).line,
    file: diagnostic.span?.file ?? 0,
    diagnostic,
  }));
  const missing: string[] = [];
  for (const { line, code, part } of expected) {
    const index = left.findIndex(
      (one) =>
        one.file === 0 &&
        one.line === line &&
        one.diagnostic.code === code &&
        one.diagnostic.message.includes(part),
    );
    if (index >= 0) left.splice(index, 1);
    else missing.push(`  line ${line}: ${code}${part === "" ? "" : `: ${part}`}`);
  }
  const unexpected = left.map(
    ({ line, file, diagnostic }) =>
      `  line ${line}${file === 0 ? "" : ` of file ${file}`}: ${diagnostic.code}: ${diagnostic.message}`,
  );
  if (missing.length === 0 && unexpected.length === 0) return;
  throw new Error([...titled("missing:", missing), ...titled("not announced:", unexpected)].join("\n"));
}
