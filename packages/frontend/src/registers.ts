/** Declarations of registers and their initial contents. */
import type { CallExpression, Expression, RegisterDeclaration, TypeNode } from "@assassyn/syntax";
import type { DataEntity, Entity, ErrorEntity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import { convert } from "./convert.js";
import { constantInteger, evaluate, valueOf } from "./values.js";
import type { Frame } from "./frame.js";
import { constantFrame } from "./frame.js";
import { fitMemory, parseMemoryFile } from "./memory-file.js";
import { frontendMessages as messages } from "./messages.js";
import type { DataType } from "./types.js";
import { resolveType } from "./type-nodes.js";

/** Largest number of elements of an array. */
const LARGEST_SIZE = 2n ** 31n;

/** What an array starts with. */
interface Contents {
  readonly initial: readonly bigint[];
  readonly fill: bigint;
  readonly file?: string;
}

const ZEROS: Contents = { initial: [], fill: 0n };

/** Declares the array of a register; its flat name comes from the frame's place. */
export function declareRegister(frame: Frame, node: RegisterDeclaration): Entity {
  const { design, place } = frame;
  const shape = shapeOf(frame, node.type);
  if (shape === undefined) return ERROR;
  const { element, size, scalar } = shape;
  const contents =
    node.initial === undefined ? ZEROS : contentsOf(frame, node.initial, element, size, scalar);
  const name = place.prefix + node.name.name + place.suffix;
  const array = design.addArray(
    {
      name,
      type: element.bits,
      size,
      scalar,
      initial: contents.initial,
      fill: contents.fill,
      ...(contents.file === undefined ? {} : { file: contents.file }),
      loc: design.locate(node),
    },
    node.name,
  );
  return { kind: "register", name, array, element, size, scalar, span: node.name };
}

function shapeOf(
  frame: Frame,
  node: TypeNode,
): { element: DataType; size: number; scalar: boolean } | undefined {
  if (node.kind !== "array-type") {
    const element = resolveType(frame, node);
    return element && { element, size: 1, scalar: true };
  }
  const element = resolveType(frame, node.element);
  const size = constantInteger(frame, node.size);
  if (element === undefined || size === undefined) return undefined;
  if (size < 1n || size > LARGEST_SIZE) {
    frame.design.report(
      messages["bad-size"],
      { what: "the size of an array", value: String(size), largest: "2^31" },
      node.size,
    );
    return undefined;
  }
  return { element, size: Number(size), scalar: false };
}

function contentsOf(
  frame: Frame,
  node: Expression,
  element: DataType,
  size: number,
  scalar: boolean,
): Contents {
  if (node.kind === "call" && node.callee.kind === "name") {
    const callee = frame.scope.lookup(node.callee.name)?.resolve();
    if (callee?.kind === "builtin" && callee.name === "file") return fromFile(frame, node, element, size);
    if (callee?.kind === "builtin" && callee.name === "fill") return fromFill(frame, node, element);
  }
  const value = valueOf(constantFrame(frame), node, element);
  if (value.kind === "error") return ZEROS;
  if (value.kind === "list" && !scalar) return fromList(frame, value.items, node, element, size);
  if (value.kind === "list" || !scalar) {
    const expected = scalar ? "a single constant" : 'a list, `fill(value)` or `file("path")`';
    frame.design.report(messages["initial-kind"], { expected }, node);
    return ZEROS;
  }
  const converted = constantAs(frame, value, node, element);
  return converted === undefined ? ZEROS : { initial: [converted], fill: 0n };
}

/** The bit pattern of a constant of the type; undefined after a report. */
function constantAs(frame: Frame, value: Value, node: Expression, type: DataType): bigint | undefined {
  const converted: DataEntity | ErrorEntity = convert(constantFrame(frame), value, type, node);
  if (converted.kind === "error") return undefined;
  if (converted.constant === undefined)
    frame.design.report(messages["not-constant"], { what: "the initial value" }, node);
  return converted.constant;
}

function fromList(
  frame: Frame,
  items: readonly Value[],
  node: Expression,
  element: DataType,
  size: number,
): Contents {
  if (items.length > size) {
    frame.design.report(messages["initial-length"], { size, found: items.length }, node);
    return ZEROS;
  }
  const initial: bigint[] = [];
  for (const [index, item] of items.entries()) {
    // An element of a literal is blamed itself, one of a named list with the whole.
    const place = node.kind === "array-literal" ? (node.elements[index] ?? node) : node;
    initial.push(constantAs(frame, item, place, element) ?? 0n);
  }
  return { initial, fill: 0n };
}

function onlyArgument(frame: Frame, node: CallExpression, what: string): Expression | undefined {
  const [argument] = node.arguments;
  if (argument !== undefined && node.arguments.length === 1 && argument.name === undefined)
    return argument.value;
  frame.design.report(
    messages["argument-count"],
    { what, expected: "1 argument", found: node.arguments.length },
    node,
  );
  return undefined;
}

function fromFill(frame: Frame, node: CallExpression, element: DataType): Contents {
  const argument = onlyArgument(frame, node, "`fill`");
  if (argument === undefined) return ZEROS;
  const fill = constantAs(frame, valueOf(constantFrame(frame), argument, element), argument, element);
  return fill === undefined ? ZEROS : { initial: [], fill };
}

function fromFile(frame: Frame, node: CallExpression, element: DataType, size: number): Contents {
  const { design } = frame;
  const argument = onlyArgument(frame, node, "`file`");
  if (argument === undefined) return ZEROS;
  const path = evaluate(constantFrame(frame), argument);
  if (path.kind !== "string") {
    if (path.kind !== "error")
      design.report(
        messages["constant-kind"],
        { expected: "the path of a memory file", found: describe(path) },
        argument,
      );
    return ZEROS;
  }
  const fail = (reason: string, line?: number): Contents => {
    const notes = line === undefined ? [] : [`in ${path.value}, line ${line}`];
    design.report(
      messages["memory-file"],
      { path: path.value, reason: line === undefined ? reason : `line ${line}: ${reason}` },
      argument,
      { notes },
    );
    return ZEROS;
  };
  const key = `${path.file}:${path.value}`;
  let image = design.memoryImages.get(key);
  if (image === undefined) {
    const read = design.host.readMemory(path.value, path.file);
    if (read.kind === "error") return fail(read.reason);
    const parsed = parseMemoryFile(read.text);
    if (parsed.kind === "error") return fail(parsed.reason, parsed.line);
    ({ image } = parsed);
    design.memoryImages.set(key, image);
  }
  const fitted = fitMemory(image, size, element.bits.width);
  return fitted.kind === "error"
    ? fail(fitted.reason, fitted.line)
    : { initial: fitted.initial, fill: 0n, file: path.value };
}
