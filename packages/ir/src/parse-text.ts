/**
 * Reads the IR text. Not a Chevrotain grammar on purpose: the notation is one declaration or operation a line, which a cursor over the
 * characters reads without tokens at several times the speed; dumps of millions of operations are meant to be read, and error recovery is
 * simply "the next line". First all declarations are read, so that operations may name modules that follow; then the bodies.
 */
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { System } from "./ir.js";
import { IR_VERSION } from "./ir.js";
import { irMessages } from "./messages.js";
import { DeclarationReader } from "./parse-declarations.js";
import { BodyReader } from "./parse-body.js";
import { ConcurrencyReader } from "./parse-concurrency.js";
import { TextErrors } from "./text-errors.js";
import { TextScanner } from "./text-scanner.js";

/** The outcome of {@link parseSystem}: `system` is absent when an error was found. */
export interface ParsedSystem {
  readonly system?: System;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads what {@link printSystem} wrote, comments and blank lines aside. Ill-formed text gives located errors, several a run; a system that
 * reads well may still be wrong, which `verify` finds.
 *
 * @param options.file index of the text in the list of sources, for the spans of diagnostics; default 0
 * @example parseSystem("ir 1\nsystem empty {\n}\n").system?.name // "empty"
 */
export function parseSystem(text: string, options: { readonly file?: number } = {}): ParsedSystem {
  const scanner = new TextScanner(text);
  const errors = new TextErrors(scanner, options.file ?? 0);
  scanner.skipEmptyLines();
  const start = scanner.at;
  if (!scanner.eatWord("ir") || scanner.peekWord() !== String(IR_VERSION)) {
    const found = scanner.found(scanner.at);
    errors.add(createDiagnostic(irMessages["text-header"], { found }, errors.span(start, scanner.at + 1)));
    return { diagnostics: errors.diagnostics };
  }
  scanner.nextLine();
  const declarations = new DeclarationReader(scanner, errors).read();
  if (declarations === undefined) return { diagnostics: errors.diagnostics };
  const threads = new ConcurrencyReader(scanner, errors, declarations);
  const concurrency = threads.read();
  const modules = new BodyReader(scanner, errors, declarations, threads).read();
  if (errors.diagnostics.length > 0) {
    return {
      diagnostics: errors.diagnostics.toSorted((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0)),
    };
  }
  const { name, files, config, arrays, externs } = declarations;
  const system = { name, files, config, arrays, externs, modules };
  return { system: concurrency === undefined ? system : { ...system, concurrency }, diagnostics: [] };
}
