import type { Span } from "./span.js";

/** How bad it is: an `error` stops the compilation before anything is emitted. */
export type Severity = "error" | "warning" | "note";

/** A second place that belongs to the message, with a few words of its own. */
export interface Label {
  readonly span: Span;
  readonly message: string;
}

/** A change of the source that would answer the diagnostic. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/** One message to the user. Plain data: renderers turn it into text or JSON. */
export interface Diagnostic {
  /** Stable, `package/name`, e.g. `frontend/width-mismatch`; `assassyn explain` knows each. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Absent only where no source is involved (an unreadable file, an option). */
  readonly span?: Span;
  readonly labels: readonly Label[];
  readonly notes: readonly string[];
  readonly help?: string;
  readonly fixes: readonly Fix[];
  /** The plugin and pass that reported it, where it was not the compiler itself. */
  readonly origin?: string;
}

/** What a report may carry besides code, arguments and span. */
export interface DiagnosticExtras {
  readonly labels?: readonly Label[];
  readonly notes?: readonly string[];
  readonly help?: string;
  readonly fixes?: readonly Fix[];
  readonly origin?: string;
}

/** One entry of a catalogue: severity, the message made from typed arguments, and the long form for `explain`. */
export interface MessageDefinition<Arguments> {
  readonly severity: Severity;
  readonly message: (args: Arguments) => string;
  /** Markdown: what it means, a wrong example, the right one. */
  readonly explain: string;
}

/** An entry that knows its full code. */
export interface Message<Arguments> extends MessageDefinition<Arguments> {
  readonly code: string;
}

/**
 * Declares the messages of one package. Codes become `scope/name`.
 *
 * @example
 * const messages = defineCatalogue("frontend", {
 *   "unknown-name": message<{ name: string }>("error", (a) => `unknown name "${a.name}"`, "…"),
 * });
 * bag.report(messages["unknown-name"], { name: "x" }, span);
 */
export function defineCatalogue<Entries extends Record<string, MessageDefinition<never>>>(
  scope: string,
  entries: Entries,
): Catalogue<Entries> {
  const result: Record<string, Message<never>> = {};
  for (const [name, entry] of Object.entries(entries)) result[name] = { ...entry, code: `${scope}/${name}` };
  // The mapped type says exactly what the loop above builds, which TypeScript cannot infer.
  // oxlint-disable-next-line typescript/consistent-type-assertions
  return result as unknown as Catalogue<Entries>;
}

/** The type of a catalogue built by {@link defineCatalogue}. */
export type Catalogue<Entries> = {
  readonly [Name in keyof Entries]: Entries[Name] extends MessageDefinition<infer Arguments>
    ? Message<Arguments>
    : never;
};

/** Builds one catalogue entry; the type argument names the arguments of its message, and is left away where there are none. */
export function message<Arguments = Record<string, never>>(
  severity: Severity,
  text: (args: Arguments) => string,
  explain: string,
): MessageDefinition<NoInfer<Arguments>> {
  return { severity, message: text, explain };
}

/** Builds a diagnostic from a catalogue entry. */
export function createDiagnostic<Arguments>(
  entry: Message<Arguments>,
  args: Arguments,
  span?: Span,
  extras: DiagnosticExtras = {},
): Diagnostic {
  return {
    code: entry.code,
    severity: entry.severity,
    message: entry.message(args),
    ...(span === undefined ? {} : { span: { file: span.file, start: span.start, end: span.end } }),
    labels: extras.labels ?? [],
    notes: extras.notes ?? [],
    ...(extras.help === undefined ? {} : { help: extras.help }),
    fixes: extras.fixes ?? [],
    ...(extras.origin === undefined ? {} : { origin: extras.origin }),
  };
}

/** Collects the diagnostics of one compilation in the order of their report. */
export class DiagnosticBag {
  readonly #items: Diagnostic[] = [];
  #errors = 0;

  /** Reports a catalogue message at a place. */
  report<Arguments>(
    entry: Message<Arguments>,
    args: Arguments,
    span?: Span,
    extras?: DiagnosticExtras,
  ): void {
    this.add(createDiagnostic(entry, args, span, extras));
  }

  /** Adds a finished diagnostic. */
  add(diagnostic: Diagnostic): void {
    this.#items.push(diagnostic);
    if (diagnostic.severity === "error") this.#errors += 1;
  }

  /** True when an error, not only warnings, was reported. */
  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Everything reported so far. */
  get all(): readonly Diagnostic[] {
    return this.#items;
  }
}
