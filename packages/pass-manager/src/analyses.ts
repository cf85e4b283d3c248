/** Results of analyses for passes and checks. */
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { ModuleId, System } from "@assassyn/ir";
import type { Analyses, Analysis } from "@assassyn/plugin-api";
import { analyze } from "@assassyn/plugin-api";
import { passManagerMessages } from "./messages.js";
import type { Registry } from "./registry.js";
import { unknownName } from "./registry.js";

/** An analysis threw. The pass or check that asked for it is not at fault. */
export class AnalysisCrash extends Error {
  readonly analysis: string;
  /** The plugin that contributes it; where none does, the one that asked for it. */
  readonly plugin: string;

  constructor(analysis: string, plugin: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "AnalysisCrash";
    this.analysis = analysis;
    this.plugin = plugin;
    // The stack that helps is the one of the analysis.
    if (cause instanceof Error && cause.stack !== undefined) this.stack = cause.stack;
  }
}

/** @param user who asked for it: `the pass "drop-logs" of "assassyn-plugin-drop-logs"` */
export function analysisCrashed(
  { analysis, plugin, message: reason }: AnalysisCrash,
  user: string,
): Diagnostic {
  return createDiagnostic(passManagerMessages["analysis-crashed"], { analysis, plugin, user, reason });
}

/**
 * What a pass or check of `user`, a plugin, gets for its context.
 *
 * @param system the system that results are for
 */
export function analysesOf(registry: Registry, system: System, user: string): Analyses["analysis"] {
  return function analysis(asked: Analysis | string, module?: ModuleId): never {
    const definition = typeof asked === "string" ? contributed(registry, asked) : asked;
    const { name } = definition;
    const known = registry.analyses.get(name);
    const plugin = known?.value === definition ? known.plugin : user;
    if (definition.scope !== "module") {
      if (module !== undefined)
        throw new TypeError(`the analysis "${name}" is of the system, not of modules`);
      return erased(attempt(name, plugin, () => analyze(definition, system)));
    }
    if (module === undefined) throw new TypeError(`the analysis "${name}" is of modules: say of which one`);
    const subject = system.modules[module];
    if (subject == null) throw new RangeError(`there is no module ${module} for the analysis "${name}"`);
    return erased(attempt(name, plugin, () => analyze(definition, subject)));
  };
}

function contributed(registry: Registry, name: string): Analysis {
  const found = registry.analyses.get(name);
  if (found !== undefined) return found.value;
  const { message, help = "" } = unknownName("analysis", name, registry.analyses.keys());
  throw new RangeError(`${message}; ${help}`);
}

function attempt(name: string, plugin: string, run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    // One analysis may use another: the inner one is to blame, and is not known by name here.
    throw error instanceof AnalysisCrash ? error : new AnalysisCrash(name, plugin, error);
  }
}

/** Marked helper: the overloads of {@link Analyses} give the result the type that its definition says. */
function erased(result: unknown): never {
  return result as never; // oxlint-disable-line typescript/consistent-type-assertions
}
