/**
 * Values that are computed but stand in no statement yet. A value is kept as text until something uses it, so that it is folded into the
 * expression of its only user; a value with more users, or with a name, is bound by `let`. What can fault or act is tied to its place: such
 * values wait in {@link Context.pending}, in order, and whatever would overtake them first binds them.
 */
import type { Module, ModuleId, Operation, OpId } from "@assassyn/ir";
import { operationOf } from "@assassyn/ir";
import type { Analysis } from "./analysis.js";
import type { Context } from "./frame.js";
import { NeedsStatements } from "./frame.js";
import type { Globals } from "./globals.js";
import { raw as rawName } from "./names.js";
import type { Printed } from "./printed.js";
import { letText, nameOf, STRENGTH } from "./printed.js";
import type { Statement } from "./statement.js";
import { line } from "./statement.js";
import { suggestName } from "./suggest-name.js";
import { always, typeOf, ValuePrinter } from "./values.js";

/** Text longer than this gets a name, so that lines stay readable. */
const LONGEST = 100;
/** Choices are printed over several lines. */
const LONGEST_CHOICE = 600;

/** Places values and statements; the ground under the printing of operations. */
export abstract class PendingValues {
  protected readonly globals: Globals;
  protected readonly id: ModuleId;
  protected readonly module: Module;
  protected readonly analysis: Analysis;
  protected readonly values: ValuePrinter;
  protected readonly isScalar: (array: number) => boolean;
  /** Operands of the operation at hand that stand in its expression and are tied to their places. */
  protected readonly tied = new Set<OpId>();

  constructor(
    globals: Globals,
    id: ModuleId,
    module: Module,
    analysis: Analysis,
    isScalar: (array: number) => boolean,
  ) {
    this.globals = globals;
    this.id = id;
    this.module = module;
    this.analysis = analysis;
    this.isScalar = isScalar;
    this.values = new ValuePrinter(globals, id, module, analysis, isScalar);
  }

  /**
   * Takes the operands that wait into the operation, which waits in their place. They must stand in a row, in the order in which the
   * language evaluates them, and last if the operation itself is tied to its place; otherwise all that waits is bound first.
   */
  protected consume(context: Context, id: OpId | undefined, operands: readonly OpId[], last: boolean): void {
    const { pending } = context;
    const used = operands.filter((operand) => pending.includes(operand));
    const [first] = used;
    const at = first === undefined ? pending.length : pending.indexOf(first);
    const inRow = used.every((operand, index) => pending[at + index] === operand);
    this.tied.clear();
    if (!inRow || (last && at + used.length !== pending.length)) {
      this.flush(context, pending.length);
      if (id !== undefined && last) pending.push(id);
      return;
    }
    for (const operand of used) this.tied.add(operand);
    pending.splice(at, used.length, ...(id !== undefined && (last || used.length > 0) ? [id] : []));
  }

  /** Binds a printed value, or keeps it for its user. */
  protected place(context: Context, id: OpId, operation: Operation, printed: Printed): void {
    const { frame, pending } = context;
    const uses = this.analysis.usesOf(id);
    const named = this.analysis.nameOf(operation) !== undefined || this.analysis.slotOf.has(id);
    frame.set(id, printed);
    if (
      uses === 0 &&
      !named &&
      pending.includes(id) &&
      (operation.kind === "fifo-pop" || operation.kind === "extern-call") &&
      !this.analysis.repeated.has(id)
    ) {
      this.flush(context, pending.indexOf(id));
      pending.shift();
      this.emit(context, line(printed.text));
      return;
    }
    const limit = printed.strength <= STRENGTH.coalesce ? LONGEST_CHOICE : LONGEST;
    const long = printed.text.length > limit && (context.statements !== undefined || !pending.includes(id));
    if (!named && uses > 0 && !long && (uses === 1 || printed.simple)) return;
    if (pending.includes(id)) this.flush(context, pending.indexOf(id) + 1);
    else this.bind(context, id, context.hoist);
  }

  /** Binds the first values that wait. */
  protected flush(context: Context, count: number): void {
    if (count === 0) return;
    if (context.statements === undefined) throw new NeedsStatements();
    for (const id of context.pending.splice(0, count)) this.bind(context, id, context.statements);
  }

  /** `let name = value`. */
  protected bind(context: Context, id: OpId, statements: Statement[]): void {
    const { frame } = context;
    const operation = operationOf(this.module, id);
    const type = typeOf(this.module, id);
    const slot = this.analysis.slotOf.get(id);
    const name =
      slot === undefined || frame.parent !== undefined
        ? frame.claim(this.#localName(id, operation))
        : this.globals.slot(this.id, slot);
    const printed = frame.get(id);
    statements.push(line(letText(rawName(name), printed, type)));
    frame.set(id, nameOf(rawName(name), type, printed.constant));
  }

  #localName(id: OpId, operation: Operation): string {
    const name = this.analysis.nameOf(operation);
    if (name !== undefined) return name;
    if (operation.kind === "fifo-pop") {
      const port = this.module.ports[operation.port]?.name ?? "port";
      return this.analysis.isLastUse(id, operation.port) ? port : `${port}_head`;
    }
    return suggestName(this.globals.system, operation);
  }

  // ---- statements

  protected emit(context: Context, statement: Statement): void {
    if (context.statements === undefined) throw new NeedsStatements();
    context.statements.push(statement);
  }

  /** A statement that is tied to its place. */
  protected effect(context: Context, operands: readonly OpId[], text: () => string, repeated = false): void {
    this.consume(context, undefined, operands, true);
    this.flush(context, context.pending.length);
    const statement = line(text());
    this.emit(
      context,
      repeated
        ? { kind: "when", head: `when ${always(this.globals)}`, then: [statement], otherwise: [] }
        : statement,
    );
  }
}
