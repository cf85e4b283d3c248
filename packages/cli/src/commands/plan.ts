import path from "node:path";
import { createManager } from "@assassyn/compiler";
import type { CommandContext } from "../command.js";
import { loadConfigFor } from "../design.js";
import { isFile } from "../files/paths.js";
import { loadEmitters } from "../emitters.js";
import { EXIT } from "../errors.js";
import type { Io } from "../io/io.js";
import type { PipelineOptions } from "../pipeline-options.js";
import { choosesPasses, toPlanOptions } from "../pipeline-options.js";
import { loadDesignPlugins } from "../plugins.js";
import { jsonDocument, printDiagnostics, withJsonErrors } from "../report.js";
import { checkTarget } from "./check-target.js";
import { COMPILE_TARGETS } from "./targets.js";

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
  const configured = COMPILE_TARGETS.find((target) => target === loaded.config.target);
  const target = options.target ?? configured ?? (choosesPasses(planOptions) ? undefined : "wasm");
  const plugins = await loadDesignPlugins(loaded, options.plugin, io.cwd);
  if (target !== undefined) checkTarget(target, plugins);
  const manager = createManager({ plugins, emitters: target === "ir" ? [] : await loadEmitters(target) });
  const planned = manager.plan({ ...planOptions, ...(target === undefined ? {} : { target }) });
  const diagnostics = [...manager.registry.diagnostics, ...planned.diagnostics];
  const { plan } = planned;
  const status = plan === undefined ? EXIT.failure : EXIT.ok;
  if (options.json) {
    const steps = plan?.steps.map(({ id, pass, plugin, reason, options: values }) => ({
      id,
      pass: pass.name,
      plugin,
      reason,
      options: values,
      requires: pass.requires ?? [],
      provides: pass.provides ?? [],
      invalidates: pass.invalidates ?? [],
    }));
    const more = plan === undefined ? {} : { target: plan.target, steps };
    io.stdout.write(`${JSON.stringify(jsonDocument(diagnostics, [], more))}\n`);
    return status;
  }
  printDiagnostics(diagnostics, [], io, { color });
  if (plan === undefined) return status;
  const count = plan.steps.length;
  let text = `target ${plan.target}: ${count === 0 ? "no passes" : count === 1 ? "1 step" : `${count} steps`}\n`;
  const widths = {
    number: String(count).length,
    id: Math.max(0, ...plan.steps.map(({ id }) => id.length)),
    plugin: Math.max(0, ...plan.steps.map(({ plugin }) => plugin.length)),
  };
  for (const [index, { id, plugin, reason }] of plan.steps.entries()) {
    text += `${String(index + 1).padStart(widths.number + 2)}  ${id.padEnd(widths.id)}  ${plugin.padEnd(widths.plugin)}  ${reason}\n`;
  }
  io.stdout.write(text);
  return status;
}

/** The folder whose configuration counts; a plan needs no design. */
function configFolder(argument: string | undefined, io: Io): string {
  const target = path.resolve(io.cwd, argument === "-" ? "." : (argument ?? "."));
  return isFile(target) ? path.dirname(target) : target;
}
