/** Errors of one IR text. */
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import { irMessages } from "./messages.js";
import type { TextScanner } from "./text-scanner.js";
import { TextFailure } from "./text-scanner.js";

/** More errors than this in one text are not worth reading on. */
const ERROR_LIMIT = 50;

/** Collects the errors of one text. */
export class TextErrors {
  readonly diagnostics: Diagnostic[] = [];
  readonly #scanner: TextScanner;
  readonly #file: number;

  constructor(scanner: TextScanner, file: number) {
    this.#scanner = scanner;
    this.#file = file;
  }

  /** True when reading on is pointless. */
  get full(): boolean {
    return this.diagnostics.length > ERROR_LIMIT;
  }

  add(diagnostic: Diagnostic): void {
    if (this.full) return;
    if (this.diagnostics.length === ERROR_LIMIT) {
      this.diagnostics.push(
        createDiagnostic(irMessages["text-too-many"], { limit: ERROR_LIMIT }, diagnostic.span),
      );
    } else this.diagnostics.push(diagnostic);
  }

  /** Turns what a line threw into a diagnostic; anything but a {@link TextFailure} is a defect of ours and goes on. */
  failure(error: unknown): void {
    if (!(error instanceof TextFailure)) throw error;
    const span = this.span(error.at);
    if (error.code === "text-value")
      this.add(createDiagnostic(irMessages["text-value"], { reason: error.expected }, span));
    else {
      this.add(
        createDiagnostic(
          irMessages["text-syntax"],
          { expected: error.expected, found: this.#scanner.found(error.at) },
          span,
        ),
      );
    }
  }

  span(start: number, end = start + 1): { file: number; start: number; end: number } {
    return { file: this.#file, start, end: Math.max(start, Math.min(end, this.#scanner.text.length)) };
  }
}
