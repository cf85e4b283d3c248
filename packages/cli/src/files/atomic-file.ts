import type { Stats } from "node:fs";
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { createDiagnostic } from "@assassyn/diagnostics";
import { CommandError, EXIT } from "../errors.js";
import { writeFully } from "../io/process-io.js";
import { messages } from "../messages.js";
import { describeSystemError } from "./system-errors.js";

/** A file that appears under its name only when it is complete. */
export interface AtomicFile {
  /** Absolute path under which it is prepared; undefined for a device, which is written directly. */
  readonly temporary: string | undefined;
  /** Appends. @throws CommandError if the system refuses; the file is then gone. */
  write(data: string | Uint8Array): void;
  /** Puts the file in its place. @throws CommandError if the system refuses. */
  commit(): void;
  /** Throws away what was written; harmless after {@link commit}. */
  abort(): void;
}

/** The error for an output that cannot be written. */
export function cannotWrite(shownPath: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const reason = describeSystemError(error);
  return new CommandError(
    EXIT.failure,
    createDiagnostic(messages["cannot-write"], { path: shownPath, reason }),
  );
}

/** What is at the place of an output; undefined when nothing is. @throws CommandError if it cannot be told */
export function statOutput(target: string, shownPath: string): Stats | undefined {
  try {
    return statSync(target, { throwIfNoEntry: false });
  } catch (error) {
    throw cannotWrite(shownPath, error);
  }
}

/** The path beside `target` under which it is prepared; one process writes one target once at a time. */
export function temporaryPath(target: string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
}

/**
 * Opens `target` for an atomic write. A device or a pipe (`/dev/null`, `/dev/stdout`) is written directly, since it cannot be
 * replaced; a symbolic link keeps pointing where it points.
 *
 * @param target absolute path
 * @param shownPath how messages call it
 * @throws CommandError if it is a folder, or cannot be written
 */
export function openAtomicFile(target: string, shownPath: string): AtomicFile {
  const existing = statOutput(target, shownPath);
  if (existing?.isDirectory() === true) {
    throw new CommandError(EXIT.usage, createDiagnostic(messages["output-is-folder"], { path: shownPath }));
  }
  const direct = existing !== undefined && !existing.isFile();
  let place = target;
  let temporary: string | undefined;
  let descriptor: number | undefined;
  const abort = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
    if (temporary !== undefined) rmSync(temporary, { force: true });
    temporary = undefined;
  };
  const guarded = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (error) {
      abort();
      throw cannotWrite(shownPath, error);
    }
  };
  guarded(() => {
    if (existing?.isFile() === true) place = realpathSync(target);
    if (direct) {
      descriptor = openSync(target, "w");
      return;
    }
    const name = temporaryPath(place);
    descriptor = openSync(name, "w", existing === undefined ? 0o666 : existing.mode & 0o777);
    temporary = name;
  });
  return {
    temporary,
    write(data) {
      const open = descriptor;
      if (open === undefined) throw new Error(`${shownPath} is closed`);
      guarded(() => writeFully(open, typeof data === "string" ? Buffer.from(data) : data));
    },
    commit() {
      guarded(() => {
        if (descriptor !== undefined) closeSync(descriptor);
        descriptor = undefined;
        if (temporary !== undefined) renameSync(temporary, place);
        temporary = undefined;
      });
    },
    abort,
  };
}

/**
 * Writes a whole file at once; see {@link openAtomicFile}.
 *
 * @throws CommandError if it cannot be written; an earlier file is then as it was
 */
export function writeFileAtomically(target: string, shownPath: string, data: string | Uint8Array): void {
  const file = openAtomicFile(target, shownPath);
  file.write(data);
  file.commit();
}
