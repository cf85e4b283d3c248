import path from "node:path";
import type { ReadDesign } from "@assassyn/compiler";
import { createManager } from "@assassyn/compiler";
import type { Diagnostic } from "@assassyn/diagnostics";
import type { Plugin } from "@assassyn/plugin-api";
import type { CommandContext } from "../command.js";
import { CommandError, EXIT } from "../errors.js";
import type { FileHost } from "../compile-host.js";
import { openDesign } from "../open-design.js";
import { loadDesignPlugins } from "../plugins.js";
import { failureStatus } from "../plugin-bugs.js";
import { jsonDocument, printDiagnostics, withJsonErrors } from "../report.js";
import { printFailure } from "../failure.js";

interface CheckOptions {
  readonly config: string | undefined;
  readonly meta: string | undefined;
  readonly semantics: "exact" | "upstream" | undefined;
  readonly enforceDepths: boolean;
  readonly dram: string | undefined;
  readonly semanticsReport: boolean;
  readonly plugin: readonly string[];
  readonly json: boolean;
  readonly watch: boolean;
  readonly quiet: boolean;
}

/** Reports what is wrong with a design. */
export async function runCheck(context: CommandContext<CheckOptions>): Promise<number> {
  const { options, positional, io } = context;
  if (!options.watch) return (await checkOnce(context)).status;
  const { watchAndRepeat } = await import("../watch.js");
  const target = path.resolve(io.cwd, positional[0] ?? ".");
  return watchAndRepeat(io, [target], async () => (await checkOnce(context)).files);
}

interface CheckOutcome {
  readonly status: number;
  /** Absolute paths of what was read. */
  readonly files: readonly string[];
}

async function checkOnce(context: CommandContext<CheckOptions>): Promise<CheckOutcome> {
  const { options, positional, io, color } = context;
  let files: readonly string[] = [];
  const onFiles = (host: FileHost, more: readonly string[]): void => {
    files = [...more, ...host.dependencies()];
  };
  const attempt = async (): Promise<number> => {
    const opened = await openDesign(positional[0], options, io, { requireSystem: false });
    const { read, location } = opened;
    onFiles(opened.host, opened.files);
    const plugins = await loadDesignPlugins(opened.loaded, options.plugin, io.cwd);
    const diagnostics = [...read.diagnostics, ...runChecks(read, plugins)];
    const failed = diagnostics.some(({ severity }) => severity === "error");
    const status = failed ? failureStatus(diagnostics) : EXIT.ok;
    if (options.json) {
      io.stdout.write(`${JSON.stringify(jsonDocument(diagnostics, read.sources))}\n`);
      return status;
    }
    printDiagnostics(diagnostics, read.sources, io, { color, quiet: options.quiet });
    if (!failed && !options.quiet) {
      io.stderr.write(`${location.path}: no errors${describeSize(read)}\n`);
    }
    return status;
  };
  try {
    return { status: await withJsonErrors(options.json, io, attempt), files };
  } catch (error) {
    // A watch outlives a design that is missing for a moment.
    if (!options.watch || !(error instanceof CommandError)) throw error;
    printFailure(error, io, color);
    return { status: error.status, files };
  }
}

/** What the checks of the plugins have to say about a design that is well-formed. */
function runChecks({ system, sources }: ReadDesign, plugins: readonly Plugin[]): readonly Diagnostic[] {
  if (system === undefined || plugins.length === 0) return [];
  const manager = createManager({ plugins });
  return [...manager.registry.diagnostics, ...manager.check(system, { sources })];
}

function describeSize({ system, sources }: ReadDesign): string {
  if (system === undefined) return " (no system)";
  const modules = system.modules.filter((module) => module !== null).length;
  const files = sources.length === 1 ? "" : `, ${sources.length} files`;
  return ` (${modules} module${modules === 1 ? "" : "s"}${files})`;
}
