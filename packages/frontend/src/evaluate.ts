/** Expressions: what each stands for, and the operations that compute it. */
import type { Label, Span } from "@assassyn/diagnostics";
import { assertNever, parseType } from "@assassyn/ir";
import type { Expression, FoldExpression, RangeNode, RecordLiteral } from "@assassyn/syntax";
import { evaluateCall } from "./calls.js";
import { evaluateCast } from "./casts.js";
import { evaluateCoalesce, evaluateConditional, evaluateMatch } from "./choices.js";
import {
  asCondition,
  bodyOf,
  constantOf,
  convert,
  integerOf,
  operationOf,
  resultOf,
  retype,
  typed,
} from "./convert.js";
import type { Use } from "./convert.js";
import type { DataEntity, Entity, ErrorEntity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { constantFrame } from "./frame.js";
import { evaluateIndex, evaluateMember, evaluateSlice, readInput, readRegister } from "./members.js";
import { memberValue } from "./module-members.js";
import { frontendMessages as messages } from "./messages.js";
import { didYouMean } from "./nearest.js";
import { evaluateBinary, evaluateUnary } from "./operators.js";
import { Scope } from "./scope.js";
import type { DataType } from "./types.js";
import { BOOLEAN, plain, printDataType } from "./types.js";
import { resolveType } from "./type-nodes.js";

/**
 * What the expression stands for. Operations go to the frame's body; without one, everything must be known at compile time.
 *
 * @param hint the type that an untyped literal takes where no other operand gives one
 */
export function evaluate(frame: Frame, node: Expression, hint?: DataType): Entity {
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
      return evaluate(frame, node.inner, hint);
    case "type": {
      const type = resolveType(frame, node.type);
      return type === undefined ? ERROR : { kind: "type", type };
    }
    case "error":
      return ERROR;
    default:
      return assertNever(node);
  }
}

/** The meaning of a name, without reading it. */
export function lookUp(frame: Frame, name: string, span: Span): Entity {
  const binding = frame.scope.lookup(name);
  if (binding === undefined) {
    const builtin = parseType(name);
    if (builtin !== undefined) return { kind: "type", type: plain(builtin) };
    const help = didYouMean(name, frame.scope.visibleNames());
    frame.design.report(messages["unknown-name"], { name }, span, help === undefined ? {} : { help });
    return ERROR;
  }
  const { resolving } = frame.design;
  resolving.push(binding);
  const entity = binding.resolve();
  resolving.pop();
  if (entity !== undefined) return entity;
  const path = [...resolving.slice(resolving.indexOf(binding)), binding]
    .map((each) => `\`${each.name}\``)
    .join(" → ");
  frame.design.report(messages["constant-loop"], { path }, binding.span ?? span);
  return ERROR;
}

/** The value an entity is read as: registers, inputs and values of other modules are read here. */
export function readEntity(frame: Frame, entity: Entity, span: Span): Value {
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

/** The value of an expression; literals may be untyped. */
export function valueOf(frame: Frame, node: Expression, hint?: DataType): Value {
  return readEntity(frame, evaluate(frame, node, hint), node);
}

/** The value of an expression, with a type. */
export function dataOf(frame: Frame, node: Expression, hint?: DataType): DataEntity | ErrorEntity {
  const value = valueOf(frame, node, hint);
  return value.kind === "integer" && hint !== undefined
    ? convert(frame, value, hint, node)
    : typed(frame, value, node);
}

/** The value of an expression as one of the type. */
export function valueAs(
  frame: Frame,
  node: Expression,
  type: DataType,
  use: Use = "copy",
  target?: Label,
): DataEntity | ErrorEntity {
  return convert(frame, valueOf(frame, node, type), type, node, use, target);
}

/** The value of an expression as one bit. */
export function conditionOf(frame: Frame, node: Expression): DataEntity | ErrorEntity {
  return asCondition(frame, valueOf(frame, node, BOOLEAN), node);
}

/** A compile-time integer; reports and returns undefined when it is none. */
export function constantInteger(frame: Frame, node: Expression): bigint | undefined {
  if (node.kind === "integer") return node.value;
  const value = valueOf(constantFrame(frame), node);
  const result = integerOf(value);
  if (result === undefined) reportNotInteger(frame, value, node);
  return result;
}

function reportNotInteger(frame: Frame, value: Value, span: Span): void {
  if (value.kind === "error") return;
  if (value.kind === "data") frame.design.report(messages["not-constant"], { what: "this" }, span);
  else
    frame.design.report(messages["constant-kind"], { expected: "an integer", found: describe(value) }, span);
}

/** A compile-time condition; undefined after a report. */
export function constantCondition(frame: Frame, node: Expression): boolean | undefined {
  const value = conditionOf(constantFrame(frame), node);
  if (value.kind === "error") return undefined;
  if (value.constant === undefined) {
    frame.design.report(messages["not-constant"], { what: "the condition" }, node, {
      help: "`when` decides at run time",
    });
    return undefined;
  }
  return value.constant === 1n;
}

/** The bounds of a compile-time range, `high` excluded; undefined after a report. */
export function constantRange(frame: Frame, node: RangeNode): { low: bigint; high: bigint } | undefined {
  const low = constantInteger(frame, node.low);
  const high = constantInteger(frame, node.high);
  return low === undefined || high === undefined ? undefined : { low, high };
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

/** The concatenation of values as one of `type`, first most significant. */
export function join(frame: Frame, values: readonly DataEntity[], type: DataType, span: Span): Value {
  if (values.every((value) => value.constant !== undefined)) {
    let pattern = 0n;
    for (const value of values) pattern = (pattern << BigInt(value.type.bits.width)) | (value.constant ?? 0n);
    return constantOf(type, pattern);
  }
  const body = bodyOf(frame, span);
  if (body === undefined) return ERROR;
  const operations = [];
  for (const value of values) {
    const operation = operationOf(frame, value, span);
    if (operation === undefined) return ERROR;
    operations.push(operation);
  }
  const [only] = values;
  if (values.length === 1 && only !== undefined) return retype(frame, only, type, span);
  return resultOf(type, body.concat(operations, type.bits.width, span));
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
