/**
 * Where the original's simulator and exact widths can differ. A place is reported when some value of its operands makes the difference,
 * operands themselves taken as what their types say; what follows from one place is not reported again at its uses.
 */
import type { Diagnostic } from "@assassyn/diagnostics";
import { assertNever } from "@assassyn/diagnostics";
import { containerType } from "./container-model.js";
import type { Design, ModuleEntry } from "./design.js";
import type { BinaryValue, CastValue, DumpType, Operand, Place, Statement, Value } from "./dump.js";
import { printDumpType, widthOf } from "./dump.js";
import { messages } from "./messages.js";
import { Problems } from "./problems.js";

/** Whether the container of a type has more bits than the type. */
const hasSpareBits = (type: DumpType): boolean =>
  widthOf(type) !== 1 && containerType(type).width > widthOf(type);
/** Whether the container is signed; that of a single bit never is. */
const isSigned = (type: DumpType): boolean => containerType(type).class === "i";
const NEGATIVE_INDEX = "a negative index is out of range in the original";
const isSignedBit = (type: DumpType): boolean =>
  type.kind === "plain" && type.class === "i" && type.width === 1;

/**
 * Lists each place where the log can depend on `--semantics`, as notes.
 *
 * @example reportSemantics(result.design).length // 0: both print the same
 */
export function reportSemantics(design: Design): readonly Diagnostic[] {
  const report = new SemanticsReport(design);
  for (const module of design.modules) report.module(module);
  return report.problems.all;
}

class SemanticsReport {
  readonly problems = new Problems(0, Number.POSITIVE_INFINITY);
  readonly #design: Design;
  #module: ModuleEntry | undefined;
  #local = new Map<string, DumpType>();

  constructor(design: Design) {
    this.#design = design;
  }

  module(module: ModuleEntry): void {
    this.#module = module;
    this.#local = new Map();
    this.#body(module.dump.body);
  }

  #body(body: readonly Statement[]): void {
    for (const statement of body) {
      if (statement.kind === "if") this.#body(statement.body);
      if (statement.kind === "write" && isSigned(this.#type(statement.index)))
        this.#report(statement.array.text, statement, NEGATIVE_INDEX);
      if (statement.kind !== "let") continue;
      const type = this.#design.typeOf(statement);
      const reason = this.#reason(statement.value, type);
      if (reason !== undefined) this.#report(statement.name.text, statement.value, reason);
      this.#local.set(statement.name.text, type);
    }
  }

  #report(name: string, place: Place, reason: string): void {
    this.problems.report(messages["semantics-differ"], { name, reason }, place);
  }

