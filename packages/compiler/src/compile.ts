import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import type {
  Contributed,
  Instruments,
  PassManager,
  Plan,
  PlanOptions,
  Reproducer,
  StepRecord,
} from "@assassyn/pass-manager";
import { createPassManager, NO_TARGET } from "@assassyn/pass-manager";
import { builtinPasses } from "@assassyn/passes";
import { certify } from "@assassyn/ownership";
import type { Emitter, OutputFile, Plugin } from "@assassyn/plugin-api";
import { definePlugin, resolveOptions } from "@assassyn/plugin-api";
import type { CompilerHost } from "./host.js";
import { messages } from "./messages.js";
import type { ReadDesign } from "./read-design.js";
import { hasErrors, readDesign } from "./read-design.js";

/** What contributes to a compilation besides the built-in passes. */
export interface Contributions {
  /** The targets; the compiler itself knows none. */
  readonly emitters?: readonly Emitter[];
  readonly plugins?: readonly Plugin[];
}

/** What happens to a system that has been read. */
export interface LowerOptions extends Contributions, PlanOptions {
  /** Options of the emitter by name. */
  readonly emitOptions?: Readonly<Record<string, unknown>>;
  /** Ways to watch the passes. */
  readonly instruments?: Instruments;
  /** Check the IR behind every pass that changed it; default true. */
  readonly verifyEach?: boolean;
}

/** How {@link compile} compiles. */
export interface CompileOptions extends LowerOptions {
  /** A path for the host, or the text itself under the name that messages show; `.asyn` or IR text. */
  readonly entry: string | SourceFile;
  readonly host: CompilerHost;
}

/** The outcome of {@link lower}. */
export interface LowerResult {
  /** The system behind the last pass; absent when there is an error. */
  readonly system?: System;
  /** The files of the target; absent when there is an error, no target, or an end by `stopAfter`. */
  readonly outputs?: readonly OutputFile[];
  readonly plan?: Plan;
  /** What each pass did. */
  readonly records: readonly StepRecord[];
  /** Present after a bug in a pass. */
  readonly reproducer?: Reproducer;
  readonly diagnostics: readonly Diagnostic[];
}

/** The outcome of {@link compile}. */
export interface CompileResult extends LowerResult {
  /** Every source that was read, in the order that the spans of the diagnostics index. */
  readonly sources: readonly SourceFile[];
}

/**
 * Compiles a design. Never throws for bad input, and touches no file: sources come from the host, outputs are returned.
 *
 * @example
 * const result = compile({ entry: "main.asyn", host: createMemoryHost({ "main.asyn": text }), target: "wasm", emitters: [wasmEmitter] });
 * if (result.outputs === undefined) console.error(renderText(result.diagnostics, result.sources));
 */
export function compile(options: CompileOptions): CompileResult {
  const read = readDesign(options.entry, options.host);
  const { sources } = read;
  if (read.system === undefined) return { diagnostics: read.diagnostics, records: [], sources };
  const lowered = lower(read.system, read, options);
  return { ...lowered, diagnostics: [...read.diagnostics, ...lowered.diagnostics], sources };
}

/** The plugin that the emitters handed in directly belong to. */
const OWN_EMITTERS = "assassyn";

/** A pass manager with the built-in passes, the plugins, and the emitters as a plugin of their own. */
export function createManager(contributions: Contributions): PassManager {
  const emitters = definePlugin({ name: OWN_EMITTERS, emitters: contributions.emitters ?? [] });
  return createPassManager({ plugins: [builtinPasses, emitters, ...(contributions.plugins ?? [])] });
}

/**
 * Runs checks, passes and emitter on a system.
 *
 * @param read where the system was read, so that messages of passes point into the sources
 */
