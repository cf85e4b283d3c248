/** Operations without regions: effects as statements, values as text that waits for its user. */
import type { Operation, OpId } from "@assassyn/ir";
import { assertNever, operandsOf, printFormat } from "@assassyn/ir";
import type { Context } from "./frame.js";
import { statementName } from "./names.js";
import { PendingValues } from "./pending-values.js";
import { PrintSourceError } from "./print-source-error.js";
import { exact, headText, letText, nameOf, sink } from "./printed.js";
import { quote } from "./strings.js";
import type { ValueOperation } from "./values.js";
import { typeOf } from "./values.js";

/** Operations without a result but `if`. */
export type EffectOperation = Exclude<Operation, ValueOperation | { readonly kind: "if" }>;

/** Prints operations without regions. */
export abstract class OperationPrinter extends PendingValues {
  /** An operation without a result. */
  protected effectOf(context: Context, id: OpId, operation: EffectOperation): void {
    const { frame } = context;
    switch (operation.kind) {
      case "array-write":
        return this.effect(
          context,
          [operation.index, operation.value],
          () => {
            const declaration = this.globals.system.arrays[operation.array];
            const name = this.globals.array(operation.array);
            const target = this.isScalar(operation.array)
              ? name
              : `${name}[${this.values.index(operation.array, operation.index, (each) => frame.get(each))}]`;
            const value = frame.get(operation.value);
            return `${target} <= ${sink(value, declaration?.type ?? value.type)}`;
          },
          this.analysis.repeated.has(id),
        );
      case "fifo-push":
      case "call": {
        const group = this.analysis.groups.get(id);
        if (group === undefined) {
          if (operation.kind === "call")
            return this.effect(context, [], () => `call ${this.globals.module(operation.module)}`);
          return this.effect(
            context,
            [operation.value],
            () => {
              const type = this.globals.system.modules[operation.module]?.ports[operation.port]?.type;
              const value = frame.get(operation.value);
              const port = this.globals.port(operation.module, operation.port);
              return `${this.globals.module(operation.module)}.${port}.push(${sink(value, type ?? value.type)})`;
            },
            this.analysis.repeated.has(id),
          );
        }
        if (group.last !== id) return;
        return this.effect(
          context,
          group.pushes.map((push) => push.value),
          () => {
            const values = group.pushes.map(({ port, value }) => {
              const type = this.globals.system.modules[group.module]?.ports[port]?.type;
              const printed = frame.get(value);
              return `${this.globals.port(group.module, port)}: ${sink(printed, type ?? printed.type)}`;
            });
            return `${statementName(this.globals.module(group.module))}(${values.join(", ")})`;
          },
        );
      }
      case "wait": {
        const take = this.analysis.takes.get(id);
        if (take === undefined)
          return this.effect(
            context,
            [operation.condition],
            () => `wait_until ${headText(frame.get(operation.condition))}`,
          );
        const names = take.pops.map(({ port }) => this.globals.port(this.id, port));
        this.effect(context, [], () => `take ${names.join(", ")}`);
        for (const pop of take.pops)
          frame.set(pop.id, nameOf(this.globals.port(this.id, pop.port), typeOf(this.module, pop.id), false));
        return;
      }
      // The language has no locks: they belong to a target.
      case "acquire":
      case "release":
        return;
      case "finish":
        return this.effect(context, [], () => "finish");
      case "assert":
        return this.effect(
          context,
          [operation.condition],
          () => `assert ${headText(frame.get(operation.condition))}, ${quote(operation.message)}`,
        );
      case "log":
        return this.effect(context, operation.arguments, () => {
          const values = operation.arguments.map(
            (argument) => exact(frame.get(argument), typeOf(this.module, argument)).text,
          );
          return `log(${[quote(printFormat(operation.pieces)), ...values].join(", ")})`;
        });
      case "expose": {
        if (this.analysis.silent.has(id)) return;
        // Only a value exposed in an arm is never silent.
        if (frame.parent !== undefined)
          throw new PrintSourceError(
            `module ${this.module.name} exposes a value inside an arm of a choice with a value, which the language cannot say`,
          );
        return this.effect(context, [operation.value], () => {
          const name = this.globals.slot(this.id, operation.slot);
          const type = this.module.exposed[operation.slot]?.type;
          return letText(name, frame.get(operation.value), type ?? typeOf(this.module, operation.value));
        });
      }
      default:
        return assertNever(operation);
    }
  }

  /** An operation with a result. */
  protected value(context: Context, id: OpId, operation: ValueOperation): void {
    if (this.analysis.taken.has(id)) return;
    const anchored = this.analysis.isAnchored(operation);
    const named = this.analysis.nameOf(operation) !== undefined || this.analysis.slotOf.has(id);
    if (!anchored && !named && this.analysis.usesOf(id) === 0) return;
    const lazy = lazyOperands(operation);
    if (lazy.some((operand) => context.pending.includes(operand)))
      this.flush(context, context.pending.length);
    const strict = operandsOf(operation).filter((operand) => !lazy.includes(operand));
    this.consume(context, id, strict, anchored);
    const printed = this.values.print(id, operation, context.frame, (operand) => this.tied.has(operand));
    this.place(context, id, operation, printed);
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
