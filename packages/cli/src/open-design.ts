import { realpathSync } from "node:fs";
import path from "node:path";
import type { DramChoice, ReadDesign, ReadOptions } from "@assassyn/compiler";
import { parseDramChoice, readDesign } from "@assassyn/compiler";
import type { LoadedConfig } from "@assassyn/config";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { FileHost } from "./compile-host.js";
import { createFileHost } from "./compile-host.js";
import type { DesignLocation } from "./design.js";
import { locateDesign, readDesignText } from "./design.js";
import { CommandError, EXIT } from "./errors.js";
import type { Io } from "./io/io.js";
import { messages } from "./messages.js";

/** A design found, read and checked, with everything that later steps need. */
export interface OpenedDesign {
  readonly location: DesignLocation;
  readonly loaded: LoadedConfig;
  readonly host: FileHost;
  readonly read: ReadDesign;
  /** Absolute paths of the design and its configuration. */
  readonly files: readonly string[];
}

/** How a command asks for its design. */
export interface OpenOptions {
  readonly config: string | undefined;
  readonly meta?: string | undefined;
  readonly semantics?: "exact" | "upstream" | undefined;
  readonly enforceDepths?: boolean;
  readonly dram?: string | undefined;
  readonly semanticsReport?: boolean;
}

/**
 * Finds the design for the argument of a command and reads it up to its verified IR.
 *
 * @throws CommandError if there is none, or the configuration is wrong; errors in the design are in `read`
 */
export async function openDesign(
  argument: string | undefined,
  options: OpenOptions,
  io: Io,
  readOptions: ReadOptions = {},
): Promise<OpenedDesign> {
  const { location, loaded } = await locateDesign(argument, options.config, io);
  const text = await readDesignText(location, io);
  const host = createFileHost(location);
  const upstream = toUpstreamOptions(options, location, io.cwd);
  const read = readDesign({ path: location.path, text }, host, { upstream, ...readOptions });
  const files = [location.file, loaded.file].filter((file) => file !== undefined);
  return { location, loaded, host, read, files };
}

/** The metadata is named from the current folder, the host looks for it from the design. */
function toUpstreamOptions(
  options: OpenOptions,
  location: DesignLocation,
  cwd: string,
): NonNullable<ReadOptions["upstream"]> {
  const { meta, semantics, enforceDepths = false, dram, semanticsReport = false } = options;
  return {
    ...(meta === undefined ? {} : { metadata: path.relative(location.folder, path.resolve(cwd, meta)) }),
    ...(semantics === undefined ? {} : { semantics }),
    enforceDepths,
    ...(dram === undefined ? {} : { dram: toDramChoice(dram) }),
    reportSemantics: semanticsReport,
  };
}

function toDramChoice(text: string): DramChoice {
  const parsed = parseDramChoice(text);
  if (parsed.kind === "choice") return parsed.choice;
  const args = { option: "--dram", reason: parsed.reason };
  throw new CommandError(EXIT.usage, createDiagnostic(messages["bad-option"], args));
}

/**
 * Makes sure that an output does not replace a file that the design is made of.
 *
 * @param output as typed; relative to `cwd`
 * @throws CommandError if it would
 */
export function refuseInputAsOutput(opened: OpenedDesign, output: string, cwd: string): void {
  const target = realPath(path.resolve(cwd, output));
  const inputs = [...opened.files, ...opened.host.dependencies()];
  if (target === undefined || !inputs.some((file) => realPath(file) === target)) return;
  throw new CommandError(EXIT.usage, createDiagnostic(messages["output-is-input"], { path: output }));
}

/** The file behind symbolic links; undefined when there is none, which nothing can be read from either. */
function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
