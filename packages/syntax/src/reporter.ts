import {
  createDiagnostic,
  type Diagnostic,
  type DiagnosticExtras,
  type Message,
  type Span,
} from "@assassyn/diagnostics";
import { messages } from "./messages.js";

/** Errors after which a parse stops. */
export const MAXIMUM_ERRORS = 100;

/** Collects the diagnostics of one parse, up to {@link MAXIMUM_ERRORS}. */
export class Reporter {
  readonly #items: Diagnostic[] = [];

  #stopped = false;

  /** True once the parser should stop. */
  get full(): boolean {
    return this.#stopped || this.#items.length >= MAXIMUM_ERRORS;
  }

  /** Ends the parse: what follows the last message would make no sense. */
  stop(): void {
    this.#stopped = true;
  }

  /** Reports a message unless the limit is reached. */
  report<Arguments>(entry: Message<Arguments>, args: Arguments, span: Span, extras?: DiagnosticExtras): void {
    if (!this.full) this.add(createDiagnostic(entry, args, span, extras));
  }

  /** {@link report} for a finished diagnostic. */
  add(diagnostic: Diagnostic): void {
    if (!this.full) this.#items.push(diagnostic);
  }

  /** Everything reported, by place in the file. */
  finish(): Diagnostic[] {
    const sorted = this.#items.toSorted((left, right) => (left.span?.start ?? 0) - (right.span?.start ?? 0));
    if (this.#items.length >= MAXIMUM_ERRORS)
      sorted.push(createDiagnostic(messages["too-many-errors"], { limit: MAXIMUM_ERRORS }));
    return sorted;
  }
}
