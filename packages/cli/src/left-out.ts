/** `--no-opt`: switches of the target and passes, by one name each. */
import { createManager } from "@assassyn/compiler";
import type { LowerOptions } from "@assassyn/compiler";
import { refuseOption } from "./failure.js";

/** What is left when optimisations are left out. */
export interface Remaining {
  /** Passes to skip, with those that were skipped before. */
  readonly skip: readonly string[];
  /** Switches of the target that are turned off. */
  readonly emitOptions: Readonly<Record<string, boolean>>;
}

/**
 * Says what the names of `--no-opt` turn off: a switch of the target, else a pass of its pipeline that may be missing.
 *
 * @throws CommandError if the target has no optimisation of a name
 */
export function leaveOut(names: readonly string[], lowering: LowerOptions): Remaining {
  const { skip = [], emitters = [], plugins = [] } = lowering;
  if (names.length === 0) return { skip, emitOptions: {} };
  const manager = createManager(lowering);
  const { plan } = manager.plan(lowering);
  // A plan that fails says why when the passes run.
  if (plan === undefined) return { skip, emitOptions: {} };
  const emitter = [...emitters, ...plugins.flatMap((plugin) => plugin.emitters ?? [])].find(
    ({ target }) => target === plan.target,
  );
  const switches = Object.entries(emitter?.options ?? {})
    .filter(([, spec]) => spec.type === "boolean" && spec.default)
    .map(([name]) => name);
  const planned = [...new Set(plan.steps.map(({ pass }) => pass.name))];
  const canMiss = (pass: string): boolean =>
    manager.plan({ ...lowering, skip: [...skip, pass] }).plan !== undefined;
  for (const name of names) {
    if (switches.includes(name) || (planned.includes(name) && canMiss(name))) continue;
    const known = [...switches, ...planned.filter(canMiss)];
    refuseOption(
      "--no-opt",
      `the target ${plan.target} has no optimisation "${name}"; it has ${known.join(", ") || "none"}`,
    );
  }
  return {
    skip: [...skip, ...names.filter((name) => !switches.includes(name))],
    emitOptions: Object.fromEntries(
      names.filter((name) => switches.includes(name)).map((name) => [name, false]),
    ),
  };
}
