import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  accessSync,
  constants,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";
import { stripVTControlCharacters } from "node:util";
import { createDiagnostic } from "@assassyn/diagnostics";
import { CommandError, EXIT } from "../errors.js";
import { temporaryPath } from "../files/atomic-file.js";
import type { FolderFile } from "../files/atomic-folder.js";
import { writeFolderAtomically } from "../files/atomic-folder.js";
import { hasErrorCode } from "../files/system-errors.js";
import type { Io } from "../io/io.js";
import { messages } from "../messages.js";

/** Built simulators that are kept for one design. */
const KEPT_BINARIES = 4;

/** Where a crate is built: a folder that later runs find again. */
export interface BuildPlace {
  /** Absolute path; null for a design from standard input, which has no folder. */
  readonly designFile: string | undefined;
  /** The system's name, and what else tells two crates of one design apart. */
  readonly name: string;
}

/**
 * The folder in which the crate of a design is built: `target/assassyn` beside the design, so that `cargo clean`-like habits and
 * .gitignore rules work; the user's cache folder where that cannot be written.
 */
export function cacheFolder(place: BuildPlace, io: Io): string {
  if (place.designFile !== undefined) {
    const beside = path.join(path.dirname(place.designFile), "target", "assassyn");
    if (makeWritable(beside)) return path.join(beside, place.name);
  }
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = io.env;
  const base =
    xdg !== undefined && xdg !== ""
      ? xdg
      : process.platform === "win32" && local !== undefined
        ? local
        : path.join(homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache");
  const key = createHash("sha256")
    .update(place.designFile ?? "<stdin>")
    .digest("hex")
    .slice(0, 12);
  return path.join(base, "assassyn", `${place.name}-${key}`);
}

function makeWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Builds a crate, or finds it built: binaries are kept by the hash of their sources, so an unchanged design starts at once and two
 * runs of different versions do not disturb each other.
 *
 * @returns the absolute path of the simulator
 * @throws CommandError if cargo is missing or fails
 */
export async function buildCrate(
  folder: string,
  files: readonly FolderFile[],
  io: Io,
  color: boolean,
): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${file.path}\0${file.content.length}\0`).update(file.content);
  }
  const binaries = path.join(path.dirname(folder), `${path.basename(folder)}-simulators`);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const binary = path.join(binaries, `${hash.digest("hex").slice(0, 16)}${suffix}`);
  if (existsSync(binary)) {
    const now = new Date();
    utimesSync(binary, now, now);
    return binary;
  }
  mkdirSync(path.dirname(folder), { recursive: true });
  writeFolderAtomically(folder, folder, files);
  const built = await runCargo(folder, io, color);
  mkdirSync(binaries, { recursive: true });
  const temporary = temporaryPath(binary);
  copyFileSync(built, temporary);
  chmodSync(temporary, 0o755);
  renameSync(temporary, binary);
  prune(binaries);
  return binary;
}

/** Removes all but the binaries used last. */
function prune(binaries: string): void {
  const byAge = readdirSync(binaries)
    .map((name) => path.join(binaries, name))
    .map((file) => ({ file, time: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.time - a.time);
  for (const { file } of byAge.slice(KEPT_BINARIES)) rmSync(file, { force: true });
}

/** How cargo ended. */
interface CargoOutcome {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs cargo; resolves to the executable that it names. */
async function runCargo(folder: string, io: Io, color: boolean): Promise<string> {
  const offline = await spawnCargo(folder, ["--offline"], io, color);
  // Only an executor that the user chose has a dependency; it may have to be fetched.
  const { status, output, errors } = /offline mode/.test(offline.errors)
    ? await spawnCargo(folder, [], io, color)
    : offline;
  const executable = findExecutable(output);
  if (status === 0 && executable !== undefined) return executable;
  // A rustup without a toolchain is a cargo that does not work.
  if (/no default is configured|is not installed|no active toolchain/.test(errors)) throw noCargo(io);
  io.stderr.write(errors);
  const isOurBug = /^error\[E\d+\]/m.test(stripVTControlCharacters(errors));
  throw new CommandError(
    isOurBug ? EXIT.internal : EXIT.failure,
    createDiagnostic(messages["cargo-failed"], { folder }, undefined, {
      help: isOurBug
        ? "the generated code does not compile, which is a bug of assassyn: please report it with the design"
        : "cargo's message above tells the reason; `--target wasm` runs the design without Rust",
    }),
  );
}

const cargoCommand = (io: Io): string => io.env["CARGO"] ?? "cargo";

function noCargo(io: Io): CommandError {
  const help = "install Rust from https://rustup.rs, or use `--target wasm`, which needs nothing";
  const args = { command: cargoCommand(io) };
  return new CommandError(EXIT.usage, createDiagnostic(messages["cargo-missing"], args, undefined, { help }));
}

async function spawnCargo(
  folder: string,
  more: readonly string[],
  io: Io,
  color: boolean,
): Promise<CargoOutcome> {
  const words = ["build", "--release", "--message-format", "json-render-diagnostics", ...more];
  const child = spawn(cargoCommand(io), words, {
    cwd: folder,
    env: { ...io.env, CARGO_TERM_COLOR: color ? "always" : "never", CARGO_TERM_PROGRESS_WHEN: "never" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const status = await new Promise<number | Error>((resolve) => {
    child.on("error", resolve);
    child.on("close", (code) => resolve(code ?? 1));
  });
  if (status instanceof Error) {
    if (!hasErrorCode(status, "ENOENT") && !hasErrorCode(status, "EACCES")) throw status;
    throw noCargo(io);
  }
  return { status, output, errors };
}

/** The executable in cargo's stream of JSON messages. */
function findExecutable(output: string): string | undefined {
  for (const line of output.split("\n")) {
    if (!line.includes('"executable":"')) continue;
    const message: unknown = JSON.parse(line);
    if (typeof message !== "object" || message === null || !("executable" in message)) continue;
    if (typeof message.executable === "string") return message.executable;
  }
  return undefined;
}

/** How a built simulator ended. */
export interface SimulatorOutcome {
  readonly status: number;
  /** What `--stats` printed, decoded; undefined when it ended without. */
  readonly stats: SimulatorStats | undefined;
  /** The line of the fault, if there was one. */
  readonly faultLine: string | undefined;
  readonly interrupted: boolean;
}

/** The JSON line that a simulator prints with `--stats`. */
export interface SimulatorStats {
  readonly cycles: number;
  readonly stop: "limit" | "idle" | "finish" | "fault";
  readonly droppedWrites: number;
  readonly seconds: number;
  /** Of a simulator for several threads. */
  readonly threads?: ThreadReport;
}

/** What a simulator for several threads tells of them. */
export interface ThreadReport {
  /** Threads that took part, ≥ 1. */
  readonly count: number;
  /** Why so many. */
  readonly reason: string;
  /** Absent unless it was asked to measure. */
  readonly measured?: Measurements;
}

/** What it measured. */
export interface Measurements {
  readonly lockAcquisitions: number;
  /** Acquisitions that had to wait. */
  readonly contended: number;
  /** Share of the threads' time that they waited for each other, 0 to 1; absent where nobody waits. */
  readonly barrierWaitShare?: number;
  /** Times that each module ran, in canonical order. */
  readonly activations: readonly { readonly module: string; readonly count: number }[];
}

/** Runs a built simulator, which has an option for its summary among `words`; its logs go to our stdout as they come. */
export async function runSimulator(
  binary: string,
  words: readonly string[],
  io: Io,
  interrupted: AbortSignal,
): Promise<SimulatorOutcome> {
  const { descriptor } = io.stdout;
  const child = spawn(binary, words, {
    cwd: io.cwd,
    env: { ...io.env },
    stdio: ["ignore", descriptor ?? "pipe", "pipe"],
  });
  const stop = (): void => {
    child.kill("SIGTERM");
  };
  interrupted.addEventListener("abort", stop, { once: true });
  let errors = "";
  let failure: unknown;
  child.stdout?.on("data", (bytes: Buffer) => {
    try {
      io.stdout.write(bytes);
    } catch (error) {
      failure ??= error;
      child.kill("SIGTERM");
    }
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = await new Promise<{ code: number | null; signal: string | null } | Error>((resolve) => {
    child.on("error", resolve);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  interrupted.removeEventListener("abort", stop);
  if (failure !== undefined) throw failure;
  if (ended instanceof Error) throw died(ended.message);
  const lines = errors.split("\n").filter((line) => line !== "");
  const last = lines.at(-1) ?? "";
  const stats = last.startsWith("{") ? decodeStats(last) : undefined;
  const wasInterrupted = interrupted.aborted || ended.signal === "SIGINT";
  const rest = stats === undefined ? lines : lines.slice(0, -1);
  const faultLine = rest.find((line) => line.startsWith("fault: "));
  for (const line of rest) if (line !== faultLine) io.stderr.write(`${line}\n`);
  if (ended.code === null && !wasInterrupted) throw died(`signal ${ended.signal}`);
  if (ended.code !== null && ended.code !== 0 && stats === undefined && rest.length === 0) {
    // A closed pipe behind our stdout ends the child silently; everything else says why.
    return { status: EXIT.ok, stats, faultLine, interrupted: wasInterrupted };
  }
  return { status: ended.code ?? EXIT.interrupted, stats, faultLine, interrupted: wasInterrupted };
}

function died(reason: string): CommandError {
  return new CommandError(EXIT.internal, createDiagnostic(messages["simulator-died"], { reason }));
}

function decodeStats(line: string): SimulatorStats | undefined {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null) return undefined;
  const record: Readonly<Record<string, unknown>> = { ...value };
  const { cycles, stop, droppedWrites, seconds } = record;
  if (typeof cycles !== "number" || typeof droppedWrites !== "number" || typeof seconds !== "number")
    return undefined;
  if (stop !== "limit" && stop !== "idle" && stop !== "finish" && stop !== "fault") return undefined;
  const threads = decodeThreads(record);
  return { cycles, stop, droppedWrites, seconds, ...(threads === undefined ? {} : { threads }) };
}

function decodeThreads(record: Readonly<Record<string, unknown>>): ThreadReport | undefined {
  const { threads, threadsReason, lockAcquisitions, contended, barrierWaitShare, activations } = record;
  if (typeof threads !== "number" || typeof threadsReason !== "string") return undefined;
  const base = { count: threads, reason: threadsReason };
  if (typeof lockAcquisitions !== "number" || typeof contended !== "number") return base;
  const counts: object = typeof activations === "object" && activations !== null ? activations : {};
  return {
    ...base,
    measured: {
      lockAcquisitions,
      contended,
      ...(typeof barrierWaitShare === "number" ? { barrierWaitShare } : {}),
      activations: Object.entries(counts).flatMap(([module, count]: [string, unknown]) =>
        typeof count === "number" ? [{ module, count }] : [],
      ),
    },
  };
}
