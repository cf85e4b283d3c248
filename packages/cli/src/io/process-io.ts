import { readSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import process from "node:process";
import { createDiagnostic } from "@assassyn/diagnostics";
import { CommandError, EXIT } from "../errors.js";
import { describeSystemError, hasErrorCode } from "../files/system-errors.js";
import { messages } from "../messages.js";
import type { Io, Sink } from "./io.js";
import { BrokenPipeError } from "./io.js";

const nap = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the thread; only used while a pipe's reader is slower than we are. */
function sleep(milliseconds: number): void {
  Atomics.wait(nap, 0, 0, milliseconds);
}

/**
 * Writes all bytes to a file descriptor, waiting while a non-blocking pipe is full.
 *
 * @throws the system's error, but never EAGAIN
 */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  let wait = 1;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
      wait = 1;
    } catch (error) {
      if (!hasErrorCode(error, "EAGAIN")) throw error;
      sleep(wait);
      wait = Math.min(wait * 2, 16);
    }
  }
}

/**
 * A sink on a file descriptor. It avoids `process.stdout`, which buffers without bound when a pipe is slow.
 *
 * @param name how messages call it; without one, failures are ignored (nobody could be told)
 */
function descriptorSink(descriptor: number, name: string | undefined): Sink {
  return {
    isTerminal: isatty(descriptor),
    descriptor,
    get columns() {
      return (descriptor === 2 ? process.stderr.columns : process.stdout.columns) ?? 80;
    },
    write(data) {
      try {
        writeFully(descriptor, typeof data === "string" ? Buffer.from(data) : data);
      } catch (error) {
        if (name === undefined) return;
        if (hasErrorCode(error, "EPIPE")) throw new BrokenPipeError();
        const reason = describeSystemError(error);
        throw new CommandError(
          EXIT.failure,
          createDiagnostic(messages["cannot-write"], { path: name, reason }),
        );
      }
    },
  };
}

/** Reads a descriptor to its end. Synchronous: nothing else can happen before the input is there. */
function readFully(descriptor: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(1 << 16);
    try {
      const count = readSync(descriptor, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
    } catch (error) {
      if (hasErrorCode(error, "EOF")) return Buffer.concat(chunks);
      if (!hasErrorCode(error, "EAGAIN")) {
        const reason = describeSystemError(error);
        throw new CommandError(
          EXIT.usage,
          createDiagnostic(messages["cannot-read"], { path: "<stdin>", reason }),
        );
      }
      sleep(5);
    }
  }
}

/**
 * A signal that the first Ctrl-C aborts; a second one ends the process at once. From the first look at it on, an interruption waits
 * for the event loop, so whoever looks must not block it for long.
 */
function createInterruptSignal(): () => AbortSignal {
  let controller: AbortController | undefined;
  return () => {
    if (controller === undefined) {
      const created = new AbortController();
      controller = created;
      process.once("SIGINT", () => created.abort());
    }
    return controller.signal;
  };
}

/** The {@link Io} of the real process. */
export function createProcessIo(): Io {
  const interruptSignal = createInterruptSignal();
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: descriptorSink(1, "<stdout>"),
    stderr: descriptorSink(2, undefined),
    readStdin: () => Promise.resolve(readFully(0)),
    get interrupted() {
      return interruptSignal();
    },
  };
}
