import type { ConditionKind } from "./coverage-map.js";
import type { CoverageReport, FileCoverage } from "./report-coverage.js";

/** A report as a table and the places that nothing reached, ending with a line break. */
export function formatCoverage({ files }: CoverageReport): string {
  const rows = files.map((file) => {
    const outcomes = file.conditions.flatMap((condition) => condition.outcomes);
    return [
      file.path,
      share(file.lines.map(({ count }) => count)),
      share(outcomes),
      share(file.modules.map(({ activations }) => activations)),
    ];
  });
  const missed = files.flatMap(missedOf);
  return (
    table(["", "lines", "outcomes", "modules"], rows) + (missed.length === 0 ? "" : `\n${missed.join("")}`)
  );
}

/** `12 of 14`, and as a percentage. */
function share(counts: readonly number[]): string {
  if (counts.length === 0) return "-";
  const hit = counts.filter((count) => count > 0).length;
  return `${hit} of ${counts.length}  ${((100 * hit) / counts.length).toFixed(1).padStart(5)} %`;
}

/** So many places of a file are listed; the tracefile has all. */
const SHOWN = 20;

function missedOf({ path, lines, conditions, modules }: FileCoverage): string[] {
  const places = [
    ...modules
      .filter(({ activations }) => activations === 0)
      .map(({ line, name }) => ({ line, what: `"${name}" was never activated` })),
    ...lines.filter(({ count }) => count === 0).map(({ line }) => ({ line, what: "was never reached" })),
    ...conditions
      .filter(({ count }) => count > 0)
      .flatMap(({ line, kind, outcomes }) =>
        outcomes.flatMap((taken, index) => (taken === 0 ? [{ line, what: outcomeText(kind, index) }] : [])),
      ),
  ].sort((a, b) => a.line - b.line);
  const shown = places.slice(0, SHOWN).map(({ line, what }) => `${path}:${line}: ${what}\n`);
  const rest = places.length - shown.length;
  return rest === 0 ? shown : [...shown, `${path}: … and ${rest} more\n`];
}

function outcomeText(kind: ConditionKind, index: number): string {
  switch (kind) {
    case "select1hot":
      return `arm ${index} of select1hot was never chosen`;
    case "wait":
      return index === 0 ? "never went on behind the wait" : "never had to wait";
    case "select":
    case "when":
      return `the condition was never ${index === 0 ? "true" : "false"}`;
  }
}

/** Columns of equal width, the first to the left, the others to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return all.map((row) => `${line(row)}\n`).join("");
}
