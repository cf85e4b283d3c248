import { createManager } from "@assassyn/compiler";
import type { Pass } from "@assassyn/plugin-api";
import { expectedValue } from "@assassyn/plugin-api";
import type { CommandContext } from "../command.js";
import { loadConfigFor } from "../design.js";
import { loadEmitters } from "../emitters.js";
import { EXIT } from "../errors.js";
import { loadDesignPlugins } from "../plugins.js";
import { jsonDocument, printDiagnostics, withJsonErrors } from "../report.js";

interface PassesOptions {
  readonly config: string | undefined;
  readonly plugin: readonly string[];
  readonly json: boolean;
}

/** Lists passes, pipelines and targets, with the plugins that contribute them. */
export function runPasses(context: CommandContext<PassesOptions>): Promise<number> {
  return withJsonErrors(context.options.json, context.io, () => listPasses(context));
}

async function listPasses({ options, io, color }: CommandContext<PassesOptions>): Promise<number> {
  const loaded = await loadConfigFor(io.cwd, options.config, io);
  const plugins = await loadDesignPlugins(loaded, options.plugin, io.cwd);
  const { registry } = createManager({ plugins, emitters: await loadEmitters(undefined) });
  const passes = [...registry.passes.values()];
  const pipelines = [...registry.pipelines.values()];
  const targets = [...registry.emitters.values()];
  const failed = registry.diagnostics.some(({ severity }) => severity === "error");
  const status = failed ? EXIT.failure : EXIT.ok;
  if (options.json) {
    const more = {
      passes: passes.map(({ plugin, value }) => ({
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
      pipelines: pipelines.map(({ plugin, value }) => ({ ...value, plugin })),
      targets: targets.map(({ plugin, value }) => ({
        name: value.target,
        plugin,
        description: value.description,
        options: value.options ?? {},
        requires: value.requires ?? [],
      })),
    };
    io.stdout.write(`${JSON.stringify(jsonDocument(registry.diagnostics, [], more))}\n`);
    return status;
  }
  printDiagnostics(registry.diagnostics, [], io, { color });
  io.stdout.write(
    section(
      "Passes",
      passes.map(({ plugin, value }) => [value.name, plugin, value.description, ...passDetails(value)]),
    ) +
      section(
        "Pipelines",
        pipelines.map(({ plugin, value }) => [value.name, plugin, value.description, value.steps.join(", ")]),
      ) +
      section(
        "Targets",
        targets.map(({ plugin, value }) => [value.target, plugin, value.description]),
      ),
  );
  return status;
}

function passDetails(pass: Pass): string[] {
  const facts = (["requires", "provides", "invalidates"] as const).flatMap((key) => {
    const names = pass[key] ?? [];
    return names.length === 0 ? [] : [`${key} ${names.join(", ")}`];
  });
  const options = Object.entries(pass.options ?? {}).map(
    ([name, spec]) =>
      `--pass-option ${pass.name}.${name}=…  ${spec.description} (${expectedValue(spec)}; default ${String(spec.default)})`,
  );
  return [...facts, ...options];
}

/** A heading, and for each entry a line of name, plugin and description, with further lines below it. */
function section(title: string, entries: readonly (readonly string[])[]): string {
  if (entries.length === 0) return "";
  const width = (column: number): number => Math.max(...entries.map((entry) => entry[column]?.length ?? 0));
  const [nameWidth, pluginWidth] = [width(0), width(1)];
  const lines = entries.map(
    ([name = "", plugin = "", description = "", ...details]) =>
      `  ${name.padEnd(nameWidth)}  ${plugin.padEnd(pluginWidth)}  ${description}\n` +
      details.map((detail) => `  ${" ".repeat(nameWidth)}    ${detail}\n`).join(""),
  );
  return `${title}\n${lines.join("")}`;
}
