import { createManager } from "@assassyn/compiler";
import { configJsonSchema } from "@assassyn/config";
import { describeContributions, formatContributions } from "@assassyn/pass-manager";
import type { CommandContext } from "../command.js";
import { loadConfigFor } from "../design.js";
import { loadEmitters } from "../emitters.js";
import { EXIT } from "../errors.js";
import { failureStatus } from "../plugin-bugs.js";
import { loadDesignPlugins } from "../plugins.js";
import { jsonDocument, printDiagnostics, withJsonErrors } from "../report.js";

interface PassesOptions {
  readonly config: string | undefined;
  readonly plugin: readonly string[];
  readonly json: boolean;
  readonly schema: boolean;
}

/** Lists what the built-in plugin and others contribute. */
export function runPasses(context: CommandContext<PassesOptions>): Promise<number> {
  return withJsonErrors(context.options.json, context.io, () => listPasses(context));
}

async function listPasses({ options, io, color }: CommandContext<PassesOptions>): Promise<number> {
  const loaded = await loadConfigFor(io.cwd, options.config, io);
  const plugins = await loadDesignPlugins(loaded, options.plugin, io.cwd);
  const { registry } = createManager({ plugins, emitters: await loadEmitters(undefined) });
  const failed = registry.diagnostics.some(({ severity }) => severity === "error");
  const status = failed ? failureStatus(registry.diagnostics) : EXIT.ok;
  if (options.schema) {
    printDiagnostics(registry.diagnostics, [], io, { color });
    const schema = configJsonSchema(describeContributions(registry));
    io.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
    return status;
  }
  if (options.json) {
    const more = describeContributions(registry);
    io.stdout.write(`${JSON.stringify(jsonDocument(registry.diagnostics, [], more))}\n`);
    return status;
  }
  printDiagnostics(registry.diagnostics, [], io, { color });
  io.stdout.write(formatContributions(registry));
  return status;
}
