/** Everything that plugins contribute, for lists and documentation. */
import type { FactDefinition, OptionSpec, OptionSpecs } from "@assassyn/plugin-api";
import { expectedValue } from "@assassyn/plugin-api";
import type { Registry } from "./registry.js";

/** A pass without its code. */
export interface PassDescription {
  readonly name: string;
  readonly plugin: string;
  readonly description: string;
  readonly options: OptionSpecs;
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly invalidates: readonly string[];
  readonly after: readonly string[];
  readonly before: readonly string[];
  /** Targets it is made for; empty: all. */
  readonly targets: readonly string[];
}

/** A pipeline without its plugin's code; `steps` are names of passes in the order in which they run. */
export interface PipelineDescription {
  readonly name: string;
  readonly plugin: string;
  readonly description: string;
  readonly steps: readonly string[];
}

/** A target without its code. */
export interface TargetDescription {
  readonly name: string;
  readonly plugin: string;
  readonly description: string;
  readonly options: OptionSpecs;
  readonly requires: readonly string[];
  /** The pipeline that runs when the user says nothing. */
  readonly pipeline: string;
}

/** A check without its code. */
export interface CheckDescription {
  readonly name: string;
  readonly plugin: string;
  readonly description: string;
}

/** An analysis without its code. */
export interface AnalysisDescription {
  readonly name: string;
  readonly plugin: string;
  readonly description: string;
  /** Whether it looks at a whole system or at a module by itself. */
  readonly scope: "system" | "module";
}

/** All passes, pipelines, checks, analyses, targets and facts of a registry, as plain data in the order of the plugins. */
export function describeContributions(registry: Registry): {
  readonly passes: readonly PassDescription[];
  readonly pipelines: readonly PipelineDescription[];
  readonly checks: readonly CheckDescription[];
  readonly analyses: readonly AnalysisDescription[];
  readonly targets: readonly TargetDescription[];
  readonly facts: readonly (Pick<FactDefinition, "name" | "description"> & { readonly plugin: string })[];
} {
  return {
    passes: [...registry.passes.values()].map(({ plugin, value }) => ({
      name: value.name,
      plugin,
      description: value.description,
      options: value.options ?? {},
      requires: value.requires ?? [],
      provides: value.provides ?? [],
      invalidates: value.invalidates ?? [],
      after: value.after ?? [],
      before: value.before ?? [],
      targets: value.targets ?? [],
    })),
    pipelines: [...registry.pipelines.values()].map(({ plugin, value }) => ({
      name: value.name,
      plugin,
      description: value.description,
      steps: value.steps,
    })),
    checks: [...registry.checks.values()].map(({ plugin, value }) => ({
      name: value.name,
      plugin,
      description: value.description,
    })),
    analyses: [...registry.analyses.values()].map(({ plugin, value }) => ({
      name: value.name,
      plugin,
      description: value.description,
      scope: value.scope ?? "system",
    })),
    targets: [...registry.emitters.values()].map(({ plugin, value }) => ({
      name: value.target,
      plugin,
      description: value.description,
      options: value.options ?? {},
      requires: value.requires ?? [],
      pipeline: value.pipeline ?? "default",
    })),
    facts: [...registry.facts.values()].map(({ plugin, value }) => ({
      name: value.name,
      plugin,
      description: value.description,
    })),
  };
}

/** The same as text for a terminal. */
export function formatContributions(registry: Registry): string {
  const { passes, pipelines, checks, analyses, targets, facts } = describeContributions(registry);
  return (
    section(
      "Passes",
      passes.map((pass) => [pass.name, pass.plugin, pass.description, ...passDetails(pass)]),
    ) +
    section(
      "Pipelines",
      pipelines.map(({ name, plugin, description, steps }) => [name, plugin, description, steps.join(", ")]),
    ) +
    section(
      "Checks",
      checks.map(({ name, plugin, description }) => [name, plugin, description]),
    ) +
    section(
      "Analyses",
      analyses.map(({ name, plugin, description, scope }) => [
        name,
        plugin,
        description,
        ...(scope === "module" ? ["of each module"] : []),
      ]),
    ) +
    section(
      "Targets",
      targets.map(({ name, plugin, description, options, requires, pipeline }) => [
        name,
        plugin,
        description,
        `pipeline ${pipeline}`,
        ...named("requires", requires),
        ...optionDetails("--emit-option ", options),
      ]),
    ) +
    section(
      "Facts",
      facts.map(({ name, plugin, description }) => [name, plugin, description]),
    )
  );
}

const named = (word: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${word} ${names.join(", ")}`];

function passDetails(pass: PassDescription): string[] {
  return [
    ...named("for", pass.targets),
    ...named("requires", pass.requires),
    ...named("provides", pass.provides),
    ...named("invalidates", pass.invalidates),
    ...named("after", pass.after),
    ...named("before", pass.before),
    ...optionDetails(`--pass-option ${pass.name}.`, pass.options),
  ];
}

const optionDetails = (flag: string, options: OptionSpecs): string[] =>
  Object.entries(options).map(
    ([name, spec]) => `${flag}${name}=…  ${spec.description} (${describeOption(spec)})`,
  );

/** Type and default of an option: `a whole number from 1 up to 8, default 4`. */
export function describeOption(spec: OptionSpec): string {
  const initial = spec.type === "string" ? JSON.stringify(spec.default) : String(spec.default);
  return `${expectedValue(spec)}, default ${initial}`;
}

/** A heading, and for each entry a line of name, plugin and description, with further lines below it. */
function section(title: string, entries: readonly (readonly string[])[]): string {
  if (entries.length === 0) return "";
  const width = (column: number): number => Math.max(...entries.map((entry) => entry[column]?.length ?? 0));
  const [nameWidth, pluginWidth] = [width(0), width(1)];
  const lines = entries.map(
    ([name = "", plugin = "", description = "", ...more]) =>
      `  ${name.padEnd(nameWidth)}  ${plugin.padEnd(pluginWidth)}  ${description}\n` +
      more.map((detail) => `  ${" ".repeat(nameWidth)}    ${detail}\n`).join(""),
  );
  return `${title}\n${lines.join("")}`;
}
