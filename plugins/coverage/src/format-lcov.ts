import type { CoverageReport, FileCoverage } from "./report-coverage.js";

/**
 * The report as an lcov tracefile, which genhtml, editors and continuous integration show on the source: `DA` for lines, `BRDA` for the
 * outcomes of conditions (`-` where the condition was never asked), `FN` and `FNDA` for modules. Files of several runs are joined by
 * `lcov --add-tracefile`.
 */
export function formatLcov({ files }: CoverageReport): string {
  return files
    .flatMap((file) => ["TN:", `SF:${file.path}`, ...recordsOf(file), "end_of_record"])
    .map((line) => `${line}\n`)
    .join("");
}

/** How many of these happened at all. */
function hit(counts: readonly number[]): number {
  return counts.filter((count) => count > 0).length;
}

function recordsOf({ modules, conditions, lines }: FileCoverage): string[] {
  /** Conditions so far by line: the number of a branch's block. */
  const blocks = new Map<number, number>();
  const branches = conditions.flatMap(({ line, count, outcomes }) => {
    const block = blocks.get(line) ?? 0;
    blocks.set(line, block + 1);
    return outcomes.map((taken, index) => ({
      record: `BRDA:${line},${block},${index},${count === 0 ? "-" : taken}`,
      taken,
    }));
  });
  return [
    ...modules.map(({ line, name }) => `FN:${line},${name}`),
    ...modules.map(({ activations, name }) => `FNDA:${activations},${name}`),
    `FNF:${modules.length}`,
    `FNH:${hit(modules.map(({ activations }) => activations))}`,
    ...branches.map(({ record }) => record),
    `BRF:${branches.length}`,
    `BRH:${hit(branches.map(({ taken }) => taken))}`,
    ...lines.map(({ line, count }) => `DA:${line},${count}`),
    `LF:${lines.length}`,
    `LH:${hit(lines.map(({ count }) => count))}`,
  ];
}
