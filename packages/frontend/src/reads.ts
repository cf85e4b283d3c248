/** Reading of registers and inputs. */
import type { Span } from "@assassyn/diagnostics";
import { uint } from "@assassyn/ir";
import { bodyOf, convert, resultOf } from "./convert.js";
import type { InputEntity, Register, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { elaborateIn } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { valueOf } from "./values.js";

/** Reads a register that has no index. */
export function readRegister(frame: Frame, register: Register, span: Span): Value {
  if (!register.scalar) {
    frame.design.report(messages["needs-index"], { what: describe(register) }, span, {
      labels: [{ span: register.span, message: `an array of ${register.size} elements` }],
    });
    return ERROR;
  }
  const body = bodyOf(frame, span);
  if (body === undefined) return ERROR;
  const index = body.constant(uint(1), 0n, span);
  return resultOf(register.element, body.read(register.array, index, 1, register.element.bits, span));
}

/** Evaluates an input of a component where it is used. */
export function readInput(frame: Frame, input: InputEntity, span: Span): Value {
  const outer: Frame = { ...input.frame, body: frame.body, exposes: false };
  const value = elaborateIn(outer, () => valueOf(outer, input.expression, input.type));
  if (value.kind === "error") return value;
  return convert(frame, value, input.type, input.expression, "copy", { span, message: "used here" });
}
