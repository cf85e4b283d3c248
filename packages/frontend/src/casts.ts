/** Changes of type that the source spells out. */
import type { Span } from "@assassyn/diagnostics";
import type { CastOperator } from "@assassyn/ir";
import { toNumeric } from "@assassyn/ir";
import type { CastExpression } from "@assassyn/syntax";
import { bodyOf, constantOf, operationOf, resultOf, typed } from "./convert.js";
import type { DataEntity, Value } from "./entities.js";
import { ERROR } from "./entities.js";
import { valueOf } from "./values.js";
import type { Frame } from "./frame.js";
import type { DataType } from "./types.js";
import { resolveType } from "./type-nodes.js";

/** `x as T`: extends by the class of x, or keeps the low bits. An untyped constant is cut to its low bits too. */
export function evaluateCast(frame: Frame, node: CastExpression): Value {
  const type = resolveType(frame, node.type);
  const value = valueOf(frame, node.operand);
  if (type === undefined || value.kind === "error") return ERROR;
  if (value.kind === "integer") return constantOf(type, BigInt.asUintN(type.bits.width, value.value));
  const operand = typed(frame, value, node.operand);
  if (operand.kind === "error") return ERROR;
  const extends_ = type.bits.width > operand.type.bits.width;
  return castTo(
    frame,
    operand,
    extends_ ? (operand.type.bits.class === "i" ? "sext" : "zext") : "bitcast",
    type,
    node,
  );
}

/** The value as another type by one of the casts of the IR. */
export function castTo(
  frame: Frame,
  value: DataEntity,
  operator: CastOperator,
  type: DataType,
  span: Span,
): Value {
  if (value.constant !== undefined) {
    const { bits } = value.type;
    const pattern =
      operator === "sext" ? toNumeric(value.constant, { class: "i", width: bits.width }) : value.constant;
    return constantOf(type, BigInt.asUintN(type.bits.width, pattern));
  }
  if (value.type.bits === type.bits) return { ...value, type };
  const body = bodyOf(frame, span);
  const operation = operationOf(frame, value, span);
  if (operation === undefined || body === undefined) return ERROR;
  return resultOf(type, body.cast(operator, operation, type.bits, span));
}
