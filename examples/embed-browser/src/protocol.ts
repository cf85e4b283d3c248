/** What the page and its worker say to each other. The worker does everything that may take long; the page only shows it. */

/** The files of a design by path. */
export type DesignFiles = Readonly<Record<string, string>>;

/** From the page to the worker. */
export type Request =
  | {
      /** Compile, and answer with `checked`; to `run`, go on and run what was compiled. */
      readonly kind: "check" | "run";
      /** Grows with each request; the answers carry it, so that late ones are known as such. */
      readonly revision: number;
      readonly entry: string;
      readonly files: DesignFiles;
    }
  /** End the run, which answers with `ended`. */
  | { readonly kind: "stop" };

/** From the worker to the page. */
export type Answer = { readonly revision: number } & (Checked | Progress | Ended);

/** The design was compiled, with or without success. */
export interface Checked {
  readonly kind: "checked";
  readonly problems: readonly Problem[];
  /** Bytes of the WebAssembly module; undefined when there are errors. */
  readonly bytes: number | undefined;
  readonly milliseconds: number;
}

/** The simulation has come so far. */
export interface Progress extends Speed {
  readonly kind: "progress";
  readonly lines: readonly LogLine[];
}

/** The simulation is over. */
export interface Ended extends Speed {
  readonly kind: "ended";
  /** Why, as a sentence without its stop. */
  readonly reason: string;
  /** Whether the reason is a fault. */
  readonly failed: boolean;
  /** Lines that were logged but not sent, because there were too many. */
  readonly unsent: number;
  readonly registers: readonly Register[];
}

/** Cycles run so far, and the wall time that they took. */
export interface Speed {
  readonly cycles: number;
  readonly milliseconds: number;
}

/** A message of the compiler. */
export interface Problem {
  readonly severity: "error" | "warning" | "note";
  readonly code: string;
  readonly message: string;
  /** Notes and help, a line each. */
  readonly details: readonly string[];
  /** Absent where the message belongs to no place. */
  readonly place?: { readonly path: string; readonly line: number } & Range;
  /** Changes of the same file that would answer the message. */
  readonly fixes: readonly { readonly title: string; readonly edits: readonly Edit[] }[];
}

/** UTF-16 code units from the start of a file. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Text to put in the place of a range. */
export interface Edit extends Range {
  readonly insert: string;
}

/** One line of the log. */
export interface LogLine {
  readonly cycle: number;
  readonly module: string;
  readonly text: string;
  readonly path: string;
  readonly line: number;
}

/** A register or array at the end of a run. */
export interface Register {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** The first elements. */
  readonly values: readonly string[];
}
