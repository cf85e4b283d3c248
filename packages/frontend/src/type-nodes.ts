/** Types as written, into types. */
import type { Span } from "@assassyn/diagnostics";
import { assertNever, MAX_WIDTH, parseType, type } from "@assassyn/ir";
import type { TypeClass } from "@assassyn/ir";
import type { Expression, GenericArgument, NamedTypeNode, RecordTypeNode, TypeNode } from "@assassyn/syntax";
import { describe } from "./entities.js";
import { constantInteger, lookUp } from "./values.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { didYouMean } from "./nearest.js";
import type { DataType } from "./types.js";
import { BOOLEAN, plain, recordOf } from "./types.js";

/** Families of types with a computed width. */
const CLASSES: Readonly<Record<string, TypeClass>> = { uint: "u", int: "i", bits: "b" };

/** The class that `uint`, `int` or `bits` names. */
export function classOf(name: string): TypeClass | undefined {
  return Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
}

/** Whether the language itself gives the name to a type, as `u8`, `bool`, and `uint` of `uint<N>`. */
export function isTypeName(name: string): boolean {
  return name === "bool" || classOf(name) !== undefined || /^[uib]\d+$/.test(name);
}

/** The type that the node names; undefined after a report. */
export function resolveType(frame: Frame, node: TypeNode): DataType | undefined {
  switch (node.kind) {
    case "named-type":
      return resolveNamed(frame, node);
    case "record-type":
      return resolveRecord(frame, node);
    case "array-type":
      frame.design.report(messages["array-type"], {}, node);
      return undefined;
    default:
      return assertNever(node);
  }
}

function resolveNamed(frame: Frame, node: NamedTypeNode): DataType | undefined {
  const typeClass = classOf(node.name);
  if (typeClass !== undefined && frame.scope.lookup(node.name) === undefined) {
    const [argument] = node.arguments;
    if (argument === undefined || node.arguments.length > 1) {
      frame.design.report(
        messages["generic-count"],
        { what: `\`${node.name}\``, expected: 1, found: node.arguments.length },
        node,
      );
      return undefined;
    }
    const width = constantInteger(frame, asExpression(argument));
    return width === undefined ? undefined : widthType(frame, typeClass, width, argument);
  }
  const found = frame.scope.lookup(node.name);
  if (found !== undefined) {
    const entity = lookUp(frame, node.name, node);
    if (entity.kind === "error") return undefined;
    if (entity.kind === "type") {
      if (node.arguments.length === 0) return entity.type;
      frame.design.report(
        messages["generic-count"],
        { what: `\`${node.name}\``, expected: 0, found: node.arguments.length },
        node,
      );
      return undefined;
    }
    // A value may be called `b1`; where a type stands the type is meant.
    if (parseType(node.name) === undefined && node.name !== "bool") {
      frame.design.report(messages["not-a-type"], { what: describe(entity) }, node);
      return undefined;
    }
  }
  const builtin = node.name === "bool" ? BOOLEAN.bits : parseType(node.name);
  if (node.arguments.length > 0 && builtin !== undefined) {
    frame.design.report(
      messages["generic-count"],
      { what: `\`${node.name}\``, expected: 0, found: node.arguments.length },
      node,
    );
    return undefined;
  }
  if (node.name === "bool") return BOOLEAN;
  if (builtin !== undefined) return plain(builtin);
  const numbered = /^([uib])(\d+)$/.exec(node.name);
  if (numbered !== null) {
    frame.design.report(messages["bad-width"], { width: numbered[2] ?? "" }, node);
    return undefined;
  }
  if (frame.scope.mayBeImported()) return undefined;
  const help = didYouMean(node.name, typeNames(frame));
  frame.design.report(
    messages["unknown-type"],
    { name: node.name },
    node,
    help === undefined ? {} : { help },
  );
  return undefined;
}

/** Names that are types, for suggestions. */
function* typeNames(frame: Frame): Iterable<string> {
  yield* ["bool", "uint", "int", "bits"];
  yield* frame.scope.visibleNames();
}

/** A type of computed width; undefined after a report. */
export function widthType(
  frame: Frame,
  typeClass: TypeClass,
  width: bigint,
  span: Span,
): DataType | undefined {
  if (width >= 1n && width <= BigInt(MAX_WIDTH)) return plain(type(typeClass, Number(width)));
  frame.design.report(messages["bad-width"], { width: String(width) }, span);
  return undefined;
}

function resolveRecord(frame: Frame, node: RecordTypeNode): DataType | undefined {
  const fields: { name: string; type: DataType }[] = [];
  let complete = true;
  let width = 0;
  for (const field of node.fields) {
    const fieldType = resolveType(frame, field.type);
    if (fieldType === undefined) {
      complete = false;
      continue;
    }
    if (fields.some((each) => each.name === field.name.name)) {
      frame.design.report(messages["duplicate-name"], { name: field.name.name }, field.name);
      complete = false;
      continue;
    }
    width += fieldType.bits.width;
    fields.push({ name: field.name.name, type: fieldType });
  }
  if (!complete) return undefined;
  if (width < 1 || width > MAX_WIDTH) {
    frame.design.report(messages["bad-width"], { width: String(width) }, node);
    return undefined;
  }
  return recordOf(fields);
}

/** A generic argument where a constant is meant: a bare name was read as a type. */
export function asExpression(argument: GenericArgument): Expression {
  switch (argument.kind) {
    case "named-type":
      if (argument.arguments.length === 0)
        return {
          kind: "name",
          name: argument.name,
          file: argument.file,
          start: argument.start,
          end: argument.end,
        };
      return { kind: "type", type: argument, file: argument.file, start: argument.start, end: argument.end };
    case "record-type":
    case "array-type":
      return { kind: "type", type: argument, file: argument.file, start: argument.start, end: argument.end };
    default:
      return argument;
  }
}
