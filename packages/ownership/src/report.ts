/** Words for accesses and places, and the diagnostics so far. */
import type { Diagnostic, Message } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Loc, Location, ModuleId, OpId, System } from "@assassyn/ir";
import { locationPrinter, moduleOf, operationPrinter } from "@assassyn/ir";

/** A system so broken is not worth describing further. */
const LIMIT = 100;

/** Something in a body that a message is about. */
export interface Place {
  readonly module: ModuleId;
  /** Absent for what a module does around its body. */
  readonly operation?: OpId;
  readonly loc: Loc;
}

/** Collects refusals. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  readonly location: (location: Location) => string;
  readonly #system: System;
  readonly #operation: (module: ModuleId, id: OpId) => string;

  constructor(system: System) {
    this.#system = system;
    this.location = locationPrinter(system);
    this.#operation = operationPrinter(system);
  }

  /**
   * @param other the access that collides with the one in the message
   */
  refuse<Arguments>(entry: Message<Arguments>, args: Arguments, other?: Place): void {
    if (this.diagnostics.length >= LIMIT) return;
    const notes = other === undefined ? [] : [`the other access: ${this.place(other)}`];
    this.diagnostics.push(createDiagnostic(entry, args, undefined, { notes }));
  }

  /** `module adder, \`%2 cnt[%0] <= %1\` (adder.asyn:9:3)`. */
  place({ module, operation, loc }: Place): string {
    const file = this.#system.files[loc.file];
    const where = file === undefined || loc.line < 1 ? "" : ` (${file}:${loc.line}:${loc.column})`;
    const what = operation === undefined ? "around its body" : `\`${this.#operation(module, operation)}\``;
    return `${this.module(module)}, ${what}${where}`;
  }

  module(id: ModuleId): string {
    return `module ${this.name(id)}`;
  }

  name(id: ModuleId): string {
    return moduleOf(this.#system, id).name;
  }
}
