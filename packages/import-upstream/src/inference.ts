/** The type of every value, from arrays, ports, casts and operators, by the table "Values" of the execution semantics. */
import { MAX_WIDTH } from "@assassyn/ir";
import type { Design, ModuleEntry, TypeHints } from "./design.js";
import type { ConstantOperand, DumpType, LetStatement, Operand, Statement, Value } from "./dump.js";
import { widthOf } from "./dump.js";
import { messages } from "./messages.js";
import type { Problems } from "./problems.js";

const plain = (typeClass: "u" | "i" | "b", width: number): DumpType => ({
  kind: "plain",
  class: typeClass,
  width,
  start: 0,
  end: 0,
});
/** The type of a condition, and of what has none. */
export const BIT = plain("b", 1);

/** Reports a type that is wider than any can be. */
export function checkWidth(type: DumpType, problems: Problems): void {
  if (widthOf(type) > MAX_WIDTH)
    problems.report(
      messages["invalid-number"],
      { reason: `a width of ${widthOf(type)} bits; at most ${MAX_WIDTH} are possible` },
      type,
    );
}

/** Infers the types of all values, owners before users, and notes them in `types` and in the entries of the design. */
export function inferTypes(
  design: Design,
  types: Map<LetStatement, DumpType>,
  hints: TypeHints,
  problems: Problems,
): void {
  new Inference(design, types, hints, problems).run();
}

/** Types of all values, module by module: stages, then downstreams in the order of their use of each other. */
class Inference {
  readonly #design: Design;
  readonly #types: Map<LetStatement, DumpType>;
  readonly #hints: TypeHints;
  readonly #problems: Problems;
  #module: ModuleEntry | undefined;
  /** Definitions so far, because a name may be defined again. */
  #local = new Map<string, DumpType>();

  constructor(design: Design, types: Map<LetStatement, DumpType>, hints: TypeHints, problems: Problems) {
    this.#design = design;
    this.#types = types;
    this.#hints = hints;
    this.#problems = problems;
  }

  run(): void {
    for (const module of this.#design.order) {
      this.#module = module;
      this.#local = new Map();
      this.#body(module.dump.body);
    }
  }

  #body(body: readonly Statement[]): void {
    for (const statement of body) {
      if (statement.kind === "if") this.#body(statement.body);
      if (statement.kind !== "let") continue;
      const type = this.#value(statement.value);
      this.#local.set(statement.name.text, type);
      this.#types.set(statement, type);
      const entry = this.#module?.values.get(statement.name.text);
      if (entry !== undefined && entry.statement === statement) entry.type = type;
    }
  }

  #operand(operand: Operand): DumpType {
    if (operand.kind === "constant") return operand.type;
    return this.#local.get(operand.text) ?? this.#module?.foreign.get(operand.text)?.type ?? BIT;
  }

  #value(value: Value): DumpType {
    switch (value.kind) {
      case "binary":
        return this.#binary(value.operator, this.#operand(value.left), this.#operand(value.right), value);
      case "unary":
        return plain("b", widthOf(this.#operand(value.operand)));
      case "read": {
        const array = this.#design.arrays.get(value.array.text);
        if (array === undefined)
          this.#problems.report(
            messages["unknown-name"],
            { what: "array", name: value.array.text },
            value.array,
          );
        return array?.dump.type ?? BIT;
      }
      case "slice":
        return this.#slice(value.low, value.high);
      case "select":
        return this.#operand(value.then);
      case "select1hot": {
        const [first] = value.arms;
        return first === undefined ? BIT : this.#operand(first);
      }
      case "concat":
        return this.#wide(widthOf(this.#operand(value.high)) + widthOf(this.#operand(value.low)), "b", value);
      case "cast":
        checkWidth(value.type, this.#problems);
        return value.type;
      case "port": {
        if (value.access === "valid") return BIT;
        const module = this.#design.moduleByName.get(value.target.module.text);
        const port = module?.ports.get(value.target.port.text);
        return (port === undefined ? undefined : module?.dump.ports?.[port]?.type) ?? BIT;
      }
      case "valid":
      case "triggered":
      case "bind":
      case "request":
      case "external":
        return BIT;
      case "pure":
        if (value.intrinsic === "current_cycle") return plain("u", 64);
        if (value.intrinsic === "has_mem_resp") return BIT;
        return plain("b", this.#hints.memoryWidth(value.argument?.text ?? "") ?? 32);
      case "external-output":
        return this.#externalOutput(value);
    }
  }

  #externalOutput(value: Value & { readonly kind: "external-output" }): DumpType {
    const { values, foreign } = this.#module ?? {};
    const instance = values?.get(value.instance.text) ?? foreign?.get(value.instance.text);
    const definition = instance?.statement.value;
    if (definition?.kind !== "external") {
      this.#problems.report(
        messages["unknown-name"],
        { what: "external instance", name: value.instance.text },
        value.instance,
      );
      return BIT;
    }
    const hint = this.#hints.externalOutputs(definition.module.text)?.get(value.output.text);
    if (hint !== undefined) return hint;
    const args = { module: definition.module.text, output: value.output.text };
    this.#problems.report(messages["unknown-external"], args, value.output);
    return plain("b", 32);
  }

  #slice(low: ConstantOperand, high: ConstantOperand): DumpType {
    const width = high.value - low.value + 1n;
    if (low.value < 0n || width < 1n || high.value >= BigInt(MAX_WIDTH)) {
      const args = { low: String(low.value), high: String(high.value), width: MAX_WIDTH };
      this.#problems.report(messages["slice-order"], args, { start: low.start, end: high.end });
      return BIT;
    }
    return plain("b", Number(width));
  }

  #binary(operator: string, left: DumpType, right: DumpType, value: Value): DumpType {
    const leftWidth = widthOf(left);
    const rightWidth = widthOf(right);
    const leftClass = left.kind === "plain" ? left.class : "b";
    switch (operator) {
      case "+":
        return plain(leftClass, Math.max(leftWidth, rightWidth));
      case "*":
        return this.#wide(leftWidth + rightWidth, leftClass, value);
      case "-":
      case "/":
      case "%":
        return plain(leftClass, leftWidth);
      case "&":
      case "|":
      case "^":
        return plain("b", Math.max(leftWidth, rightWidth));
      case "<<":
      case ">>":
        return plain("b", leftWidth);
      default:
        return BIT;
    }
  }

  #wide(width: number, typeClass: "u" | "i" | "b", value: Value): DumpType {
    if (width <= MAX_WIDTH) return plain(typeClass, width);
    const reason = `a result of ${width} bits; at most ${MAX_WIDTH} are possible`;
    this.#problems.report(messages["invalid-number"], { reason }, value);
    return plain(typeClass, MAX_WIDTH);
  }
}
