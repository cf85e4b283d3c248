/** The body of a module as statements: operations in program order, `if` as `when`, as a choice, or as a function that stands for an arm. */
import type { ModuleId, Operation, OpId, Region } from "@assassyn/ir";
import { operationOf, slotId, walk } from "@assassyn/ir";
import { printLazyChoice } from "./choices.js";
import type { Context } from "./frame.js";
import { Frame, NeedsStatements } from "./frame.js";
import { Names, raw as rawName } from "./names.js";
import { OperationPrinter } from "./operation-printer.js";
import type { Printed } from "./printed.js";
import { headText, literal, sink, STRENGTH, typeName, wrap } from "./printed.js";
import type { Statement } from "./statement.js";
import { line, renderStatements } from "./statement.js";

/** Prints one module. */
export class BodyPrinter extends OperationPrinter {
  /** Functions that stand for arms, each as lines. */
  readonly functions: { readonly name: string; readonly lines: readonly string[] }[] = [];

  /** The statements of the body. */
  print(): Statement[] {
    const statements: Statement[] = [];
    const frame = new Frame(new Names(this.globals.inside(this.id)));
    this.#region({ frame, statements, hoist: statements, pending: [] }, this.module.body);
    return [...this.#absentSlots(), ...this.#activations(frame, statements), ...statements];
  }

  /** Values that others ask for but that are never there. */
  #absentSlots(): Statement[] {
    return this.module.exposed.flatMap((slot, index): Statement[] => {
      if (this.analysis.exposed.has(slotId(index))) return [];
      const text = `let ${this.globals.slot(this.id, slotId(index))} = ${literal(0n, slot.type, this.globals.shadowed).text}`;
      return [{ kind: "when", head: "when 0", then: [line(text)], otherwise: [] }];
    });
  }

  /** A downstream runs when a module was triggered whose value it names, so each such module is named. */
  #activations(frame: Frame, statements: readonly Statement[]): Statement[] {
    const missing = new Map<ModuleId, string>();
    walk(this.module, (operation) => {
      if (operation.kind !== "exposed-get" && operation.kind !== "exposed-valid") return;
      const { module } = operation;
      missing.set(module, `${this.globals.module(module)}.${this.globals.slot(module, operation.slot)}`);
    });
    const lines = [...renderStatements(statements), ...this.functions.flatMap((each) => each.lines)];
    const words = new Set(
      lines
        .join("\n")
        .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
        .match(/[\w#]+\.[\w#]+/g),
    );
    walk(this.module, (operation) => {
      if (operation.kind !== "exposed-get" && operation.kind !== "exposed-valid") return;
      const { module } = operation;
      const text = `${this.globals.module(module)}.${this.globals.slot(module, operation.slot)}`;
      if (words.has(text)) missing.delete(module);
    });
    return [...missing.values()].map((text) => line(`let ${rawName(frame.claim("ran"))} = ${text}.valid`));
  }

  #region(context: Context, region: Region): void {
    for (const id of region.operations) this.#operation(context, id, operationOf(this.module, id));
    if (region.result === undefined) this.flush(context, context.pending.length);
  }