  #type(operand: Operand): DumpType {
    if (operand.kind === "constant") return operand.type;
    const type = this.#local.get(operand.text) ?? this.#module?.foreign.get(operand.text)?.type;
    return type ?? { kind: "plain", class: "b", width: 1, start: 0, end: 0 };
  }

  #reason(value: Value, type: DumpType): string | undefined {
    switch (value.kind) {
      case "unary":
        if (hasSpareBits(type)) return this.#keeps(type);
        return isSigned(this.#type(value.operand)) ? "the original's result stays signed" : undefined;
      case "binary":
        return this.#binary(value, type);
      case "cast":
        return this.#cast(value);
      case "concat":
        return [value.high, value.low].some((operand) => isSigned(this.#type(operand)))
          ? "the original panics when an operand is negative"
          : undefined;
      case "read":
        return isSigned(this.#type(value.index))
          ? "a negative index is out of range in the original"
          : undefined;
      case "pure":
        return value.intrinsic === "get_mem_resp"
          ? "the original returns the bytes of the address"
          : undefined;
      case "slice":
        return value.high.value >= 64n && isSigned(this.#type(value.operand))
          ? "the original panics when the operand is negative"
          : undefined;
      case "select":
      case "select1hot":
      case "port":
      case "valid":
      case "triggered":
      case "bind":
      case "request":
      case "external":
      case "external-output":
        return undefined;
      default:
        return assertNever(value);
    }
  }

  #keeps(type: DumpType): string {
    const kept = widthOf(type) > 64 ? "all" : String(containerType(type).width);
    return `the original keeps ${kept} bits of a result of type ${printDumpType(type)}`;
  }

  #binary(value: BinaryValue, type: DumpType): string | undefined {
    const left = this.#type(value.left);
    const right = this.#type(value.right);
    if (isSignedBit(left) || isSignedBit(right)) return SIGNED_BIT;
    const signs = Number(isSigned(left)) + Number(isSigned(right));
    const spare = hasSpareBits(type) ? this.#keeps(type) : undefined;
    switch (value.operator) {
      case "+":
      case "-":
        return spare ?? unfaithful(left, type) ?? unfaithful(right, type);
      case "*":
        return (
          (isSigned(right) && !isSigned(left) ? spare : undefined) ??
          unfaithful(left, type) ??
          unfaithful(right, type)
        );
      case "/":
      case "%":
        if (isSigned(type) && isPlainDivisor(value.right)) return undefined;
        if (isSigned(type))
          return "the original panics, or keeps more bits, where the least value is divided by −1";
        return signs > 0 || widthOf(right) > containerType(left).width
          ? this.#as(left, "divides")
          : undefined;
      case "&":
      case "|":
      case "^":
        if (signs > 0 && spare !== undefined) return spare;
        if ([left, right].some((operand) => isSigned(operand) && widthOf(operand) < widthOf(type)))
          return "the original extends the sign of the narrower operand";
        return unfaithful(left, type) ?? unfaithful(right, type);
      case "<<":
        return spare ?? this.#count(value, left, right);
      case ">>":
        return isSigned(left) ? "the original's result stays signed" : this.#count(value, left, right);
      case "<":
      case ">":
      case "<=":
      case ">=":
      case "==":
      case "!=":
        if (widthOf(right) > containerType(left).width) return this.#as(left, "compares");
        if (signs !== 1 || (isSigned(left) && widthOf(right) < widthOf(left))) return undefined;
        return this.#as(left, "compares");
      default:
        return assertNever(value.operator);
    }
  }

  #as(left: DumpType, what: string): string {
    return `the original ${what} as ${printDumpType(left)}, the type of the left side`;
  }

  #count(value: BinaryValue, left: DumpType, right: DumpType): string | undefined {
    const container = containerType(left).width;
    if (container === 1) return "the original cannot shift a single bit";
    const most =
      value.right.kind === "constant" ? value.right.value : (1n << BigInt(Math.min(widthOf(right), 64))) - 1n;
    if (most < 0n || (isSigned(right) && value.right.kind === "name"))
      return "the original takes a negative count by the bits of its container";
    return most >= BigInt(container) ? `the original takes the count modulo ${container}` : undefined;
  }

  #cast(value: CastValue): string | undefined {
    const from = this.#type(value.operand);
    const to = value.type;
    if (isSignedBit(from) || isSignedBit(to)) return SIGNED_BIT;
    if (widthOf(to) === 1) return unfaithful(from, to);
    const wider = widthOf(to) > widthOf(from);
    if (wider && value.operator === "sext" && !isSigned(from))
      return "the original extends by the class of the operand: with zeros";
    if (wider && value.operator !== "sext" && isSigned(from))
      return "the original extends by the class of the operand: with the sign";
    const sameClass = isSigned(from) === isSigned(to);
    if (hasSpareBits(to) && (widthOf(to) < widthOf(from) || (!sameClass && (isSigned(from) || !wider))))
      return this.#keeps(to);
    return unfaithful(from, to);
  }
}

/** A positive constant of few bits divides the same everywhere. */
function isPlainDivisor(operand: Operand): boolean {
  return operand.kind === "constant" && operand.value > 0n && operand.value < 128n;
}

const SIGNED_BIT = "the original knows no signed single bit";

/** Why the low bits of an operand change when it is converted to the container of a type; undefined where they do not. */
function unfaithful(operand: DumpType, target: DumpType): string | undefined {
  if (isSignedBit(operand)) return SIGNED_BIT;
  if (widthOf(target) === 1 && widthOf(operand) > 1) return "the original asks whether any bit is set";
  if (!isSigned(operand)) return undefined;
  const wide = widthOf(target) > 64;
  if (wide && !isSigned(target)) return "the original panics when an operand is negative";
  if (!wide && widthOf(operand) > 64 && isSigned(target))
    return "in the original a negative value loses its sign bit";
  return undefined;
}
