import path from "node:path";
import { mkdirSync } from "node:fs";
import type { LowerOptions, LowerResult } from "@assassyn/compiler";
import { createManager, lower } from "@assassyn/compiler";
import type { AssassynConfig } from "@assassyn/config";
import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/plugin-api";
import type { BisectCommandOptions } from "../bisect.js";
import { bisectDesign, checkBisectOptions } from "../bisect.js";
import type { CommandContext } from "../command.js";
import { loadEmitters } from "../emitters.js";
import { EXIT } from "../errors.js";
import { cannotWrite, writeFileAtomically } from "../files/atomic-file.js";
import { writeFolderAtomically } from "../files/atomic-folder.js";
import { refuseOption } from "../failure.js";
import type { Io } from "../io/io.js";
import { leaveOut } from "../left-out.js";
import { openDesign, refuseInputAsOutput } from "../open-design.js";
import { checkExecutor, checkThreadOptions, fitPlan, wantedThreads } from "../parallel-options.js";
import type { PipelineOptions } from "../pipeline-options.js";
import { chosenTarget, parseEmitOptions, toPlanOptions } from "../pipeline-options.js";
import { loadDesignPlugins } from "../plugins.js";
import { withProfile } from "../profile-option.js";
import { printDiagnostics } from "../report.js";
import { failureStatus } from "../plugin-bugs.js";
import { reportPassBug } from "../reproducer.js";
import { duration } from "../run/summary.js";
import { checkTarget } from "./check-target.js";
import type { Executor } from "./targets.js";

interface CompileOptions extends PipelineOptions, BisectCommandOptions {
  readonly target: string | undefined;
  readonly output: string | undefined;
  readonly config: string | undefined;
  readonly meta: string | undefined;
  readonly semantics: "exact" | "upstream" | undefined;
  readonly enforceDepths: boolean;
  readonly dram: string | undefined;
  readonly profile: string | undefined;
  readonly noOpt: readonly string[] | undefined;
  readonly optimize: boolean;
  readonly layout: "fast" | "classic" | undefined;
  readonly executor: Executor | undefined;
  readonly emitOption: readonly string[];
  readonly printIrBefore: readonly string[] | true | undefined;
  readonly printIrAfter: readonly string[] | true | undefined;
  readonly printIrAfterChange: boolean;
  readonly printIrDiff: boolean;
  readonly dumpDir: string | undefined;
  readonly timing: boolean;
  readonly stopAfter: string | undefined;
  readonly assumeFacts: readonly string[] | undefined;
  readonly quiet: boolean;
}

/** Compiles a design and writes the files of the target. */
export async function runCompile(context: CommandContext<CompileOptions>): Promise<number> {
  const { positional, io, color } = context;
  const { options } = withProfile(context.options, io.cwd);
  checkBisectOptions(options);
  const opened = await openDesign(positional[0], options, io);
  const { read, loaded } = opened;
  if (read.system === undefined) {
    printDiagnostics(read.diagnostics, read.sources, io, { color });
    return EXIT.failure;
  }
  if (options.output !== undefined && options.output !== "-") {
    refuseInputAsOutput(opened, options.output, io.cwd);
  }
  const typed = toPlanOptions(options, loaded.config);
  const { config: wishes } = read.system;
  const target = chosenTarget(options.target, loaded.config, typed, wishes);
  if (options.layout !== undefined && target !== "rust") {
    refuseOption("--layout", "only the rust target has layouts; add --target rust");
  }
  if (options.optimize && target !== "wasm") {
    refuseOption("--optimize", `the target ${target ?? "of the passes"} has no further optimiser`);
  }
  const [plugins, emitters] = await Promise.all([
    loadDesignPlugins(loaded, options.plugin, io.cwd),
    target === "ir" ? [] : loadEmitters(target),
  ]);
  if (target !== undefined) checkTarget(target, plugins);
  if (target !== undefined) checkThreadOptions(options, target);
  const planOptions = fitPlan(
    typed,
    target,
    options.executor,
    wantedThreads(target, undefined, loaded.config, wishes),
  );
  const allOptions = {
    ...planOptions,
    emitters,
    plugins,
    ...(target === undefined ? {} : { target }),
    ...(options.assumeFacts === undefined ? {} : { facts: options.assumeFacts }),
  };
  const { skip, emitOptions } = leaveOut(options.noOpt ?? [], allOptions);
  const lowerOptions = { ...allOptions, skip };
  if (options.bisect || options.bisectCommand !== undefined)
    return bisectDesign(opened, read.system, options, lowerOptions, io, color);
  const lowered = lower(read.system, read, {
    ...lowerOptions,
    emitOptions: {
      ...configuredEmitOptions(loaded.config, target, lowerOptions),
      ...(options.layout === undefined ? {} : { layout: options.layout }),
      ...(options.executor === undefined ? {} : { executor: options.executor }),
      ...emitOptions,
      ...parseEmitOptions(options.emitOption),
    },
    instruments: instrumentsFrom(options, io),
  });
  const diagnostics = [...read.diagnostics, ...lowered.diagnostics];
  printDiagnostics(diagnostics, read.sources, io, { color, quiet: options.quiet });
  if (options.timing) io.stderr.write(formatTiming(lowered));
  if (lowered.reproducer !== undefined) return reportPassBug(lowered.reproducer, { ...options, loaded }, io);
  if (lowered.system === undefined) return failureStatus(lowered.diagnostics);
  checkThreadOptions(options, lowered.plan?.target);
  checkExecutor(options.executor, lowered.system);
  if (lowered.outputs === undefined) writeIr(lowered.system, options, io);
  else {
    const { outputs } = lowered;
    const files = options.optimize
      ? await (await import("../optimize.js")).optimizeOutputs(outputs)
      : outputs;
    writeOutputs(lowered.system, lowered.plan?.target ?? "", files, options, io);
  }
  return EXIT.ok;
}

