import path from "node:path";
import { createManager } from "@assassyn/compiler";
import { formatPlan } from "@assassyn/pass-manager";
import type { CommandContext } from "../command.js";
import { loadConfigFor } from "../design.js";
import { isFile } from "../files/paths.js";
import { loadEmitters } from "../emitters.js";
import { EXIT } from "../errors.js";
import type { Io } from "../io/io.js";
import type { PipelineOptions } from "../pipeline-options.js";
import { chosenTarget, toPlanOptions } from "../pipeline-options.js";
import { failureStatus } from "../plugin-bugs.js";
import { loadDesignPlugins } from "../plugins.js";
import { jsonDocument, printDiagnostics, withJsonErrors } from "../report.js";
import { checkTarget } from "./check-target.js";

interface PlanCommandOptions extends PipelineOptions {
  readonly target: string | undefined;
  readonly config: string | undefined;
  readonly plugin: readonly string[];
  readonly json: boolean;
}

/** Prints which passes run for a target, and why. */
export function runPlan(context: CommandContext<PlanCommandOptions>): Promise<number> {
  return withJsonErrors(context.options.json, context.io, () => showPlan(context));
}

async function showPlan({
  options,
  positional,
  io,
  color,
}: CommandContext<PlanCommandOptions>): Promise<number> {
  const loaded = await loadConfigFor(configFolder(positional[0], io), options.config, io);
  const planOptions = toPlanOptions(options, loaded.config);
  const target = chosenTarget(options.target, loaded.config, planOptions, undefined);
  const plugins = await loadDesignPlugins(loaded, options.plugin, io.cwd);
  if (target !== undefined) checkTarget(target, plugins);
  const manager = createManager({ plugins, emitters: target === "ir" ? [] : await loadEmitters(target) });
  const planned = manager.plan({ ...planOptions, ...(target === undefined ? {} : { target }) });
  const diagnostics = [...manager.registry.diagnostics, ...planned.diagnostics];
  const { plan } = planned;
  const status = plan === undefined ? failureStatus(diagnostics) : EXIT.ok;
  const explained = plan === undefined ? [] : manager.explain(plan);
  if (options.json) {
    const steps = explained.map(({ step, requires, provides, ends, after, before }) => ({
      id: step.id,
      pass: step.pass.name,
      plugin: step.plugin,
      reason: step.reason,
      options: step.options,
      requires: step.pass.requires ?? [],
      provides: step.pass.provides ?? [],
      invalidates: step.pass.invalidates ?? [],
      place: { requires, provides, ends, after, before },
    }));
    const more = plan === undefined ? {} : { target: plan.target, steps };
    io.stdout.write(`${JSON.stringify(jsonDocument(diagnostics, [], more))}\n`);
    return status;
  }
  printDiagnostics(diagnostics, [], io, { color });
  if (plan !== undefined) io.stdout.write(formatPlan(plan, explained));
  return status;
}

/** The folder whose configuration counts; a plan needs no design. */
function configFolder(argument: string | undefined, io: Io): string {
  const target = path.resolve(io.cwd, argument === "-" ? "." : (argument ?? "."));
  return isFile(target) ? path.dirname(target) : target;
}
