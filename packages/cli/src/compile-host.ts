import path from "node:path";
import type { CompilerHost } from "@assassyn/compiler";
import type { DesignLocation } from "./design.js";
import { CommandError } from "./errors.js";
import { tidyPath } from "./files/paths.js";
import type { TextKind } from "./files/read-text.js";
import { readText } from "./files/read-text.js";

/** A compiler host on the file system that remembers what was read. */
export interface FileHost extends CompilerHost {
  /** Absolute paths of everything that was asked for, found or not, in the order of the questions. */
  readonly dependencies: () => readonly string[];
}

/**
 * Makes a host for a design. Paths are shown relative to how the design was named: importing `fifo.asyn` from `cpu/cpu.asyn` shows
 * `cpu/fifo.asyn`.
 */
export function createFileHost(location: DesignLocation): FileHost {
  const absolute = new Map<string, string>([
    [location.path, location.file ?? path.join(location.folder, "-")],
  ]);
  const dependencies = new Set<string>();
  const read = (
    name: string,
    from: string | undefined,
    kind: TextKind,
  ): { kind: "text"; shown: string; text: string } | { kind: "error"; reason: string } => {
    const importer = from === undefined ? undefined : absolute.get(from);
    const file = path.resolve(importer === undefined ? location.folder : path.dirname(importer), name);
    const shownFolder = from === undefined || from === "<stdin>" ? "." : path.posix.dirname(from);
    const shown = path.isAbsolute(name) ? tidyPath(name) : tidyPath(path.join(shownFolder, name));
    dependencies.add(file);
    absolute.set(shown, file);
    try {
      const result = readText(file, shown, kind);
      return "text" in result
        ? { kind: "text", shown, text: result.text }
        : { kind: "error", reason: result.reason };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { kind: "error", reason: error.message };
    }
  };
  return {
    readSource(name, from) {
      const result = read(name, from, "source");
      return result.kind === "error" ? result : { kind: "source", path: result.shown, text: result.text };
    },
    readMemory(name, from) {
      return read(name, from, "text");
    },
    dependencies: () => [...dependencies],
  };
}
