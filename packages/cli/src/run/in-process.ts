import path from "node:path";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Simulation, SimulationOptions } from "@assassyn/ir";
import { idleText, printFault } from "@assassyn/ir";
import type { LoadOptions } from "@assassyn/simulator";
import { refusalOfInterpreter } from "../failure.js";
import type { AtomicFile } from "../files/atomic-file.js";
import { openAtomicFile } from "../files/atomic-file.js";
import { messages } from "../messages.js";
import { createProgress } from "../progress.js";
import type { DrivenRun } from "./drive.js";
import { drive } from "./drive.js";
import { loadExterns } from "./externs.js";
import type { RunJob } from "./job.js";
import type { LogPrinter } from "./log-printer.js";
import { createLogPrinter } from "./log-printer.js";
import { makeReports } from "./reports.js";
import type { RunReport } from "./summary.js";
import { ALONE_FOR_WAVEFORM, grouped, rate } from "./summary.js";
import { startWaveform } from "./waveform.js";

/** Runs a simulation in this process: on the interpreter, or as WebAssembly. */
export async function runInProcess(job: RunJob): Promise<RunReport> {
  const { system, settings, io, options, opened } = job;
  const externs = await loadExterns(system, options.externs, opened.loaded, io.cwd);
  const printer =
    settings.log === "none" ? undefined : createLogPrinter(settings.log, system.files, io.stdout);
  const warnings: string[] = [];
  const simulation = await job.phases.time("load the simulation", () =>
    createSimulation(job, {
      cycles: settings.cycles,
      idle: settings.idle,
      externs,
      ...(printer === undefined ? {} : { onLog: printer.print }),
      threads: options.vcd === undefined ? settings.threads : 1,
      onWarning: (warning) => warnings.push(warning),
    }),
  );
  const vcd =
    options.vcd === undefined ? undefined : openAtomicFile(path.resolve(io.cwd, options.vcd), options.vcd);
  try {
    const run = await job.phases.time("simulate", () => simulate(job, simulation, printer, vcd));
    const reports =
      run.stop?.kind === "fault" ? {} : { reports: makeReports(job.reports, simulation, job.system) };
    return {
      target: settings.target,
      cycles: run.cycles,
      stop: run.stop ?? { kind: "interrupted" },
      droppedWrites: run.droppedWrites,
      milliseconds: run.milliseconds,
      ...reports,
      ...(settings.threads === 1 ? {} : { threads: threadsOf(simulation, job) }),
      diagnostics: warnings.map((reason) => createDiagnostic(messages["one-thread"], { reason })),
      phases: job.phases.list(),
    };
  } finally {
    vcd?.abort();
    simulation.dispose();
  }
}

/** How many threads a simulation has in the end; it may have given them up. */
function threadsOf(simulation: Simulation, { options, settings }: RunJob): NonNullable<RunReport["threads"]> {
  const count = "threads" in simulation && typeof simulation.threads === "number" ? simulation.threads : 1;
  const { threads: wanted } = settings;
  const reason =
    options.vcd !== undefined
      ? ALONE_FOR_WAVEFORM
      : count === wanted
        ? "asked for"
        : wanted === "auto"
          ? "as many as pay"
          : "the design has no more to share out";
  return { count, reason, wanted };
}

async function createSimulation(
  job: RunJob,
  options: SimulationOptions & Pick<LoadOptions, "threads" | "onWarning">,
): Promise<Simulation> {
  if (job.settings.target === "interpreter") {
    const { createInterpreter } = await import("@assassyn/interpreter");
    try {
      return createInterpreter(job.system, options);
    } catch (error) {
      throw refusalOfInterpreter(error);
    }
  }
  const { loadSync } = await import("@assassyn/simulator");
  const wasm = job.outputs.find((file) => file.path.endsWith(".wasm"))?.content;
  if (wasm === undefined || typeof wasm === "string") throw new Error("the emitter made no module");
  return loadSync(wasm, options);
}

async function simulate(
  job: RunJob,
  simulation: Simulation,
  printer: LogPrinter | undefined,
  vcd: AtomicFile | undefined,
): Promise<DrivenRun> {
  const { system, settings, io, options, interrupted } = job;
  const waveform =
    vcd === undefined ? undefined : startWaveform(job.traceSystem, simulation, options.trace, vcd);
  const progress = createProgress(io.stderr, !options.quiet);
  const run = await drive(simulation, {
    interrupted,
    onCycle: waveform?.sample,
    onSlice(cycles, milliseconds) {
      // Lines on the terminal and a line that is overwritten do not go together.
      if (io.stdout.isTerminal && printer !== undefined && printer.lines() > 0) progress.clear();
      else
        progress.show(
          `cycle ${grouped(cycles)} of ${grouped(settings.cycles)}, ${rate(cycles, milliseconds)}`,
        );
      printer?.flush();
    },
  });
  progress.clear();
  const { stop } = run;
  // JSON lines stay JSON lines; the summary has the reason.
  if (stop?.kind === "idle" && settings.log !== "json" && !options.json) {
    if (printer === undefined) io.stdout.write(`${idleText(settings.idle)}\n`);
    else printer.printText(idleText(settings.idle));
  }
  printer?.flush();
  waveform?.finish();
  if (stop?.kind === "fault") io.stderr.write(`${printFault(stop.fault, system)}\n`);
  return run;
}