export function lower(system: System, read: Pick<ReadDesign, "sources">, options: LowerOptions): LowerResult {
  const manager = createManager(options);
  const { diagnostics: clashes } = manager.registry;
  if (hasErrors(clashes)) return { diagnostics: clashes, records: [] };
  const planned = manager.plan(options);
  const { plan } = planned;
  if (plan === undefined) return { diagnostics: [...clashes, ...planned.diagnostics], records: [] };
  const checked = manager.check(system, { sources: read.sources });
  const early = [...clashes, ...planned.diagnostics, ...checked];
  if (hasErrors(checked)) return { diagnostics: early, records: [] };
  const run = manager.run(system, plan, {
    sources: read.sources,
    ...(options.verifyEach === undefined ? {} : { verifyEach: options.verifyEach }),
    ...(options.instruments === undefined ? {} : { instruments: options.instruments }),
  });
  const base = {
    plan,
    records: run.records,
    ...(run.reproducer === undefined ? {} : { reproducer: run.reproducer }),
  };
  const diagnostics = [...early, ...run.diagnostics];
  if (!run.ok) return { ...base, diagnostics };
  const contributed = manager.registry.emitters.get(plan.target);
  if (
    plan.target === NO_TARGET ||
    contributed === undefined ||
    options.instruments?.stopAfter !== undefined
  ) {
    return { ...base, system: run.system, diagnostics };
  }
  // No emitter sees a parallel form in which something is shared by accident, whichever passes made it.
  const certified = certify(run.system);
  if (hasErrors(certified.diagnostics))
    return { ...base, diagnostics: [...diagnostics, ...certified.diagnostics] };
  const doubted = checkAssumptions(manager, plan, contributed.value, run.system);
  if (hasErrors(doubted)) return { ...base, diagnostics: [...diagnostics, ...doubted] };
  const emitted = emit(contributed, run.system, options.emitOptions ?? {});
  const all = [...diagnostics, ...emitted.diagnostics];
  return hasErrors(emitted.diagnostics)
    ? { ...base, diagnostics: all }
    : { ...base, system: run.system, outputs: emitted.outputs, diagnostics: all };
}

/** What the emitter relies on and nobody has checked, since the user says that the input has it. */
function checkAssumptions(
  { registry }: PassManager,
  { facts, target }: Plan,
  { requires = [] }: Emitter,
  system: System,
): Diagnostic[] {
  return requires
    .filter((fact) => facts.includes(fact))
    .flatMap((fact) => {
      const [first] = registry.facts.get(fact)?.value.check?.(system) ?? [];
      if (first === undefined) return [];
      return [createDiagnostic(messages["wrong-assumption"], { fact, target, reason: first.message })];
    });
}

function emit(
  { value: emitter, plugin }: Contributed<Emitter>,
  system: System,
  given: Readonly<Record<string, unknown>>,
): { readonly outputs: readonly OutputFile[]; readonly diagnostics: readonly Diagnostic[] } {
  const failed = (reason: string): { outputs: []; diagnostics: Diagnostic[] } => ({
    outputs: [],
    diagnostics: [createDiagnostic(messages["emit-failed"], { target: emitter.target, reason })],
  });
  const options = resolveOptions(emitter.options ?? {}, given);
  if (options.kind === "error") {
    const { target } = emitter;
    const wrong = options.reasons.map((reason) =>
      createDiagnostic(messages["emit-option"], { target, reason }),
    );
    return { outputs: [], diagnostics: wrong };
  }
  const diagnostics: Diagnostic[] = [];
  try {
    const outputs = emitter.emit({
      system,
      options: options.values,
      report: (message, args, loc, extras = {}) => {
        const file = loc === undefined ? undefined : system.files[loc.file];
        const place = loc === undefined || file === undefined ? [] : [`at ${file}:${loc.line}:${loc.column}`];
        const notes = [...(extras.notes ?? []), ...place];
        const origin = plugin === OWN_EMITTERS ? {} : { origin: `${plugin}: ${emitter.target}` };
        diagnostics.push(createDiagnostic(message, args, undefined, { ...origin, ...extras, notes }));
      },
    });
    return { outputs, diagnostics };
  } catch (error) {
    if (plugin === OWN_EMITTERS) {
      // A limit of the target (4 GiB of memory, say); anything else is a bug of ours, which goes on up. Emitters of plugins report limits.
      if (error instanceof RangeError && !isStackOverflow(error)) return failed(error.message);
      throw error;
    }
    const args = {
      target: emitter.target,
      plugin,
      reason: error instanceof Error ? error.message : String(error),
    };
    return { outputs: [], diagnostics: [...diagnostics, createDiagnostic(messages["emit-crashed"], args)] };
  }
}

function isStackOverflow(error: RangeError): boolean {
  return /call stack/i.test(error.message);
}
