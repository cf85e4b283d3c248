import type { Diagnostic } from "@assassyn/diagnostics";
import type { Loc, Stop } from "@assassyn/ir";
import type { MadeReports } from "./reports.js";
import type { ThreadReport } from "./rust.js";
import { formatTable, shareText } from "../table.js";

/** Why a run ended: a {@link Stop}, or as much of it as a separate process tells, or the user. */
export type ReportedStop =
  | Stop
  | { readonly kind: "finish"; readonly module?: undefined; readonly loc?: undefined }
  | { readonly kind: "interrupted" };

/** Why a run that writes a waveform has one thread. */
export const ALONE_FOR_WAVEFORM = "a waveform is written on one thread";

/** What a run tells at its end, whatever ran it. */
export interface RunReport {
  readonly target: string;
  readonly cycles: number;
  readonly stop: ReportedStop;
  readonly droppedWrites: number;
  /** Wall time of the simulation alone, in milliseconds. */
  readonly milliseconds: number;
  /** Of a simulator for several threads: how many it used, and how many were wanted. */
  readonly threads?: ThreadReport & { readonly wanted: number | "auto" };
  /** What there is to say about the run itself. */
  readonly diagnostics?: readonly Diagnostic[];
  /** What plugins say about it; absent behind a fault. */
  readonly reports?: MadeReports;
  /** Milliseconds of each phase of the command, in their order. */
  readonly phases: readonly { readonly name: string; readonly milliseconds: number }[];
}

/** One line for people, e.g. `200 cycles in 1.3 ms (154 kcycles/s) on wasm; stopped at the cycle limit`. */
export function formatSummary(report: RunReport, files: readonly string[], idle: number): string {
  const { cycles, milliseconds, droppedWrites } = report;
  const dropped =
    droppedWrites === 0
      ? ""
      : `; ${grouped(droppedWrites)} write${droppedWrites === 1 ? "" : "s"} out of range had no effect`;
  return (
    `${grouped(cycles)} cycle${cycles === 1 ? "" : "s"} in ${duration(milliseconds)}` +
    ` (${rate(cycles, milliseconds)}) on ${report.target}${threadsText(report)}; ${reason(report.stop, files, idle)}${dropped}\n`
  );
}

/** `, 1 thread (the design is one cluster)`: why, where another number was asked for. */
function threadsText({ threads }: RunReport): string {
  if (threads === undefined) return "";
  const { count, reason: why, wanted } = threads;
  return `, ${count} thread${count === 1 ? "" : "s"}${count === wanted || wanted === "auto" ? "" : ` (${why})`}`;
}

/** Modules whose activations are shown; `--json` has all. */
const SHOWN_MODULES = 20;

/** What was measured of threads, as tables; empty when nothing was. */
export function formatMeasurements({ threads, cycles }: RunReport): string {
  if (threads?.measured === undefined) return "";
  const { lockAcquisitions, contended, barrierWaitShare, activations } = threads.measured;
  const row = (name: string, count: number): string[] => [
    name,
    grouped(count),
    cycles === 0 ? "-" : (count / cycles).toFixed(2),
  ];
  const shown = activations.toSorted((left, right) => right.count - left.count).slice(0, SHOWN_MODULES);
  const hidden = activations.length - shown.length;
  const waiting =
    barrierWaitShare === undefined ? "" : `; waited at barriers ${shareText(barrierWaitShare)} of their time`;
  return (
    `\nthreads: ${threads.count} (${threads.reason})${waiting}\n\n` +
    countTable("locks", [row("acquisitions", lockAcquisitions), row("of them contended", contended)]) +
    (shown.length === 0
      ? ""
      : `\n${countTable(
          "activations",
          shown.map(({ module, count }) => row(module, count)),
        )}${hidden === 0 ? "" : `… and ${hidden} more modules, which --json lists\n`}`)
  );
}

function countTable(name: string, rows: readonly (readonly string[])[]): string {
  return formatTable([name, "total", "per cycle"], rows, ["left", "right", "right"]);
}

/** The phases with their times, one a line. */
export function formatPhases(report: RunReport): string {
  const width = Math.max(...report.phases.map(({ name }) => name.length));
  return report.phases
    .map(({ name, milliseconds }) => `  ${name.padEnd(width)}  ${duration(milliseconds).padStart(9)}\n`)
    .join("");
}

/** The report as plain data for `--json`. */
export function toJsonSummary(report: RunReport, files: readonly string[]): object {
  const { milliseconds, cycles } = report;
  return {
    target: report.target,
    cycles,
    seconds: milliseconds / 1000,
    cyclesPerSecond: milliseconds === 0 ? null : Math.round((cycles / milliseconds) * 1000),
    stop: toJsonStop(report.stop, files),
    droppedWrites: report.droppedWrites,
    ...toJsonThreads(report),
    phases: report.phases.map(({ name, milliseconds: time }) => ({ name, seconds: time / 1000 })),
  };
}

function toJsonThreads({ threads }: RunReport): object {
  if (threads === undefined) return {};
  const { count, reason: threadsReason, measured } = threads;
  if (measured === undefined) return { threads: count, threadsReason };
  const { activations, ...figures } = measured;
  return {
    threads: count,
    threadsReason,
    ...figures,
    activations: Object.fromEntries(activations.map(({ module, count: times }) => [module, times])),
  };
}

function toJsonStop(stop: ReportedStop, files: readonly string[]): object {
  const place = (loc: Loc): object => ({ file: files[loc.file] ?? "?", line: loc.line, column: loc.column });
  switch (stop.kind) {
    case "fault": {
      const { message, module, cycle, loc } = stop.fault;
      return { kind: "fault", message, module, cycle, ...place(loc) };
    }
    case "finish":
      return stop.loc === undefined
        ? { kind: "finish" }
        : { kind: "finish", module: stop.module, ...place(stop.loc) };
    case "limit":
    case "idle":
    case "interrupted":
      return { kind: stop.kind };
  }
}

function reason(stop: ReportedStop, files: readonly string[], idle: number): string {
  switch (stop.kind) {
    case "limit":
      return "stopped at the cycle limit";
    case "idle":
      return `stopped after ${grouped(idle)} idle cycles`;
    case "finish":
      return stop.loc === undefined
        ? "finished"
        : `finished by ${stop.module} (${files[stop.loc.file] ?? "?"}:${stop.loc.line})`;
    case "fault":
      return `stopped by a fault in ${stop.fault.module}`;
    case "interrupted":
      return "interrupted";
  }
}

/** `1 234 567`: thin to read, and safe to paste. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, " ");
}

/** A time in the unit that suits it. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${milliseconds.toPrecision(3)} ms`;
  if (milliseconds < 120_000) return `${(milliseconds / 1000).toPrecision(3)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

/** Cycles a second with a suitable prefix. */
export function rate(cycles: number, milliseconds: number): string {
  const perSecond = (cycles / Math.max(milliseconds, 0.001)) * 1000;
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(3)} Mcycles/s`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toPrecision(3)} kcycles/s`;
  return `${perSecond.toPrecision(3)} cycles/s`;
}
