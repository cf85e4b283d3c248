/** Values into types: literals, silent conversion between classes, untyped constants. */
import type { DiagnosticExtras, Label, Span } from "@assassyn/diagnostics";
import type { OpId, Type } from "@assassyn/ir";
import type { Body } from "./body.js";
import type { DataEntity, ErrorEntity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import type { DataType } from "./types.js";
import { BOOLEAN, bitsNeeded, highest, lowest, printDataType } from "./types.js";

/** A typed constant that is not in the IR yet. */
export function constantOf(type: DataType, pattern: bigint): DataEntity {
  return { kind: "data", type, operation: undefined, constant: pattern };
}

/** The result of an operation. */
export function resultOf(type: DataType, operation: OpId): DataEntity {
  return { kind: "data", type, operation, constant: undefined };
}

export const TRUE = constantOf(BOOLEAN, 1n);
export const FALSE = constantOf(BOOLEAN, 0n);

/** The body that operations go to; reports and returns undefined where everything must be known at compile time. */
export function bodyOf(frame: Frame, span: Span): Body | undefined {
  if (frame.body === undefined) {
    const { constantHelp } = frame;
    frame.design.report(
      messages["not-constant"],
      { what: "this" },
      span,
      constantHelp === undefined ? {} : { help: constantHelp },
    );
  }
  return frame.body;
}

/** The operation of a value; a constant is put into the current region. Undefined only outside of modules, where nothing runs. */
export function operationOf(frame: Frame, value: DataEntity, span: Span): OpId | undefined {
  if (value.operation !== undefined) return value.operation;
  const body = bodyOf(frame, span);
  if (body === undefined || value.constant === undefined) return undefined;
  return body.constant(value.type.bits, value.constant, span);
}

/** The literal as a constant of the type, or an error when it does not fit. */
export function literal(frame: Frame, value: bigint, type: DataType, span: Span): DataEntity | ErrorEntity {
  const low = lowest(type.bits);
  const high = highest(type.bits);
  if (value < low || value > high) {
    const { class: kind, width } = type.bits;
    const needed = bitsNeeded(value);
    const help =
      kind === "i" && value > 0n && value <= (high << 1n) + 1n
        ? `write \`b${width}(${value})\` for this bit pattern`
        : kind !== "i" && value < 0n
          ? needed <= width
            ? `this type is unsigned; write \`i${width}(${value})\` for this bit pattern`
            : "this type is unsigned"
          : `${value} needs ${needed} bit${needed === 1 ? "" : "s"}`;
    frame.design.report(
      messages["literal-range"],
      { value: String(value), type: printDataType(type), low: String(low), high: String(high) },
      span,
      { help },
    );
    return ERROR;
  }
  return constantOf(type, BigInt.asUintN(type.bits.width, value));
}

/** How a value is used: `copy` makes the IR type exactly the target's, `sink` lets the class differ, as a write or push may. */
export type Use = "copy" | "sink";

/**
 * The value as one of the type: a literal must fit, anything else must have the width.
 *
 * @param target place to show for the expected type
 */
export function convert(
  frame: Frame,
  value: Value,
  type: DataType,
  span: Span,
  use: Use = "copy",
  target?: Label,
): DataEntity | ErrorEntity {
  switch (value.kind) {
    case "error":
      return ERROR;
    case "integer":
      return literal(frame, value.value, type, span);
    case "string":
    case "list":
      frame.design.report(
        messages["constant-kind"],
        { expected: printDataType(type), found: describe(value) },
        span,
      );
      return ERROR;
    case "data": {
      if (value.type.bits.width !== type.bits.width) return mismatch(frame, value.type, type, span, target);
      return use === "sink" ? value : retype(frame, value, type, span);
    }
  }
}

/** The same bits as another type of equal width. */
export function retype(frame: Frame, value: DataEntity, type: DataType, span: Span): DataEntity {
  if (value.type === type) return value;
  if (value.type.bits === type.bits || value.operation === undefined) return { ...value, type };
  if (frame.body === undefined) return { ...value, type, operation: undefined };
  return {
    kind: "data",
    type,
    constant: value.constant,
    operation: frame.body.cast("bitcast", value.operation, type.bits, span),
  };
}

/** Source text to which `as` can be appended: names, calls, indices, members, or anything in parentheses. */
const OPERAND = /^(?:[\w#]+|\([^()]*\))(?:\.[\w#]+|\([^()]*\)|\[[^[\]]*\])*$/;

function mismatch(
  frame: Frame,
  found: DataType,
  expected: DataType,
  span: Span,
  target: Label | undefined,
): ErrorEntity {
  const wider = found.bits.width > expected.bits.width;
  const name = printDataType(expected);
  // `as` binds tighter than other operators, so what has any needs parentheses.
  const cast = OPERAND.test(frame.design.textOf(span)) ? `as ${name}` : `(…) as ${name}`;
  const extras: DiagnosticExtras = {
    help: wider
      ? `\`${cast}\` keeps the low ${expected.bits.width} bits`
      : `\`${cast}\` extends ${found.bits.class === "i" ? "the sign" : "with zeros"}`,
    ...(target === undefined ? {} : { labels: [target] }),
  };
  frame.design.report(
    messages["width-mismatch"],
    {
      expected: name,
      found: printDataType(found),
      expectedWidth: expected.bits.width,
      foundWidth: found.bits.width,
    },
    span,
    extras,
  );
  return ERROR;
}

/** The value with a type; an untyped constant is an error. */
export function typed(frame: Frame, value: Value, span: Span): DataEntity | ErrorEntity {
  switch (value.kind) {
    case "error":
    case "data":
      return value;
    case "integer": {
      const cast = `${value.value < 0n ? "i" : "u"}${bitsNeeded(value.value)}(${value.value})`;
      frame.design.report(messages["literal-untyped"], { value: String(value.value) }, span, {
        help: `give it a type, as in \`${cast}\``,
      });
      return ERROR;
    }
    case "string":
    case "list":
      frame.design.report(messages["not-a-value"], { what: describe(value) }, span);
      return ERROR;
  }
}

/** The value as one bit. */
export function asCondition(frame: Frame, value: Value, span: Span): DataEntity | ErrorEntity {
  if (value.kind === "data" && value.type.bits.width !== 1) {
    frame.design.report(
      messages["condition-width"],
      { type: printDataType(value.type), width: value.type.bits.width },
      span,
      {
        help: "compare it, as in `x != 0`, or take one bit, as in `x[0]`",
      },
    );
    return ERROR;
  }
  return convert(frame, value, BOOLEAN, span);
}

/** The integer that a compile-time value is, or undefined. Typed constants count with their numeric value. */
export function integerOf(value: Value): bigint | undefined {
  if (value.kind === "integer") return value.value;
  if (value.kind !== "data" || value.constant === undefined) return undefined;
  return numeric(value.constant, value.type.bits);
}

function numeric(pattern: bigint, type: Type): bigint {
  return type.class === "i" ? BigInt.asIntN(type.width, pattern) : pattern;
}
