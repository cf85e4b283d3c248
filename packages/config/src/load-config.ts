import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic, SourceFile, Span } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import { messages } from "./messages.js";
import type { AssassynConfig } from "./schema.js";
import { checkConfig, isConfig, isRecord } from "./schema.js";

/** Names of configuration files; a folder has at most one of them. */
export const CONFIG_NAMES = ["assassyn.config.ts", "assassyn.config.mjs", "assassyn.config.json"] as const;

/** A configuration and where it came from. */
export interface LoadedConfig {
  readonly config: AssassynConfig;
  /** Absolute path of the file; undefined when there is none and all is default. */
  readonly file: string | undefined;
  /** The file as the user would name it. */
  readonly shownPath: string;
}

/** The outcome of {@link loadConfig}. `sources` is what the spans of the diagnostics index. */
export type ConfigResult =
  | { readonly kind: "ok"; readonly loaded: LoadedConfig }
  | {
      readonly kind: "error";
      readonly diagnostics: readonly Diagnostic[];
      readonly sources: readonly SourceFile[];
    };

const failed = (diagnostics: readonly Diagnostic[], sources: readonly SourceFile[] = []): ConfigResult => ({
  kind: "error",
  diagnostics,
  sources,
});

/**
 * Finds and loads the configuration for a folder: the nearest `assassyn.config.*` from there upward.
 * JSON is read as data; `.mjs` is imported; `.ts` is imported through jiti, which is loaded only then.
 *
 * @param folder absolute path to start at
 * @param cwd absolute path that shown paths are relative to
 * @param explicit absolute path of the file, when the user named one
 */
export async function loadConfig(folder: string, cwd: string, explicit?: string): Promise<ConfigResult> {
  const found = explicit === undefined ? findConfig(folder) : [explicit];
  const [file] = found;
  if (file === undefined) return { kind: "ok", loaded: { config: {}, file: undefined, shownPath: "" } };
  const shownPath = showPath(file, cwd);
  if (found.length > 1) {
    const args = {
      folder: showPath(path.dirname(file), cwd),
      files: found.map((one) => path.basename(one)).join(", "),
    };
    return failed([createDiagnostic(messages["several-files"], args)]);
  }
  if (!existsSync(file)) return failed([createDiagnostic(messages["not-found"], { path: shownPath })]);
  let text: string;
  let value: unknown;
  try {
    text = readFileSync(file, "utf8");
    value = file.endsWith(".json") ? JSON.parse(text) : await importDefault(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failed([createDiagnostic(messages.unreadable, { path: shownPath, reason: firstLines(reason) })]);
  }
  if (value === undefined)
    return failed([createDiagnostic(messages["no-default-export"], { path: shownPath })]);
  if (isConfig(value)) return { kind: "ok", loaded: { config: value, file, shownPath } };
  const sources = [{ path: shownPath, text }];
  return failed(
    checkConfig(value, shownPath, (key) => locateKey(text, key)),
    sources,
  );
}

/** The configuration files of the nearest folder that has any, from `folder` upward. */
function findConfig(folder: string): string[] {
  for (let current = folder; ; current = path.dirname(current)) {
    const found = CONFIG_NAMES.map((name) => path.join(current, name)).filter((file) => existsSync(file));
    if (found.length > 0 || path.dirname(current) === current) return found;
  }
}

async function importDefault(file: string): Promise<unknown> {
  if (file.endsWith(".ts")) {
    const { createJiti } = await import("jiti");
    const imported: unknown = await createJiti(pathToFileURL(file).href, {
      fsCache: false,
      interopDefault: false,
    }).import(file);
    return isRecord(imported) ? imported["default"] : undefined;
  }
  const imported: unknown = await import(pathToFileURL(file).href);
  return isRecord(imported) ? imported["default"] : undefined;
}

/** The path relative to the current folder where that is shorter to read, with `/`. */
function showPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file).replaceAll("\\", "/");
  return relative === "" ? "." : relative;
}

/** The first place where the text says `key:`; good enough to point at, never wrong about the file. */
export function locateKey(text: string, key: string): Span | undefined {
  const escaped = key.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const match = new RegExp(String.raw`(["']?)${escaped}\1\s*:`, "u").exec(text);
  return match === null
    ? undefined
    : { file: 0, start: match.index, end: match.index + key.length + 2 * (match[1]?.length ?? 0) };
}

/** Error messages of module loaders can be pages long. */
function firstLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  return lines.slice(0, 4).join("\n");
}
