/** Values of expressions in the forms that their users need. */
import type { Label, Span } from "@assassyn/diagnostics";
import { parseType } from "@assassyn/ir";
import type { Expression, RangeNode } from "@assassyn/syntax";
import type { Use } from "./convert.js";
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
import type { DataEntity, Entity, ErrorEntity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { constantFrame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { didYouMean } from "./nearest.js";
import type { DataType } from "./types.js";
import { BOOLEAN, plain } from "./types.js";

/**
 * What an expression stands for. Operations go to the frame's body; without one, everything must be known at compile time.
 *
 * @param hint the type that an untyped literal takes where no other operand gives one
 */
export function evaluate(frame: Frame, node: Expression, hint?: DataType): Entity {
  return frame.design.elaborator.evaluate(frame, node, hint);
}

/** The value an entity is read as: registers, inputs and values of other modules are read here. */
export function readEntity(frame: Frame, entity: Entity, span: Span): Value {
  return frame.design.elaborator.readEntity(frame, entity, span);
}

/** The meaning of a name, without reading it. */
export function lookUp(frame: Frame, name: string, span: Span): Entity {
  const binding = frame.scope.lookup(name);
  if (binding === undefined) {
    const builtin = parseType(name);
    if (builtin !== undefined) return { kind: "type", type: plain(builtin) };
    if (frame.scope.mayBeImported()) return ERROR;
    const help = didYouMean(name, frame.scope.visibleNames());
    frame.design.report(messages["unknown-name"], { name }, span, help === undefined ? {} : { help });
    return ERROR;
  }
  const entity = frame.design.resolve(binding);
  if (entity !== undefined) return entity;
  const { resolving } = frame.design;
  const path = [...resolving.slice(resolving.indexOf(binding)), binding]
    .map((each) => `\`${each.name}\``)
    .join(" → ");
  frame.design.report(messages["constant-loop"], { path }, binding.span ?? span);
  return ERROR;
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
  const constantHelp = "`if` decides at compile time, `when` at run time";
  const value = conditionOf({ ...constantFrame(frame), constantHelp }, node);
  if (value.kind === "error") return undefined;
  if (value.constant === undefined) {
    frame.design.report(messages["not-constant"], { what: "the condition" }, node, { help: constantHelp });
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
