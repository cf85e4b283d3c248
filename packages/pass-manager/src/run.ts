/** Runs a plan: one immer producer a pass. */
import type { Diagnostic, DiagnosticExtras, Message, SourceFile } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Concurrency, Loc, Module, ModuleId, System } from "@assassyn/ir";
import { moduleId, printSystem, verify } from "@assassyn/ir";
import type { Mutable, PassContext } from "@assassyn/plugin-api";
import { Immer } from "immer";
import { analysesOf, AnalysisCrash, analysisCrashed } from "./analyses.js";
import { FactState } from "./facts.js";
import type { Instruments } from "./instruments.js";
import { showAfter, showBefore, unknownSteps } from "./instruments.js";
import { passManagerMessages } from "./messages.js";
import { SourcePlaces } from "./places.js";
import type { Plan, PlannedStep } from "./plan.js";
import type { Registry } from "./registry.js";
import { unknownStep } from "./registry.js";
import type { FailedStep, Reproducer } from "./reproducer.js";
import { makeReproducer } from "./reproducer.js";

/** How a plan is run. */
export interface RunOptions {
  /** Check the system before the first pass and behind every one that changed it, facts included; default true. */
  readonly verifyEach?: boolean;
  /** Sources of the compilation: `files[i]` of the system is `sources[i]`. With them, diagnostics of passes carry spans. */
  readonly sources?: readonly SourceFile[];
  readonly instruments?: Instruments;
  /** A clock in milliseconds, for the records; default `performance.now`. */
  readonly now?: () => number;
}

/** What one step did. */
export interface StepRecord {
  readonly step: PlannedStep;
  readonly milliseconds: number;
  /** Time of the verification behind the step. */
  readonly verifyMilliseconds: number;
  readonly changed: boolean;
  readonly changedModules: readonly ModuleId[];
  /** Facts that hold behind the step, sorted. */
  readonly facts: readonly string[];
}

/** The outcome of a run. `system` is the last good one. */
export interface RunResult {
  readonly system: System;
  readonly diagnostics: readonly Diagnostic[];
  readonly records: readonly StepRecord[];
  /** Facts that hold for `system`. */
  readonly facts: ReadonlySet<string>;
  /** True when every step (up to `stopAfter`) ran and nothing reported an error. */
  readonly ok: boolean;
  /** Present after a bug of a pass: a crash, or a system that it broke. */
  readonly reproducer?: Reproducer;
}

/** Runs the steps in order until one fails. Never throws for what a pass does. */
export function runPlan(registry: Registry, input: System, plan: Plan, options: RunOptions = {}): RunResult {
  return new Runner(registry, plan, options).run(input);
}

// An instance of our own: the setting does not leak into an embedder's use of immer. Freezing deeply would visit every operation of every
// module that a pass made; the types are readonly instead, and replaced modules are frozen at their top, which is where immer looks.
const immer = new Immer({ autoFreeze: false });

class Runner {
  readonly #registry: Registry;
  readonly #plan: Plan;
  readonly #options: RunOptions;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #records: StepRecord[] = [];
  readonly #facts: FactState;
  readonly #places: SourcePlaces;
  #reproducer: Reproducer | undefined;

  constructor(registry: Registry, plan: Plan, options: RunOptions) {
    this.#registry = registry;
    this.#plan = plan;
    this.#options = options;
    this.#facts = new FactState(plan.facts);
    this.#places = new SourcePlaces(options.sources ?? []);
  }

  run(input: System): RunResult {
    const instruments = this.#options.instruments ?? {};
    const { steps } = this.#plan;
    let system = input;
    for (const unknown of unknownSteps(instruments, steps)) {
      const known = steps.map((step) => step.id);
      this.#diagnostics.push(unknownStep(unknown.name, known, unknown.instrument));
    }
    let ok = this.#errors() === 0 && this.#checkInput(system);
    const digits = String(steps.length).length;
    const dump = (number: number, name: string): void =>
      instruments.dump?.(
        `${String(number).padStart(digits, "0")}-${name.replace("#", "-")}.ir`,
        printSystem(system),
      );
    if (ok) dump(0, "input");
    for (let index = 0; ok && index < steps.length; index += 1) {
      const step = steps[index];
      if (step === undefined) break;
      showBefore(instruments, step, system);
      const result = this.#step(step, system);
      ok = result !== undefined;
      if (result === undefined) break;
      showAfter(instruments, step, system, result);
      system = result;
      dump(index + 1, step.id);
      if (instruments.stopAfter === step.id) break;
    }
    return {
      system,
      diagnostics: this.#diagnostics,
      records: this.#records,
      facts: this.#facts.holding,
      ok,
      ...(this.#reproducer === undefined ? {} : { reproducer: this.#reproducer }),
    };
  }

  get #verifies(): boolean {
    return this.#options.verifyEach !== false;
  }

