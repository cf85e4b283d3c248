/** From what the user asked for to the list of steps that run. */
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { OptionRecord, Pass } from "@assassyn/plugin-api";
import { resolveOptions } from "@assassyn/plugin-api";
import { checkOrder } from "./facts.js";
import { passManagerMessages } from "./messages.js";
import type { Registry } from "./registry.js";
import { nearestHelp, unknownName, unknownStep } from "./registry.js";

/** What the user asks for. */
export interface PlanOptions {
  /** Target whose facts must hold at the end; absent: the first one of the rung or of an inserted pass, else none (`ir`). */
  readonly target?: string;
  /** Ends the target's pipeline behind this pass: what follows its last step is left out, before `passes` are inserted. */
  readonly rung?: string;
  /** Passes and pipelines that run exactly as written, instead of the target's pipeline. */
  readonly pipeline?: readonly string[];
  /** Passes inserted at their stable place. */
  readonly passes?: readonly string[];
  /** Steps left out: `x` every one of the pass x, `x#2` the second. */
  readonly skip?: readonly string[];
  /** Options by pass name. */
  readonly passOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Facts that the system holds already, e.g. because it is the output of passes. */
  readonly facts?: readonly string[];
}

/** One run of a pass within a plan. */
export interface PlannedStep {
  /** `fold-constants` for the first step of a pass, `fold-constants#2` for the second. */
  readonly id: string;
  readonly pass: Pass;
  /** The plugin that contributes the pass. */
  readonly plugin: string;
  readonly options: OptionRecord;
  /** Why it stands here, in one sentence part: `pipeline default`, `--pass, behind explicit-operands`. */
  readonly reason: string;
}

/** What runs, in order. */
export interface Plan {
  /** Name of the target, or `ir` where none was given. */
  readonly target: string;
  readonly steps: readonly PlannedStep[];
  /** Facts that hold before the first step. */
  readonly facts: readonly string[];
}

/** The outcome of planning; `plan` is absent when there is an error among the diagnostics. */
export interface PlanResult {
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** The target of a plan that nothing is emitted from. */
export const NO_TARGET = "ir";
const DEFAULT_PIPELINE = "default";

interface Entry {
  readonly pass: Pass;
  readonly plugin: string;
  readonly reason: string;
}

/** Makes the plan, or says why there is none. */
export function makePlan(registry: Registry, options: PlanOptions): PlanResult {
  return new Planner(registry, options).plan();
}

class Planner {
  readonly #registry: Registry;
  readonly #options: PlanOptions;
  readonly #diagnostics: Diagnostic[] = [];
  /** Passes whose options were reported. */
  readonly #refusedOptions = new Set<Pass>();
  /** Passes that the user left out, and what to say where one is missing. */
  readonly #leftOut = new Map<string, string>();
  #failed = false;

  constructor(registry: Registry, options: PlanOptions) {
    this.#registry = registry;
    this.#options = options;
  }

