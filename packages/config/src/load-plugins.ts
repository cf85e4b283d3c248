import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Plugin, PluginDefinition } from "@assassyn/plugin-api";
import { API_VERSION } from "@assassyn/plugin-api";
import { messages } from "./messages.js";
import { isRecord } from "./schema.js";

/** A plugin that somebody asked for. */
export interface PluginRequest {
  /** Exact specifier, as an `import` would have it, or the plugin itself. */
  readonly plugin: string | object;
  /** Absolute path of the file from which the specifier is resolved; it need not exist. */
  readonly from: string;
  /** How messages call `from`. */
  readonly shownFrom: string;
}

/** A plugin that is ready for the registry. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** How it was asked for; for a plugin given as an object, its name. */
  readonly specifier: string;
}

/** The outcome of {@link loadPlugins}: what could be loaded, and why the rest could not. */
export interface LoadedPlugins {
  readonly plugins: readonly LoadedPlugin[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What one step of the loading comes to. */
type Outcome<Value> =
  | { readonly kind: "ok"; readonly value: Value }
  | { readonly kind: "error"; readonly diagnostic: Diagnostic };

const ok = <Value>(value: Value): Outcome<Value> => ({ kind: "ok", value });
const error = (diagnostic: Diagnostic): { kind: "error"; diagnostic: Diagnostic } => ({
  kind: "error",
  diagnostic,
});

/**
 * Loads plugins one after another, in their order. The package.json is read, and its `assassyn.apiVersion` compared, before any code
 * of the plugin runs.
 *
 * @example await loadPlugins([{ plugin: "assassyn-plugin-lint", from: "/designs/assassyn.config.json", shownFrom: "assassyn.config.json" }]);
 */
export async function loadPlugins(requests: readonly PluginRequest[]): Promise<LoadedPlugins> {
  const plugins: LoadedPlugin[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const request of requests) {
    const outcome = await loadPlugin(request);
    if (outcome.kind === "error") {
      diagnostics.push(outcome.diagnostic);
      continue;
    }
    const loaded = outcome.value;
    const same = plugins.find(({ plugin }) => plugin.name === loaded.plugin.name);
    if (same === undefined) plugins.push(loaded);
    // One plugin asked for twice, in the configuration and on the command line, is no mistake.
    else if (same.plugin !== loaded.plugin) {
      const args = { name: loaded.plugin.name, first: same.specifier, second: loaded.specifier };
      diagnostics.push(createDiagnostic(messages["plugin-duplicate"], args));
    }
  }
  return { plugins, diagnostics };
}

async function loadPlugin(request: PluginRequest): Promise<Outcome<LoadedPlugin>> {
  const { plugin } = request;
  if (typeof plugin !== "string") {
    const name = "name" in plugin && typeof plugin.name === "string" ? plugin.name : "(an object)";
    return validate(plugin, name);
  }
  const file = await locate(plugin, request);
  if (file.kind === "error") return file;
  const version = checkDeclaredVersion(plugin, file.value);
  if (version !== undefined) return error(version);
  let imported: unknown;
  try {
    imported = await importModule(file.value);
  } catch (cause) {
    return error(loadFailure(plugin, file.value, cause));
  }
  return validate(isRecord(imported) ? imported["default"] : undefined, plugin);
}

const isPath = (specifier: string): boolean => specifier.startsWith(".") || path.isAbsolute(specifier);

/** The file that a specifier means, and nothing of it loaded. */
async function locate(specifier: string, { from, shownFrom }: PluginRequest): Promise<Outcome<string>> {
  const help = isPath(specifier)
    ? "the path is relative to the file that names it, and ends in .mjs, .js or .ts"
    : `install it: npm install --save-dev ${specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/")}`;
  const notFound = error(
    createDiagnostic(messages["plugin-not-found"], { specifier, from: shownFrom }, undefined, { help }),
  );
  if (isPath(specifier)) {
    const file = path.resolve(path.dirname(from), specifier);
    return existsSync(file) && statSync(file).isFile() ? ok(file) : notFound;
  }
  const { createJiti } = await import("jiti");
  try {
    const resolved: unknown = createJiti(pathToFileURL(from).href).esmResolve(specifier, {
      conditions: ["node", "import", "default"],
    });
    if (typeof resolved !== "string") return notFound;
    const file = resolved.startsWith("file:") ? fileURLToPath(resolved) : resolved;
    return path.isAbsolute(file) && existsSync(file) ? ok(file) : notFound;
  } catch {
    return notFound;
  }
}

/** The original error, and where in the plugin it was thrown as far as that is known. */
function loadFailure(specifier: string, file: string, cause: unknown): Diagnostic {
  if (!(cause instanceof Error))
    return createDiagnostic(messages["plugin-failed"], { specifier, reason: String(cause) });
  const [text = ""] = cause.message.split("\n");
  const reason = cause.name === "Error" ? text : `${cause.name}: ${text}`;
  // Frames have paths, or addresses of files, which end in the same text.
  const [folder, stack] = [path.dirname(file), cause.stack ?? ""].map((one) => one.replaceAll("\\", "/"));
  const [, place] = stack?.split(`${folder}/`, 2) ?? [];
  const [frame] = /^[^\s()]+:\d+:\d+/.exec(place ?? "") ?? [];
  const notes = frame === undefined ? [] : [`thrown at ${frame}`];
  return createDiagnostic(messages["plugin-failed"], { specifier, reason }, undefined, { notes });
}

/** What is wrong with the version in the package.json of a plugin's file; undefined if nothing is. */
function checkDeclaredVersion(specifier: string, file: string): Diagnostic | undefined {
  const declared = readDeclaredVersion(file);
  // A file of one's own project needs no declaration: `definePlugin` puts the version into the plugin itself.
  if (declared === undefined) {
    return isPath(specifier) ? undefined : createDiagnostic(messages["plugin-no-version"], { specifier });
  }
  return declared === API_VERSION ? undefined : wrongVersion(specifier, declared);
}

function wrongVersion(specifier: string, actual: unknown): Diagnostic {
  return createDiagnostic(messages["plugin-version"], {
    specifier,
    actual: String(actual),
    expected: String(API_VERSION),
  });
}

/** `assassyn.apiVersion` of the nearest package.json above a file. */
function readDeclaredVersion(file: string): unknown {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, "package.json");
    if (existsSync(candidate)) {
      try {
        const content: unknown = JSON.parse(readFileSync(candidate, "utf8"));
        const section = isRecord(content) ? content["assassyn"] : undefined;
        return isRecord(section) ? section["apiVersion"] : undefined;
      } catch {
        return undefined;
      }
    }
    if (path.dirname(folder) === folder) return undefined;
  }
}

