import path from "node:path";
import { lower } from "@assassyn/compiler";
import type { LowerResult } from "@assassyn/compiler";
import type { AssassynConfig } from "@assassyn/config";
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import type { Plugin } from "@assassyn/plugin-api";
import type { CommandContext } from "../command.js";
import { loadEmitters } from "../emitters.js";
import { CommandError, EXIT } from "../errors.js";
import { printFailure, refuseOption } from "../failure.js";
import type { OpenedDesign } from "../open-design.js";
import { messages } from "../messages.js";
import { leaveOut } from "../left-out.js";
import { openDesign, refuseInputAsOutput } from "../open-design.js";
import { loadDesignPlugins } from "../plugins.js";
import { checkExecutor, checkThreadOptions, fitPlan, wantedThreads } from "../parallel-options.js";
import { choosesPasses, PARALLEL_TARGET, toPlanOptions } from "../pipeline-options.js";
import { failureStatus } from "../plugin-bugs.js";
import { withProfile } from "../profile-option.js";
import { reportPassBug } from "../reproducer.js";
import { jsonDocument, printDiagnostics, withJsonErrors } from "../report.js";
import { createPhases } from "../run/phases.js";
import type { Phases } from "../run/phases.js";
import { diagnoseFault } from "../run/fault-report.js";
import { runInProcess } from "../run/in-process.js";
import { runRustSimulator } from "../run/rust-target.js";
import { planReports, writeReportFiles } from "../run/reports.js";
import type { PlannedReport } from "../run/reports.js";
import { checkRunOptions, runSettings, runTarget } from "../run/settings.js";
import type { RunOptions, RunSettings } from "../run/settings.js";
import { formatMeasurements, formatPhases, formatSummary, toJsonSummary } from "../run/summary.js";
import type { RunReport } from "../run/summary.js";
import { checkTracePattern } from "../run/waveform.js";

/** Compiles a design and simulates it. */
export async function runRun(context: CommandContext<RunOptions>): Promise<number> {
  const { options, positional, io } = context;
  checkRunOptions(options);
  if (!options.watch) return (await runOnce(context, undefined)).status;
  const { watchAndRepeat } = await import("../watch.js");
  const target = path.resolve(io.cwd, positional[0] ?? ".");
  return watchAndRepeat(io, [target], async (interrupted) => (await runOnce(context, interrupted)).files);
}

/** How one run ended, and which files it depended on. */
interface RunOutcome {
  readonly status: number;
  /** Absolute paths. */
  readonly files: readonly string[];
}

async function runOnce(
  context: CommandContext<RunOptions>,
  interrupted: AbortSignal | undefined,
): Promise<RunOutcome> {
  const { options, io, color } = context;
  const files: string[] = [];
  try {
    const status = await withJsonErrors(options.json, io, () => execute(context, interrupted, files));
    return { status, files };
  } catch (error) {
    // A watch outlives a design that is missing for a moment.
    if (!options.watch || !(error instanceof CommandError)) throw error;
    printFailure(error, io, color);
    return { status: error.status, files };
  }
}

async function execute(
  { options: typed, positional, io, color }: CommandContext<RunOptions>,
  interrupted: AbortSignal | undefined,
  files: string[],
): Promise<number> {
  const { options } = withProfile(typed, io.cwd);
  const phases = createPhases();
  const opened = await phases.time("read", () => openDesign(positional[0], options, io));
  files.push(...opened.files, ...opened.host.dependencies());
  const { read, loaded } = opened;
  const target = await runTarget(options, opened, io.cwd);
  checkThreadOptions(options, target);
  if (options.optimize && target !== "wasm")
    refuseOption("--optimize", `the target ${target} has no further optimiser`);
  const lowered =
    read.system === undefined
      ? undefined
      : await lowerFor(target, opened, read.system, options, io.cwd, phases);
  const diagnostics = [
    ...read.diagnostics,
    ...(lowered?.diagnostics ?? []),
    ...(options.target === undefined ? unheardWishes(target, loaded) : []),
  ];
  if (lowered?.reproducer !== undefined) {
    printDiagnostics(diagnostics, read.sources, io, { color });
    return reportPassBug(lowered.reproducer, { ...options, loaded }, io);
  }
  if (read.system === undefined || lowered?.system === undefined) {
    if (options.json) io.stdout.write(`${JSON.stringify(jsonDocument(diagnostics, read.sources))}\n`);
    else printDiagnostics(diagnostics, read.sources, io, { color });
    return failureStatus(diagnostics);
  }
  if (!options.json) printDiagnostics(diagnostics, read.sources, io, { color, quiet: options.quiet });
  if (options.vcd !== undefined) {
    refuseInputAsOutput(opened, options.vcd, io.cwd);
    checkTracePattern(lowered.system, options.trace);
  }
  checkExecutor(options.executor, lowered.system);
  const settings = runSettings(target, options, loaded.config, lowered.system);
  const emitted = lowered.outputs ?? [];
  const outputs = options.optimize
    ? await phases.time("optimise", async () => (await import("../optimize.js")).optimizeOutputs(emitted))
    : emitted;
  const job = {
    // The interpreter takes the IR as it was read, so that no pass can hide a mistake.
    system: runsAsRead(target, options, loaded.config) ? read.system : lowered.system,
    traceSystem: lowered.system,
    outputs,
    opened,
    options,
    settings,
    io,
    // Compiling blocks the event loop: until here an interruption ends the process.
    interrupted: interrupted ?? io.interrupted,
    phases,
    color,
    reports: planReports(lowered.plugins, lowered.plan),
  };
  const isOutside = target === "rust" || target === "rust-parallel";
  const result = isOutside ? await runRustSimulator(job) : await runInProcess(job);
  // IR text names sources that are not at hand.
  const shownSources = read.sources.length === job.system.files.length ? read.sources : [];
  const faults = result.stop.kind === "fault" ? [diagnoseFault(result.stop.fault, shownSources)] : [];
  if (!options.json && !options.quiet) printDiagnostics(faults, read.sources, io, { color });
  if (options.reportDir !== undefined && result.reports !== undefined)
    writeReportFiles(result.reports, options.reportDir, io.cwd);
  const reportNotes = [
    ...(result.diagnostics ?? []),
    ...(isOutside
      ? job.reports.map((planned) => missingReport(planned, target))
      : (result.reports?.diagnostics ?? [])),
  ];
  if (!options.json) printDiagnostics(reportNotes, read.sources, io, { color, quiet: options.quiet });
  report(result, settings, job.system, opened, options, io, [...diagnostics, ...faults, ...reportNotes]);
  if (reportNotes.some(({ severity }) => severity === "error")) return failureStatus(reportNotes);
  return result.stop.kind === "fault"
    ? EXIT.failure
    : result.stop.kind === "interrupted" && !options.watch
      ? EXIT.interrupted
      : EXIT.ok;
}

