/** Operations with a result as text, given the texts of their operands. */
import type { ArrayId, Module, ModuleId, Operation, OpId, Type } from "@assassyn/ir";
import { BOOL, arrayOf, bits, operationOf, uint } from "@assassyn/ir";
import type { Analysis } from "./analysis.js";
import { printChoice, printSelect1Hot, opaque } from "./choices.js";
import type { Frame } from "./frame.js";
import type { Globals } from "./globals.js";
import { printBinary, printBit, printCast, printConcat, printSlice, printUnary } from "./operators.js";
import type { Operand, Printed } from "./printed.js";
import { integerText, literal, sink, STRENGTH } from "./printed.js";

/** Operations with a result but `if`, `const` among them. */
export type ValueOperation = Exclude<Operation, { readonly type: null } | { readonly kind: "if" }>;

/**
 * A condition that always holds and that the language does not see through: a second pop that surely follows a first one is an error to
 * it, and a fault when it runs to the IR.
 */
export function always(globals: Globals): string {
  return `${globals.cycle}() != 0`;
}

/** Prints the values of one module. */
export class ValuePrinter {
  readonly #globals: Globals;
  readonly #id: ModuleId;
  readonly #module: Module;
  readonly #analysis: Analysis;
  readonly #isScalar: (array: number) => boolean;

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
  }

  /** The text of an operation. `get` finds its operands; `isTied` whether an operand must be evaluated where it stands. */
  print(id: OpId, operation: ValueOperation, frame: Frame, isTied: (id: OpId) => boolean): Printed {
    const get: Operand = (id) => frame.get(id);
    const module = this.#module;
    switch (operation.kind) {
      case "const":
        return literal(operation.value, operation.type, this.#globals.shadowed);
      case "unary":
        return printUnary(operation.operator, get(operation.operand));
      case "binary":
        return printBinary(
          operation.operator,
          { type: typeOf(module, operation.left), printed: get(operation.left) },
          { type: typeOf(module, operation.right), printed: get(operation.right) },
          operation.type,
          !isTied(operation.right),
        );
      case "cast": {
        const operand = get(operation.operand);
        if (operand.literal !== undefined && operation.type.width === operand.type.width)
          return literal(operand.literal, operation.type, this.#globals.shadowed);
        return printCast(operation.operator, operand, operation.type);
      }
      case "slice":
        return this.#slice(operation, get);
      case "concat":
        return printConcat(operation.operands.map(get));
      case "select":
        return printChoice(
          this.condition(get(operation.condition)),
          get(operation.then),
          get(operation.else),
          operation.type,
        );
      case "select1hot":
        return printSelect1Hot(get(operation.selector), operation.arms.map(get), operation.type);
      case "cycle":
        return { ...this.#portable(`${this.#globals.cycle}()`, bits(64)), simple: true };
      case "array-read": {
        const name = this.#globals.array(operation.array);
        if (this.#isScalar(operation.array)) return this.#portable(name, operation.type);
        const text = `${name}[${this.index(operation.array, operation.index, get)}]`;
        return { ...this.#plain(text, operation.type), simple: false };
      }
      case "fifo-valid":
        return this.#fifo(operation, "valid", BOOL, frame);
      case "fifo-peek":
        return { ...this.#fifo(operation, "peek", operation.type, frame), simple: false };
      case "exposed-valid": {
        const text = `${this.#exposed(operation)}.valid`;
        const key = `${operation.module}.${operation.slot}`;
        return { ...this.#portable(text, BOOL), exposed: { key, what: "valid" } };
      }
      case "exposed-get": {
        const key = `${operation.module}.${operation.slot}`;
        return {
          ...this.#plain(this.#exposed(operation), operation.type),
          simple: false,
          exposed: { key, what: "value" },
        };
      }
      case "triggered":
        return this.#portable(`${this.#globals.module(operation.module)}.triggered`, BOOL);
      case "fifo-pop": {
        const port = this.#globals.port(this.#id, operation.port);
        const owner = frame.parent === undefined ? "" : `${this.#globals.module(this.#id)}.`;
        const pop = { ...this.#plain(`${owner}${port}.pop()`, operation.type), simple: false };
        if (!this.#analysis.repeated.has(id)) return pop;
        const zero = literal(0n, operation.type, this.#globals.shadowed);
        return {
          ...pop,
          text: `${always(this.#globals)} ? ${pop.text} : ${zero.text}`,
          strength: STRENGTH.choice,
        };
      }
      case "extern-call": {
        const declaration = this.#globals.system.externs[operation.extern];
        const values = operation.arguments.map((argument, index) =>
          sink(get(argument), declaration?.parameters[index]?.type ?? typeOf(module, argument)),
        );
        const [only] = declaration?.results ?? [];
        const type =
          declaration?.results.length === 1 && only !== undefined ? only.type : bits(operation.type.width);
        const text = `${this.#globals.extern(operation.extern)}(${values.join(", ")})`;
        return { ...this.#plain(text, type), simple: false };
      }
    }
  }

  /** A condition; in a downstream one that only looks like a run-time one may not hide what it chooses between. */
  condition(printed: Printed): Printed {
    if (this.#module.kind !== "downstream" || printed.literal !== undefined || !printed.constant)
      return printed;
    return opaque(printed, this.#globals.shadowed, this.#globals.cycle);
  }

  /** What stands between the brackets of an array. */
  index(array: ArrayId, id: OpId, get: Operand): string {
    const { size } = arrayOf(this.#globals.system, array);
    const printed = get(id);
    if (printed.literal !== undefined && printed.literal < BigInt(size))
      return integerText(printed.literal, uint(printed.type.width));
    // A constant index out of range is an error of the design to the language, and a fault when it runs to the IR.
    return printed.constant
      ? opaque(printed, this.#globals.shadowed, this.#globals.cycle).text
      : printed.text;
  }

  /** Bits of a value; `x[i]` if it is the lowest one of a value shifted by something that is not constant. */
  #slice(operation: Operation & { readonly kind: "slice" }, get: Operand): Printed {
    const operand = get(operation.operand);
    const shift = operationOf(this.#module, operation.operand);
    if (
      operation.high === 0 &&
      operation.low === 0 &&
      shift.kind === "binary" &&
      shift.operator === "shr" &&
      !operand.simple
    ) {
      const value = get(shift.left);
      const index = get(shift.right);
      if (!index.constant && value.type.class !== "i" && typeOf(this.#module, shift.left).class !== "i")
        return printBit(value, index);
    }
    return printSlice(operand, operation.high, operation.low);
  }

  #exposed(operation: Operation & { readonly kind: "exposed-get" | "exposed-valid" }): string {
    return `${this.#globals.module(operation.module)}.${this.#globals.slot(operation.module, operation.slot)}`;
  }

  #fifo(
    operation: Operation & { readonly kind: "fifo-valid" | "fifo-peek" },
    what: string,
    type: Type,
    frame: Frame,
  ): Printed {
    const port = this.#globals.port(operation.module, operation.port);
    const elsewhere = `fifo(${this.#globals.module(operation.module)}.${port}).${what}`;
    const text = operation.module === this.#id && frame.parent === undefined ? `${port}.${what}` : elsewhere;
    return { ...this.#plain(text, type), elsewhere };
  }

  #plain(text: string, type: Type): Printed {
    return { text, strength: STRENGTH.postfix, type, simple: true, constant: false };
  }

  /** Text that means the same everywhere. */
  #portable(text: string, type: Type): Printed {
    return { ...this.#plain(text, type), elsewhere: text };
  }
}

/** The type of a result. */
export function typeOf(module: Module, id: OpId): Type {
  const { type } = operationOf(module, id);
  if (type === null) throw new Error(`%${id} has no value`);
  return type;
}
