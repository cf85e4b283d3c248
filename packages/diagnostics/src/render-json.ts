import type { Diagnostic, Severity } from "./diagnostic.js";
import type { SourceFile, Span } from "./span.js";
import { LineMap } from "./span.js";

/** Version of the JSON form of diagnostics; raised when a reader of the old one would misread the new one. */
export const DIAGNOSTICS_JSON_VERSION = 1;

/** A span with everything a tool needs to show it without reading the file. Lines and columns count from 1, offsets from 0. */
export interface JsonSpan {
  readonly file: string;
  readonly start: { readonly offset: number; readonly line: number; readonly column: number };
  readonly end: { readonly offset: number; readonly line: number; readonly column: number };
}

/** A {@link Diagnostic} as JSON: every field is always there, absent ones are `null`. */
export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: JsonSpan | null;
  readonly labels: readonly { readonly span: JsonSpan | null; readonly message: string }[];
  readonly notes: readonly string[];
  readonly help: string | null;
  readonly fixes: readonly {
    readonly title: string;
    readonly edits: readonly { readonly span: JsonSpan | null; readonly text: string }[];
  }[];
  readonly origin: string | null;
}

/**
 * Diagnostics as plain data for `JSON.stringify`.
 *
 * @example JSON.stringify({ diagnostics: toJsonDiagnostics(diagnostics, sources) });
 */
export function toJsonDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
): JsonDiagnostic[] {
  const maps = new Map<number, LineMap>();
  const toJsonSpan = (span: Span | undefined): JsonSpan | null => {
    const source = span === undefined ? undefined : sources[span.file];
    if (span === undefined || source === undefined) return null;
    let map = maps.get(span.file);
    if (map === undefined) maps.set(span.file, (map = new LineMap(source.text)));
    return {
      file: source.path,
      start: { offset: span.start, ...map.locate(span.start) },
      end: { offset: span.end, ...map.locate(span.end) },
    };
  };
  return diagnostics.map((diagnostic) => ({
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    span: toJsonSpan(diagnostic.span),
    labels: diagnostic.labels.map(({ span, message }) => ({ span: toJsonSpan(span), message })),
    notes: diagnostic.notes,
    help: diagnostic.help ?? null,
    fixes: diagnostic.fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map(({ span, text }) => ({ span: toJsonSpan(span), text })),
    })),
    origin: diagnostic.origin ?? null,
  }));
}
