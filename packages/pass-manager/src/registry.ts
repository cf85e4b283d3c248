/** Everything that plugins contribute, by name. */
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic, suggestNearest } from "@assassyn/diagnostics";
import type {
  Analysis,
  CheckDefinition,
  Emitter,
  FactDefinition,
  Pass,
  PipelineDefinition,
  Plugin,
} from "@assassyn/plugin-api";
import { API_VERSION } from "@assassyn/plugin-api";
import { passManagerMessages } from "./messages.js";

/** A contribution and the plugin that it comes from. */
export interface Contributed<T> {
  readonly plugin: string;
  readonly value: T;
}

/** The contributions of all plugins, in the order in which the plugins were given. */
export interface Registry {
  readonly passes: ReadonlyMap<string, Contributed<Pass>>;
  readonly pipelines: ReadonlyMap<string, Contributed<PipelineDefinition>>;
  readonly emitters: ReadonlyMap<string, Contributed<Emitter>>;
  readonly checks: ReadonlyMap<string, Contributed<CheckDefinition>>;
  readonly analyses: ReadonlyMap<string, Contributed<Analysis>>;
  readonly facts: ReadonlyMap<string, Contributed<FactDefinition>>;
  /** Clashes of names and plugins for another version of the contract. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Collects what the plugins contribute. A plugin for another version of the contract is left out and reported. */
export function createRegistry(plugins: readonly Plugin[]): Registry {
  const diagnostics: Diagnostic[] = [];
  const passes = new Map<string, Contributed<Pass>>();
  const pipelines = new Map<string, Contributed<PipelineDefinition>>();
  const emitters = new Map<string, Contributed<Emitter>>();
  const checks = new Map<string, Contributed<CheckDefinition>>();
  const analyses = new Map<string, Contributed<Analysis>>();
  const facts = new Map<string, Contributed<FactDefinition>>();
  const add = <T>(
    map: Map<string, Contributed<T>>,
    what: string,
    name: string,
    value: T,
    plugin: string,
  ): void => {
    const first = map.get(name);
    if (first === undefined) map.set(name, { plugin, value });
    else {
      diagnostics.push(
        createDiagnostic(passManagerMessages["name-clash"], {
          what,
          name,
          first: first.plugin,
          second: plugin,
        }),
      );
    }
  };
  for (const plugin of plugins) {
    if (plugin.apiVersion !== API_VERSION) {
      const args = { plugin: plugin.name, found: plugin.apiVersion, supported: API_VERSION };
      diagnostics.push(createDiagnostic(passManagerMessages["api-version"], args));
      continue;
    }
    for (const pass of plugin.passes ?? []) add(passes, "pass", pass.name, pass, plugin.name);
    for (const pipeline of plugin.pipelines ?? [])
      add(pipelines, "pipeline", pipeline.name, pipeline, plugin.name);
    for (const emitter of plugin.emitters ?? [])
      add(emitters, "target", emitter.target, emitter, plugin.name);
    for (const check of plugin.checks ?? []) add(checks, "check", check.name, check, plugin.name);
    for (const one of plugin.analyses ?? []) add(analyses, "analysis", one.name, one, plugin.name);
    for (const fact of plugin.facts ?? []) add(facts, "fact", fact.name, fact, plugin.name);
  }
  return { passes, pipelines, emitters, checks, analyses, facts, diagnostics };
}

/** The error for a name that nothing has, with the nearest one as help. */
export function unknownName(what: string, name: string, known: Iterable<string>): Diagnostic {
  const extras = nearestHelp(name, known, `\`assassyn passes\` lists every ${what}`);
  return createDiagnostic(passManagerMessages["unknown-pass"], { name, what }, undefined, extras);
}

/** The error for a step that is not in the plan: to be skipped, or watched by an instrument. */
export function unknownStep(name: string, steps: readonly string[], instrument?: string): Diagnostic {
  const extras = nearestHelp(name, steps, "`assassyn plan` shows the steps");
  return instrument === undefined
    ? createDiagnostic(passManagerMessages["nothing-to-skip"], { step: name }, undefined, extras)
    : createDiagnostic(passManagerMessages["unknown-step"], { name, instrument }, undefined, extras);
}

/** The nearest name as help, else where all are listed. */
export function nearestHelp(
  name: string,
  known: Iterable<string>,
  otherwise: string,
): { readonly help: string } {
  const nearest = suggestNearest(name, known);
  return { help: nearest === undefined ? otherwise : `did you mean "${nearest}"?` };
}
