import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";

/** Exit statuses of the command. */
export const EXIT = {
  /** Fine. */
  ok: 0,
  /** Diagnostics with an error, a fault of the simulation, an output that cannot be written. */
  failure: 1,
  /** Wrong usage or configuration, an input that cannot be read. */
  usage: 2,
  /** A bug of ours. */
  internal: 70,
  /** Interrupted by the user, as shells count it. */
  interrupted: 130,
} as const;

/** Ends a command with a message for the user. */
export class CommandError extends Error {
  readonly status: number;
  readonly diagnostics: readonly Diagnostic[];
  /** What the spans of the diagnostics index. */
  readonly sources: readonly SourceFile[];

  constructor(
    status: number,
    diagnostics: Diagnostic | readonly Diagnostic[],
    sources: readonly SourceFile[] = [],
  ) {
    const list = "code" in diagnostics ? [diagnostics] : diagnostics;
    super(list.map(({ message }) => message).join("; "));
    this.status = status;
    this.diagnostics = list;
    this.sources = sources;
  }
}
