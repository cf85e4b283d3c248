/** Values that may be absent: `??` and `.valid`. */
import type { Span } from "@assassyn/diagnostics";
import { assertNever } from "@assassyn/ir";
import type { CoalesceExpression } from "@assassyn/syntax";
import type { Arm } from "./arms.js";
import { choose, writeArm } from "./arms.js";
import { TRUE, bodyOf, convert } from "./convert.js";
import type { Entity, MemberEntity, Value } from "./entities.js";
import { ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { elaborateIn } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { memberPresence, memberValue } from "./module-members.js";
import type { DataType } from "./types.js";
import { evaluate, readEntity, valueOf } from "./values.js";

/** `m.v`, found through inputs and parentheses; `plain` when the entity can always be read. */
type Optional =
  | { readonly kind: "member"; readonly member: MemberEntity; readonly types: readonly DataType[] }
  | { readonly kind: "present"; readonly entity: Entity }
  | { readonly kind: "other" };

/** What `??` or `.valid` is asked of. */
function optionalOf(frame: Frame, entity: Entity): Optional {
  const types: DataType[] = [];
  let throughInput = false;
  let current = entity;
  while (current.kind === "input") {
    const { expression, type } = current;
    types.push(type);
    throughInput = true;
    const outer: Frame = { ...current.frame, body: frame.body, exposes: false };
    current = elaborateIn(outer, () => evaluate(outer, expression, type));
  }
  if (current.kind === "member" && memberPresence(current) !== "always")
    return { kind: "member", member: current, types };
  if (current.kind === "error" || throughInput) return { kind: "present", entity };
  return { kind: "other" };
}

/** `x.valid`: whether a value of another module is present. An input that is given anything else is always present. */
export function evaluatePresence(
  frame: Frame,
  entity: Entity,
  span: Span,
  readPresence: (member: MemberEntity) => Value,
): Value {
  const optional = optionalOf(frame, entity);
  switch (optional.kind) {
    case "member":
      return readPresence(optional.member);
    case "present":
      return optional.entity.kind === "error" ? ERROR : TRUE;
    case "other":
      frame.design.report(messages["not-optional"], {}, span);
      return ERROR;
    default:
      return assertNever(optional);
  }
}

/** `m.v ?? fallback`. */
export function evaluateCoalesce(frame: Frame, node: CoalesceExpression, hint: DataType | undefined): Value {
  const entity = evaluate(frame, node.value, hint);
  const optional = optionalOf(frame, entity);
  if (optional.kind === "other") {
    frame.design.report(messages["not-optional"], {}, node.value);
    valueOf(frame, node.fallback, hint);
    return ERROR;
  }
  if (optional.kind === "present") return readEntity(frame, optional.entity, node.value);
  const body = bodyOf(frame, node);
  if (body === undefined) return ERROR;
  const presence = memberValue(frame, optional.member, node.value, "presence");
  if (presence.kind !== "data" || presence.operation === undefined) {
    valueOf(frame, node.fallback, hint);
    return ERROR;
  }
  const then = writeArm(body, () => {
    let value: Value = memberValue(frame, optional.member, node.value);
    for (const type of optional.types.toReversed()) value = convert(frame, value, type, node.value);
    return value;
  });
  const otherwise = writeArm(body, () =>
    valueOf(frame, node.fallback, then.value.kind === "data" ? then.value.type : hint),
  );
  const arm: Arm = { ...then, condition: presence.operation, valueStart: then.start, span: node.value };
  return choose(frame, body, [arm], { ...otherwise, span: node.fallback }, hint, node);
}
