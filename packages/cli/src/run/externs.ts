import path from "node:path";
import { pathToFileURL } from "node:url";
import type { LoadedConfig } from "@assassyn/config";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { ExternFunction, System } from "@assassyn/ir";
import { CommandError, EXIT } from "../errors.js";
import { tidyPath } from "../files/paths.js";
import { messages } from "../messages.js";

/**
 * Loads the bodies of a design's extern functions, from the module of `--externs` or of the configuration.
 *
 * @throws CommandError if one is missing
 */
export async function loadExterns(
  system: System,
  option: string | undefined,
  loaded: LoadedConfig,
  cwd: string,
): Promise<Readonly<Record<string, ExternFunction>>> {
  const wanted = system.externs.flatMap((declaration) => (declaration === null ? [] : [declaration.name]));
  if (wanted.length === 0) return {};
  const configured = loaded.config.externs;
  const file =
    option !== undefined
      ? path.resolve(cwd, option)
      : configured !== undefined && loaded.file !== undefined
        ? path.resolve(path.dirname(loaded.file), configured)
        : undefined;
  const bodies: Record<string, ExternFunction> = {};
  if (file !== undefined) {
    for (const [name, value] of Object.entries(await importModule(file, option ?? configured ?? file))) {
      if (isFunction(value)) bodies[name] = value;
    }
  }
  const missing = wanted.filter((name) => bodies[name] === undefined);
  if (missing.length === 0) return bodies;
  throw new CommandError(
    EXIT.usage,
    createDiagnostic(messages["extern-missing"], { names: missing.join(", ") }, undefined, {
      help:
        file === undefined
          ? "name a JavaScript module that exports them: --externs bodies.mjs"
          : `export them from ${tidyPath(option ?? configured ?? file)}`,
    }),
  );
}

async function importModule(file: string, shown: string): Promise<object> {
  try {
    const imported: unknown = await import(pathToFileURL(file).href);
    return typeof imported === "object" && imported !== null ? imported : {};
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new CommandError(EXIT.usage, createDiagnostic(messages["externs-failed"], { path: shown, reason }));
  }
}

/** Marked helper: what a function of a foreign module takes and returns shows only when it is called; the simulation checks that. */
function isFunction(value: unknown): value is ExternFunction {
  return typeof value === "function";
}
