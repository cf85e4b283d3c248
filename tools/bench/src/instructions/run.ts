/** `npm run bench -- --instructions`: counts instead of times; `.ci/run` holds them against the kept ones. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findRequirement, isRequired } from "@assassyn/workspace/find-requirement";
import { designOf } from "../designs/catalogue.js";
import { buildRelease, rustCrate } from "../tools.js";
import type { BenchContext } from "../workload.js";
import { countInstructions, instructionsPerCycle } from "./count.js";
import type { Counts, KeptCounts } from "./guard.js";
import { COUNTS_FILE, adviceOn, compareCounts, compilerKey, printComparisons } from "./guard.js";

/** The designs whose counts are kept: small, so that CI counts them. */
const GUARDED = ["async-call", "pipeline", "systolic 8"];

// Marked helper: the only file of this shape, written below.
// oxlint-disable-next-line typescript/consistent-type-assertions
const parseKept = (text: string): KeptCounts => JSON.parse(text) as KeptCounts;

/**
 * Counts the instructions a cycle of designs on the Rust target, lines written to the null device, and compares them.
 *
 * @param names designs of the catalogue; none: the guarded ones
 * @param isUpdate keep the counts instead of judging them
 * @returns the exit status: 1 after a regression, or where a tool is missing that `ASSASSYN_REQUIRE_…` insists on
 */
export function runInstructions(
  context: Pick<BenchContext, "root" | "progress">,
  names: readonly string[],
  isUpdate: boolean,
): number {
  const rustc = findRequirement("rust") === undefined ? undefined : rustcVersion();
  const valgrind = findRequirement("valgrind");
  const compiler = rustc === undefined ? undefined : compilerKey(rustc);
  if (compiler === undefined || valgrind === undefined) {
    const isFailure = isRequired(compiler === undefined ? "rust" : "valgrind");
    console.log(
      `instructions: ${isFailure ? "FAILED" : "skipped"}, ${compiler === undefined ? "cargo or rustc" : "valgrind"} was not found`,
    );
    return isFailure ? 1 : 0;
  }
  const wanted = names.length > 0 ? names : GUARDED;
  const counts = countAll(context, wanted, valgrind);
  const file = path.join(context.root, COUNTS_FILE);
  const kept = existsSync(file) ? parseKept(readFileSync(file, "utf8")) : {};
  const comparisons = compareCounts(counts, kept[compiler]);
  console.log(`instructions of a cycle on the Rust target, lines formatted and written; rustc ${compiler}`);
  for (const line of printComparisons(comparisons)) console.log(line);
  if (isUpdate) {
    const updated = { ...kept, [compiler]: { ...kept[compiler], ...counts } };
    writeFileSync(file, `${JSON.stringify(updated, null, 2)}\n`);
    console.log(`kept in ${COUNTS_FILE}`);
    return 0;
  }
  for (const line of adviceOn(comparisons, compiler, Object.keys(kept))) console.log(line);
  return comparisons.some(({ verdict }) => verdict === "regressed") ? 1 : 0;
}

/** What `rustc -vV` says, in the repository, where cargo would ask the same one. */
function rustcVersion(): string | undefined {
  try {
    return execFileSync("rustc", ["-vV"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}

function countAll(
  context: Pick<BenchContext, "root" | "progress">,
  names: readonly string[],
  valgrind: string,
): Counts {
  const systems = names.flatMap((name) => {
    const system = designOf(name).load();
    if (system === undefined) context.progress(`${name} is left out: the corpus is not there`);
    return system === undefined ? [] : [{ name, crate: name.replace(/\W/g, "_"), system }];
  });
  const crates = new Map(systems.map(({ crate, system }) => [crate, rustCrate(system)]));
  // The guarded designs share a folder that nothing else changes, so that CI finds it built.
  const suite = names === GUARDED ? "instructions" : "instructions-some";
  const binaries = buildRelease(context, suite, crates, "counted") ?? new Map<string, string>();
  return Object.fromEntries(
    systems.map(({ name, crate }) => {
      context.progress(`counting ${name}`);
      const binary = binaries.get(crate) ?? "";
      const count = instructionsPerCycle((cycles) => countInstructions(valgrind, binary, cycles));
      return [name, Math.round(count * 100) / 100];
    }),
  );
}