/** The options that the configuration has for the target, which a pass may choose. */
function configuredEmitOptions(
  { emitOptions }: AssassynConfig,
  target: string | undefined,
  options: LowerOptions,
): NonNullable<LowerOptions["emitOptions"]> {
  if (emitOptions === undefined) return {};
  return emitOptions[target ?? createManager(options).plan(options).plan?.target ?? ""] ?? {};
}

function instrumentsFrom(
  options: CompileOptions,
  io: Io,
): NonNullable<Parameters<typeof lower>[2]["instruments"]> {
  const { dumpDir, stopAfter } = options;
  return {
    printIrBefore: options.printIrBefore ?? false,
    printIrAfter: options.printIrAfter ?? false,
    printIrAfterChange: options.printIrAfterChange,
    printIrDiff: options.printIrDiff,
    print: (text) => io.stderr.write(text),
    ...(stopAfter === undefined ? {} : { stopAfter }),
    ...(dumpDir === undefined ? {} : { dump: dumpInto(dumpDir, io) }),
  };
}

/** Writes each dump as it comes, so that those before a crash are there. */
function dumpInto(folder: string, io: Io): (name: string, text: string) => void {
  const target = path.resolve(io.cwd, folder);
  return (name, text) => {
    const shown = path.join(folder, name);
    try {
      mkdirSync(target, { recursive: true });
    } catch (error) {
      throw cannotWrite(folder, error);
    }
    writeFileAtomically(path.join(target, name), shown, text);
  };
}

function formatTiming({ records }: LowerResult): string {
  const width = Math.max(4, ...records.map(({ step }) => step.id.length));
  const row = (name: string, time: string, verify: string, changed: string): string =>
    `${name.padEnd(width)}  ${time.padStart(9)}  ${verify.padStart(9)}  ${changed}\n`;
  const total = (of: (record: (typeof records)[number]) => number): string =>
    duration(records.reduce((sum, record) => sum + of(record), 0));
  return (
    row("pass", "time", "verifying", "changed") +
    records
      .map(({ step, milliseconds, verifyMilliseconds, changed, changedModules }) =>
        row(
          step.id,
          duration(milliseconds),
          duration(verifyMilliseconds),
          changed ? `${changedModules.length} module${changedModules.length === 1 ? "" : "s"}` : "nothing",
        ),
      )
      .join("") +
    row(
      "total",
      total((record) => record.milliseconds),
      total((record) => record.verifyMilliseconds),
      "",
    )
  );
}

function writeIr(system: System, options: CompileOptions, io: Io): void {
  const text = printSystem(system);
  if (options.output === undefined || options.output === "-") io.stdout.write(text);
  else writeOne(options.output, text, options, io);
}

function writeOne(output: string, content: string | Uint8Array, options: CompileOptions, io: Io): void {
  writeFileAtomically(path.resolve(io.cwd, output), output, content);
  if (!options.quiet) io.stderr.write(`wrote ${output}\n`);
}

/** One file becomes a file, several become a folder; the Rust targets are a folder always. */
function writeOutputs(
  system: System,
  target: string,
  outputs: readonly OutputFile[],
  options: CompileOptions,
  io: Io,
): void {
  const [only] = outputs;
  if (!target.startsWith("rust") && outputs.length === 1 && only !== undefined) {
    if (options.output === "-") io.stdout.write(only.content);
    else writeOne(options.output ?? `${system.name}${path.extname(only.path)}`, only.content, options, io);
    return;
  }
  if (options.output === "-")
    refuseOption("--output", `the target ${target} writes a folder, which cannot go to stdout`);
  const output = options.output ?? `${system.name}-${target}`;
  writeFolderAtomically(path.resolve(io.cwd, output), output, outputs);
  if (!options.quiet) io.stderr.write(`wrote ${output} (${outputs.length} files)\n`);
}
