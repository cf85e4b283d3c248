import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BisectDesignOptions } from "@assassyn/compiler";
import { bisect } from "@assassyn/compiler";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import type { Verdict } from "@assassyn/pass-manager";
import { formatBisect, shellWord } from "@assassyn/pass-manager";
import { CommandError, EXIT } from "./errors.js";
import { refusalOfInterpreter, refuseOption } from "./failure.js";
import type { Io } from "./io/io.js";
import { messages } from "./messages.js";
import type { OpenedDesign } from "./open-design.js";
import { failureStatus } from "./plugin-bugs.js";
import { printDiagnostics } from "./report.js";
import { writeReproducer } from "./reproducer.js";
import { loadExterns } from "./run/externs.js";

/** The options of a search as typed. */
export interface BisectCommandOptions {
  readonly bisect: boolean;
  readonly bisectCommand: string | undefined;
  readonly bisectCycles: number | undefined;
  readonly externs: string | undefined;
  readonly reproducer: string | undefined;
  readonly plugin: readonly string[];
}

/** Refuses options that mean nothing without a search. @throws CommandError */
export function checkBisectOptions(options: BisectCommandOptions): void {
  if (options.bisect || options.bisectCommand !== undefined) {
    if (options.bisectCommand !== undefined && !options.bisectCommand.includes("{}"))
      refuseOption("--bisect-command", "it needs {} where the file with the IR goes");
    return;
  }
  if (options.bisectCycles !== undefined) refuseOption("--bisect-cycles", "it goes with --bisect");
  if (options.externs !== undefined) refuseOption("--externs", "it goes with --bisect");
}

/** Searches the pass that changes what a design does, and prints it on stdout. */
export async function bisectDesign(
  opened: OpenedDesign,
  system: System,
  options: BisectCommandOptions,
  lowerOptions: BisectDesignOptions,
  io: Io,
  color: boolean,
): Promise<number> {
  const { read, loaded } = opened;
  const { bisectCommand: command, bisectCycles: cycles } = options;
  // Without bodies from outside the search has stand-ins of its own.
  const hasBodies = options.externs !== undefined || loaded.config.externs !== undefined;
  const result = await bisect(system, read, {
    ...lowerOptions,
    ...(cycles === undefined ? {} : { cycles }),
    ...(command === undefined ? {} : { judge: (judged) => judgeByCommand(command, judged, io) }),
    ...(hasBodies ? { externs: await loadExterns(system, options.externs, loaded, io.cwd) } : {}),
  }).catch((error: unknown) => {
    throw refusalOfInterpreter(error);
  });
  printDiagnostics([...read.diagnostics, ...result.diagnostics], read.sources, io, { color });
  io.stdout.write(formatBisect(result));
  const { culprit } = result;
  if (culprit === undefined) return result.kind === "same" ? EXIT.ok : failureStatus(result.diagnostics);
  if (options.reproducer !== undefined) {
    const line = writeReproducer(culprit.reproducer, { ...options, loaded }, io);
    io.stderr.write(`wrote ${options.reproducer}; this runs it:\n  ${line}\n`);
  }
  return EXIT.failure;
}

/** Runs the user's command on a file with the IR; its exit status 0 means that all is well. */
function judgeByCommand(command: string, system: System, io: Io): Verdict {
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-bisect-"));
  try {
    const file = path.join(folder, "design.ir");
    writeFileSync(file, printSystem(system));
    const { status, signal, stdout, stderr, error } = spawnSync(
      command.replaceAll("{}", () => shellWord(file)),
      { shell: true, cwd: io.cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 28 },
    );
    io.stderr.write(stdout + stderr);
    // 126 and 127 are the shell's: no such command. 125 says that the command cannot tell, as for `git bisect`.
    if (error !== undefined || status === 125 || status === 126 || status === 127) {
      const reason = error?.message ?? `it ended with status ${status}`;
      throw new CommandError(EXIT.usage, createDiagnostic(messages["bisect-command-failed"], { reason }));
    }
    if (status === 0) return { kind: "same" };
    return {
      kind: "differs",
      reason:
        status === null ? `the command was ended by ${signal}` : `the command ended with status ${status}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
