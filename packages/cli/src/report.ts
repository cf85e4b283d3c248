import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { renderText, sortDiagnostics, toJsonDiagnostics } from "@assassyn/diagnostics";
import { CommandError } from "./errors.js";
import type { Io } from "./io/io.js";

/** Messages printed in full; a design with more has one cause, and the first messages show it. */
const SHOWN_DIAGNOSTICS = 50;

/** Version of the JSON documents that `--json` prints. */
export const JSON_VERSION = 1;

/** Prints diagnostics on stderr by place, with a count when there are several. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
  io: Io,
  options: { readonly color: boolean; readonly quiet?: boolean },
): void {
  const wanted =
    options.quiet === true ? diagnostics.filter(({ severity }) => severity === "error") : diagnostics;
  if (wanted.length === 0) return;
  const width = io.stderr.isTerminal ? Math.max(40, io.stderr.columns - 8) : 100;
  // Errors first where not all can be shown.
  const shown =
    wanted.length <= SHOWN_DIAGNOSTICS
      ? wanted
      : wanted
          .toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"))
          .slice(0, SHOWN_DIAGNOSTICS);
  const hidden = wanted.length - shown.length;
  const text = renderText(shown, sources, {
    color: options.color,
    width,
    summary: hidden === 0 && wanted.length > 1,
  });
  io.stderr.write(hidden === 0 ? text : `${text}\n… and ${hidden} more\n`);
}

/** The fields that every JSON document has. `ok` is false when an error is among the diagnostics. */
export function jsonDocument(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
  more: object = {},
): object {
  return {
    schemaVersion: JSON_VERSION,
    ok: !diagnostics.some(({ severity }) => severity === "error"),
    diagnostics: toJsonDiagnostics(sortDiagnostics(diagnostics), sources),
    ...more,
  };
}

/** Runs an action whose errors are to be a JSON document on stdout too, not only text on stderr. */
export async function withJsonErrors(json: boolean, io: Io, action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (!json || !(error instanceof CommandError)) throw error;
    io.stdout.write(`${JSON.stringify(jsonDocument(error.diagnostics, error.sources))}\n`);
    return error.status;
  }
}
