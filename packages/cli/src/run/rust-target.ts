import path from "node:path";
import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Fault } from "@assassyn/ir";
import { CommandError, EXIT } from "../errors.js";
import { openAtomicFile } from "../files/atomic-file.js";
import type { Io } from "../io/io.js";
import { messages } from "../messages.js";
import { PARALLEL_TARGET } from "../pipeline-options.js";
import { createProgress } from "../progress.js";
import type { RunJob } from "./job.js";
import { buildCrate, cacheFolder, runSimulator } from "./rust.js";
import type { ThreadReport } from "./rust.js";
import type { ReportedStop, RunReport } from "./summary.js";
import { ALONE_FOR_WAVEFORM } from "./summary.js";

/** Builds the Rust simulator with cargo, or finds it built, and runs it. */
export async function runRustSimulator(job: RunJob): Promise<RunReport> {
  const { system, settings, io, options, opened, color } = job;
  const externs = system.externs.flatMap((declaration) => (declaration === null ? [] : [declaration.name]));
  if (externs.length > 0) {
    throw new CommandError(
      EXIT.usage,
      createDiagnostic(messages["extern-missing"], { names: externs.join(", ") }, undefined, {
        help: "embed the crate that `assassyn compile --target rust` writes, or run with --target wasm --externs",
      }),
    );
  }
  const place = {
    designFile: opened.location.file,
    name:
      system.name +
      (settings.target === PARALLEL_TARGET ? "-parallel" : options.layout === "classic" ? "-classic" : ""),
  };
  const progress = createProgress(io.stderr, !options.quiet, 0);
  const binary = await job.phases.time("build with cargo", async () => {
    progress.show("building the simulator with cargo …");
    try {
      return await buildCrate(cacheFolder(place, io), job.outputs, io, color);
    } finally {
      progress.clear();
    }
  });
  const words = ["--cycles", String(settings.cycles), "--idle", String(settings.idle), "--log", settings.log];
  if (settings.target === PARALLEL_TARGET) words.push("--threads", String(settings.threads));
  // Measuring takes time: a clock is read at every barrier.
  words.push(options.stats ? "--stats" : "--json");
  const vcd = prepareOutput(options.vcd, io);
  const timeline = prepareOutput(options.timeline, io);
  if (vcd !== undefined) words.push("--vcd", vcd.path);
  if (timeline !== undefined) words.push("--timeline", timeline.path);
  if (options.trace !== undefined) words.push("--trace", options.trace);
  try {
    const before = performance.now();
    const outcome = await job.phases.time("simulate", () => runSimulator(binary, words, io, job.interrupted));
    if (outcome.faultLine !== undefined) io.stderr.write(`${outcome.faultLine}\n`);
    const { stats } = outcome;
    if (stats === undefined && !outcome.interrupted && outcome.status !== EXIT.ok) {
      // It has said on stderr why, e.g. that it cannot write the waveform.
      throw new CommandError(EXIT.failure, []);
    }
    const isEmpty = timeline !== undefined && !hasSpans(timeline.path);
    vcd?.commit();
    timeline?.commit();
    return {
      target: settings.target,
      cycles: stats?.cycles ?? 0,
      stop: stopOf(stats?.stop, outcome.faultLine, system.files),
      droppedWrites: stats?.droppedWrites ?? 0,
      milliseconds: stats === undefined ? performance.now() - before : stats.seconds * 1000,
      ...(stats?.threads === undefined
        ? {}
        : { threads: { ...engineThreads(stats.threads), wanted: settings.threads } }),
      diagnostics: isEmpty
        ? [createDiagnostic(messages["empty-timeline"], { path: options.timeline ?? "" })]
        : [],
      phases: job.phases.list(),
    };
  } finally {
    vcd?.abort();
    timeline?.abort();
  }
}

/** Without an engine for several threads nothing is told of them: so it is when a waveform is written. */
function engineThreads(threads: ThreadReport): ThreadReport {
  return threads.count > 0 ? threads : { ...threads, count: 1, reason: ALONE_FOR_WAVEFORM };
}

/** More than the names of all threads take. */
const NAMES_BYTES = 2 ** 16;

/** Whether a timeline shows anything but names; one that does not is short. */
function hasSpans(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size > NAMES_BYTES || (size > 0 && readFileSync(file, "utf8").includes('"ph":"X"'));
}

/** Where the simulator writes a file: beside the target, or the device itself. */
function prepareOutput(
  shown: string | undefined,
  io: Io,
): { path: string; commit: () => void; abort: () => void } | undefined {
  if (shown === undefined) return undefined;
  const target = path.resolve(io.cwd, shown);
  // Opening and closing it says early, and in our words, when the place cannot be written.
  const probe = openAtomicFile(target, shown);
  const { temporary } = probe;
  if (temporary === undefined) {
    probe.abort();
    return { path: target, commit: () => {}, abort: () => {} };
  }
  return {
    path: temporary,
    commit: () => renameSync(temporary, target),
    abort: () => {
      probe.abort();
      rmSync(temporary, { force: true });
    },
  };
}

function stopOf(
  kind: "limit" | "idle" | "finish" | "fault" | undefined,
  faultLine: string | undefined,
  files: readonly string[],
): ReportedStop {
  switch (kind) {
    case undefined:
      return { kind: "interrupted" };
    case "fault":
      return { kind: "fault", fault: parseFault(faultLine ?? "", files) };
    case "finish":
      return { kind };
    case "limit":
    case "idle":
      return { kind };
  }
}

/** Takes the line apart that `printFault` makes; it is one format for all targets. */
function parseFault(line: string, files: readonly string[]): Fault {
  const match =
    /^fault: (?<message>.*), in (?<module>\S+) at cycle (?<cycle>\d+) \((?<file>.*):(?<row>\d+):(?<column>\d+)\)$/.exec(
      line,
    );
  const {
    message = line,
    module = "?",
    cycle = "0",
    file = "?",
    row = "0",
    column = "0",
  } = match?.groups ?? {};
  return {
    message,
    module,
    cycle: Number(cycle),
    loc: { file: files.indexOf(file), line: Number(row), column: Number(column) },
  };
}
