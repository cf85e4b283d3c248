/** Everything with parentheses: stages, ports, functions, types and what the language brings. */
import type { Span } from "@assassyn/diagnostics";
import { portId } from "@assassyn/ir";
import type { Argument, CallExpression, Expression } from "@assassyn/syntax";
import { portOf, positional } from "./arguments.js";
import { callBuiltin } from "./builtins.js";
import { bodyOf, operationOf, resultOf } from "./convert.js";
import type { DataEntity, Entity, ExternEntity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { callFunction } from "./functions.js";
import { frontendMessages as messages } from "./messages.js";
import type { ModuleInstance } from "./module-instance.js";
import { didYouMean } from "./nearest.js";
import type { DataType } from "./types.js";
import { printDataType } from "./types.js";
import { isTypeName } from "./type-nodes.js";
import { evaluate, lookUp, valueAs, valueOf } from "./values.js";

/** The value of a call; a call without one is an error here. */
export function evaluateCall(frame: Frame, node: CallExpression, hint: DataType | undefined): Entity {
  const result = performCall(frame, node, hint);
  if (result !== undefined) return result;
  frame.design.report(messages["no-result"], { what: `\`${frame.design.textOf(node.callee)}(…)\`` }, node);
  return ERROR;
}

/** Performs a call; undefined when it has no value. */
export function performCall(frame: Frame, node: CallExpression, hint?: DataType): Entity | undefined {
  const { callee } = node;
  if (callee.kind === "member" && (callee.member.name === "pop" || callee.member.name === "push")) {
    return callPort(frame, node, evaluate(frame, callee.object), callee.member.name);
  }
  if (callee.kind === "type" && callee.type.kind === "named-type" && callee.type.arguments.length > 0) {
    const named = frame.scope.lookup(callee.type.name)?.resolve();
    if (named?.kind === "function") return callFunction(frame, named, node, callee.type.arguments);
    // What is called like a function is looked up like one.
    if (named === undefined && !isTypeName(callee.type.name)) {
      for (const argument of node.arguments) valueOf(frame, argument.value);
      return lookUp(frame, callee.type.name, callee);
    }
  }
  const entity = evaluate(frame, callee);
  switch (entity.kind) {
    case "error":
      for (const argument of node.arguments) valueOf(frame, argument.value);
      return ERROR;
    case "type": {
      const [only] = positional(frame, node.arguments, 1, `\`${printDataType(entity.type)}(…)\``, node) ?? [];
      return only === undefined ? ERROR : valueAs(frame, only, entity.type);
    }
    case "function":
      return callFunction(frame, entity, node, []);
    case "extern":
      return callExtern(frame, entity, node);
    case "builtin":
      return callBuiltin(frame, entity.name, node, hint);
    case "module":
      callStage(frame, entity.module, node);
      return undefined;
    case "family":
      frame.design.report(messages["needs-index"], { what: describe(entity) }, callee);
      return ERROR;
    default:
      frame.design.report(messages["not-callable"], { what: describe(entity) }, callee);
      return ERROR;
  }
}

/** `p.pop()`, `m.p.push(x)`. */
function callPort(
  frame: Frame,
  node: CallExpression,
  object: Entity,
  method: "pop" | "push",
): Entity | undefined {
  const body = bodyOf(frame, node);
  if (object.kind === "error" || body === undefined) {
    for (const argument of node.arguments) valueOf(frame, argument.value);
    return ERROR;
  }
  const port = portOf(frame, object, node.callee);
  if (port === undefined) return ERROR;
  const declared = port.module.ports[port.index];
  if (declared === undefined) return ERROR;
  if (method === "push") {
    const [argument] = positional(frame, node.arguments, 1, "`push`", node) ?? [];
    if (argument === undefined) return ERROR;
    const value = valueAs(frame, argument, declared.type, "sink", {
      span: declared.span,
      message: `port \`${declared.name}\` is ${printDataType(declared.type)}`,
    });
    if (value.kind !== "error") pushPort(frame, port.module, port.index, value, node);
    return undefined;
  }
  if (positional(frame, node.arguments, 0, "`pop`", node) === undefined) return ERROR;
  if (port.module !== body.module) {
    frame.design.report(
      messages["fifo-elsewhere"],
      { text: `${port.module.name}.${declared.name}`, pop: true },
      node,
    );
    return ERROR;
  }
  return popPort(frame, port.module, port.index, node);
}

/** Keys of the effects that a module has at most once a cycle. */
export const writeKey = (array: number): number => array * 3;
const pushKey = (fifo: number): number => fifo * 3 + 1;
const popKey = (fifo: number): number => fifo * 3 + 2;

/** Pops an own port. */
export function popPort(frame: Frame, module: ModuleInstance, index: number, span: Span): Value {
  const port = module.ports[index];
  const body = bodyOf(frame, span);
  if (port === undefined || body === undefined) return ERROR;
  port.popped = true;
  const earlier = body.once(popKey(port.fifo), span);
  if (earlier !== undefined) {
    frame.design.report(messages["popped-twice"], { name: `${module.name}.${port.name}` }, span, {
      labels: [{ span: earlier, message: "popped here first" }],
    });
  }
  return resultOf(port.type, body.pop(portId(index), port.type.bits, span));
}

function pushPort(frame: Frame, module: ModuleInstance, index: number, value: DataEntity, span: Span): void {
  const port = module.ports[index];
  const body = bodyOf(frame, span);
  const operation = operationOf(frame, value, span);
  if (port === undefined || body === undefined || operation === undefined) return;
  const earlier = body.once(pushKey(port.fifo), span);
  if (earlier !== undefined) {
    frame.design.report(messages["pushed-twice"], { name: `${module.name}.${port.name}` }, span, {
      labels: [{ span: earlier, message: "pushed here first" }],
    });
  } else if (body.depth === 0 && !body.waited && !port.pushers.some((each) => each.module === body.module))
    port.pushers.push({ module: body.module, span });
  body.push(module.id, portId(index), operation, span);
}

/** Checks that a credit can be added; reports otherwise. */
export function isStage(frame: Frame, module: ModuleInstance, span: Span): boolean {
  if (module.kind === "stage") return true;
  frame.design.report(messages["not-a-stage"], { name: module.name, kind: module.kind }, span);
  return false;
}

/** `m(a: x, b: y)`: the arguments are evaluated in the order they are written, then pushed in that order, then the credit is added. */
function callStage(frame: Frame, module: ModuleInstance, node: CallExpression): void {
  const body = bodyOf(frame, node);
  if (body === undefined || !isStage(frame, module, node.callee)) {
    for (const argument of node.arguments) valueOf(frame, argument.value);
    return;
  }
  module.called = true;
  const what = `the call of \`${module.name}\``;
  const pushes: { index: number; value: DataEntity; span: Span }[] = [];
  const given = new Set<number>();
  for (const { name, value: expression } of node.arguments) {
    const index = name === undefined ? -1 : module.portIndex(name.name);
    const port = module.ports[index];
    if (name === undefined || port === undefined || given.has(index)) {
      valueOf(frame, expression, port?.type);
      reportArgument(frame, module, name, expression, given.has(index));
      continue;
    }
    given.add(index);
    const target = { span: port.span, message: `port \`${port.name}\` is ${printDataType(port.type)}` };
    const value = valueAs(frame, expression, port.type, "sink", target);
    if (value.kind !== "error") pushes.push({ index, value, span: expression });
  }
  const absent = module.ports.filter((_, index) => !given.has(index));
  const missing = absent.map((port) => `\`${port.name}\``);
  if (missing.length > 0 && node.arguments.every((argument) => argument.name !== undefined)) {
    frame.design.report(
      messages["missing-argument"],
      { names: `${missing.length === 1 ? "port" : "ports"} ${missing.join(", ")}`, what },
      node,
      {
        labels: [{ span: module.declaration.name ?? module.declaration, message: "declared here" }],
        help: `\`${module.name}.${absent[0]?.name ?? ""}.push(x)\` feeds one port, \`call ${module.name}\` adds a credit`,
      },
    );
  }
  for (const { index, value, span } of pushes) pushPort(frame, module, index, value, span);
  body.call(module.id, node);
}

function reportArgument(
  frame: Frame,
  module: ModuleInstance,
  name: Argument["name"],
  expression: Expression,
  repeated: boolean,
): void {
  if (name === undefined) {
    const help =
      module.ports.length > 0
        ? `the ports are ${module.ports.map((port) => `\`${port.name}\``).join(", ")}`
        : "it has no ports";
    frame.design.report(messages["unnamed-argument"], { what: `\`${module.name}\`` }, expression, { help });
  } else if (repeated) frame.design.report(messages["repeated-argument"], { name: name.name }, name);
  else {
    const help = didYouMean(
      name.name,
      module.ports.map((port) => port.name),
    );
    frame.design.report(
      messages["unknown-argument"],
      { name: name.name, what: `\`${module.name}\`` },
      name,
      help === undefined ? {} : { help },
    );
  }
}

function callExtern(frame: Frame, extern: ExternEntity, node: CallExpression): Value {
  const body = bodyOf(frame, node);
  const given = positional(frame, node.arguments, extern.parameters.length, describe(extern), node);
  if (body === undefined || given === undefined) return ERROR;
  const operations = [];
  for (const [index, parameter] of extern.parameters.entries()) {
    const expression = given[index];
    const value = expression === undefined ? ERROR : valueAs(frame, expression, parameter.type, "sink");
    const operation = value.kind === "error" ? undefined : operationOf(frame, value, node);
    if (operation === undefined) return ERROR;
    operations.push(operation);
  }
  return resultOf(extern.result, body.externCall(extern.extern, operations, extern.result.bits, node));
}
