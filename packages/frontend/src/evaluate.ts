/** Expressions: what each stands for, and the operations that compute it. */
import type { Span } from "@assassyn/diagnostics";
import { assertNever } from "@assassyn/ir";
import type { Expression, FoldExpression, RecordLiteral } from "@assassyn/syntax";
import { evaluateCall } from "./calls.js";
import { evaluateCast } from "./casts.js";
import { evaluateConditional } from "./choices.js";
import { evaluateMatch } from "./match.js";
import { evaluateCoalesce } from "./optional.js";
import type { DataEntity, Entity, ErrorEntity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { evaluateIndex, evaluateMember, evaluateSlice } from "./members.js";
import { frontendMessages as messages } from "./messages.js";
import { memberValue } from "./module-members.js";
import { didYouMean } from "./nearest.js";
import { evaluateBinary, evaluateUnary } from "./operators.js";
import { readInput, readRegister } from "./reads.js";
import { Scope } from "./scope.js";
import { resolveType } from "./type-nodes.js";
import type { DataType } from "./types.js";
import { printDataType } from "./types.js";
import { constantRange, join, lookUp, valueAs, valueOf } from "./values.js";

/**
 * What the expression stands for. Operations go to the frame's body; without one, everything must be known at compile time.
 *
 * @param hint the type that an untyped literal takes where no other operand gives one
 */
export function evaluateExpression(frame: Frame, node: Expression, hint: DataType | undefined): Entity {
  switch (node.kind) {
    case "integer":
      return { kind: "integer", value: node.value };
    case "string":
      return { kind: "string", value: node.value, file: node.file };
    case "name":
      return lookUp(frame, node.name, node);
    case "unary":
      return evaluateUnary(frame, node, hint);
    case "binary":
      return evaluateBinary(frame, node, hint);
    case "conditional":
      return evaluateConditional(frame, node, hint);
    case "coalesce":
      return evaluateCoalesce(frame, node, hint);
    case "cast":
      return evaluateCast(frame, node);
    case "call":
      return evaluateCall(frame, node, hint);
    case "member":
      return evaluateMember(frame, node);
    case "index":
      return evaluateIndex(frame, node);
    case "slice":
      return evaluateSlice(frame, node);
    case "record-literal":
      return evaluateRecord(frame, node);
    case "array-literal":
      return { kind: "list", items: node.elements.map((element) => valueOf(frame, element)) };
    case "match":
      return evaluateMatch(frame, node, hint);
    case "fold":
      return evaluateFold(frame, node, hint);
    case "parenthesized":
      return evaluateExpression(frame, node.inner, hint);
    case "type": {
      const type = resolveType(frame, node.type);
      return type === undefined ? ERROR : { kind: "type", type };
    }
    case "error":
      frame.design.incomplete = true;
      return ERROR;
    default:
      return assertNever(node);
  }
}

/** The value an entity is read as: registers, inputs and values of other modules are read here. */
export function readAsValue(frame: Frame, entity: Entity, span: Span): Value {
  switch (entity.kind) {
    case "error":
    case "integer":
    case "string":
    case "list":
    case "data":
      return entity;
    case "register":
      return readRegister(frame, entity, span);
    case "input":
      return readInput(frame, entity, span);
    case "member":
      return memberValue(frame, entity, span);
    case "port":
      frame.design.report(
        messages["port-as-value"],
        { name: entity.module.ports[entity.index]?.name ?? "" },
        span,
        {
          help: "`take` it first, or look at it with `.peek`",
        },
      );
      return ERROR;
    case "family":
      frame.design.report(messages["needs-index"], { what: describe(entity) }, span);
      return ERROR;
    case "type":
    case "module":
    case "fifo":
    case "instance":
    case "function":
    case "component":
    case "extern":
    case "builtin":
      frame.design.report(messages["not-a-value"], { what: describe(entity) }, span);
      return ERROR;
    default:
      return assertNever(entity);
  }
}

/** `Packet { hi: a, lo: b }`: fields are evaluated as they are written and joined as they are declared. */
function evaluateRecord(frame: Frame, node: RecordLiteral): Value {
  const type = resolveType(frame, node.type);
  const given = new Map<string, DataEntity | ErrorEntity>();
  const { fields } = type ?? {};
  if (type !== undefined && fields === undefined) {
    frame.design.report(
      messages["not-a-type"],
      { what: `\`${printDataType(type)}\`, which has no fields,` },
      node.type,
    );
  }
  for (const { name, value } of node.fields) {
    const field = fields?.find((each) => each.name === name.name);
    if (field === undefined) {
      valueOf(frame, value);
      if (fields === undefined || type === undefined) continue;
      const help = didYouMean(
        name.name,
        fields.map((each) => each.name),
      );
      frame.design.report(
        messages["unknown-member"],
        { name: name.name, owner: printDataType(type) },
        name,
        help === undefined ? {} : { help },
      );
    } else if (given.has(name.name)) {
      frame.design.report(messages["repeated-argument"], { name: name.name }, name);
    } else {
      given.set(name.name, valueAs(frame, value, field.type, "sink"));
    }
  }
  if (type === undefined || fields === undefined) return ERROR;
  const missing = fields.filter((field) => !given.has(field.name));
  if (missing.length > 0) {
    const names = missing.map((field) => `\`${field.name}\``).join(", ");
    frame.design.report(
      messages["missing-argument"],
      { names, what: `the record ${printDataType(type)}` },
      node,
    );
    return ERROR;
  }
  const values: DataEntity[] = [];
  for (const field of fields) {
    const value = given.get(field.name);
    if (value === undefined || value.kind === "error") return ERROR;
    values.push(value);
  }
  return join(frame, values, type, node);
}

/** `fold(i in 0..8, acc = init) body`: unrolled; the accumulator takes whatever the body gives. */
function evaluateFold(frame: Frame, node: FoldExpression, hint: DataType | undefined): Value {
  const range = constantRange(frame, node.range);
  let accumulator = valueOf(frame, node.initial, hint);
  if (range === undefined) return ERROR;
  for (let index = range.low; index < range.high; index += 1n) {
    frame.design.count(node);
    const scope = new Scope(frame.scope);
    scope.define(node.variable.name, node.variable, { kind: "integer", value: index });
    scope.define(node.accumulator.name, node.accumulator, accumulator);
    accumulator = valueOf({ ...frame, scope }, node.body, hint);
    if (accumulator.kind === "error") break;
  }
  return accumulator;
}
