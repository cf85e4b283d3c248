/** What a plugin contributes. */
import type { Simulation, System } from "@assassyn/ir";
import type { Diagnostic, Message } from "@assassyn/diagnostics";
import type { Analyses, Analysis } from "./analysis.js";
import type { OptionRecord, OptionSpecs, OptionValues } from "./options.js";
import type { Pass, Reporter } from "./pass.js";

/** Version of this contract. A plugin says in `package.json#assassyn.apiVersion` which one it was made for. */
export const API_VERSION = 1;

/** A property of the IR that passes provide, require and invalidate by name. */
export interface FactDefinition {
  readonly name: string;
  /** What holds, in one sentence. */
  readonly description: string;
  /** Finds violations; run after every pass while the fact should hold, where verification is on. */
  readonly check?: (system: System) => readonly Diagnostic[];
}

/** Names a property of the IR. */
export function defineFact(definition: FactDefinition): FactDefinition {
  return definition;
}

/** What a check works with. */
export interface CheckContext extends Reporter, Analyses {
  readonly system: System;
}

/** A look at the system before the first pass: rules of a house, lints. It changes nothing. */
export interface CheckDefinition {
  readonly name: string;
  readonly description: string;
  run(cx: CheckContext): void;
}

/** Declares a check. */
export function defineCheck(definition: CheckDefinition): CheckDefinition {
  return definition;
}

/** A file that an emitter writes, relative to the output folder, with `/` between folders. */
export interface OutputFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What an emitter works with. */
export interface EmitContext<Options = OptionRecord> extends Reporter {
  /** The system behind the last pass. */
  readonly system: System;
  readonly options: Options;
}

/** How a target is declared. */
export interface EmitterDefinition<Specs extends OptionSpecs = OptionSpecs> {
  /** Name of the target as on the command line: `rust`. */
  readonly target: string;
  readonly description: string;
  readonly options?: Specs;
  /** Facts that must hold behind the last pass. */
  readonly requires?: readonly string[];
  /** Name of the pipeline that runs when the user says nothing; absent: `default`. */
  readonly pipeline?: string;
  /** The files of the output. An exception is a bug of the plugin. */
  emit(cx: EmitContext<OptionValues<Specs>>): readonly OutputFile[];
}

/** An emitter as the registry holds it, whatever its options. */
export interface Emitter extends EmitterDefinition {
  emit(cx: EmitContext): readonly OutputFile[];
}

/** Declares an emitter. */
export function defineEmitter<const Specs extends OptionSpecs = Record<never, never>>(
  definition: EmitterDefinition<Specs>,
): Emitter {
  // Marked helper: as for passes, the options handed in are exactly the declared ones.
  return definition as unknown as Emitter; // oxlint-disable-line typescript/consistent-type-assertions
}

/** A named list of passes; an entry may name another pipeline. */
export interface PipelineDefinition {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly string[];
}

/** Declares a pipeline. */
export function definePipeline(definition: PipelineDefinition): PipelineDefinition {
  return definition;
}

/** What a report works with. */
export interface ReportContext {
  /** The simulation behind its last cycle. */
  readonly simulation: Simulation;
  /** What ran: the system behind the last pass. */
  readonly system: System;
}

/** What a report says, for people and for programs. */
export interface Report {
  /** Ends with a line break. */
  readonly text: string;
  /** Plain data for JSON. */
  readonly data: unknown;
  /** What other programs read, e.g. a tracefile of coverage: `assassyn run --report-dir` writes them. */
  readonly files?: readonly OutputFile[];
}

/**
 * What `assassyn run` shows behind a run on what a pass has put into the design: counters, say. With `--json` the data stands in the
 * document at the end, under `reports` and the name. There is none behind a fault, nor where the simulation runs in another process.
 */
export interface ReportDefinition {
  readonly name: string;
  readonly description: string;
  /** The pass that must have run. */
  readonly pass: string;
  /** Reads the simulation. An exception is a bug of the plugin. */
  run(cx: ReportContext): Report;
}

/** Declares a report. */
export function defineReport(definition: ReportDefinition): ReportDefinition {
  return definition;
}

/** How a plugin is declared. */
export interface PluginDefinition {
  /** Shown wherever something of the plugin is shown: the name of its npm package. */
  readonly name: string;
  readonly passes?: readonly Pass[];
  readonly checks?: readonly CheckDefinition[];
  readonly analyses?: readonly Analysis[];
  readonly emitters?: readonly Emitter[];
  readonly pipelines?: readonly PipelineDefinition[];
  readonly facts?: readonly FactDefinition[];
  readonly reports?: readonly ReportDefinition[];
  /** Everything that passes, checks and emitters report, made with `defineCatalogue`; `assassyn explain` then knows it. */
  readonly catalogues?: readonly Readonly<Record<string, Message<never>>>[];
}

/** A plugin and the version of the contract that it was built with. */
export interface Plugin extends PluginDefinition {
  readonly apiVersion: number;
}

/**
 * Declares a plugin; the default export of its module.
 *
 * @example export default definePlugin({ name: "assassyn-plugin-drop-logs", passes: [dropLogs] });
 */
export function definePlugin(definition: PluginDefinition): Plugin {
  return { apiVersion: API_VERSION, ...definition };
}
