/** Compares counts of instructions with those that are kept in the repository. */

/** Part by which a count may differ from the kept one. */
export const TOLERANCE = 0.05;

/** Instructions a cycle by design. */
export type Counts = Readonly<Record<string, number>>;

/** Counts by compiler, see {@link compilerKey}. */
export type KeptCounts = Readonly<Record<string, Counts>>;

/** What a count is, beside the kept one. */
export type Verdict = "regressed" | "improved" | "unchanged" | "unknown";

/** One design's result. */
export interface Comparison {
  readonly design: string;
  readonly counted: number;
  readonly kept: number | undefined;
  readonly verdict: Verdict;
}

/**
 * Names a compiler by release, commit and host, as `rustc -vV` prints them: others generate other code, so their counts say nothing here.
 *
 * @returns undefined if the text is none of rustc
 * @example compilerKey(execFileSync("rustc", ["-vV"], { encoding: "utf8" })) // "1.95.0 59807616e x86_64-unknown-linux-gnu"
 */
export function compilerKey(version: string): string | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, "m").exec(version)?.[1];
  const [release, commit, host] = [field("release"), field("commit-hash"), field("host")];
  if (release === undefined || host === undefined) return undefined;
  return `${release} ${commit?.slice(0, 9) ?? "unknown"} ${host}`;
}

/** Compares counts with the kept ones of the same compiler. */
export function compareCounts(counted: Counts, kept: Counts | undefined): Comparison[] {
  return Object.entries(counted).map(([design, count]): Comparison => {
    const before = kept?.[design];
    return { design, counted: count, kept: before, verdict: verdictOf(count, before) };
  });
}

function verdictOf(counted: number, kept: number | undefined): Verdict {
  if (kept === undefined) return "unknown";
  if (counted > kept * (1 + TOLERANCE)) return "regressed";
  return counted < kept * (1 - TOLERANCE) ? "improved" : "unchanged";
}

/** The command that keeps new counts. */
export const UPDATE_COMMAND = "npm run bench -- --instructions --update";

/** Comparisons as lines for people. */
export function printComparisons(comparisons: readonly Comparison[]): string[] {
  return comparisons.map(({ design, counted, kept, verdict }) => {
    const difference = kept === undefined ? "" : `  kept ${kept.toFixed(1)}, ${percent(counted / kept - 1)}`;
    const word = verdict === "regressed" ? "REGRESSED" : verdict;
    return `  ${design.padEnd(20)} ${counted.toFixed(1).padStart(10)} instructions/cycle${difference}  ${word}`;
  });
}

/** What to do about comparisons. @param compilers those that have kept counts */
export function adviceOn(
  comparisons: readonly Comparison[],
  compiler: string,
  compilers: readonly string[],
): string[] {
  const named = (verdict: Verdict): string =>
    comparisons.flatMap((one) => (one.verdict === verdict ? [one.design] : [])).join(", ");
  const most = `${TOLERANCE * 100} %`;
  const lines: string[] = [];
  if (named("regressed") !== "") {
    lines.push(
      `Over ${most} more instructions than ${COUNTS_FILE} allows: ${named("regressed")}.`,
      `Find out why; where it is worth it, say so in the commit and keep the new counts: ${UPDATE_COMMAND}`,
    );
  }
  if (named("improved") !== "")
    lines.push(
      `Over ${most} fewer than before: ${named("improved")}. Keep the new counts: ${UPDATE_COMMAND}`,
    );
  if (named("unknown") !== "") {
    const reason = compilers.includes(compiler)
      ? `${COUNTS_FILE} has no counts of it by this rustc`
      : `${COUNTS_FILE} has no counts by rustc ${compiler}, only by ${compilers.join("; ") || "none"}`;
    lines.push(`Not compared: ${named("unknown")}. ${reason}.`);
  }
  return lines;
}

/** Where the counts are kept, from the root of the repository. */
export const COUNTS_FILE = "tools/bench/instruction-counts.json";

const percent = (part: number): string => `${part < 0 ? "−" : "+"}${Math.abs(part * 100).toFixed(1)} %`;
