import path from "node:path";
import { createDiagnostic } from "@assassyn/diagnostics";
import { isGeneratedName } from "@assassyn/import-upstream";
import type { System } from "@assassyn/ir";
import { printSource, PrintSourceError } from "@assassyn/print-source";
import type { CommandContext } from "../command.js";
import { CommandError, EXIT } from "../errors.js";
import { writeFileAtomically } from "../files/atomic-file.js";
import { messages } from "../messages.js";
import { openDesign, refuseInputAsOutput } from "../open-design.js";
import { printDiagnostics } from "../report.js";

interface ImportOptions {
  readonly config: string | undefined;
  readonly plugin: readonly string[];
  readonly meta: string | undefined;
  readonly semantics: "exact" | "upstream" | undefined;
  readonly enforceDepths: boolean;
  readonly dram: string | undefined;
  readonly output: string | undefined;
  readonly quiet: boolean;
}

/** Writes a dump of the Python front end as source of the language. */
export async function runImport(context: CommandContext<ImportOptions>): Promise<number> {
  const { options, positional, io, color } = context;
  const opened = await openDesign(positional[0], options, io);
  const { read, location } = opened;
  printDiagnostics(read.diagnostics, read.sources, io, { color, quiet: options.quiet });
  if (read.system === undefined) return EXIT.failure;
  const { output } = options;
  const toFile = output !== undefined && output !== "-";
  if (toFile) refuseInputAsOutput(opened, output, io.cwd);
  // The metadata names its files from where it is, the source from where it will be.
  const from =
    options.meta === undefined ? location.folder : path.dirname(path.resolve(io.cwd, options.meta));
  const to = toFile ? path.dirname(path.resolve(io.cwd, output)) : io.cwd;
  const text = print(
    withFiles(read.system, (file) => showFrom(path.resolve(from, file), to)),
    location.path,
  );
  if (toFile) writeFileAtomically(path.resolve(io.cwd, output), output, text);
  else io.stdout.write(text);
  return EXIT.ok;
}

/** A path as source names it: with `/`, from a folder. */
function showFrom(file: string, folder: string): string {
  return path.relative(folder, file).split(path.sep).join("/");
}

function withFiles(system: System, rename: (file: string) => string): System {
  const arrays = system.arrays.map((array) =>
    array?.file === undefined ? array : { ...array, file: rename(array.file) },
  );
  return { ...system, arrays };
}

function print(system: System, design: string): string {
  try {
    return printSource(system, { isGenerated: isGeneratedName });
  } catch (error) {
    if (!(error instanceof PrintSourceError)) throw error;
    const args = { path: design, reason: error.message };
    throw new CommandError(EXIT.failure, createDiagnostic(messages["cannot-print-source"], args));
  }
}
