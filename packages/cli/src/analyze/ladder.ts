/** Climbs the parallel ladder and keeps the system behind each rung. */
import type { ReadDesign } from "@assassyn/compiler";
import { createManager } from "@assassyn/compiler";
import type { Diagnostic } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import type { Reproducer } from "@assassyn/pass-manager";
import type { Plugin } from "@assassyn/plugin-api";
import { loadEmitters } from "../emitters.js";
import type { PlanPart } from "../pipeline-options.js";
import { PARALLEL_TARGET } from "../pipeline-options.js";

/** A system in a parallel form, and the pass that made it. */
export interface Rung {
  /** Name of the pass, or {@link AS_GIVEN}. */
  readonly pass: string;
  readonly system: System;
}

/** In place of the pass, for a design that came in a parallel form. */
export const AS_GIVEN = "as given";

/** The outcome of {@link climb}. Without `top` there is an error among the diagnostics. */
export interface Ladder {
  /** The system without a parallel form, as the first rung finds it; the design itself where it came in one. */
  readonly base: System;
  /** Every pass that left a parallel form, in order. */
  readonly rungs: readonly Rung[];
  /** The last rung. */
  readonly top?: Rung;
  readonly diagnostics: readonly Diagnostic[];
  readonly reproducer?: Reproducer;
}

/** Runs the passes of the target rust-parallel. A design that comes in a parallel form is taken as it is. */
export async function climb(
  system: System,
  { sources }: Pick<ReadDesign, "sources">,
  options: PlanPart & { readonly plugins: readonly Plugin[] },
): Promise<Ladder> {
  if (system.concurrency !== undefined) {
    const top = { pass: AS_GIVEN, system };
    return { base: system, rungs: [top], top, diagnostics: [] };
  }
  const emitters = await loadEmitters(PARALLEL_TARGET);
  const manager = createManager({ plugins: options.plugins, emitters });
  const clashes = manager.registry.diagnostics;
  const { plan, diagnostics } = manager.plan({ ...options, target: PARALLEL_TARGET });
  const early = [...clashes, ...diagnostics];
  if (plan === undefined) return { base: system, rungs: [], diagnostics: early };
  let base = system;
  const rungs: Rung[] = [];
  const run = manager.run(system, plan, {
    sources,
    verifyEach: options.verifyEach ?? true,
    instruments: {
      observe: ({ pass }, before, after, ok) => {
        if (!ok || after.concurrency === undefined) return;
        if (rungs.length === 0) base = before;
        rungs.push({ pass: pass.name, system: after });
      },
    },
  });
  const top = run.ok ? rungs.at(-1) : undefined;
  return {
    base,
    rungs,
    ...(top === undefined ? {} : { top }),
    diagnostics: [...early, ...run.diagnostics],
    ...(run.reproducer === undefined ? {} : { reproducer: run.reproducer }),
  };
}