  #checkInput(system: System): boolean {
    if (!this.#verifies) return true;
    const broken = verify(system);
    if (broken.length === 0) return true;
    this.#diagnostics.push(
      createDiagnostic(passManagerMessages["invalid-input"], { count: broken.length }),
      ...broken,
    );
    return false;
  }

  /** The system behind the step, or undefined when it failed. */
  #step(step: PlannedStep, base: System): System | undefined {
    const now = this.#options.now ?? (() => performance.now());
    const factsBefore = [...this.#facts.holding];
    const errorsBefore = this.#errors();
    const start = now();
    let system: System;
    try {
      system = immer.produce(base, (draft) => {
        step.pass.run(this.#context(step, base, asMutable(draft)));
      });
    } catch (error) {
      this.#crash(step, base, factsBefore, error);
      return undefined;
    }
    const end = now();
    const changedModules: ModuleId[] = [];
    for (let index = 0; index < Math.max(base.modules.length, system.modules.length); index += 1) {
      if (base.modules[index] !== system.modules[index]) changedModules.push(moduleId(index));
    }
    this.#facts.pass(step);
    const fine =
      this.#errors() === errorsBefore && this.#verify(step, base, system, changedModules, factsBefore);
    this.#options.instruments?.observe?.(step, base, system, fine);
    this.#records.push({
      step,
      milliseconds: end - start,
      verifyMilliseconds: now() - end,
      changed: base !== system,
      changedModules,
      facts: [...this.#facts.holding].sort(),
    });
    return fine ? system : undefined;
  }

  #errors(): number {
    return this.#diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  }

  #context(step: PlannedStep, base: System, draft: Mutable<System>): PassContext {
    return {
      base,
      draft,
      options: step.options,
      target: this.#plan.target,
      analysis: analysesOf(this.#registry, base, step.plugin),
      updateModule: (id, module) => {
        if (module !== base.modules[id]) draft.modules[id] = adopt(module);
      },
      updateConcurrency: (concurrency) => {
        if (concurrency !== base.concurrency) draft.concurrency = adopt(concurrency);
      },
      report: <Arguments>(
        message: Message<Arguments>,
        args: Arguments,
        loc?: Loc,
        extras?: DiagnosticExtras,
      ) => {
        this.#diagnostics.push(
          this.#places.diagnostic(base, `${step.plugin}: ${step.id}`, message, args, loc, extras),
        );
      },
    };
  }

  #verify(
    step: PlannedStep,
    base: System,
    system: System,
    modules: readonly ModuleId[],
    factsBefore: readonly string[],
  ): boolean {
    if (!this.#verifies) return true;
    const names = { step: step.id, plugin: step.plugin };
    if (base !== system) {
      // A change of a declaration can break any module.
      const declarations =
        base.arrays !== system.arrays || base.externs !== system.externs || headersDiffer(base, system);
      const broken = verify(system, declarations ? {} : { modules });
      const [first] = broken;
      if (first !== undefined) {
        const notes = broken.slice(1, 6).map((diagnostic) => diagnostic.message);
        const message = passManagerMessages["pass-broke-ir"];
        this.#diagnostics.push(
          createDiagnostic(message, { ...names, reason: first.message }, undefined, { notes }),
        );
        this.#reproduce(step, base, factsBefore);
        return false;
      }
    }
    const provides = new Set(step.pass.provides);
    for (const name of this.#facts.holding) {
      if (base === system && !provides.has(name)) continue;
      const fact = this.#registry.facts.get(name)?.value;
      const [violation] = fact?.check?.(system) ?? [];
      if (violation === undefined) continue;
      const args = { ...names, fact: name, reason: violation.message };
      this.#diagnostics.push(createDiagnostic(passManagerMessages["fact-does-not-hold"], args));
      this.#reproduce(step, base, factsBefore);
      return false;
    }
    return true;
  }

  #crash(step: PlannedStep, base: System, facts: readonly string[], error: unknown): void {
    const user = `the pass "${step.id}" of "${step.plugin}"`;
    this.#diagnostics.push(
      error instanceof AnalysisCrash
        ? analysisCrashed(error, user)
        : createDiagnostic(passManagerMessages["pass-crashed"], {
            step: step.id,
            plugin: step.plugin,
            reason: error instanceof Error ? error.message : String(error),
          }),
    );
    const stack = error instanceof Error ? error.stack : undefined;
    this.#reproduce(step, base, facts, { crashed: true, ...(stack === undefined ? {} : { stack }) });
  }

  #reproduce(
    step: PlannedStep,
    base: System,
    facts: readonly string[],
    crash: Pick<FailedStep, "crashed" | "stack"> = {},
  ): void {
    const reason = this.#diagnostics.at(-1)?.message ?? "";
    this.#reproducer = makeReproducer(this.#registry, this.#plan, {
      step,
      system: base,
      facts,
      reason,
      ...crash,
    });
  }
}

/** Whether something that other modules can see of a module differs. */
function headersDiffer(a: System, b: System): boolean {
  if (a.files !== b.files || a.modules.length !== b.modules.length) return true;
  return a.modules.some((module, index) => {
    const other = b.modules[index];
    if (module === other) return false;
    if (module == null || other == null) return true;
    return module.kind !== other.kind || module.ports !== other.ports || module.exposed !== other.exposed;
  });
}

/** Marked helper: immer's draft of readonly data is the same data, changeable. */
function asMutable(draft: unknown): Mutable<System> {
  return draft as Mutable<System>; // oxlint-disable-line typescript/consistent-type-assertions
}

/** Marked helper: what a pass built, frozen at its top so that immer takes it as it is instead of searching it for drafts. */
function adopt<Built extends Module | Concurrency | null>(built: Built): Mutable<Built> {
  return Object.freeze(built) as Mutable<Built>; // oxlint-disable-line typescript/consistent-type-assertions
}
