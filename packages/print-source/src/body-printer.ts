/**
 * The body of a module as statements.
 *
 * Operations are visited in program order. A value is kept as text until something uses it, so that it is folded into the expression of its
 * only user; a value with more users, or with a name, is bound by `let`. What can fault or act is tied to its place: such values wait in
 * {@link Context.pending}, in order, and whatever would overtake them first binds them.
 */
import type { Module, ModuleId, Operation, OpId, Region } from "@assassyn/ir";
import { assertNever, operandsOf, operationOf, printFormat, sameType, slotId, walk } from "@assassyn/ir";
import type { Analysis } from "./analysis.js";
import { printLazyChoice } from "./choices.js";
import type { Context } from "./frame.js";
import { Frame, NeedsStatements } from "./frame.js";
import type { Globals } from "./globals.js";
import { Names, raw as rawName, statementName } from "./names.js";
import type { Printed } from "./printed.js";
import { conditionText, exact, literal, nameOf, sink, STRENGTH, typeName, wrap } from "./printed.js";
import type { Statement } from "./statement.js";
import { line, renderStatements } from "./statement.js";
import { quote } from "./strings.js";
import { suggestName } from "./suggest-name.js";
import type { ValueOperation } from "./values.js";
import { always, typeOf, ValuePrinter } from "./values.js";

/** Text longer than this gets a name, so that lines stay readable. */
const LONGEST = 100;
/** Choices are printed over several lines. */
const LONGEST_CHOICE = 600;

/** A design that the language cannot say. */
export class PrintSourceError extends Error {
  override readonly name = "PrintSourceError";
}

/** Prints one module. */
export class BodyPrinter {
  /** Functions that stand for arms, each as lines. */
  readonly functions: { readonly name: string; readonly lines: readonly string[] }[] = [];
  readonly #globals: Globals;
  readonly #id: ModuleId;
  readonly #module: Module;
  readonly #analysis: Analysis;
  readonly #values: ValuePrinter;
  readonly #isScalar: (array: number) => boolean;
  /** Operands of the operation at hand that stand in its expression and are tied to their places. */
  readonly #tied = new Set<OpId>();

  constructor(
    globals: Globals,
    id: ModuleId,
    module: Module,
    analysis: Analysis,
    isScalar: (array: number) => boolean,
  ) {
    this.#globals = globals;
    this.#id = id;
    this.#module = module;
    this.#analysis = analysis;
    this.#isScalar = isScalar;
    this.#values = new ValuePrinter(globals, id, module, analysis, isScalar);
  }

  /** The statements of the body. */
  print(): Statement[] {
    const statements: Statement[] = [];
    const frame = new Frame(new Names(this.#globals.inside(this.#id)));
    this.#region({ frame, statements, hoist: statements, pending: [] }, this.#module.body);
    return [...this.#absentSlots(), ...this.#activations(frame, statements), ...statements];
  }

  /** Values that others ask for but that are never there. */
  #absentSlots(): Statement[] {
    return this.#module.exposed.flatMap((slot, index): Statement[] => {
      if (this.#analysis.exposed.has(slotId(index))) return [];
      const text = `let ${this.#globals.slot(this.#id, slotId(index))} = ${literal(0n, slot.type, this.#globals.shadowed).text}`;
      return [{ kind: "when", head: "when 0", then: [line(text)], otherwise: [] }];
    });
  }

  /** A downstream runs when a module was triggered whose value it names, so each such module is named. */
  #activations(frame: Frame, statements: readonly Statement[]): Statement[] {
    const missing = new Map<ModuleId, string>();
    walk(this.#module, (operation) => {
      if (operation.kind !== "exposed-get" && operation.kind !== "exposed-valid") return;
      const { module } = operation;
      missing.set(module, `${this.#globals.module(module)}.${this.#globals.slot(module, operation.slot)}`);
    });
    const lines = [...renderStatements(statements), ...this.functions.flatMap((each) => each.lines)];
    const words = new Set(
      lines
        .join("\n")
        .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
        .match(/[\w#]+\.[\w#]+/g),
    );
    walk(this.#module, (operation) => {
      if (operation.kind !== "exposed-get" && operation.kind !== "exposed-valid") return;
      const { module } = operation;
      const text = `${this.#globals.module(module)}.${this.#globals.slot(module, operation.slot)}`;
      if (words.has(text)) missing.delete(module);
    });
    return [...missing.values()].map((text) => line(`let ${rawName(frame.claim("ran"))} = ${text}.valid`));
  }

