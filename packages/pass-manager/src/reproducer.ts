/** What is kept to see a bug of a pass again. */
import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import type { OptionRecord, OutputFile } from "@assassyn/plugin-api";
import { checkOrder } from "./facts.js";
import type { Plan, PlannedStep } from "./plan.js";
import type { Registry } from "./registry.js";

/** Everything needed to see a bug of a pass again. */
export interface Reproducer {
  /** The step that failed, and the plugin it comes from. */
  readonly step: string;
  readonly plugin: string;
  /** What went wrong, in one sentence. */
  readonly reason: string;
  /** The step threw an exception. */
  readonly crashed: boolean;
  /** The failed step and those behind it. */
  readonly rest: readonly PlannedStep[];
  /** What `--pipeline` has to say on the system before the step: the rest of the plan, or the failed step alone where the rest needs more. */
  readonly pipeline: readonly string[];
  readonly target: string;
  /** Options of the passes in `pipeline` that have any. */
  readonly passOptions: Readonly<Record<string, OptionRecord>>;
  /** Facts that hold before the step, sorted. */
  readonly facts: readonly string[];
  /** The system before the step, as IR text. */
  readonly ir: string;
  /** The stack of the exception, where there was one. */
  readonly stack?: string;
}

/** What is known where a step goes wrong. */
export interface FailedStep {
  /** A step of the plan. */
  readonly step: PlannedStep;
  /** The system before the step. */
  readonly system: System;
  /** Facts that hold before the step. */
  readonly facts: Iterable<string>;
  readonly reason: string;
  /** The step threw an exception; default false. */
  readonly crashed?: boolean;
  readonly stack?: string;
}

/** Puts together what is needed to run a step, and what comes behind it, again. */
export function makeReproducer(registry: Registry, plan: Plan, failed: FailedStep): Reproducer {
  const { step, system, reason, stack } = failed;
  const facts = [...failed.facts].sort();
  const rest = plan.steps.slice(plan.steps.findIndex(({ id }) => id === step.id));
  // A rest may miss a pass that its steps want in front of them; then the step alone has to do.
  const end = { name: plan.target, requires: registry.emitters.get(plan.target)?.value.requires ?? [] };
  const pipeline = checkOrder(rest, end, [], facts).length === 0 ? rest : [step];
  return {
    step: step.id,
    plugin: step.plugin,
    reason,
    crashed: failed.crashed ?? false,
    rest,
    pipeline: pipeline.map(({ pass }) => pass.name),
    target: plan.target,
    passOptions: Object.fromEntries(
      pipeline
        .filter(({ options }) => Object.keys(options).length > 0)
        .map(({ pass, options }) => [pass.name, options]),
    ),
    facts,
    ir: printSystem(system),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** Name of the file with the IR text in the folder of a reproducer. */
export const REPRODUCER_INPUT = "before.ir";

/**
 * The options of `assassyn compile` that run a reproducer on its IR text.
 *
 * @example reproducerArguments(reproducer); // ["--target", "wasm", "--pipeline", "fold-constants,exposure"]
 */
export function reproducerArguments(reproducer: Reproducer): string[] {
  const { target, pipeline, facts, passOptions } = reproducer;
  return [
    "--target",
    target,
    "--pipeline",
    pipeline.join(","),
    ...(facts.length === 0 ? [] : ["--assume-facts", facts.join(",")]),
    ...Object.entries(passOptions).flatMap(([pass, options]) =>
      Object.entries(options).flatMap(([name, value]) => [
        "--pass-option",
        `${pass}.${name}=${String(value)}`,
      ]),
    ),
  ];
}

/**
 * The files of a reproducer: the IR before the step, the rest of the plan, the command that repeats it, and the stack where there is one.
 *
 * @param more further words of the command, such as the plugins
 */
export function reproducerFiles(reproducer: Reproducer, more: readonly string[] = []): OutputFile[] {
  const { step, plugin, reason, rest, target, facts, ir, stack } = reproducer;
  const plan = {
    step,
    plugin,
    reason,
    target,
    facts,
    rest: rest.map(({ id, pass, plugin: contributor, options }) => ({
      id,
      pass: pass.name,
      plugin: contributor,
      options,
    })),
  };
  const words = [...reproducerArguments(reproducer), ...more].map(shellWord).join(" ");
  const command = [
    "#!/bin/sh",
    ...reason.split("\n").map((line) => `# ${line}`),
    "# Run it where it failed, so that plugins are found as they were then.",
    `assassyn compile "$(dirname "$0")/${REPRODUCER_INPUT}" ${words} "$@"`,
    "",
  ];
  return [
    { path: REPRODUCER_INPUT, content: ir },
    { path: "plan.json", content: `${JSON.stringify(plan, undefined, 2)}\n` },
    { path: "reproduce.sh", content: command.join("\n") },
    ...(stack === undefined ? [] : [{ path: "stack.txt", content: `${stack}\n` }]),
  ];
}

/** A word as a shell needs it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
