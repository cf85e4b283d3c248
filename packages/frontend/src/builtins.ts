/** The functions that the language brings. */
import { MAX_WIDTH, assertNever, bits } from "@assassyn/ir";
import type { CallExpression, Expression } from "@assassyn/syntax";
import { portOf, positional } from "./arguments.js";
import { castTo } from "./casts.js";
import { bodyOf, convert, resultOf, typed } from "./convert.js";
import type { BuiltinName, DataEntity, Entity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { evaluateSelect1Hot } from "./select-one-hot.js";
import type { DataType } from "./types.js";
import { bitsNeeded, plain } from "./types.js";
import { constantInteger, dataOf, evaluate, join, readEntity, valueOf } from "./values.js";

/** Calls a function that the language brings. */
export function callBuiltin(
  frame: Frame,
  name: BuiltinName,
  node: CallExpression,
  hint: DataType | undefined,
): Entity {
  const what = `\`${name}\``;
  switch (name) {
    case "cycle": {
      const body = bodyOf(frame, node);
      if (positional(frame, node.arguments, 0, what, node) === undefined || body === undefined) return ERROR;
      return resultOf(plain(bits(64)), body.cycle(node));
    }
    case "width": {
      const [argument] = positional(frame, node.arguments, 1, what, node) ?? [];
      return argument === undefined ? ERROR : widthOf(frame, argument);
    }
    case "clog2": {
      const [argument] = positional(frame, node.arguments, 1, what, node) ?? [];
      const value = argument && constantInteger(frame, argument);
      if (value === undefined) return ERROR;
      if (value < 1n) {
        frame.design.report(
          messages["bad-size"],
          { what: "the argument of `clog2`", value: String(value) },
          node,
        );
        return ERROR;
      }
      return { kind: "integer", value: value === 1n ? 0n : BigInt(bitsNeeded(value - 1n)) };
    }
    case "zext":
    case "sext":
    case "bitcast": {
      const [operand, typeNode] = positional(frame, node.arguments, 2, what, node) ?? [];
      if (operand === undefined || typeNode === undefined) return ERROR;
      const value = valueOf(frame, operand);
      const target = evaluate(frame, typeNode);
      if (target.kind !== "type") {
        if (target.kind !== "error")
          frame.design.report(messages["not-a-type"], { what: describe(target) }, typeNode);
        return ERROR;
      }
      if (value.kind === "integer") return convert(frame, value, target.type, operand);
      const data = typed(frame, value, operand);
      return data.kind === "error" ? ERROR : castTo(frame, data, name, target.type, node);
    }
    case "cat":
      return concatenate(frame, node);
    case "select1hot": {
      const [selector, ...arms] = positional(frame, node.arguments, undefined, what, node) ?? [];
      if (selector === undefined) {
        frame.design.report(
          messages["argument-count"],
          { what, expected: "a selector and an arm for each bit", found: 0 },
          node,
        );
        return ERROR;
      }
      return evaluateSelect1Hot(frame, selector, arms, node, hint);
    }
    case "fifo": {
      const [argument] = positional(frame, node.arguments, 1, what, node) ?? [];
      if (argument === undefined) return ERROR;
      const entity = evaluate(frame, argument);
      return entity.kind === "error" ? ERROR : (portOf(frame, entity, argument) ?? ERROR);
    }
    case "file":
    case "fill":
      frame.design.report(
        messages["misplaced"],
        { what, where: "here: it is the initial value of a register" },
        node,
      );
      return ERROR;
    default:
      return assertNever(name);
  }
}

/** `width(x)`: x is looked at, and what it needed is thrown away. */
function widthOf(frame: Frame, node: Expression): Value {
  const body = frame.body ?? frame.scratch;
  const inner = body === frame.body ? frame : { ...frame, body };
  const mark = body && { list: body.list.length, operations: body.operations.length, impure: body.impure };
  const entity = evaluate(inner, node);
  let width: number | undefined;
  if (entity.kind === "type") width = entity.type.bits.width;
  else if (entity.kind === "register" && entity.scalar) width = entity.element.bits.width;
  else if (entity.kind === "port" || entity.kind === "fifo")
    width = entity.module.ports[entity.index]?.type.bits.width;
  else if (entity.kind === "input") width = entity.type.bits.width;
  else {
    const value = typed(inner, readEntity(inner, entity, node), node);
    if (value.kind === "data") width = value.type.bits.width;
  }
  if (body !== undefined && mark !== undefined) {
    body.list.length = mark.list;
    body.operations.length = mark.operations;
    body.impure = mark.impure;
  }
  return width === undefined ? ERROR : { kind: "integer", value: BigInt(width) };
}

/** `cat(a, b, …)`. */
function concatenate(frame: Frame, node: CallExpression): Value {
  const parts = positional(frame, node.arguments, undefined, "`cat`", node);
  if (parts === undefined) return ERROR;
  if (parts.length === 0) {
    frame.design.report(
      messages["argument-count"],
      { what: "`cat`", expected: "at least one argument", found: 0 },
      node,
    );
    return ERROR;
  }
  const values: DataEntity[] = [];
  let width = 0;
  for (const part of parts) {
    const value = dataOf(frame, part);
    if (value.kind === "error") continue;
    values.push(value);
    width += value.type.bits.width;
  }
  if (values.length < parts.length) return ERROR;
  if (width > MAX_WIDTH) {
    frame.design.report(messages["bad-width"], { width: String(width) }, node);
    return ERROR;
  }
  return join(frame, values, plain(bits(width)), node);
}
