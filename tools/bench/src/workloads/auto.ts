import { spawnSync } from "node:child_process";
import type { CrateFile } from "@assassyn/testing/rust";
import { exampleNames, loadExample } from "../example-designs.js";
import { medianInterval } from "../interval.js";
import type { Timing } from "../measure.js";
import { summarize } from "../measure.js";
import { runNative } from "../simulators.js";
import { buildRelease, processSeconds, rustCrate } from "../tools.js";
import type { BenchContext, Figure, Workload } from "../workload.js";
import { clusterCrate } from "./threads.js";

/** Cycles after which a design that goes on is one without an end. */
const ENDLESS = 1_000_000;

/** How long one sample of an example is: so many processes, each with so many cycles. */
interface Length {
  readonly cycles: number;
  readonly processes: number;
}

/** Runs a simulator as often as its first argument says, without anything between two runs that takes time. */
const LOOP = 'count="$1"; shift; while [ "$count" -gt 0 ]; do "$@" || exit; count=$((count - 1)); done';

function sample(context: BenchContext, binary: string, length: Length, more: readonly string[]): number {
  const { cycles, processes } = length;
  const limits = ["--cycles", String(cycles), "--idle", String(cycles)];
  const run = [binary, "--log", "none", "--quiet", ...limits, ...more];
  return processSeconds("sh", ["-c", LOOP, "sh", String(processes), ...run], context.root);
}

/** A run that ends by itself is repeated, one that does not is made longer. */
function findLength(context: BenchContext, binary: string): Length {
  const least = context.pairs.seconds / 2;
  const { cycles: ran } = runNative(binary, ENDLESS);
  if (ran < ENDLESS) {
    for (let processes = 8; ;) {
      const seconds = sample(context, binary, { cycles: ENDLESS, processes }, []);
      if (seconds >= least) return { cycles: ENDLESS, processes };
      processes = Math.ceil(processes * Math.min(32, Math.max(1.1, (1.1 * least) / seconds)));
    }
  }
  for (let cycles = ENDLESS; ;) {
    const seconds = sample(context, binary, { cycles, processes: 1 }, []);
    if (seconds >= least || cycles > 2 ** 40) return { cycles, processes: 1 };
    cycles = Math.ceil(cycles * Math.min(32, Math.max(1.1, (1.1 * least) / seconds)));
  }
}

/** Every example, as the `rust` target runs it and as `rust-parallel` does with as many threads as it finds worth having. */
export const autoWorkload: Workload = {
  name: "auto",
  description:
    "every example: sequential Rust against `--threads auto`, whole processes in pairs; median of the ratios and its 95 % interval",
  builds: true,
  onRequest: "some 5 minutes",
  run(context) {
    if (spawnSync("sh", ["-c", ":"]).status !== 0) return { skipped: "sh was not found" };
    const examples = exampleNames()
      .map((name) => ({ name, system: loadExample(name) }))
      .filter(({ system }) => system.externs.every((declaration) => declaration === null));
    const crates = examples.flatMap(({ name, system }): [string, readonly CrateFile[]][] => [
      [`${name}_rust`, rustCrate(system)],
      [`${name}_auto`, clusterCrate(system)],
    ]);
    const binaries = buildRelease(context, "auto", new Map(crates));
    if (binaries === undefined) return { skipped: "cargo was not found" };
    if (context.isBuildOnly) return [];
    return examples.map(({ name }) => {
      const rust = binaries.get(`${name}_rust`) ?? "";
      const length = findLength(context, rust);
      const many = length.processes === 1 ? `${length.cycles} cycles` : `${length.processes} runs`;
      context.progress(`${name}: ${context.pairs.count} pairs of ${many}`);
      const figure = compare(
        context,
        () => sample(context, rust, length, []),
        () => sample(context, binaries.get(`${name}_auto`) ?? "", length, ["--threads", "auto"]),
      );
      return { ...figure, name: `${name}, auto against rust`, note: many };
    });
  },
};

function compare(context: BenchContext, rust: () => number, auto: () => number): Omit<Figure, "name"> {
  const pairs: [rust: number, auto: number][] = [];
  // The round before the first warms up caches and is not counted.
  for (let round = -1; round < context.pairs.count; round += 1) {
    const isSwapped = round % 2 === 0;
    const first = isSwapped ? auto() : rust();
    const second = isSwapped ? rust() : auto();
    if (round >= 0) pairs.push(isSwapped ? [second, first] : [first, second]);
  }
  const ratios = pairs.map(([one, other]) => one / other);
  const interval = medianInterval(ratios);
  const rustTiming: Timing = summarize(
    "rust",
    pairs.map(([one]) => one),
  );
  const autoTiming: Timing = summarize(
    "auto",
    pairs.map(([, other]) => other),
  );
  return {
    value: summarize("ratio", ratios).median,
    unit: "×",
    timings: [rustTiming, autoTiming],
    // Without an interval, which few pairs do not give, there is nothing to judge.
    ...(interval === undefined ? {} : { interval, target: { relation: ">", value: 0.97 } }),
  };
}
