import path from "node:path";
import type { LoadedConfig, PluginRequest } from "@assassyn/config";
import { checkConfigTarget, loadPlugins } from "@assassyn/config";
import type { Plugin } from "@assassyn/plugin-api";
import { CommandError, EXIT } from "./errors.js";

/**
 * Loads the plugins of the configuration, resolved from its file, and those of `--plugin`, resolved from the current folder; then those that
 * the command brings along, unless the user named others of the same names.
 *
 * @throws CommandError if one cannot be loaded, or the target of the configuration is none of theirs
 */
export async function loadDesignPlugins(
  loaded: LoadedConfig,
  options: readonly string[],
  cwd: string,
): Promise<readonly Plugin[]> {
  const { file } = loaded;
  const requests: PluginRequest[] = [
    ...(file === undefined ? [] : (loaded.config.plugins ?? [])).map((plugin) => ({
      plugin,
      from: file ?? cwd,
      shownFrom: loaded.shownPath,
    })),
    ...options.map((plugin) => ({
      plugin,
      from: path.join(cwd, "package.json"),
      shownFrom: "the current folder",
    })),
  ];
  const given = await load(requests);
  const names = new Set(given.map(({ name }) => name));
  const own = await load(await ownPlugins());
  const plugins = [...given, ...own.filter(({ name }) => !names.has(name))];
  const wrong = checkConfigTarget(loaded, plugins);
  if (wrong !== undefined) throw new CommandError(EXIT.usage, wrong.diagnostic, wrong.sources);
  return plugins;
}

/** The plugins that come with the command, already imported: a bundle has them inside. */
async function ownPlugins(): Promise<PluginRequest[]> {
  const { default: lockBatching } = await import("@assassyn/plugin-lock-batching");
  return [lockBatching].map((plugin) => ({ plugin, from: "", shownFrom: "the assassyn command" }));
}

async function load(requests: readonly PluginRequest[]): Promise<readonly Plugin[]> {
  if (requests.length === 0) return [];
  const { plugins, diagnostics } = await loadPlugins(requests);
  if (diagnostics.length > 0) throw new CommandError(EXIT.usage, diagnostics);
  return plugins.map(({ plugin }) => plugin);
}
