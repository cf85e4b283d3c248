import type { AssassynConfig } from "@assassyn/config";
import type { LogFormat, System } from "@assassyn/ir";
import { RUN_TARGETS } from "../commands/targets.js";
import type { PipelineOptions } from "../pipeline-options.js";
import { refuseOption } from "../failure.js";

/** The options of `run` as typed. */
export interface RunOptions extends PipelineOptions {
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
  readonly optimize: boolean;
  readonly layout: "fast" | "classic" | undefined;
}

/** What a run does, after command line, configuration and design have had their say, in this order. */
export interface RunSettings {
  readonly target: (typeof RUN_TARGETS)[number];
  readonly cycles: number;
  readonly idle: number;
  readonly log: LogFormat | "none";
}

/** The target of a run; it is needed before the design is read. */
export function runTarget(options: RunOptions, config: AssassynConfig): RunSettings["target"] {
  const configured = RUN_TARGETS.find((target) => target === config.target);
  return options.target ?? configured ?? "wasm";
}

/** Decides the settings of a run. */
export function runSettings(options: RunOptions, config: AssassynConfig, system: System): RunSettings {
  const log = options.log ?? (options.json ? "json" : (config.log ?? system.config.log));
  return {
    target: runTarget(options, config),
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
  if (options.vcd === "-") refuseOption("--vcd", "stdout is for the logs; name a file");
}
