/** The entry of the package. */
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import type { Plugin } from "@assassyn/plugin-api";
import { analysesOf, AnalysisCrash, analysisCrashed } from "./analyses.js";
import type { BisectOptions, BisectResult } from "./bisect.js";
import { bisectPlan } from "./bisect.js";
import type { BlameOptions, BlameResult } from "./blame.js";
import { blamePlan } from "./blame.js";
import type { ExplainedStep } from "./explain-plan.js";
import { explainPlan } from "./explain-plan.js";
import { passManagerMessages } from "./messages.js";
import { SourcePlaces } from "./places.js";
import type { Plan, PlanOptions, PlanResult } from "./plan.js";
import { makePlan } from "./plan.js";
import type { Registry } from "./registry.js";
import { createRegistry } from "./registry.js";
import type { RunOptions, RunResult } from "./run.js";
import { runPlan } from "./run.js";

/** Plans and runs passes of a fixed set of plugins. Keeps no state between calls. */
export interface PassManager {
  /** Everything the plugins contribute; its `diagnostics` tell of clashes and of plugins for another version. */
  readonly registry: Registry;
  /** The steps for what the user asked for, or why there are none. */
  plan(options?: PlanOptions): PlanResult;
  /** Runs the checks of all plugins on a system. With the sources (`files[i]` of the system is `sources[i]`), diagnostics carry spans. */
  check(system: System, options?: { readonly sources?: readonly SourceFile[] }): readonly Diagnostic[];
  /** Runs a plan. Never throws for what a pass does: a crash is a diagnostic with a reproducer. */
  run(system: System, plan: Plan, options?: RunOptions): RunResult;
  /** Searches the first step of a plan behind which a system is judged to do something else. */
  bisect(system: System, plan: Plan, options: BisectOptions): Promise<BisectResult>;
  /** Runs a plan and tells of every operation behind it which step made it, and from which place in the source. */
  blame(system: System, plan: Plan, options?: BlameOptions): BlameResult;
  /** Why each step of a plan stands where it stands. */
  explain(plan: Plan): readonly ExplainedStep[];
}

/**
 * Makes a pass manager.
 *
 * @example
 * const manager = createPassManager({ plugins: [builtinPasses] });
 * const { plan, diagnostics } = manager.plan({ target: "wasm", passes: ["lock-batching"] });
 * if (plan !== undefined) manager.run(system, plan, { instruments: { printIrDiff: true, print: console.error } });
 */
export function createPassManager(options: { readonly plugins: readonly Plugin[] }): PassManager {
  const registry = createRegistry(options.plugins);
  return {
    registry,
    plan: (planOptions = {}) => makePlan(registry, planOptions),
    check: (system, checkOptions) => runChecks(registry, system, checkOptions?.sources ?? []),
    run: (system, plan, runOptions) => runPlan(registry, system, plan, runOptions),
    bisect: (system, plan, bisectOptions) => bisectPlan(registry, system, plan, bisectOptions),
    blame: (system, plan, blameOptions) => blamePlan(registry, system, plan, blameOptions),
    explain: (plan) => explainPlan(registry, plan),
  };
}

function runChecks(registry: Registry, system: System, sources: readonly SourceFile[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const places = new SourcePlaces(sources);
  for (const { plugin, value: check } of registry.checks.values()) {
    try {
      check.run({
        system,
        analysis: analysesOf(registry, system, plugin),
        report: (message, args, loc, extras) =>
          void diagnostics.push(
            places.diagnostic(system, `${plugin}: ${check.name}`, message, args, loc, extras),
          ),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      diagnostics.push(
        error instanceof AnalysisCrash
          ? analysisCrashed(error, `the check "${check.name}" of "${plugin}"`)
          : createDiagnostic(passManagerMessages["check-crashed"], { check: check.name, plugin, reason }),
      );
    }
  }
  return diagnostics;
}