  plan(): PlanResult {
    const target = this.#target();
    const emitter = this.#registry.emitters.get(target)?.value;
    const explicit = this.#options.pipeline;
    let entries: Entry[] = [];
    if (explicit === undefined) this.#expand(emitter?.pipeline ?? DEFAULT_PIPELINE, entries, []);
    else for (const name of explicit) this.#add(name, entries, "--pipeline", []);
    if (!this.#failed) entries = this.#endAtRung(entries, target);
    const end = { name: target, requires: emitter?.requires ?? [] };
    if (!this.#failed) for (const name of this.#options.passes ?? []) this.#insert(name, entries, end);
    if (!this.#failed) entries = this.#skip(entries);
    if (!this.#failed) for (const { pass } of entries) this.#suitsTarget(pass, target);
    const steps = numbered(entries).map((entry): PlannedStep => ({
      ...entry,
      options: this.#passOptions(entry.pass),
    }));
    this.#unusedOptions();
    if (!this.#failed) for (const diagnostic of this.#order(steps, end)) this.#error(diagnostic);
    if (this.#failed) return { diagnostics: this.#diagnostics };
    return { plan: { target, steps, facts: this.#options.facts ?? [] }, diagnostics: this.#diagnostics };
  }

  #error(diagnostic: Diagnostic): void {
    this.#failed = true;
    this.#diagnostics.push(diagnostic);
  }

  #order(
    steps: readonly { readonly id: string; readonly pass: Pass }[],
    end: { name: string; requires: readonly string[] },
  ): Diagnostic[] {
    const known = [...this.#registry.passes.values()].map((entry) => entry.value);
    return checkOrder(steps, end, known, this.#options.facts, this.#leftOut);
  }

  #target(): string {
    const { target, rung, passes = [] } = this.#options;
    const known = [...this.#registry.emitters.keys(), NO_TARGET];
    const wanted = [...(rung === undefined ? [] : [rung]), ...passes];
    const chosen =
      target ??
      wanted
        .map((name) => this.#registry.passes.get(name)?.value.targets?.[0])
        .find((name) => name !== undefined) ??
      NO_TARGET;
    if (!known.includes(chosen))
      this.#error(createDiagnostic(passManagerMessages["unknown-target"], { name: chosen, known }));
    return chosen;
  }

  /** Appends a pass, or the steps of a pipeline. */
  #add(name: string, entries: Entry[], reason: string, open: readonly string[]): void {
    const pass = this.#registry.passes.get(name);
    if (pass !== undefined) entries.push({ pass: pass.value, plugin: pass.plugin, reason });
    else if (this.#registry.pipelines.has(name)) this.#expand(name, entries, open);
    else
      this.#error(
        unknownName("pass or pipeline", name, [
          ...this.#registry.passes.keys(),
          ...this.#registry.pipelines.keys(),
        ]),
      );
  }

  #expand(name: string, entries: Entry[], open: readonly string[]): void {
    const pipeline = this.#registry.pipelines.get(name)?.value;
    if (open.includes(name)) this.#error(createDiagnostic(passManagerMessages["pipeline-loop"], { name }));
    // Without the plugin of the built-in passes there is no default pipeline, and nothing to run.
    else
      for (const step of pipeline?.steps ?? []) this.#add(step, entries, `pipeline ${name}`, [...open, name]);
  }

  /** What is left of the target's pipeline when it ends behind the last step of the rung. */
  #endAtRung(entries: Entry[], target: string): Entry[] {
    const { rung, pipeline } = this.#options;
    if (rung === undefined) return entries;
    if (pipeline !== undefined) {
      this.#error(createDiagnostic(passManagerMessages["rung-of-pipeline"], {}));
      return entries;
    }
    const last = entries.findLastIndex((entry) => entry.pass.name === rung);
    if (last < 0) {
      const steps = new Set(entries.map((entry) => entry.pass.name));
      const help = this.#targetHelp(rung) ?? nearestHelp(rung, steps, "`assassyn plan` shows the steps");
      this.#error(createDiagnostic(passManagerMessages["no-rung"], { rung, target }, undefined, help));
      return entries;
    }
    for (const { pass } of entries.slice(last + 1))
      this.#leftOut.set(pass.name, `end at "${pass.name}" or behind it, not at "${rung}"`);
    return entries.slice(0, last + 1);
  }

  /** Inserts a pass at its stable place: the first where the conditions of the whole pipeline hold. */
  #insert(name: string, entries: Entry[], end: { name: string; requires: readonly string[] }): void {
    const found = this.#registry.passes.get(name);
    if (found === undefined) return this.#error(unknownName("pass", name, this.#registry.passes.keys()));
    // Where a pass is for other targets, that it finds no place here would be the lesser reason.
    if (!this.#suitsTarget(found.value, end.name)) return;
    const present = entries.findIndex((entry) => entry.pass.name === name);
    if (present >= 0) {
      const position = `step ${present + 1}, ${entries[present]?.reason ?? ""}`;
      this.#diagnostics.push(
        createDiagnostic(passManagerMessages["already-there"], { pass: name, position }),
      );
      return;
    }
    // Complaints about a pipeline that is wrong already are not the new pass's fault.
    const before = this.#order(numbered(entries), end).length;
    let reason: string | undefined;
    for (let at = 0; at <= entries.length; at += 1) {
      const previous = entries[at - 1]?.pass.name;
      const entry: Entry = {
        pass: found.value,
        plugin: found.plugin,
        reason: `--pass, ${previous === undefined ? "as the first" : `behind ${previous}`}`,
      };
      const candidate = entries.toSpliced(at, 0, entry);
      const complaints = this.#order(numbered(candidate), end);
      if (complaints.length <= before) {
        entries.splice(0, entries.length, ...candidate);
        return;
      }
      reason =
        complaints.find((complaint) => complaint.message.startsWith(`"${name}"`))?.message ??
        reason ??
        complaints[0]?.message;
    }
    this.#error(
      createDiagnostic(passManagerMessages["no-place"], {
        pass: name,
        reason: reason ?? "the pipeline is empty",
      }),
    );
  }

  #skip(entries: readonly Entry[]): Entry[] {
    const steps = numbered(entries);
    const skipped = new Set<string>();
    for (const name of this.#options.skip ?? []) {
      const first = `${name.replace(/#1$/, "")}`;
      const hit = name.includes("#")
        ? steps.filter((step) => step.id === first)
        : steps.filter((step) => step.pass.name === name);
      if (hit.length === 0) {
        const known = steps.map((step) => step.id);
        this.#error(unknownStep(name, known));
      }
      for (const step of hit) {
        skipped.add(step.id);
        this.#leftOut.set(step.pass.name, `do not skip "${step.id}"`);
      }
    }
    return steps
      .filter((step) => !skipped.has(step.id))
      .map(({ pass, plugin, reason }) => ({ pass, plugin, reason }));
  }

  #suitsTarget(pass: Pass, target: string): boolean {
    if (pass.targets === undefined || pass.targets.includes(target)) return true;
    const args = { pass: pass.name, target, targets: pass.targets };
    this.#error(
      createDiagnostic(passManagerMessages["wrong-target"], args, undefined, this.#targetHelp(pass.name)),
    );
    return false;
  }

  /** What to say where a pass is for other targets than this one. */
  #targetHelp(name: string): { readonly help: string } | undefined {
    const [target] = this.#registry.passes.get(name)?.value.targets ?? [];
    return target === undefined || target === NO_TARGET ? undefined : { help: `add \`--target ${target}\`` };
  }

  #passOptions(pass: Pass): OptionRecord {
    const given = this.#options.passOptions?.[pass.name];
    const resolved = resolveOptions(pass.options ?? {}, given);
    if (resolved.kind === "ok") return resolved.values;
    // A pass may be there more than once, with the same options.
    if (this.#refusedOptions.has(pass)) return {};
    this.#refusedOptions.add(pass);
    for (const reason of resolved.reasons) {
      this.#error(createDiagnostic(passManagerMessages["wrong-option"], { pass: pass.name, reason }));
    }
    return {};
  }

  #unusedOptions(): void {
    for (const name of Object.keys(this.#options.passOptions ?? {})) {
      if (!this.#registry.passes.has(name))
        this.#error(unknownName("pass", name, this.#registry.passes.keys()));
    }
  }
}

/** Gives each entry its id. */
function numbered<T extends { readonly pass: Pass }>(entries: readonly T[]): (T & { readonly id: string })[] {
  const counts = new Map<string, number>();
  return entries.map((entry) => {
    const count = (counts.get(entry.pass.name) ?? 0) + 1;
    counts.set(entry.pass.name, count);
    return { ...entry, id: count === 1 ? entry.pass.name : `${entry.pass.name}#${count}` };
  });
}
