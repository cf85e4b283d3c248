/**
 * Designs × rungs of the parallel ladder × executors × numbers of threads, each with random delays: whatever is run, what can be observed is
 * what the interpreter shows.
 */
import { createHash } from "node:crypto";
import type { System } from "@assassyn/ir";
import { createPassManager } from "@assassyn/pass-manager";
import batching from "@assassyn/plugin-lock-batching";
import { builtinPasses, parallelPipeline } from "@assassyn/passes";
import { compareTraces, interpreterTarget, runOn } from "@assassyn/testing";
import type { RunTrace } from "@assassyn/testing";
import { buildParallelProbes } from "@assassyn/testing/targets";
import type { ParallelProbe } from "@assassyn/testing/targets";

/** The rungs, from a lock around every operation to clusters. */
export const RUNGS = [
  "lock-insertion",
  "atomic-flags",
  "self-signature",
  "lock-batching",
  "lock-elision",
  "partition",
] as const;
/** A rung of the parallel ladder. */
export type Rung = (typeof RUNGS)[number];
/** What runs modules at once on a rung that shares one state. */
export type Executor = "workers" | "scope" | "rayon";

/** What {@link threadMatrix} runs. */
export interface MatrixOptions {
  readonly designs: ReadonlyMap<string, System>;
  readonly rungs: readonly Rung[];
  /** Clusters always have workers; the other rungs are run with each of these. */
  readonly executors: readonly Executor[];
  readonly threads: readonly (number | "auto")[];
  /** Runs with delays for each number of threads, besides the one without. */
  readonly repetitions: number;
  /** Cycles at most; a design that stops earlier stops as it does. */
  readonly cycles: number;
  /** The same for the executor `scope`, which starts threads in every cycle. */
  readonly scopeCycles: number;
  /** Name of the group of crates. */
  readonly suite: string;
  readonly cargo?: string;
  /** Called before each design. */
  readonly progress?: (text: string) => void;
}

/** All runs of one design on one rung with one executor. */
export interface MatrixRow {
  readonly design: string;
  readonly rung: Rung;
  readonly executor: Executor;
  readonly runs: number;
  /** Hash of all that the interpreter shows: log, stop, counts, state. */
  readonly hash: string;
  /** Empty when every run shows the same. */
  readonly differences: readonly string[];
}

/**
 * Builds and runs the matrix.
 *
 * @throws Error if a design is refused by the passes or does not build
 */
export function threadMatrix(options: MatrixOptions): MatrixRow[] {
  const cells = [...options.designs].flatMap(([design, system]) =>
    options.rungs.flatMap((rung) =>
      (rung === "partition" ? (["workers"] as const) : options.executors).map((executor) => {
        const limit = executor === "scope" ? options.scopeCycles : options.cycles;
        const cycles = Math.min(system.config.cycles, limit);
        return { design, rung, executor, system: { ...system, config: { ...system.config, cycles } } };
      }),
    ),
  );
  const keyOf = (cell: (typeof cells)[number]): string => `${cell.design}-${cell.rung}-${cell.executor}`;
  options.progress?.(`building ${cells.length} simulators`);
  const build = options.cargo === undefined ? {} : { cargo: options.cargo };
  // The runtime of crates with rayon has a dependency that the others do without, so they are another group.
  const probes = new Map(
    [true, false].flatMap((withRayon) => {
      const group = cells.filter(({ executor }) => (executor === "rayon") === withRayon);
      if (group.length === 0) return [];
      const designs = group.map((cell): [string, ParallelProbe] => {
        const { system, rung, executor } = cell;
        return [keyOf(cell), { system, lowered: onRung(system, rung), options: { executor } }];
      });
      const suite = withRayon ? `${options.suite}-rayon` : options.suite;
      return [...buildParallelProbes(suite, new Map(designs), build)];
    }),
  );
  const expectations = new Map<string, RunTrace>();
  return cells.map((cell): MatrixRow => {
    const { design, rung, executor, system } = cell;
    options.progress?.(keyOf(cell));
    const key = `${design} ${system.config.cycles}`;
    const expected = expectations.get(key) ?? runOn(system, interpreterTarget);
    expectations.set(key, expected);
    const run = probes.get(keyOf(cell));
    if (run === undefined) throw new Error(`${keyOf(cell)} was not built`);
    const differences: string[] = [];
    let runs = 0;
    for (const threads of options.threads) {
      for (let repetition = 0; repetition <= options.repetitions; repetition += 1) {
        const delays = repetition === 0 ? 0 : 1000 * repetition + runs;
        const found = compareTraces(expected, run({ threads, delays }));
        if (found.length > 0) differences.push(`${threads} threads, delays ${delays}:`, ...found);
        runs += 1;
      }
    }
    return { design, rung, executor, runs, hash: hashOf(expected), differences };
  });
}

const managerOf = (): ReturnType<typeof createPassManager> =>
  createPassManager({ plugins: [builtinPasses, batching] });

/** The design on a rung, as the pipeline of the target brings it there. */
function onRung(system: System, rung: Rung): System {
  const manager = managerOf();
  const steps = parallelPipeline.steps.slice(0, parallelPipeline.steps.indexOf(rung) + 1);
  const { plan, diagnostics } = manager.plan({ pipeline: steps });
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const result = manager.run(system, plan);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.system;
}

/** A short hash of all that can be observed. */
function hashOf({ lines, stop, cycles, droppedWrites, state, stateSpecified }: RunTrace): string {
  const shown = [lines, stop, cycles, ...(stateSpecified === false ? [] : [droppedWrites, state])];
  const text = JSON.stringify(shown, (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value instanceof Map ? [...value] : value,
  );
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The rows as a table, and what differs below it. */
export function printMatrix(rows: readonly MatrixRow[]): string {
  const lines = rows.map(({ design, rung, executor, runs, hash, differences }) =>
    [
      design.padEnd(20),
      rung.padEnd(15),
      executor.padEnd(8),
      `${runs} runs`.padStart(9),
      hash,
      differences.length === 0 ? "equal" : "DIFFERENT",
    ].join("  "),
  );
  const bad = rows.filter(({ differences }) => differences.length > 0);
  for (const { design, rung, executor, differences } of bad)
    lines.push("", `${design} on ${rung} with ${executor}:`, ...differences.slice(0, 40));
  return lines.join("\n") + "\n";
}
