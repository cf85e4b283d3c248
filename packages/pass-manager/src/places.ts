/** From places in the IR, which are lines and columns, to spans of the sources. */
import type { Diagnostic, DiagnosticExtras, Message, SourceFile, Span } from "@assassyn/diagnostics";
import { createDiagnostic, LineMap } from "@assassyn/diagnostics";
import type { Loc, System } from "@assassyn/ir";

/** The sources of one compilation; `files[i]` of the system is `sources[i]`. */
export class SourcePlaces {
  readonly #sources: readonly SourceFile[];
  readonly #lines = new Map<number, LineMap>();

  constructor(sources: readonly SourceFile[]) {
    this.#sources = sources;
  }

  /** What a plugin reports about a place; where the source is not at hand, the place is told in a note. */
  diagnostic<Arguments>(
    system: System,
    origin: string,
    message: Message<Arguments>,
    args: Arguments,
    loc: Loc | undefined,
    extras: DiagnosticExtras = {},
  ): Diagnostic {
    const span = loc === undefined ? undefined : this.#span(loc);
    if (loc === undefined || span !== undefined)
      return createDiagnostic(message, args, span, { origin, ...extras });
    const place = `at ${system.files[loc.file] ?? `file ${loc.file}`}:${loc.line}:${loc.column}`;
    return createDiagnostic(message, args, span, {
      origin,
      ...extras,
      notes: [...(extras.notes ?? []), place],
    });
  }

  #span(loc: Loc): Span | undefined {
    const source = this.#sources[loc.file];
    if (source === undefined) return undefined;
    let map = this.#lines.get(loc.file);
    if (map === undefined) {
      map = new LineMap(source.text);
      this.#lines.set(loc.file, map);
    }
    const line = map.lineStart(loc.line);
    if (line === undefined) return undefined;
    const start = line + loc.column - 1;
    // A name or a number is marked whole; anything else by its first character.
    const word = /^\w+/.exec(source.text.slice(start, start + 64))?.[0].length ?? 1;
    return { file: loc.file, start, end: start + word };
  }
}
