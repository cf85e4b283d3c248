/** What follows an expression: `.name`, `[index]`, `[high:low]`; and reading of registers and inputs. */
import type { Span } from "@assassyn/diagnostics";
import { bits, indexWidth, uint } from "@assassyn/ir";
import type { Expression, IndexExpression, MemberExpression, SliceExpression } from "@assassyn/syntax";
import { evaluatePresence } from "./optional.js";
import { bodyOf, constantOf, operationOf, resultOf, retype, typed } from "./convert.js";
import type { DataEntity, Entity, ErrorEntity, FamilyEntity, Register, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import { constantInteger, evaluate, readEntity, valueOf } from "./values.js";
import type { Frame } from "./frame.js";
import { constantFrame } from "./frame.js";
import { memberValue, readFifo, readTriggered } from "./module-members.js";
import { frontendMessages as messages } from "./messages.js";
import { didYouMean } from "./nearest.js";
import { BOOLEAN, plain, printDataType } from "./types.js";

/** `x.name`. */
export function evaluateMember(frame: Frame, node: MemberExpression): Entity {
  const object = evaluate(frame, node.object);
  const { name } = node.member;
  switch (object.kind) {
    case "error":
      return ERROR;
    case "module":
      return name === "triggered"
        ? readTriggered(frame, object.module, node)
        : { kind: "member", module: object.module, name, span: node.member };
    case "instance": {
      const part = object.scope.own(name);
      const entity = part?.resolve();
      if (entity !== undefined) return entity;
      return unknownMember(
        frame,
        node,
        describe(object),
        [...object.scope.bindings()].map((each) => each.name),
      );
    }
    case "port":
      if (name === "valid" || name === "peek") return readFifo(frame, object, name, node);
      if (name === "pop" || name === "push") {
        frame.design.report(messages["not-a-value"], { what: `\`${name}\` without parentheses` }, node, {
          help: `write \`.${name}(${name === "push" ? "x" : ""})\``,
        });
        return ERROR;
      }
      return unknownMember(frame, node, describe(object), ["valid", "peek", "pop"]);
    case "fifo":
      if (name === "valid" || name === "peek") return readFifo(frame, object, name, node);
      return unknownMember(frame, node, describe(object), ["valid", "peek"]);
    case "member":
      if (name === "valid")
        return evaluatePresence(frame, object, node, (member) =>
          memberValue(frame, member, node, "presence"),
        );
      return fieldOf(frame, node, readEntity(frame, object, node.object));
    case "input":
      if (name === "valid" && object.type.fields?.every((field) => field.name !== "valid") !== false) {
        return evaluatePresence(frame, object, node, (member) =>
          memberValue(frame, member, node, "presence"),
        );
      }
      return fieldOf(frame, node, readEntity(frame, object, node.object));
    default:
      return fieldOf(frame, node, readEntity(frame, object, node.object));
  }
}

function unknownMember(
  frame: Frame,
  node: MemberExpression,
  owner: string,
  candidates: Iterable<string>,
): ErrorEntity {
  const help = didYouMean(node.member.name, candidates);
  frame.design.report(
    messages["unknown-member"],
    { name: node.member.name, owner },
    node.member,
    help === undefined ? {} : { help },
  );
  return ERROR;
}

/** A field of a record value. */
function fieldOf(frame: Frame, node: MemberExpression, value: Value): Value {
  if (value.kind === "error") return ERROR;
  if (value.kind !== "data" || value.type.fields === undefined) {
    const owner = value.kind === "data" ? `a value of type ${printDataType(value.type)}` : describe(value);
    return unknownMember(frame, node, owner, []);
  }
  const field = value.type.fields.find((each) => each.name === node.member.name);
  if (field === undefined)
    return unknownMember(
      frame,
      node,
      printDataType(value.type),
      value.type.fields.map((each) => each.name),
    );
  const slice = sliceOf(frame, value, field.high, field.low, node);
  return slice.kind === "error" ? ERROR : retype(frame, slice, field.type, node);
}

/** Bits `high..low` of a value, checked already. */
function sliceOf(
  frame: Frame,
  value: DataEntity,
  high: number,
  low: number,
  span: Span,
): DataEntity | ErrorEntity {
  const type = plain(bits(high - low + 1));
  if (value.constant !== undefined)
    return constantOf(type, BigInt.asUintN(high - low + 1, value.constant >> BigInt(low)));
  if (low === 0 && high === value.type.bits.width - 1) return retype(frame, value, type, span);
  const body = bodyOf(frame, span);
  const operation = operationOf(frame, value, span);
  if (body === undefined || operation === undefined) return ERROR;
  return resultOf(type, body.slice(operation, high, low, span));
}

/** `x[high:low]`. */
export function evaluateSlice(frame: Frame, node: SliceExpression): Value {
  const value = valueOf(frame, node.object);
  const high = constantInteger(frame, node.high);
  const low = constantInteger(frame, node.low);
  if (value.kind === "error" || high === undefined || low === undefined) return ERROR;
  const text = `${high}:${low}`;
  if (value.kind === "integer" && high >= low && low >= 0n && high - low < 65_536n) {
    const width = Number(high - low) + 1;
    return constantOf(plain(bits(width)), BigInt.asUintN(width, value.value >> low));
  }
  const operand = typed(frame, value, node.object);
  if (operand.kind === "error") return ERROR;
  if (low < 0n || high < low || high >= BigInt(operand.type.bits.width)) {
    const swapped = high < low && high >= 0n && low < BigInt(operand.type.bits.width);
    frame.design.report(
      messages["slice-range"],
      { text, type: `${printDataType(operand.type)} (bits ${operand.type.bits.width - 1} to 0)` },
      node,
      swapped ? { help: `the most significant bit comes first: \`[${low}:${high}]\`` } : {},
    );
    return ERROR;
  }
  return sliceOf(frame, operand, Number(high), Number(low), node);
}

/** `x[i]`: an instance, an element of an array, or one bit of a value. */
export function evaluateIndex(frame: Frame, node: IndexExpression): Entity {
  const object = evaluate(frame, node.object);
  switch (object.kind) {
    case "error":
      for (const index of node.indices) valueOf(frame, index);
      return ERROR;
    case "family":
      return evaluateInstance(frame, object, node);
    case "register":
      if (!object.scalar) return readElement(frame, object, node);
      break;
    case "list":
      return evaluateListElement(frame, object.items, node);
    case "member": {
      const value = memberValue(frame, object, node.object, "register");
      if (value.kind === "register" && !value.scalar) return readElement(frame, value, node);
      break;
    }
    default:
      break;
  }
  return evaluateBit(frame, readEntity(frame, object, node.object), node);
}

/** The only index, or undefined after a report. */
export function onlyIndex(frame: Frame, node: IndexExpression, what: string): Expression | undefined {
  const [index] = node.indices;
  if (index !== undefined && node.indices.length === 1) return index;
  frame.design.report(messages["index-count"], { what, expected: 1, found: node.indices.length }, node);
  return undefined;
}

/** The index of an array as an operation; a constant is checked. */
export function elementIndex(
  frame: Frame,
  register: Register,
  node: IndexExpression,
): DataEntity | ErrorEntity {
  const indexNode = onlyIndex(frame, node, describe(register));
  if (indexNode === undefined) return ERROR;
  const indexType = plain(uint(indexWidth(register.size)));
  const value = valueOf(frame, indexNode, indexType);
  // A typed index is read as unsigned, whatever its class.
  const known = value.kind === "integer" ? value.value : value.kind === "data" ? value.constant : undefined;
  if (known !== undefined && (known < 0n || known >= BigInt(register.size))) {
    frame.design.report(
      messages["index-range"],
      { index: String(known), what: describe(register), low: 0, high: register.size - 1 },
      indexNode,
      { labels: [{ span: register.span, message: "declared here" }] },
    );
    return ERROR;
  }
  return known === undefined ? typed(frame, value, indexNode) : constantOf(indexType, known);
}

function readElement(frame: Frame, register: Register, node: IndexExpression): Value {
  const index = elementIndex(frame, register, node);
  const body = bodyOf(frame, node);
  if (index.kind === "error" || body === undefined) return ERROR;
  const operation = operationOf(frame, index, node);
  if (operation === undefined) return ERROR;
  return resultOf(
    register.element,
    body.read(register.array, operation, register.size, register.element.bits, node),
  );
}

function evaluateListElement(frame: Frame, items: readonly Value[], node: IndexExpression): Entity {
  const indexNode = onlyIndex(frame, node, "a list");
  const index = indexNode && constantInteger(frame, indexNode);
  if (index === undefined) return ERROR;
  const item = items[Number(index)];
  if (item !== undefined) return item;
  frame.design.report(
    messages["index-range"],
    { index: String(index), what: "the list", low: 0, high: items.length - 1 },
    node,
  );
  return ERROR;
}

/** `pe[row, col]`: all indices are constants. */
function evaluateInstance(frame: Frame, family: FamilyEntity, node: IndexExpression): Entity {
  if (node.indices.length !== family.ranges.length) {
    frame.design.report(
      messages["index-count"],
      { what: describe(family), expected: family.ranges.length, found: node.indices.length },
      node,
    );
    return ERROR;
  }
  const indices: bigint[] = [];
  for (const [position, indexNode] of node.indices.entries()) {
    const index = constantInteger(frame, indexNode);
    const range = family.ranges[position];
    if (index === undefined || range === undefined) return ERROR;
    if (index < range.low || index >= range.high) {
      frame.design.report(
        messages["index-range"],
        { index: String(index), what: describe(family), low: range.low, high: range.high - 1n },
        indexNode,
      );
      return ERROR;
    }
    indices.push(index);
  }
  return family.members.get(indices.join(",")) ?? ERROR;
}

/** One bit of a value; `((bits) x >> i)[0:0]` when i is not constant. */
function evaluateBit(frame: Frame, value: Value, node: IndexExpression): Value {
  const indexNode = onlyIndex(frame, node, describe(value));
  if (indexNode === undefined || value.kind === "error") return ERROR;
  if (value.kind === "integer") {
    const index = constantInteger(constantFrame(frame), indexNode);
    return index === undefined || index < 0n ? ERROR : constantOf(BOOLEAN, (value.value >> index) & 1n);
  }
  const operand = typed(frame, value, node.object);
  if (operand.kind === "error") return ERROR;
  const { width } = operand.type.bits;
  const index = valueOf(frame, indexNode);
  const known = index.kind === "integer" ? index.value : index.kind === "data" ? index.constant : undefined;
  if (known !== undefined) {
    if (known >= 0n && known < BigInt(width))
      return sliceOf(frame, operand, Number(known), Number(known), node);
    const what = `a value of type ${printDataType(operand.type)}`;
    frame.design.report(
      messages["index-range"],
      { index: String(known), what, low: 0, high: width - 1 },
      indexNode,
    );
    return ERROR;
  }
  const amount = typed(frame, index, indexNode);
  const body = bodyOf(frame, node);
  if (amount.kind === "error" || body === undefined) return ERROR;
  const raw = retype(frame, operand, plain(bits(width)), node);
  const rawOperation = operationOf(frame, raw, node);
  const amountOperation = operationOf(frame, amount, indexNode);
  if (rawOperation === undefined || amountOperation === undefined) return ERROR;
  const shifted = body.binary("shr", rawOperation, amountOperation, node);
  return resultOf(BOOLEAN, width === 1 ? shifted : body.slice(shifted, 0, 0, node));
}
