import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LoadedConfig } from "@assassyn/config";
import type { Reproducer } from "@assassyn/pass-manager";
import { REPRODUCER_INPUT, reproducerArguments, reproducerFiles, shellWord } from "@assassyn/pass-manager";
import { EXIT } from "./errors.js";
import { writeFolderAtomically } from "./files/atomic-folder.js";
import { tidyPath } from "./files/paths.js";
import type { Io } from "./io/io.js";

/** What a command knows of how it was called. */
export interface ReproducerContext {
  /** As given by `--reproducer`; absent: a folder for temporary files. */
  readonly reproducer: string | undefined;
  /** As given by `--plugin`. */
  readonly plugin: readonly string[];
  readonly loaded: LoadedConfig;
}

/**
 * Keeps what is needed to see a bug of a pass again, and tells how.
 *
 * @returns the exit status
 * @throws CommandError if the folder cannot be written
 */
export function reportPassBug(reproducer: Reproducer, context: ReproducerContext, io: Io): number {
  const line = writeReproducer(reproducer, context, io);
  io.stderr.write(
    `\nThis is a bug of ${reproducer.plugin}, not of your design. Please report it with the folder; this shows it again:\n  ${line}\n`,
  );
  if (reproducer.stack !== undefined && io.env["ASSASSYN_DEBUG"] !== undefined)
    io.stderr.write(`${reproducer.stack}\n`);
  return EXIT.internal;
}

/**
 * Writes the folder of a reproducer.
 *
 * @returns the command line that runs it, with `assassyn`
 * @throws CommandError if the folder cannot be written
 */
export function writeReproducer(reproducer: Reproducer, context: ReproducerContext, io: Io): string {
  const key = createHash("sha256").update(reproducer.ir).update(reproducer.step).digest("hex").slice(0, 10);
  const shown = context.reproducer ?? path.join(tmpdir(), `assassyn-reproducer-${key}`);
  const { loaded } = context;
  const more = [
    ...(loaded.file === undefined ? [] : ["--config", loaded.shownPath]),
    ...context.plugin.flatMap((specifier) => ["--plugin", specifier]),
  ];
  writeFolderAtomically(path.resolve(io.cwd, shown), shown, reproducerFiles(reproducer, more));
  const input = tidyPath(path.join(shown, REPRODUCER_INPUT));
  return ["assassyn", "compile", input, ...reproducerArguments(reproducer), ...more].map(shellWord).join(" ");
}