async function importModule(file: string): Promise<unknown> {
  if (!/\.[cm]?ts$/.test(file)) return await import(pathToFileURL(file).href);
  const { createJiti } = await import("jiti");
  return createJiti(pathToFileURL(file).href, { fsCache: false, interopDefault: false }).import(file);
}

/** The lists of a plugin, and what each entry must have for the registry to work with it. */
const CONTRIBUTIONS: { readonly [Key in keyof PluginDefinition]?: Readonly<Record<string, string>> } = {
  passes: { name: "string", run: "function" },
  checks: { name: "string", run: "function" },
  analyses: { name: "string", run: "function" },
  emitters: { target: "string", emit: "function" },
  pipelines: { name: "string", steps: "object" },
  facts: { name: "string" },
  reports: { name: "string", pass: "string", run: "function" },
  catalogues: {},
};

function validate(value: unknown, specifier: string): Outcome<LoadedPlugin> {
  const invalid = (reason: string): Outcome<never> =>
    error(createDiagnostic(messages["plugin-invalid"], { specifier, reason }));
  if (!isRecord(value)) return invalid("its module has no default export made with `definePlugin`");
  if (typeof value["name"] !== "string" || value["name"] === "") return invalid("it has no name");
  if (value["apiVersion"] !== API_VERSION)
    return error(wrongVersion(specifier, value["apiVersion"] ?? "none"));
  for (const [key, members] of Object.entries(CONTRIBUTIONS)) {
    const list = value[key];
    if (list === undefined) continue;
    if (!Array.isArray(list)) return invalid(`its \`${key}\` is not a list`);
    for (const entry of list) {
      const missing = Object.entries(members).find(
        ([member, type]) => !isRecord(entry) || typeof entry[member] !== type,
      );
      if (missing !== undefined) return invalid(`an entry of its \`${key}\` has no \`${missing[0]}\``);
    }
  }
  return isPlugin(value) ? ok({ plugin: value, specifier }) : invalid("it is not made with `definePlugin`");
}

/** Marked helper: {@link validate} has looked at every field by now. */
function isPlugin(value: object): value is Plugin {
  return "name" in value && "apiVersion" in value;
}
