/** Looks into the passes of a design: which one changes what it does, and which one made an operation. */
import type { Diagnostic } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import type {
  BisectResult,
  BlameOptions,
  BlameResult,
  PassManager,
  Plan,
  Verdict,
} from "@assassyn/pass-manager";
import type { BehaviourOptions } from "./behaviour.js";
import type { LowerOptions } from "./compile.js";
import { createManager } from "./compile.js";
import type { ReadDesign } from "./read-design.js";
import { hasErrors } from "./read-design.js";

/** How {@link bisect} judges. */
export interface BisectDesignOptions extends LowerOptions, BehaviourOptions {
  /** Judges instead of the reference interpreter. */
  readonly judge?: (system: System) => Verdict | Promise<Verdict>;
}

/** The outcome of {@link bisect}. */
export interface BisectDesignResult extends BisectResult {
  readonly plan?: Plan;
}

/**
 * Searches the first pass behind which a design does something else than before, on the reference interpreter unless `judge` says otherwise.
 *
 * @example
 * const { culprit } = await bisect(read.system, read, { target: "wasm", emitters: [wasmEmitter] });
 * if (culprit !== undefined) console.log(`${culprit.step.id}: ${culprit.reason}\n${culprit.diff}`);
 */
export async function bisect(
  system: System,
  read: Pick<ReadDesign, "sources">,
  options: BisectDesignOptions,
): Promise<BisectDesignResult> {
  const { manager, plan, diagnostics } = planFor(options);
  if (plan === undefined) return { kind: "stopped", steps: 0, tests: 0, diagnostics };
  // The interpreter is loaded only when it is needed: most compilations never do.
  const judge = options.judge ?? (await import("./behaviour.js")).createBehaviourJudge(system, options);
  const result = await manager.bisect(system, plan, {
    judge,
    sources: read.sources,
    ...(options.verifyEach === undefined ? {} : { verifyEach: options.verifyEach }),
  });
  return { ...result, plan, diagnostics: [...diagnostics, ...result.diagnostics] };
}

/** How {@link blame} selects. */
export type BlameDesignOptions = LowerOptions & Pick<BlameOptions, "pattern" | "by">;

/**
 * Runs the passes of a target and tells of each operation behind them which pass made it, and from which line of the source.
 *
 * @example
 * console.log(formatBlame(blame(read.system, read, { target: "wasm", emitters: [wasmEmitter], pattern: "adder.c" })));
 */
export function blame(
  system: System,
  read: Pick<ReadDesign, "sources">,
  options: BlameDesignOptions,
): BlameResult {
  const { manager, plan, diagnostics } = planFor(options);
  if (plan === undefined) return { modules: [], ok: false, diagnostics };
  const result = manager.blame(system, plan, { ...options, sources: read.sources });
  return { ...result, diagnostics: [...diagnostics, ...result.diagnostics] };
}

function planFor(options: LowerOptions): {
  readonly manager: PassManager;
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
} {
  const manager = createManager(options);
  const { diagnostics: clashes } = manager.registry;
  if (hasErrors(clashes)) return { manager, diagnostics: clashes };
  const { plan, diagnostics } = manager.plan(options);
  return {
    manager,
    ...(plan === undefined ? {} : { plan }),
    diagnostics: [...clashes, ...diagnostics],
  };
}
