import type { Diagnostic, DiagnosticExtras, Message } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Place } from "./dump.js";
import { MAXIMUM_ERRORS } from "./limits.js";

/** Collects what is wrong with one of the sources of an import, up to a limit of errors. */
export class Problems {
  readonly #file: number;
  readonly #limit: number;
  readonly #items: Diagnostic[] = [];
  #errors = 0;

  /**
   * @param file index of the source among those of the import
   * @param limit messages that are kept
   */
  constructor(file: number, limit: number = MAXIMUM_ERRORS) {
    this.#file = file;
    this.#limit = limit;
  }

  /** Reports a message at a place of the source, or without one. */
  report<Arguments>(
    entry: Message<Arguments>,
    args: Arguments,
    place?: Place,
    extras?: DiagnosticExtras,
  ): void {
    if (entry.severity === "error") this.#errors += 1;
    if (this.#items.length >= this.#limit) return;
    const span = place === undefined ? undefined : { file: this.#file, start: place.start, end: place.end };
    this.#items.push(createDiagnostic(entry, args, span, extras));
  }

  /** True when one of the messages was an error. */
  get failed(): boolean {
    return this.#errors > 0;
  }

  /** Everything reported, in the order of the reports. */
  get all(): readonly Diagnostic[] {
    return this.#items;
  }
}
