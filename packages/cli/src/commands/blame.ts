import { blame } from "@assassyn/compiler";
import { createDiagnostic } from "@assassyn/diagnostics";
import { formatBlame } from "@assassyn/pass-manager";
import type { CommandContext } from "../command.js";
import { loadEmitters } from "../emitters.js";
import { CommandError, EXIT } from "../errors.js";
import { messages } from "../messages.js";
import type { OpenOptions } from "../open-design.js";
import { openDesign } from "../open-design.js";
import type { PipelineOptions } from "../pipeline-options.js";
import { chosenTarget, toPlanOptions } from "../pipeline-options.js";
import { failureStatus } from "../plugin-bugs.js";
import { loadDesignPlugins } from "../plugins.js";
import { jsonDocument, printDiagnostics, withJsonErrors } from "../report.js";
import { reportPassBug } from "../reproducer.js";

interface BlameOptions extends PipelineOptions, OpenOptions {
  readonly target: string | undefined;
  readonly plugin: readonly string[];
  readonly by: string | undefined;
  readonly reproducer: string | undefined;
  readonly json: boolean;
}

/** Prints the lowered IR with the pass and the line of the source that each operation comes from. */
export function runBlame(context: CommandContext<BlameOptions>): Promise<number> {
  return withJsonErrors(context.options.json, context.io, () => showBlame(context));
}

async function showBlame(context: CommandContext<BlameOptions>): Promise<number> {
  const { options, io, color } = context;
  const [design, pattern] = context.positional;
  const opened = await openDesign(design, options, io);
  const { read, loaded } = opened;
  if (read.system === undefined) {
    if (options.json) io.stdout.write(`${JSON.stringify(jsonDocument(read.diagnostics, read.sources))}\n`);
    else printDiagnostics(read.diagnostics, read.sources, io, { color });
    return EXIT.failure;
  }
  const planOptions = toPlanOptions(options, loaded.config);
  const target = chosenTarget(options.target, loaded.config, planOptions, read.system.config);
  const [plugins, emitters] = await Promise.all([
    loadDesignPlugins(loaded, options.plugin, io.cwd),
    target === "ir" ? [] : loadEmitters(target),
  ]);
  const result = blame(read.system, read, {
    ...planOptions,
    emitters,
    plugins,
    ...(target === undefined ? {} : { target }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(options.by === undefined ? {} : { by: options.by }),
  });
  const diagnostics = [...read.diagnostics, ...result.diagnostics];
  if (result.ok && result.modules.length === 0 && (pattern ?? options.by) !== undefined) {
    const args = { pattern: pattern ?? "*", by: options.by };
    throw new CommandError(EXIT.usage, createDiagnostic(messages["no-operations"], args));
  }
  if (options.json) {
    const { modules } = result;
    io.stdout.write(`${JSON.stringify(jsonDocument(diagnostics, read.sources, { modules }))}\n`);
  } else {
    printDiagnostics(diagnostics, read.sources, io, { color });
    io.stdout.write(formatBlame(result));
  }
  if (result.reproducer !== undefined) return reportPassBug(result.reproducer, { ...options, loaded }, io);
  return result.ok ? EXIT.ok : failureStatus(result.diagnostics);
}
