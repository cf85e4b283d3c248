/** The order of a pipeline: checked, never changed. */
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Pass } from "@assassyn/plugin-api";
import { passManagerMessages } from "./messages.js";

/** A step as far as its order matters. */
export interface OrderedStep {
  /** `fold-constants`, `fold-constants#2`. */
  readonly id: string;
  readonly pass: Pass;
}

/** Facts that hold behind a prefix of a pipeline, and who invalidated those that once held. */
export class FactState {
  readonly #holding = new Set<string>();
  readonly #lost = new Map<string, string>();

  constructor(facts: Iterable<string> = []) {
    for (const fact of facts) this.#holding.add(fact);
  }

  get holding(): ReadonlySet<string> {
    return this.#holding;
  }

  /** The step that invalidated a fact which held before. */
  lostTo(fact: string): string | undefined {
    return this.#lost.get(fact);
  }

  /** Goes behind a step. What it provides holds, even where it invalidates the same fact. */
  pass(step: OrderedStep): void {
    for (const fact of step.pass.invalidates ?? []) {
      if (this.#holding.delete(fact)) this.#lost.set(fact, step.id);
    }
    for (const fact of step.pass.provides ?? []) {
      this.#holding.add(fact);
      this.#lost.delete(fact);
    }
  }
}

/**
 * Why a pipeline cannot run as it stands; empty if it can.
 *
 * @param end what the target requires behind the last step
 * @param known all passes, to name one that would help
 * @param initial facts that hold before the first step
 * @param leftOut what to say of a pass that the user left out, by its name, instead of advising to insert it
 */
export function checkOrder(
  steps: readonly OrderedStep[],
  end: { readonly name: string; readonly requires: readonly string[] } | undefined,
  known: Iterable<Pass>,
  initial: Iterable<string> = [],
  leftOut: ReadonlyMap<string, string> = new Map(),
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const state = new FactState(initial);
  const providers = [...known];
  const told = new Set<string>();
  const missing = (name: string, fact: string, where: string): void => {
    const culprit = state.lostTo(fact);
    const why = culprit === undefined ? "which no step before it provides" : `which "${culprit}" invalidated`;
    const provider = providers.find((pass) => pass.provides?.includes(fact) === true);
    const left = provider === undefined ? undefined : leftOut.get(provider.name);
    // One mistake is told once, however many steps need what was left out.
    if (left !== undefined && told.has(fact)) return;
    told.add(fact);
    const advice =
      provider === undefined ? "no known pass provides it" : (left ?? `insert "${provider.name}" ${where}`);
    diagnostics.push(
      createDiagnostic(passManagerMessages["missing-fact"], { step: name, fact, why, advice }),
    );
  };
  steps.forEach((step, index) => {
    for (const fact of step.pass.requires ?? [])
      if (!state.holding.has(fact)) missing(step.id, fact, "before it");
    for (const other of brokenRelations(steps, index)) {
      diagnostics.push(createDiagnostic(passManagerMessages.order, { step: step.id, ...other }));
    }
    state.pass(step);
  });
  for (const fact of end?.requires ?? [])
    if (!state.holding.has(fact)) missing(end?.name ?? "", fact, "at the end");
  return diagnostics;
}

/** Where `after` and `before` of one step are not met: passes that the pipeline has, but all on the wrong side. */
function brokenRelations(
  steps: readonly OrderedStep[],
  index: number,
): { readonly relation: "after" | "before"; readonly other: string }[] {
  const pass = steps[index]?.pass;
  const result: { readonly relation: "after" | "before"; readonly other: string }[] = [];
  for (const relation of ["after", "before"] as const) {
    for (const other of pass?.[relation] ?? []) {
      const places = [...steps.keys()].filter((at) => at !== index && steps[at]?.pass.name === other);
      if (places.length === 0) continue;
      const met = places.some((at) => (relation === "after" ? at < index : at > index));
      if (!met) result.push({ relation, other });
    }
  }
  return result;
}
