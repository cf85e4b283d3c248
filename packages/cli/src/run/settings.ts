import { createManager } from "@assassyn/compiler";
import type { AssassynConfig } from "@assassyn/config";
import type { LogFormat, System } from "@assassyn/ir";
import { RUN_TARGETS } from "../commands/targets.js";
import { loadEmitters } from "../emitters.js";
import { refuseOption } from "../failure.js";
import type { OpenedDesign } from "../open-design.js";
import type { ThreadOptions } from "../parallel-options.js";
import { wantedThreads } from "../parallel-options.js";
import type { PipelineOptions } from "../pipeline-options.js";
import { chosenTarget, PARALLEL_TARGET, toPlanOptions } from "../pipeline-options.js";
import { loadDesignPlugins } from "../plugins.js";

/** The options of `run` as typed. */
export interface RunOptions extends PipelineOptions, ThreadOptions {
  readonly target: (typeof RUN_TARGETS)[number] | undefined;
  readonly cycles: number | undefined;
  readonly idle: number | undefined;
  readonly log: LogFormat | "none" | undefined;
  readonly vcd: string | undefined;
  readonly trace: string | undefined;
  readonly reportDir: string | undefined;
  readonly json: boolean;
  readonly stats: boolean;
  readonly watch: boolean;
  readonly quiet: boolean;
  readonly config: string | undefined;
  readonly meta: string | undefined;
  readonly semantics: "exact" | "upstream" | undefined;
  readonly enforceDepths: boolean;
  readonly dram: string | undefined;
  readonly plugin: readonly string[];
  readonly externs: string | undefined;
  readonly reproducer: string | undefined;
  readonly profile: string | undefined;
  readonly noOpt: readonly string[] | undefined;
  readonly optimize: boolean;
  readonly layout: "fast" | "classic" | undefined;
}

/** What a run does, after command line, configuration and design have had their say, in this order. */
export interface RunSettings {
  readonly target: (typeof RUN_TARGETS)[number];
  readonly cycles: number;
  readonly idle: number;
  readonly log: LogFormat | "none";
  /** 1 for targets that have but one. */
  readonly threads: number | "auto";
}

const isRunTarget = (target: string): boolean => RUN_TARGETS.some((known) => known === target);

/** The target of a run: as {@link chosenTarget} says; a pass that is made for a target of `run` selects it, else it is wasm. */
export async function runTarget(
  options: RunOptions,
  { loaded, read }: OpenedDesign,
  cwd: string,
): Promise<RunSettings["target"]> {
  const { config } = loaded;
  const plan = toPlanOptions(options, config);
  const chosen = chosenTarget(options.target, config, plan, read.system?.config, isRunTarget);
  const fitting = RUN_TARGETS.find((target) => target === chosen);
  if (fitting !== undefined || chosen !== undefined) return fitting ?? "wasm";
  const [plugins, emitters] = await Promise.all([
    loadDesignPlugins(loaded, options.plugin, cwd),
    loadEmitters(PARALLEL_TARGET),
  ]);
  const planned = createManager({ plugins, emitters }).plan(plan).plan?.target;
  return RUN_TARGETS.find((target) => target === planned) ?? "wasm";
}

/** Decides the settings of a run. */
export function runSettings(
  target: RunSettings["target"],
  options: RunOptions,
  config: AssassynConfig,
  system: System,
): RunSettings {
  const log = options.log ?? (options.json ? "json" : (config.log ?? system.config.log));
  return {
    target,
    threads: wantedThreads(target, options.threads, config, system.config),
    cycles: options.cycles ?? config.cycles ?? system.config.cycles,
    idle: options.idle ?? config.idle ?? system.config.idle,
    log,
  };
}

/** Refuses options that do not go together. @throws CommandError */
export function checkRunOptions(options: RunOptions): void {
  if (options.trace !== undefined && options.vcd === undefined)
    refuseOption("--trace", "it chooses signals of a waveform; --vcd names its file");
  if (options.layout !== undefined && options.target !== "rust")
    refuseOption("--layout", "only the rust target has layouts; add --target rust");
  if (options.json && options.log !== undefined && options.log !== "json" && options.log !== "none") {
    refuseOption("--json", `stdout is JSON lines then, so --log ${options.log} does not go with it`);
  }
  if (options.timeline === "-") refuseOption("--timeline", "stdout is for the logs; name a file");
  if (options.vcd === "-") refuseOption("--vcd", "stdout is for the logs; name a file");
}