  #operation(context: Context, id: OpId, operation: Operation): void {
    if (operation.kind === "if") return this.#if(context, id, operation);
    if (operation.type === null) return this.effectOf(context, id, operation);
    this.value(context, id, operation);
  }

  // ---- regions

  #if(context: Context, id: OpId, operation: Operation & { readonly kind: "if" }): void {
    const used = this.analysis.usedInside(operation);
    if (context.pending.some((each) => used.has(each))) this.flush(context, context.pending.length);
    const known = context.frame.get(operation.condition).literal;
    const isValue = operation.type !== null && this.analysis.usesOf(id) > 0;
    if (known !== undefined && (known === 1n || isValue)) {
      const region = known === 1n ? operation.then : operation.else;
      for (const inner of region.operations) this.#operation(context, inner, operationOf(this.module, inner));
      if (!isValue || region.result === undefined) return;
      this.consume(context, id, [region.result], false);
      this.place(context, id, operation, context.frame.get(region.result));
      return;
    }
    if (isValue && operation.type !== null) return this.#choice(context, id, operation, operation.type);
    this.#when(context, operation);
  }

  #when(context: Context, operation: Operation & { readonly kind: "if" }): void {
    const { frame } = context;
    this.consume(context, undefined, [operation.condition], true);
    this.flush(context, context.pending.length);
    const tied = this.tied.has(operation.condition);
    const block = (region: Region): Statement[] => {
      const statements: Statement[] = [];
      this.#region({ frame, statements, hoist: statements, pending: [] }, { operations: region.operations });
      return statements;
    };
    const condition = frame.get(operation.condition);
    const at = this.#atCycle(operation, condition);
    const then = block(operation.then);
    const otherwise = block(operation.else);
    if (then.length === 0 && otherwise.length === 0) {
      // The condition may fault all the same.
      if (tied) this.emit(context, line(`let ${rawName(frame.claim("condition"))} = ${condition.text}`));
      return;
    }
    if (then.length === 0) {
      const head = `when !${wrap(condition, STRENGTH.postfix)}`;
      this.emit(context, { kind: "when", head, then: otherwise, otherwise: [] });
      return;
    }
    const head = at !== undefined && otherwise.length === 0 ? `at ${at}` : `when ${headText(condition)}`;
    this.emit(context, { kind: "when", head, then, otherwise });
  }

  /** The cycle of `at n { … }`. */
  #atCycle(operation: Operation & { readonly kind: "if" }, condition: Printed): bigint | undefined {
    const test = operationOf(this.module, operation.condition);
    if (this.module.kind !== "testbench" || condition.simple) return undefined;
    if (test.kind !== "binary" || test.operator !== "eq") return undefined;
    const right = operationOf(this.module, test.right);
    return operationOf(this.module, test.left).kind === "cycle" && right.kind === "const"
      ? right.value
      : undefined;
  }

  #choice(
    context: Context,
    id: OpId,
    operation: Operation & { readonly kind: "if" },
    type: Printed["type"],
  ): void {
    const anchored =
      !this.analysis.isCoalesce(operation) &&
      (this.analysis.hasAnchors(operation.then) || this.analysis.hasAnchors(operation.else));
    this.consume(context, id, [operation.condition], anchored);
    const then = this.#arm(context, operation.then, type);
    const otherwise = this.#arm(context, operation.else, type);
    const condition = this.values.condition(context.frame.get(operation.condition));
    this.place(context, id, operation, printLazyChoice(condition, then, otherwise, type));
  }

  /** An arm as an expression, or as the call of a function where it needs statements. */
  #arm(context: Context, region: Region, type: Printed["type"]): Printed {
    const { result } = region;
    if (result === undefined) throw new Error("an arm without a result");
    const mark = context.frame.mark();
    const { length } = context.hoist;
    const functions = this.functions.length;
    try {
      const inner: Context = {
        frame: context.frame,
        statements: undefined,
        hoist: context.hoist,
        pending: [],
      };
      this.#region(inner, region);
      if (inner.pending.length > (inner.pending[0] === result ? 1 : 0)) throw new NeedsStatements();
      return context.frame.get(result);
    } catch (error) {
      if (!(error instanceof NeedsStatements)) throw error;
      context.frame.reset(mark);
      context.hoist.length = length;
      for (const { name } of this.functions.splice(functions)) this.globals.releaseFunction(name);
      return this.#armFunction(context.frame, region, result, type);
    }
  }

  #armFunction(outer: Frame, region: Region, result: OpId, type: Printed["type"]): Printed {
    const frame = new Frame(new Names(this.globals.inside(this.id)), outer);
    const statements: Statement[] = [];
    const context: Context = { frame, statements, hoist: statements, pending: [] };
    this.#region(context, region);
    this.consume(context, undefined, [result], true);
    this.flush(context, context.pending.length);
    const printed = frame.get(result);
    const text = sink(printed, type);
    // `a <= b` alone on a line would be an assignment.
    statements.push(line(printed.strength <= STRENGTH.compare ? `(${text})` : text));
    const name = this.globals.claimFunction(`${this.module.name}_choice`);
    const parameters = frame.parameters.map(
      (each) => `${rawName(each.name)}: ${typeName(each.printed.type)}`,
    );
    this.functions.push({
      name,
      lines: [
        `fn ${rawName(name)}(${parameters.join(", ")}) -> ${typeName(type)} {`,
        ...renderStatements(statements),
        "}",
      ],
    });
    const values = frame.parameters.map((each) => sink(each.printed, each.printed.type));
    return {
      text: `${rawName(name)}(${values.join(", ")})`,
      strength: STRENGTH.postfix,
      type,
      simple: false,
      // It is expanded where it is called, and what it gives may be known.
      constant: true,
    };
  }
}
