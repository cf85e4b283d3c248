/** A file that an emitter made. Writing it is the caller's business. */
export interface OutputFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
}
