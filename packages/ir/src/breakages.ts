/** What the verifier found so far. */
import type { Diagnostic, Message } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Loc, System } from "./ir.js";
import { irMessages } from "./messages.js";

/** A system so broken is not worth describing further. */
const LIMIT = 100;

/** Collects what is broken, with the place in words: positions in the IR are lines and columns of files that may not be at hand. */
export class Breakages {
  readonly diagnostics: Diagnostic[] = [];
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  get full(): boolean {
    return this.diagnostics.length >= LIMIT;
  }

  add(
    entry: Message<{ readonly where: string; readonly reason: string }>,
    what: string,
    reason: string,
    loc?: Loc,
  ): void {
    if (this.full) return;
    const file = loc === undefined ? undefined : this.#system.files[loc.file];
    const where =
      loc === undefined || file === undefined ? what : `${what} (${file}:${loc.line}:${loc.column})`;
    this.diagnostics.push(createDiagnostic(entry, { where, reason }));
  }
}

/** Whether a location is in one of the system's files. */
export function isPlace(system: System, loc: Loc): boolean {
  return loc.file < system.files.length && loc.line >= 1 && loc.column >= 1;
}

/** Reports a place in a file that does not exist. */
export function verifyLoc(system: System, loc: Loc, what: string, breakages: Breakages): void {
  if (isPlace(system, loc)) return;
  breakages.add(
    irMessages.reference,
    what,
    `its location ${loc.file}:${loc.line}:${loc.column} is in none of the ${system.files.length} files`,
  );
}
