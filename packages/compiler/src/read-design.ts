import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import { elaborate } from "@assassyn/frontend";
import type { System } from "@assassyn/ir";
import { parseSystem, verify } from "@assassyn/ir";
import type { CompilerHost } from "./host.js";
import { messages } from "./messages.js";
import type { UpstreamOptions } from "./read-dump.js";
import { isDumpText, readDump } from "./read-dump.js";
import { SourceSession } from "./session.js";

/** A design read up to its verified IR. */
export interface ReadDesign {
  /** Absent when there is an error, or no system in the file. */
  readonly system?: System;
  readonly diagnostics: readonly Diagnostic[];
  /** Every source that was read, in the order that spans index. */
  readonly sources: readonly SourceFile[];
}

/** Whether a text is IR text rather than a source: its first line that is no comment is the header `ir 1`. */
export function isIrText(text: string): boolean {
  return /^\uFEFF?(?:\s*(?:\/\/|#)[^\n]*\n)*\s*ir\s+\d+\s*(?:\n|$)/.test(text);
}

/** How {@link readDesign} reads. */
export interface ReadOptions {
  /** False to accept a file of shared declarations, which has no system. Default true. */
  readonly requireSystem?: boolean;
  /** How a dump of the Python front end is imported. */
  readonly upstream?: UpstreamOptions;
}

/**
 * Reads a design, `.asyn`, IR text or a dump of the Python front end, up to its verified IR.
 *
 * @param entry a path for the host, or the text itself under the name that messages show
 */
export function readDesign(
  entry: string | SourceFile,
  host: CompilerHost,
  options: ReadOptions = {},
): ReadDesign {
  const session = new SourceSession(host);
  let file: SourceFile;
  if (typeof entry === "string") {
    const read = host.readSource(entry, undefined);
    if (read.kind === "error") {
      const args = { path: entry, reason: read.reason };
      return { diagnostics: [createDiagnostic(messages["cannot-read"], args)], sources: [] };
    }
    file = { path: read.path, text: read.text };
  } else {
    file = entry;
  }
  if (isIrText(file.text)) return readIr(file);
  if (isDumpText(file.text)) return readDump(file, host, options.upstream);
  return readSource(file, session, options);
}

function readIr(file: SourceFile): ReadDesign {
  const sources = [file];
  const { system, diagnostics } = parseSystem(file.text, { file: 0 });
  if (system === undefined || hasErrors(diagnostics)) return { diagnostics, sources };
  const broken = verify(system);
  if (hasErrors(broken)) return { diagnostics: [...diagnostics, ...broken], sources };
  return { system, diagnostics: [...diagnostics, ...broken], sources };
}

function readSource(file: SourceFile, session: SourceSession, options: ReadOptions): ReadDesign {
  const root = session.parseEntry(file);
  // A system that could not be read is not a missing one.
  const requireSystem = (options.requireSystem ?? true) && session.diagnostics.length === 0;
  const elaborated = elaborate({ root, host: session, requireSystem });
  const diagnostics = [...session.diagnostics, ...elaborated.diagnostics];
  const sources = session.files;
  if (elaborated.system === undefined || hasErrors(diagnostics)) return { diagnostics, sources };
  return { system: elaborated.system, diagnostics, sources };
}

/** Whether one of them is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
