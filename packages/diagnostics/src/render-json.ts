import type { Diagnostic, Severity } from "./diagnostic.js";
import { countDiagnostics, type DiagnosticCounts, sortDiagnostics } from "./order.js";
import { SourceLines } from "./source-frame.js";
import type { LineColumn, SourceFile, Span } from "./span.js";

/** Version of the JSON form. It grows when a field is removed or changes its meaning; new fields may come without. */
export const DIAGNOSTICS_JSON_VERSION = 1;

/** A span with everything a tool needs to show it: offsets in UTF-16 code units from 0, lines and columns from 1; the end is exclusive. */
export interface JsonSpan {
  readonly file: string;
  readonly start: LineColumn & { readonly offset: number };
  readonly end: LineColumn & { readonly offset: number };
}

/** A {@link Diagnostic} as JSON: every field is always there, absent ones are `null`, and so is a span in an unknown file. */
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

/** The whole document of {@link renderJson}. */
export interface JsonReport {
  readonly version: number;
  readonly counts: DiagnosticCounts;
  readonly diagnostics: readonly JsonDiagnostic[];
}

/**
 * The diagnostics as plain data for `JSON.stringify`, in the order given.
 *
 * @param sources the list that the spans' `file` counts in
 */
export function toJsonDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
): JsonDiagnostic[] {
  const lines = new SourceLines(sources);
  const toJsonSpan = (span: Span | undefined): JsonSpan | null => {
    const source = span === undefined ? undefined : sources[span.file];
    if (span === undefined || source === undefined) return null;
    const map = lines.map(span.file);
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

/**
 * The diagnostics for tools, as one JSON document (a {@link JsonReport}) that ends with a line break. Sorted by place.
 *
 * @param sources the list that the spans' `file` counts in
 */
export function renderJson(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): string {
  const report: JsonReport = {
    version: DIAGNOSTICS_JSON_VERSION,
    counts: countDiagnostics(diagnostics),
    diagnostics: toJsonDiagnostics(sortDiagnostics(diagnostics), sources),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