/** The note that a report cannot be made, since the Rust simulator is a process of its own. */
function missingReport({ report: { name } }: PlannedReport, target: string): Diagnostic {
  return createDiagnostic(messages["no-report"], { report: name, target });
}

/** Warns of a configuration that wants threads of a target that has none. */
function unheardWishes(
  target: RunSettings["target"],
  { config, shownPath }: OpenedDesign["loaded"],
): Diagnostic[] {
  if (target === PARALLEL_TARGET) return [];
  const isParallel = config.parallel === true;
  if (isParallel && target === "wasm") return [];
  const key = isParallel ? "parallel" : (config.threads ?? 1) > 1 ? "threads" : undefined;
  if (key === undefined) return [];
  const help =
    key === "parallel"
      ? `remove \`target\` from ${shownPath}, or make it "${PARALLEL_TARGET}"`
      : `add \`parallel: true\` to ${shownPath}`;
  return [createDiagnostic(messages["no-parallel"], { key, path: shownPath, target }, undefined, { help })];
}

/** Whether the target runs the IR as it was read: the interpreter does, unless somebody asks for passes. */
function runsAsRead(target: RunSettings["target"], options: RunOptions, config: AssassynConfig): boolean {
  return (
    target === "interpreter" && options.noOpt === undefined && !choosesPasses(toPlanOptions(options, config))
  );
}

/** Runs the passes of a target, and its emitter. */
async function lowerFor(
  target: RunSettings["target"],
  opened: OpenedDesign,
  system: System,
  options: RunOptions,
  cwd: string,
  phases: Phases,
): Promise<LowerResult & { readonly plugins: readonly Plugin[] }> {
  const { loaded, read } = opened;
  // A waveform shows what the passes leave, also on the interpreter, so that it is the same on every target.
  if (runsAsRead(target, options, loaded.config) && options.vcd === undefined) {
    return { system, records: [], diagnostics: [], plugins: [] };
  }
  const threads = wantedThreads(target, options.threads, loaded.config, system.config);
  const planOptions = fitPlan(toPlanOptions(options, loaded.config), target, options.executor, threads);
  const plugins = await loadDesignPlugins(loaded, options.plugin, cwd);
  const emitters = await phases.time("load the emitter", () => loadEmitters(target));
  const allOptions = {
    ...planOptions,
    emitters,
    plugins,
    target: target === "interpreter" ? "ir" : target,
  };
  const { skip, emitOptions } = leaveOut(options.noOpt ?? [], allOptions);
  return phases.time("passes and emitter", () =>
    Promise.resolve({
      plugins,
      ...lower(system, read, {
        ...allOptions,
        skip,
        emitOptions: {
          ...loaded.config.emitOptions?.[target],
          ...emitOptions,
          ...(options.layout === undefined ? {} : { layout: options.layout }),
          ...(options.executor === undefined ? {} : { executor: options.executor }),
        },
      }),
    }),
  );
}

function report(
  result: RunReport,
  settings: RunSettings,
  system: System,
  opened: OpenedDesign,
  options: RunOptions,
  io: CommandContext<RunOptions>["io"],
  diagnostics: LowerResult["diagnostics"],
): void {
  if (options.json) {
    const summary = toJsonSummary(result, system.files);
    const made = result.reports?.made ?? [];
    const reports =
      made.length === 0 ? {} : { reports: Object.fromEntries(made.map(({ name, data }) => [name, data])) };
    io.stdout.write(
      `${JSON.stringify(jsonDocument(diagnostics, opened.read.sources, { summary, ...reports }))}\n`,
    );
  }
  if (options.quiet) return;
  io.stderr.write(formatSummary(result, system.files, settings.idle));
  if (options.stats) io.stderr.write(formatPhases(result) + formatMeasurements(result));
  for (const { text } of result.reports?.made ?? []) io.stderr.write(`\n${text}`);
}
