/** Brings systems onto a rung of the parallel ladder, and no further: what other passes would tidy up is worth testing too. */
import type { System } from "@assassyn/ir";
import { createPassManager } from "@assassyn/pass-manager";
import lockBatchingPlugin from "@assassyn/plugin-lock-batching";
import { builtinPasses } from "@assassyn/passes";

const manager = createPassManager({ plugins: [builtinPasses, lockBatchingPlugin] });

/** The rungs of the ladder that share one state, from the starting plan up. */
export const SHARED_RUNGS = [
  "lock-insertion",
  "atomic-flags",
  "self-signature",
  "lock-batching",
  "lock-elision",
] as const;

/** A rung of the ladder. */
export type Rung = (typeof SHARED_RUNGS)[number];

/** The same design after these passes. */
export function runPasses(system: System, passes: readonly string[]): System {
  const { plan, diagnostics } = manager.plan({ pipeline: passes });
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const result = manager.run(system, plan);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.system;
}

/** The same design on a rung, with all rungs below it. */
export function onRung(system: System, rung: Rung): System {
  const ladder = SHARED_RUNGS.slice(0, SHARED_RUNGS.indexOf(rung) + 1);
  return runPasses(system, ["explicit-operands", "legalize-widths", ...ladder]);
}
