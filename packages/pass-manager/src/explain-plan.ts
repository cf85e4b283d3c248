/** Why each step of a plan stands where it stands. */
import type { Plan, PlannedStep } from "./plan.js";
import type { Registry } from "./registry.js";

/** A step of a plan with what ties it to its place. */
export interface ExplainedStep {
  readonly step: PlannedStep;
  /** Facts that must hold before it, each with the step that provides it; `undefined` where it held before the first step. */
  readonly requires: readonly { readonly fact: string; readonly from: string | undefined }[];
  /** Facts that it provides, each with the steps, or the target, that require it from here. */
  readonly provides: readonly { readonly fact: string; readonly neededBy: readonly string[] }[];
  /** Facts that held and that it ends. */
  readonly ends: readonly string[];
  /** Steps behind which (`after`) or in front of which (`before`) its pass asks to stand. */
  readonly after: readonly string[];
  readonly before: readonly string[];
  /** Options that differ from their defaults. */
  readonly options: readonly { readonly name: string; readonly value: string; readonly default: string }[];
}

/** Who provides, requires and ends what in a plan that was found to be right. */
export function explainPlan(registry: Registry, plan: Plan): ExplainedStep[] {
  /** By fact that holds: the step that provides it; -1 where it held before the first. */
  const holding = new Map<string, number>(plan.facts.map((fact) => [fact, -1]));
  const users = plan.steps.map(() => new Map<string, string[]>());
  const use = (fact: string, user: string): string | undefined => {
    const from = holding.get(fact) ?? -1;
    const list = users[from]?.get(fact);
    if (list === undefined) users[from]?.set(fact, [user]);
    else list.push(user);
    return plan.steps[from]?.id;
  };
  const idsOf = (names: readonly string[], from: number, to: number): string[] =>
    plan.steps.slice(from, to).flatMap(({ id, pass }) => (names.includes(pass.name) ? [id] : []));
  const explained = plan.steps.map((step, index) => {
    const { pass } = step;
    const requires = (pass.requires ?? []).map((fact) => ({ fact, from: use(fact, step.id) }));
    const ends = (pass.invalidates ?? []).filter((fact) => holding.delete(fact));
    for (const fact of pass.provides ?? []) holding.set(fact, index);
    return {
      step,
      requires,
      ends: ends.filter((fact) => !holding.has(fact)),
      after: idsOf(pass.after ?? [], 0, index),
      before: idsOf(pass.before ?? [], index + 1, plan.steps.length),
      options: Object.entries(pass.options ?? {}).flatMap(([name, spec]) => {
        const [value, initial] = [String(step.options[name]), String(spec.default)];
        return value === initial ? [] : [{ name, value, default: initial }];
      }),
    };
  });
  const end = registry.emitters.get(plan.target)?.value.requires ?? [];
  for (const fact of end) use(fact, `the target ${plan.target}`);
  return explained.map((entry, index) => ({
    ...entry,
    provides: (entry.step.pass.provides ?? []).map((fact) => ({
      fact,
      neededBy: users[index]?.get(fact) ?? [],
    })),
  }));
}

/** The plan as text for a terminal: a line for each step, and under it what ties it to its place. */
export function formatPlan(plan: Plan, explained: readonly ExplainedStep[]): string {
  const count = explained.length;
  const widths = {
    number: String(count).length + 2,
    id: Math.max(0, ...explained.map(({ step }) => step.id.length)),
    plugin: Math.max(0, ...explained.map(({ step }) => step.plugin.length)),
  };
  let text = `target ${plan.target}: ${count === 0 ? "no passes" : count === 1 ? "1 step" : `${count} steps`}\n`;
  for (const [index, entry] of explained.entries()) {
    const { id, plugin, reason } = entry.step;
    text += `${String(index + 1).padStart(widths.number)}  ${id.padEnd(widths.id)}  ${plugin.padEnd(widths.plugin)}  ${reason}\n`;
    for (const detail of details(entry)) text += `${" ".repeat(widths.number)}    ${detail}\n`;
  }
  return text;
}

function details(entry: ExplainedStep): string[] {
  const { requires, provides, ends, after, before, options } = entry;
  return [
    ...requires.map(({ fact, from }) =>
      from === undefined
        ? `requires ${fact}, which holds from the start`
        : `requires ${fact}, provided by ${from}`,
    ),
    ...provides.map(({ fact, neededBy }) =>
      neededBy.length === 0 ? `provides ${fact}` : `provides ${fact}, required by ${neededBy.join(", ")}`,
    ),
    ...ends.map((fact) => `ends ${fact}`),
    ...(after.length === 0 ? [] : [`must stand behind ${after.join(" or ")}`]),
    ...(before.length === 0 ? [] : [`must stand before ${before.join(" or ")}`]),
    ...options.map(({ name, value, default: initial }) => `with ${name} = ${value} (default ${initial})`),
  ];
}
