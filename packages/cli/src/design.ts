import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { LoadedConfig } from "@assassyn/config";
import { loadConfig } from "@assassyn/config";
import { CommandError, EXIT } from "./errors.js";
import { isFile, showPath, tidyPath } from "./files/paths.js";
import { decodeText, readText } from "./files/read-text.js";
import { describeSystemError } from "./files/system-errors.js";
import type { Io } from "./io/io.js";
import { messages } from "./messages.js";

/** Where a design is: a file, or standard input. */
export interface DesignLocation {
  /** As messages show it; `<stdin>` for standard input. */
  readonly path: string;
  /** Absolute path of the file; undefined for standard input. */
  readonly file: string | undefined;
  /** Absolute path of the folder that imports start from. */
  readonly folder: string;
}

/** A design and the configuration that goes with it. */
export interface LocatedDesign {
  readonly location: DesignLocation;
  readonly loaded: LoadedConfig;
}

/**
 * Finds the configuration and the design for the argument of a command: a file, a folder, `-`, or nothing for the current folder.
 *
 * @param argument as typed
 * @param configOption the value of `--config`
 * @throws CommandError if there is no design, or the configuration is wrong
 */
export async function locateDesign(
  argument: string | undefined,
  configOption: string | undefined,
  io: Io,
): Promise<LocatedDesign> {
  if (argument === "-") {
    const loaded = await loadConfigFor(io.cwd, configOption, io);
    return { location: { path: "<stdin>", file: undefined, folder: io.cwd }, loaded };
  }
  const target = path.resolve(io.cwd, argument ?? ".");
  const shown = argument === undefined ? "." : tidyPath(argument);
  if (!statOrFail(target, shown).isDirectory()) {
    const loaded = await loadConfigFor(path.dirname(target), configOption, io);
    return { location: { path: shown, file: target, folder: path.dirname(target) }, loaded };
  }
  const loaded = await loadConfigFor(target, configOption, io);
  // The entry of a configuration further up belongs to that folder, unless no folder was named at all.
  const { file: configFile, config } = loaded;
  const entryCounts =
    configFile !== undefined && (argument === undefined || path.dirname(configFile) === target);
  const file =
    entryCounts && config.entry !== undefined
      ? resolveEntry(config.entry, configFile, loaded.shownPath)
      : findInFolder(target, shown);
  const prefix = argument !== undefined && file.startsWith(target + path.sep) ? shown : undefined;
  const shownFile =
    prefix === undefined ? showPath(file, io.cwd) : tidyPath(path.join(prefix, path.relative(target, file)));
  return { location: { path: shownFile, file, folder: path.dirname(file) }, loaded };
}

/**
 * Reads a located design.
 *
 * @throws CommandError if it cannot be read, is too large, or is not text
 */
export async function readDesignText(location: DesignLocation, io: Io): Promise<string> {
  if (location.file === undefined) return decodeText(await io.readStdin(), location.path, "source");
  const read = readText(location.file, location.path, "source");
  if ("text" in read) return read.text;
  throw new CommandError(
    EXIT.usage,
    createDiagnostic(messages["cannot-read"], { path: location.path, reason: read.reason }),
  );
}

/** Loads the configuration of a folder, or the one that the user named. @throws CommandError if it is wrong */
export async function loadConfigFor(
  folder: string,
  option: string | undefined,
  io: Io,
): Promise<LoadedConfig> {
  const explicit = option === undefined ? undefined : path.resolve(io.cwd, option);
  const result = await loadConfig(folder, io.cwd, explicit);
  if (result.kind === "ok") return result.loaded;
  throw new CommandError(EXIT.usage, result.diagnostics, result.sources);
}

function statOrFail(file: string, shown: string): { isDirectory(): boolean } {
  try {
    return statSync(file);
  } catch (error) {
    throw new CommandError(
      EXIT.usage,
      createDiagnostic(messages["cannot-read"], { path: shown, reason: describeSystemError(error) }),
    );
  }
}

function resolveEntry(entry: string, configFile: string, shownConfig: string): string {
  const file = path.resolve(path.dirname(configFile), entry);
  if (isFile(file)) return file;
  throw new CommandError(
    EXIT.usage,
    createDiagnostic(messages["missing-entry"], { entry, config: shownConfig }),
  );
}

/** The only `.asyn` file of a folder, or the one with its name. */
function findInFolder(folder: string, shown: string): string {
  let designs: string[];
  try {
    designs = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.name.endsWith(".asyn") && !entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    throw new CommandError(
      EXIT.usage,
      createDiagnostic(messages["cannot-read"], { path: shown, reason: describeSystemError(error) }),
    );
  }
  const named = `${path.basename(folder)}.asyn`;
  const [only] = designs;
  if (designs.length === 1 && only !== undefined) return path.join(folder, only);
  if (designs.includes(named)) return path.join(folder, named);
  if (designs.length === 0) {
    throw new CommandError(
      EXIT.usage,
      createDiagnostic(messages["no-design"], { folder: shown }, undefined, {
        help: "name a .asyn file, or make a first design with `assassyn new <name>`",
      }),
    );
  }
  const shownList = designs.slice(0, 8).join(", ") + (designs.length > 8 ? ", …" : "");
  throw new CommandError(
    EXIT.usage,
    createDiagnostic(messages["ambiguous-design"], { folder: shown, count: designs.length }, undefined, {
      notes: [`they are ${shownList}`],
      help: `name one of them, or call the main one ${named}`,
    }),
  );
}
