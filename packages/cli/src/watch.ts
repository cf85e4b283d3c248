import { readdirSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { watch } from "chokidar";
import { EXIT } from "./errors.js";
import type { Io } from "./io/io.js";

/** Editors write a file in several steps; changes this close together, in milliseconds, are one. */
const SETTLE_MILLISECONDS = 15;

/** Events can get lost (network file systems, a file added to the watch while it changes): so often, in milliseconds, we look ourselves. */
const LOOK_MILLISECONDS = 1000;

/**
 * Runs an action, and again after each change of the files that it used, until the user interrupts.
 *
 * @param initial absolute paths to watch even when the action tells none (the design may not exist yet)
 * @param action gets a signal that ends it early, when a file changed meanwhile; resolves to the absolute paths it depends on.
 *   It reports its errors itself
 */
export async function watchAndRepeat(
  io: Io,
  initial: readonly string[],
  action: (interrupted: AbortSignal) => Promise<readonly string[]>,
): Promise<number> {
  const fingerprints = new Map(initial.map((file) => [file, fingerprint(file)]));
  let change = new AbortController();
  const look = (): void => {
    for (const [file, known] of fingerprints) if (fingerprint(file) !== known) change.abort();
  };
  const watcher = watch([...initial], { ignoreInitial: true, depth: 0 });
  watcher.on("all", look);
  // An unreadable folder must not end the watch; the next run reports what matters.
  watcher.on("error", () => {});
  const timer = setInterval(look, LOOK_MILLISECONDS);
  try {
    while (!io.interrupted.aborted) {
      change = new AbortController();
      const ended = AbortSignal.any([change.signal, io.interrupted]);
      for (const file of fingerprints.keys()) fingerprints.set(file, fingerprint(file));
      if (io.stdout.isTerminal) io.stdout.write("\u001B[2J\u001B[3J\u001B[H");
      const files = await action(ended);
      for (const file of files) {
        if (fingerprints.has(file)) continue;
        fingerprints.set(file, fingerprint(file));
        watcher.add(file);
      }
      if (!ended.aborted) {
        io.stderr.write(
          `watching ${fingerprints.size === 1 ? "1 file" : `${fingerprints.size} files`}; Ctrl-C ends\n`,
        );
        look();
        await abortOf(ended);
      }
      if (!io.interrupted.aborted) await delay(SETTLE_MILLISECONDS);
    }
    return EXIT.ok;
  } finally {
    clearInterval(timer);
    await watcher.close();
  }
}

/** Tells versions of a file apart without reading it. A folder counts by its designs only: outputs may be written into it. */
function fingerprint(file: string): string {
  try {
    const stats = statSync(file);
    if (!stats.isDirectory()) return `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
    return readdirSync(file)
      .filter((name) => name.endsWith(".asyn") || name.startsWith("assassyn.config."))
      .join("/");
  } catch {
    return "missing";
  }
}

/** Resolves when the signal is aborted. */
function abortOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