  #region(context: Context, region: Region): void {
    for (const id of region.operations) this.#operation(context, id, operationOf(this.#module, id));
    if (region.result === undefined) this.#flush(context, context.pending.length);
  }

  #operation(context: Context, id: OpId, operation: Operation): void {
    const { frame } = context;
    switch (operation.kind) {
      case "if":
        return this.#if(context, id, operation);
      case "array-write":
        return this.#effect(
          context,
          [operation.index, operation.value],
          () => {
            const declaration = this.#globals.system.arrays[operation.array];
            const name = this.#globals.array(operation.array);
            const target = this.#isScalar(operation.array)
              ? name
              : `${name}[${this.#values.index(operation.array, operation.index, (each) => frame.get(each))}]`;
            const value = frame.get(operation.value);
            return `${target} <= ${sink(value, declaration?.type ?? value.type)}`;
          },
          this.#analysis.repeated.has(id),
        );
      case "fifo-push":
      case "call": {
        const group = this.#analysis.groups.get(id);
        if (group === undefined) {
          if (operation.kind === "call")
            return this.#effect(context, [], () => `call ${this.#globals.module(operation.module)}`);
          return this.#effect(
            context,
            [operation.value],
            () => {
              const type = this.#globals.system.modules[operation.module]?.ports[operation.port]?.type;
              const value = frame.get(operation.value);
              const port = this.#globals.port(operation.module, operation.port);
              return `${this.#globals.module(operation.module)}.${port}.push(${sink(value, type ?? value.type)})`;
            },
            this.#analysis.repeated.has(id),
          );
        }
        if (group.last !== id) return;
        return this.#effect(
          context,
          group.pushes.map((push) => push.value),
          () => {
            const values = group.pushes.map(({ port, value }) => {
              const type = this.#globals.system.modules[group.module]?.ports[port]?.type;
              const printed = frame.get(value);
              return `${this.#globals.port(group.module, port)}: ${sink(printed, type ?? printed.type)}`;
            });
            return `${statementName(this.#globals.module(group.module))}(${values.join(", ")})`;
          },
        );
      }
      case "wait": {
        const take = this.#analysis.takes.get(id);
        if (take === undefined)
          return this.#effect(
            context,
            [operation.condition],
            () => `wait_until ${headText(frame.get(operation.condition))}`,
          );
        const names = take.pops.map(({ port }) => this.#globals.port(this.#id, port));
        this.#effect(context, [], () => `take ${names.join(", ")}`);
        for (const pop of take.pops)
          frame.set(
            pop.id,
            nameOf(this.#globals.port(this.#id, pop.port), typeOf(this.#module, pop.id), false),
          );
        return;
      }
      // The language has no locks: they belong to a target.
      case "acquire":
      case "release":
        return;
      case "finish":
        return this.#effect(context, [], () => "finish");
      case "assert":
        return this.#effect(
          context,
          [operation.condition],
          () => `assert ${headText(frame.get(operation.condition))}, ${quote(operation.message)}`,
        );
      case "log":
        return this.#effect(context, operation.arguments, () => {
          const values = operation.arguments.map(
            (argument) => exact(frame.get(argument), typeOf(this.#module, argument)).text,
          );
          return `log(${[quote(printFormat(operation.pieces)), ...values].join(", ")})`;
        });
      case "expose": {
        if (this.#analysis.silent.has(id)) return;
        // Only a value exposed in an arm is never silent.
        if (frame.parent !== undefined)
          throw new PrintSourceError(
            `module ${this.#module.name} exposes a value inside an arm of a choice with a value, which the language cannot say`,
          );
        return this.#effect(context, [operation.value], () => {
          const name = this.#globals.slot(this.#id, operation.slot);
          const type = this.#module.exposed[operation.slot]?.type;
          return letText(name, frame.get(operation.value), type ?? typeOf(this.#module, operation.value));
        });
      }
      default:
        return this.#value(context, id, operation);
    }
  }

  // ---- values

  #value(context: Context, id: OpId, operation: ValueOperation): void {
    if (this.#analysis.taken.has(id)) return;
    const anchored = this.#analysis.isAnchored(operation);
    const named = this.#analysis.nameOf(operation) !== undefined || this.#analysis.slotOf.has(id);
    if (!anchored && !named && this.#analysis.usesOf(id) === 0) return;
    const lazy = lazyOperands(operation);
    if (lazy.some((operand) => context.pending.includes(operand)))
      this.#flush(context, context.pending.length);
    const strict = operandsOf(operation).filter((operand) => !lazy.includes(operand));
    this.#consume(context, id, strict, anchored);
    const printed = this.#values.print(id, operation, context.frame, (operand) => this.#tied.has(operand));
    this.#place(context, id, operation, printed);
  }

  /**
   * Takes the operands that wait into the operation, which waits in their place. They must stand in a row, in the order in which the
   * language evaluates them, and last if the operation itself is tied to its place; otherwise all that waits is bound first.
   */
  #consume(context: Context, id: OpId | undefined, operands: readonly OpId[], last: boolean): void {
    const { pending } = context;
    const used = operands.filter((operand) => pending.includes(operand));
    const [first] = used;
    const at = first === undefined ? pending.length : pending.indexOf(first);
    const inRow = used.every((operand, index) => pending[at + index] === operand);
    this.#tied.clear();
    if (!inRow || (last && at + used.length !== pending.length)) {
      this.#flush(context, pending.length);
      if (id !== undefined && last) pending.push(id);
      return;
    }
    for (const operand of used) this.#tied.add(operand);
    pending.splice(at, used.length, ...(id !== undefined && (last || used.length > 0) ? [id] : []));
  }

  /** Binds a printed value, or keeps it for its user. */
  #place(context: Context, id: OpId, operation: Operation, printed: Printed): void {
    const { frame, pending } = context;
    const uses = this.#analysis.usesOf(id);
    const named = this.#analysis.nameOf(operation) !== undefined || this.#analysis.slotOf.has(id);
    frame.set(id, printed);
    if (
      uses === 0 &&
      !named &&
      pending.includes(id) &&
      (operation.kind === "fifo-pop" || operation.kind === "extern-call") &&
      !this.#analysis.repeated.has(id)
    ) {
      this.#flush(context, pending.indexOf(id));
      pending.shift();
      this.#emit(context, line(printed.text));
      return;
    }
    const limit = printed.strength <= STRENGTH.coalesce ? LONGEST_CHOICE : LONGEST;
    const long = printed.text.length > limit && (context.statements !== undefined || !pending.includes(id));
    if (!named && uses > 0 && !long && (uses === 1 || printed.simple)) return;
    if (pending.includes(id)) this.#flush(context, pending.indexOf(id) + 1);
    else this.#bind(context, id, context.hoist);
  }

  /** Binds the first values that wait. */
  #flush(context: Context, count: number): void {
    if (count === 0) return;
    if (context.statements === undefined) throw new NeedsStatements();
    for (const id of context.pending.splice(0, count)) this.#bind(context, id, context.statements);
  }

  /** `let name = value`. */
  #bind(context: Context, id: OpId, statements: Statement[]): void {
    const { frame } = context;
    const operation = operationOf(this.#module, id);
    const type = typeOf(this.#module, id);
    const slot = this.#analysis.slotOf.get(id);
    const name =
      slot === undefined || frame.parent !== undefined
        ? frame.claim(this.#localName(id, operation))
        : this.#globals.slot(this.#id, slot);
    const printed = frame.get(id);
    statements.push(line(letText(rawName(name), printed, type)));
    frame.set(id, nameOf(rawName(name), type, printed.constant));
  }

  #localName(id: OpId, operation: Operation): string {
    const name = this.#analysis.nameOf(operation);
    if (name !== undefined) return name;
    if (operation.kind === "fifo-pop") {
      const port = this.#module.ports[operation.port]?.name ?? "port";
      return this.#analysis.isLastUse(id, operation.port) ? port : `${port}_head`;
    }
    return suggestName(this.#globals.system, operation);
  }

  // ---- effects

  #emit(context: Context, statement: Statement): void {
    if (context.statements === undefined) throw new NeedsStatements();
    context.statements.push(statement);
  }

  /** A statement that is tied to its place. */
  #effect(context: Context, operands: readonly OpId[], text: () => string, repeated = false): void {
    this.#consume(context, undefined, operands, true);
    this.#flush(context, context.pending.length);
    const statement = line(text());
    this.#emit(
      context,
      repeated
        ? { kind: "when", head: `when ${always(this.#globals)}`, then: [statement], otherwise: [] }
        : statement,
    );
  }

  // ---- regions

  #if(context: Context, id: OpId, operation: Operation & { readonly kind: "if" }): void {
    const used = this.#analysis.usedInside(operation);
    if (context.pending.some((each) => used.has(each))) this.#flush(context, context.pending.length);
    const known = context.frame.get(operation.condition).literal;
    const isValue = operation.type !== null && this.#analysis.usesOf(id) > 0;
    if (known !== undefined && (known === 1n || isValue)) {
      const region = known === 1n ? operation.then : operation.else;
      for (const inner of region.operations)
        this.#operation(context, inner, operationOf(this.#module, inner));
      if (!isValue || region.result === undefined) return;
      this.#consume(context, id, [region.result], false);
      this.#place(context, id, operation, context.frame.get(region.result));
      return;
    }
    if (isValue && operation.type !== null) return this.#choice(context, id, operation, operation.type);
    this.#when(context, operation);
  }

  #when(context: Context, operation: Operation & { readonly kind: "if" }): void {
    const { frame } = context;
    this.#consume(context, undefined, [operation.condition], true);
    this.#flush(context, context.pending.length);
    const tied = this.#tied.has(operation.condition);
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
      if (tied) this.#emit(context, line(`let ${rawName(frame.claim("condition"))} = ${condition.text}`));
      return;
    }
    if (then.length === 0) {
      const head = `when !${wrap(condition, STRENGTH.postfix)}`;
      this.#emit(context, { kind: "when", head, then: otherwise, otherwise: [] });
      return;
    }
    const head = at !== undefined && otherwise.length === 0 ? `at ${at}` : `when ${headText(condition)}`;
    this.#emit(context, { kind: "when", head, then, otherwise });
  }

  /** The cycle of `at n { … }`. */
  #atCycle(operation: Operation & { readonly kind: "if" }, condition: Printed): bigint | undefined {
    const test = operationOf(this.#module, operation.condition);
    if (this.#module.kind !== "testbench" || condition.simple) return undefined;
    if (test.kind !== "binary" || test.operator !== "eq") return undefined;
    const right = operationOf(this.#module, test.right);
    return operationOf(this.#module, test.left).kind === "cycle" && right.kind === "const"
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
      !this.#analysis.isCoalesce(operation) &&
      (this.#analysis.hasAnchors(operation.then) || this.#analysis.hasAnchors(operation.else));
    this.#consume(context, id, [operation.condition], anchored);
    const then = this.#arm(context, operation.then, type);
    const otherwise = this.#arm(context, operation.else, type);
    const condition = this.#values.condition(context.frame.get(operation.condition));
    this.#place(context, id, operation, printLazyChoice(condition, then, otherwise, type));
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
      for (const { name } of this.functions.splice(functions)) this.#globals.releaseFunction(name);
      return this.#armFunction(context.frame, region, result, type);
    }
  }

  #armFunction(outer: Frame, region: Region, result: OpId, type: Printed["type"]): Printed {
    const frame = new Frame(new Names(this.#globals.inside(this.#id)), outer);
    const statements: Statement[] = [];
    const context: Context = { frame, statements, hoist: statements, pending: [] };
    this.#region(context, region);
    this.#consume(context, undefined, [result], true);
    this.#flush(context, context.pending.length);
    const printed = frame.get(result);
    const text = sink(printed, type);
    // `a <= b` alone on a line would be an assignment.
    statements.push(line(printed.strength <= STRENGTH.compare ? `(${text})` : text));
    const name = this.#globals.claimFunction(`${this.#module.name}_choice`);
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

/** Operands that stand where the language evaluates them only if they are chosen. */
function lazyOperands(operation: ValueOperation): readonly OpId[] {
  switch (operation.kind) {
    case "select":
      return [operation.then, operation.else];
    case "select1hot":
      return operation.arms;
    case "const":
    case "unary":
    case "binary":
    case "cast":
    case "slice":
    case "concat":
    case "cycle":
    case "array-read":
    case "fifo-valid":
    case "fifo-peek":
    case "exposed-get":
    case "exposed-valid":
    case "triggered":
    case "fifo-pop":
    case "extern-call":
      return [];
    default:
      return assertNever(operation);
  }
}

function letText(name: string, printed: Printed, type: Printed["type"]): string {
  return sameType(printed.type, type)
    ? `let ${name} = ${printed.text}`
    : `let ${name}: ${typeName(type)} = ${printed.text}`;
}

/** A condition behind a keyword; braces in it would be taken for the block. */
function headText(printed: Printed): string {
  return printed.text.includes("{")
    ? conditionText({ ...printed, text: `(${printed.text})` })
    : conditionText(printed);
}
