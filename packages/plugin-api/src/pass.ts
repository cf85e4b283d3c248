/** Passes: IR to IR. */
import type { DiagnosticExtras, Message } from "@assassyn/diagnostics";
import type { Concurrency, Loc, Module, ModuleId, System, Type } from "@assassyn/ir";
import type { Analyses } from "./analysis.js";
import type { OptionRecord, OptionSpecs, OptionValues } from "./options.js";

/** IR data that may be changed. Types and locations are atoms: replace them, never change one. */
export type Mutable<T> = T extends string | number | bigint | boolean | null | undefined | Type | Loc
  ? T
  : T extends readonly (infer Entry)[]
    ? Mutable<Entry>[]
    : { -readonly [Key in keyof T]: Mutable<T[Key]> };

/** What a pass, check or emitter reports through. */
export interface Reporter {
  /**
   * Reports a message of the plugin's catalogue.
   *
   * @param loc a place in the source, from a `loc` of the IR
   */
  report<Arguments>(message: Message<Arguments>, args: Arguments, loc?: Loc, extras?: DiagnosticExtras): void;
}

/** What a pass works with. */
export interface PassContext<Options = OptionRecord> extends Reporter, Analyses {
  /** The system as it was when the pass started. Reading it is fast; it never changes. */
  readonly base: System;
  /**
   * The system that comes out, for small edits. Reading it is several times slower than reading `base`, so read `base` and write here.
   * Never put one object in two places.
   */
  readonly draft: Mutable<System>;
  readonly options: Options;
  /** Target of the pipeline, e.g. `rust`. */
  readonly target: string;
  /** Replaces a whole module: one change however much of it differs. The object belongs to the system from now on. Null deletes it. */
  updateModule(id: ModuleId, module: Module | null): void;
  /** Replaces the parallel form of the system as a whole. The object belongs to the system from now on. */
  updateConcurrency(concurrency: Concurrency): void;
}

/** How a pass is declared. */
export interface PassDefinition<Specs extends OptionSpecs = OptionSpecs> {
  /** Kebab case, verb and object: `fold-constants`. Unique among all plugins. */
  readonly name: string;
  /** One sentence for `assassyn passes`. */
  readonly description: string;
  readonly options?: Specs;
  /** Facts that must hold when the pass starts. */
  readonly requires?: readonly string[];
  /** Facts that hold when it ends. */
  readonly provides?: readonly string[];
  /** Facts that need no longer hold when it ends; all others it preserves. */
  readonly invalidates?: readonly string[];
  /** Passes of which one must come earlier, where the pipeline has them at all. */
  readonly after?: readonly string[];
  /** Passes of which one must come later, where the pipeline has them at all. */
  readonly before?: readonly string[];
  /** Targets the pass is made for; absent: all. `--pass` with such a pass selects the first where no target is given. */
  readonly targets?: readonly string[];
  /** Does the work. An exception is a bug of the plugin; a mistake of the user is reported through the context. */
  run(cx: PassContext<OptionValues<Specs>>): void;
}

/** A pass as the registry holds it, whatever its options. */
export interface Pass extends PassDefinition {
  run(cx: PassContext): void;
}

/**
 * Declares a pass.
 *
 * @example
 * const dropLogs = definePass({
 *   name: "drop-logs",
 *   description: "Removes every log",
 *   run(cx) {
 *     for (const id of moduleIds(cx.base)) {
 *       const module = rewriteModule(moduleOf(cx.base, id), { operation: (op) => (op.kind === "log" ? null : op) });
 *       cx.updateModule(id, module);
 *     }
 *   },
 * });
 */
export function definePass<const Specs extends OptionSpecs = Record<never, never>>(
  definition: PassDefinition<Specs>,
): Pass {
  return eraseOptions(definition);
}

/** Marked helper: the registry fills in exactly the options that `definition.options` declares, so the narrower type is kept at run time. */
function eraseOptions<Specs extends OptionSpecs>(definition: PassDefinition<Specs>): Pass {
  return definition as unknown as Pass; // oxlint-disable-line typescript/consistent-type-assertions
}
