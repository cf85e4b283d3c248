import type { Diagnostic } from "./diagnostic.js";

/**
 * The diagnostics by file and place; what has no place comes last. Those of one place keep the order of their report, so the result is a
 * function of the list alone.
 */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted((left, right) => {
    const a = left.span;
    const b = right.span;
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return a.file - b.file || a.start - b.start;
  });
}

/** How many diagnostics there are of each severity. */
export interface DiagnosticCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

/** Counts by severity. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): DiagnosticCounts {
  const count = (severity: Diagnostic["severity"]): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return { errors: count("error"), warnings: count("warning"), notes: count("note") };
}
