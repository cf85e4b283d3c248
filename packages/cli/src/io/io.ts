/** Everything the command needs from the process around it, so that tests can run it in-process. */
export interface Io {
  /** Absolute path of the current folder. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results only: logs, IR text, JSON. */
  readonly stdout: Sink;
  /** Diagnostics, summaries, progress. */
  readonly stderr: Sink;
  /** All of standard input, to its end. */
  readonly readStdin: () => Promise<Uint8Array>;
  /**
   * Aborted when the user interrupts; ends a run early and a watch for good. Until it is looked at for the first time, an interruption
   * ends the process, so look late.
   */
  readonly interrupted: AbortSignal;
}

/** A place to write to. */
export interface Sink {
  /** True for a terminal: colours and progress are welcome. */
  readonly isTerminal: boolean;
  /** The file descriptor behind it, for a child process to write to; undefined when the writes are caught. */
  readonly descriptor: number | undefined;
  /** Columns of the terminal; 80 where unknown. */
  readonly columns: number;
  /**
   * Writes everything before it returns.
   *
   * @throws BrokenPipeError when the reader has gone
   * @throws CommandError when the device refuses (full disk, file size limit)
   */
  write(data: string | Uint8Array): void;
}

/** The reader of standard output has gone (`| head`): no error, but nothing more to do either. */
export class BrokenPipeError extends Error {
  constructor() {
    super("the reader of the output has gone");
  }
}
