/** Finds the step that changes what a design does. */
import type { Diagnostic } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import { diffSystems } from "./diff.js";
import { FactState } from "./facts.js";
import type { Plan, PlannedStep } from "./plan.js";
import type { Registry } from "./registry.js";
import type { Reproducer } from "./reproducer.js";
import { makeReproducer } from "./reproducer.js";
import type { RunOptions } from "./run.js";
import { runPlan } from "./run.js";

/** Whether a system still does what the design did, and if not, the first difference in one sentence part. */
export type Verdict = { readonly kind: "same" } | { readonly kind: "differs"; readonly reason: string };

/** How {@link PassManager.bisect} searches. */
export interface BisectOptions extends Pick<RunOptions, "sources" | "verifyEach"> {
  /** Judges the system before the first step and behind others, about log2 of their number. What it throws goes on up. */
  readonly judge: (system: System) => Verdict | Promise<Verdict>;
}

/** The step at which a design goes wrong. */
export interface Culprit {
  readonly step: PlannedStep;
  /** Place in the plan, from 1. */
  readonly number: number;
  readonly reason: string;
  /** `judged`: the behaviour changed. `crashed`: an exception. `broken`: the verifier or the check of a fact refused what it left. */
  readonly how: "judged" | "crashed" | "broken";
  /** Names of the modules that the step changed. */
  readonly modules: readonly string[];
  /** What the step changed, as lines of IR text; empty for a crash. */
  readonly diff: string;
  readonly reproducer: Reproducer;
}

/** The outcome of a search. */
export interface BisectResult {
  /**
   * `found`: see `culprit`. `same`: behind all steps the design still does the same. `wrong-input`: it is judged wrong before the first step, see
   * `reason`. `stopped`: the plan cannot be run, see `diagnostics`.
   */
  readonly kind: "found" | "same" | "wrong-input" | "stopped";
  readonly culprit?: Culprit;
  readonly reason?: string;
  /** Steps of the plan. */
  readonly steps: number;
  /** How often the design was judged. */
  readonly tests: number;
  /** What the passes reported; without the bug that the culprit is. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The system behind a step of the plan; `step` -1 is the input. */
interface Point {
  readonly step: number;
  readonly system: System;
}

/**
 * Runs a plan and searches, by halves, the first step behind which `judge` no longer says "same". Steps that changed nothing are never judged.
 * As in every search by halves, a difference that a later step happens to undo is not seen.
 */
export async function bisectPlan(
  registry: Registry,
  input: System,
  plan: Plan,
  options: BisectOptions,
): Promise<BisectResult> {
  const points: Point[] = [{ step: -1, system: input }];
  const { judge, ...runOptions } = options;
  const run = runPlan(registry, input, plan, {
    ...runOptions,
    instruments: {
      observe(step, before, after) {
        if (before !== after) points.push({ step: plan.steps.indexOf(step), system: after });
      },
    },
  });
  let tests = 0;
  const judged = async ({ system }: Point): Promise<Verdict> => {
    tests += 1;
    return judge(system);
  };
  const done = (rest: Pick<BisectResult, "kind" | "culprit" | "reason">): BisectResult => ({
    ...rest,
    steps: plan.steps.length,
    tests,
    diagnostics: run.reproducer === undefined ? run.diagnostics : run.diagnostics.slice(0, -1),
  });
  if (!run.ok && run.reproducer === undefined) return done({ kind: "stopped" });
  const first = await judged(points[0] ?? { step: -1, system: input });
  if (first.kind === "differs") return done({ kind: "wrong-input", reason: first.reason });

  // The step that failed is a culprit without being judged, unless one before it is one already.
  const { reproducer } = run;
  const failed = plan.steps.findIndex(({ id }) => id === reproducer?.step);
  const broken = points.at(-1)?.step === failed ? points.pop() : undefined;
  let good = 0;
  let bad = points.length - 1;
  const last = bad === 0 ? first : await judged(points[bad] ?? { step: -1, system: input });
  if (last.kind === "same") {
    const step = plan.steps[failed];
    if (reproducer === undefined || step === undefined) return done({ kind: "same" });
    const before = points.at(-1)?.system ?? input;
    return done({
      kind: "found",
      culprit: {
        step,
        number: failed + 1,
        reason: reproducer.reason,
        reproducer,
        how: reproducer.crashed ? "crashed" : "broken",
        ...difference(before, broken?.system ?? before),
      },
    });
  }
  let { reason } = last;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const point = points[middle];
    if (point === undefined) break;
    const found = await judged(point);
    if (found.kind === "same") good = middle;
    else {
      bad = middle;
      ({ reason } = found);
    }
  }
  return done({ kind: "found", culprit: culpritBetween(registry, plan, points, bad, reason) });
}

/** The step that made point `bad` of its predecessor. */
function culpritBetween(
  registry: Registry,
  plan: Plan,
  points: readonly Point[],
  bad: number,
  reason: string,
): Culprit {
  const before = points[bad - 1];
  const after = points[bad];
  const step = plan.steps[after?.step ?? -1];
  if (before === undefined || after === undefined || step === undefined)
    throw new Error("a point without a step");
  const facts = new FactState(plan.facts);
  for (const earlier of plan.steps.slice(0, after.step)) facts.pass(earlier);
  return {
    step,
    number: after.step + 1,
    reason,
    how: "judged",
    ...difference(before.system, after.system),
    reproducer: makeReproducer(registry, plan, {
      step,
      system: before.system,
      facts: facts.holding,
      reason: `behind the pass "${step.id}" of "${step.plugin}" the design behaves differently: ${reason}`,
    }),
  };
}

function difference(before: System, after: System): Pick<Culprit, "modules" | "diff"> {
  const count = Math.max(before.modules.length, after.modules.length);
  const modules = Array.from({ length: count }, (_, index) => index)
    .filter((index) => before.modules[index] !== after.modules[index])
    .map((index) => after.modules[index]?.name ?? before.modules[index]?.name ?? `#${index}`);
  return { modules, diff: diffSystems(before, after) };
}

/** The outcome as text for a terminal, with a line break at the end. */
export function formatBisect(result: BisectResult): string {
  const { kind, culprit, steps, tests, reason } = result;
  const effort = `${counted(steps, "step")}, ${counted(tests, "test")}`;
  if (kind === "stopped") return "bisect: the passes could not be run\n";
  if (kind === "wrong-input")
    return `bisect: the design is wrong before the first pass already: ${reason ?? ""}\n`;
  if (culprit === undefined) return `bisect: no pass changes what the design does (${effort})\n`;
  const { step, number, how, modules, diff } = culprit;
  const what =
    how === "crashed"
      ? "crashes"
      : how === "broken"
        ? "leaves a broken system"
        : "changes what the design does";
  const where =
    modules.length === 0 ? "" : `${modules.length === 1 ? "module" : "modules"}: ${modules.join(", ")}\n`;
  return (
    `bisect: ${step.id} of ${step.plugin} ${what}: step ${number} of ${steps} (${effort})\n` +
    `why: ${culprit.reason}\n${where}${diff === "" ? "" : `what it changed:\n${diff}`}`
  );
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
