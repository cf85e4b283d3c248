/** What modules see of each other: bound values, presence, triggers, FIFOs, registers. */
import type { Span } from "@assassyn/diagnostics";
import { portId } from "@assassyn/ir";
import { bodyOf, resultOf } from "./convert.js";
import type { BoundValue, FifoEntity, MemberEntity, PortEntity, Register, Value } from "./entities.js";
import { ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { moduleOf } from "./frame.js";
import { readRegister } from "./reads.js";
import { frontendMessages as messages } from "./messages.js";
import type { ModuleInstance } from "./module-instance.js";
import { didYouMean } from "./nearest.js";
import { BOOLEAN } from "./types.js";

/** What is declared at the top of a module's body and the same in every cycle: a register or a constant. */
function fixedMember(member: MemberEntity): Register | Value | undefined {
  const entity = member.module.scope.own(member.name)?.resolve();
  switch (entity?.kind) {
    case "register":
    case "integer":
    case "string":
    case "list":
    case "data":
    case "error":
      return entity;
    default:
      return undefined;
  }
}

/** Whether the member can be absent: a bound value can, a register or constant of the module cannot. */
export function memberPresence(member: MemberEntity): "always" | "sometimes" {
  return fixedMember(member) === undefined ? "sometimes" : "always";
}

/**
 * `m.v`: the value, with `presence` whether it is there, or with `register` the register itself where `v` is one.
 */
export function memberValue(
  frame: Frame,
  member: MemberEntity,
  span: Span,
  want: "register",
): Value | Register;
export function memberValue(
  frame: Frame,
  member: MemberEntity,
  span: Span,
  want?: "presence" | "value",
): Value;
export function memberValue(
  frame: Frame,
  member: MemberEntity,
  span: Span,
  want: "value" | "presence" | "register" = "value",
): Value | Register {
  const fixed = fixedMember(member);
  if (fixed !== undefined) {
    if (fixed.kind !== "register" || want === "register") return fixed;
    return readRegister(frame, fixed, span);
  }
  const { module } = member;
  const body = bodyOf(frame, span);
  if (body === undefined) return ERROR;
  const { kind } = body.module;
  if (kind !== "downstream") {
    const text = `${module.name}.${member.name}`;
    const help =
      module.portIndex(member.name) >= 0
        ? `to feed the port, write \`${text}.push(x)\``
        : "read it in a downstream, or pass it on through a register or a port";
    frame.design.report(messages["value-in-stage"], { text, kind }, span, { help });
    return ERROR;
  }
  body.module.usesValue = true;
  const bound = boundIn(frame, module, member, span);
  if (bound === undefined) return ERROR;
  const { value } = bound;
  if (value.kind === "error") return ERROR;
  if (value.kind !== "data" || value.operation === undefined) {
    frame.design.report(messages["exposed-untyped"], { name: member.name, module: module.name }, span, {
      labels: [{ span: bound.span, message: "bound here" }],
      help: `write \`let ${member.name}: T = …\` there`,
    });
    return ERROR;
  }
  const slot = module.expose(bound, value, value.operation);
  if (want === "presence") return resultOf(BOOLEAN, body.exposedValid(module.id, slot, span));
  return resultOf(value.type, body.exposedGet(module.id, slot, value.type.bits, span));
}

/** The definition that `m.v` names; lowers `m` first. Undefined after a report. */
function boundIn(
  frame: Frame,
  module: ModuleInstance,
  member: MemberEntity,
  span: Span,
): BoundValue | undefined {
  const { design } = frame;
  if (module.state === "lowering") {
    const loop = design.lowering.slice(design.lowering.indexOf(module));
    design.elaborator.reportLoop(design, loop, span);
    return undefined;
  }
  design.elaborator.lowerModule(design, module);
  const bound = module.bound(member.name);
  if (bound === undefined) {
    if (module.broken) return undefined;
    const port = module.portIndex(member.name) >= 0;
    const help = port
      ? `it is a port: \`fifo(${module.name}.${member.name}).peek\`, or \`take\` it there`
      : didYouMean(member.name, module.boundNames());
    design.report(
      messages["unknown-value"],
      { name: member.name, module: module.name },
      member.span,
      help === undefined ? {} : { help },
    );
    return undefined;
  }
  if (bound.second !== undefined) {
    design.report(messages["ambiguous-value"], { name: member.name, module: module.name }, span, {
      labels: [
        { span: bound.span, message: "bound here" },
        { span: bound.second, message: "and here" },
      ],
    });
    return undefined;
  }
  return bound;
}

/** `m.triggered`. */
export function readTriggered(frame: Frame, module: ModuleInstance, span: Span): Value {
  const body = bodyOf(frame, span);
  if (body === undefined) return ERROR;
  const { kind } = body.module;
  if (kind !== "downstream") {
    frame.design.report(messages["value-in-stage"], { text: `${module.name}.triggered`, kind }, span);
    return ERROR;
  }
  return resultOf(BOOLEAN, body.triggered(module.id, span));
}

/** `p.valid`, `p.peek`, `fifo(m.p).valid`, `fifo(m.p).peek`. */
export function readFifo(
  frame: Frame,
  fifo: PortEntity | FifoEntity,
  what: "valid" | "peek",
  span: Span,
): Value {
  const body = bodyOf(frame, span);
  const port = fifo.module.ports[fifo.index];
  if (body === undefined || port === undefined) return ERROR;
  const reader = moduleOf(frame);
  if (reader !== fifo.module && reader?.kind !== "downstream") {
    frame.design.report(messages["fifo-elsewhere"], { text: `${fifo.module.name}.${port.name}` }, span);
    return ERROR;
  }
  const id = portId(fifo.index);
  return what === "valid"
    ? resultOf(BOOLEAN, body.fifoValid(fifo.module.id, id, span))
    : resultOf(port.type, body.fifoPeek(fifo.module.id, id, port.type.bits, span));
}
