import type { Diagnostic, Severity } from "./diagnostic.js";
import { countDiagnostics, type DiagnosticCounts, sortDiagnostics } from "./order.js";
import { SourceLines } from "./source-frame.js";
import type { LineColumn, SourceFile, Span } from "./span.js";

/** Version of the JSON form. It grows when a field is removed or changes its meaning; new fields may come without. */
export const DIAGNOSTICS_JSON_VERSION = 1;

/** A place in the JSON form: offsets in UTF-16 code units from 0, lines and columns from 1; the end is exclusive. */
export interface JsonRange {
  readonly file: string;
  readonly start: LineColumn & { readonly offset: number };
  readonly end: LineColumn & { readonly offset: number };
}

/** A diagnostic in the JSON form. Fields that do not apply are `null`, never absent. */
export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: JsonRange | null;
  readonly labels: readonly { readonly range: JsonRange; readonly message: string }[];
  readonly notes: readonly string[];
  readonly help: string | null;
  readonly fixes: readonly { readonly title: string; readonly edits: readonly { readonly range: JsonRange; readonly text: string }[] }[];
  readonly origin: string | null;
}

/** The whole document of {@link renderJson}. */
export interface JsonReport {
  readonly version: number;
  readonly counts: DiagnosticCounts;
  readonly diagnostics: readonly JsonDiagnostic[];
}

/**
 * The diagnostics for tools, as one JSON document (a {@link JsonReport}) that ends with a line break. Sorted by place.
 *
 * @param sources the list that the spans' `file` counts in
 */
export function renderJson(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): string {
  const lines = new SourceLines(sources);
  const range = (span: Span): JsonRange => ({
    file: lines.source(span.file).path,
    start: { offset: span.start, ...lines.map(span.file).locate(span.start) },
    end: { offset: span.end, ...lines.map(span.file).locate(span.end) },
  });
  const report: JsonReport = {
    version: DIAGNOSTICS_JSON_VERSION,
    counts: countDiagnostics(diagnostics),
    diagnostics: sortDiagnostics(diagnostics).map((diagnostic) => ({
      code: diagnostic.code,
      severity: diagnostic.severity,
      message: diagnostic.message,
      range: diagnostic.span === undefined ? null : range(diagnostic.span),
      labels: diagnostic.labels.map((label) => ({ range: range(label.span), message: label.message })),
      notes: diagnostic.notes,
      help: diagnostic.help ?? null,
      fixes: diagnostic.fixes.map((fix) => ({ title: fix.title, edits: fix.edits.map((edit) => ({ range: range(edit.span), text: edit.text })) })),
      origin: diagnostic.origin ?? null,
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
