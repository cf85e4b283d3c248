import type { LowerOptions } from "@assassyn/compiler";
import type { AssassynConfig, GivenOptions } from "@assassyn/config";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { SystemConfig } from "@assassyn/ir";
import { CommandError, EXIT } from "./errors.js";
import { refuseOption } from "./failure.js";
import { messages } from "./messages.js";

/** The options that choose the passes, as typed. */
export interface PipelineOptions {
  readonly pass: readonly string[] | undefined;
  readonly pipeline: readonly string[] | undefined;
  readonly rung: string | undefined;
  readonly skipPass: readonly string[] | undefined;
  readonly passOption: readonly string[];
  readonly verifyEach: boolean;
}

/** The part of {@link LowerOptions} that says which passes run. */
export type PlanPart = Pick<
  LowerOptions,
  "passes" | "pipeline" | "rung" | "skip" | "passOptions" | "verifyEach"
>;

/**
 * What the command line and the configuration say about passes. An explicit pipeline runs exactly as written, so the
 * configuration adds nothing to it.
 *
 * @throws CommandError if a `--pass-option` is not `pass.option=value`
 */
export function toPlanOptions(options: PipelineOptions, config: AssassynConfig): PlanPart {
  const { pipeline, rung } = options;
  const configured = pipeline === undefined ? config : {};
  return {
    passes: [...(configured.passes ?? []), ...(options.pass ?? [])],
    skip: [...(configured.skipPasses ?? []), ...(options.skipPass ?? [])],
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(rung === undefined ? {} : { rung }),
    passOptions: mergeOptions(config.passOptions ?? {}, parsePassOptions(options.passOption)),
    verifyEach: options.verifyEach,
  };
}

/** Whether anything is said about passes at all. */
export function choosesPasses({ passes, skip, pipeline, rung }: PlanPart): boolean {
  return pipeline !== undefined || rung !== undefined || (passes ?? []).length > 0 || (skip ?? []).length > 0;
}

/**
 * The values of `--emit-option`.
 *
 * @throws CommandError if one is not `option=value`
 */
export function parseEmitOptions(given: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const text of given) {
    const match = /^([^=]+)=(.*)$/s.exec(text);
    if (match === null) refuseOption("--emit-option", `"${text}" is not of the form option=value`);
    const [, option = "", value = ""] = match;
    result[option] = value;
  }
  return result;
}

/** The target of simulators for several threads. */
export const PARALLEL_TARGET = "rust-parallel";

/** Whether the configuration, or else the design, asks for a simulator for several threads. */
export function wantsParallel(config: AssassynConfig, design: DesignWishes | undefined): boolean {
  return config.parallel ?? design?.parallel ?? false;
}

/** What a design itself says about threads. */
export type DesignWishes = Pick<SystemConfig, "parallel" | "threads">;

/**
 * The target as asked for; undefined leaves it to the passes, of which one may be made for a target. The command line has the first say, then
 * the configuration's `target`, of which `parallel` makes the simulator for several threads, then `parallel` alone.
 *
 * @param fits whether the command has a target that the configuration names; `compile` has all but one, counting those of plugins
 */
export function chosenTarget(
  option: string | undefined,
  config: AssassynConfig,
  plan: PlanPart,
  design: DesignWishes | undefined,
  fits: (target: string) => boolean = (target) => target !== "interpreter",
): string | undefined {
  if (option !== undefined) return option;
  const configured = config.target !== undefined && fits(config.target) ? config.target : undefined;
  const isParallel = wantsParallel(config, design);
  if (isParallel && (configured === undefined || configured === "rust")) return PARALLEL_TARGET;
  return configured ?? (choosesPasses(plan) ? undefined : "wasm");
}

/** Values of options by pass and name; those that were typed count more. */
function mergeOptions(configured: GivenOptions, typed: GivenOptions): GivenOptions {
  const merged = Object.entries(typed).map(([pass, options]) => [pass, { ...configured[pass], ...options }]);
  return { ...configured, ...Object.fromEntries(merged) };
}

function parsePassOptions(given: readonly string[]): Record<string, Record<string, string>> {
  const result: Record<string, Record<string, string>> = {};
  for (const text of given) {
    const match = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text);
    if (match === null) {
      const reason = `"${text}" is not of the form pass.option=value`;
      throw new CommandError(
        EXIT.usage,
        createDiagnostic(messages["bad-option"], { option: "--pass-option", reason }),
      );
    }
    const [, pass = "", option = "", value = ""] = match;
    (result[pass] ??= {})[option] = value;
  }
  return result;
}
