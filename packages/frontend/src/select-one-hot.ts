/** `select1hot`. */
import type { Span } from "@assassyn/diagnostics";
import type { OpId } from "@assassyn/ir";
import type { Expression } from "@assassyn/syntax";
import { armType, branchOnValues, settle, writeArm } from "./arms.js";
import { FALSE, bodyOf, convert, operationOf, resultOf, typed } from "./convert.js";
import type { DataEntity, Value } from "./entities.js";
import { ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import type { DataType } from "./types.js";
import { BOOLEAN } from "./types.js";
import { valueOf } from "./values.js";

/** `select1hot(selector, a, b, …)`: bit i chooses arm i, and anything but one set bit faults. */
export function evaluateSelect1Hot(
  frame: Frame,
  selectorNode: Expression,
  armNodes: readonly Expression[],
  node: Span,
  hint: DataType | undefined,
): Value {
  const selectorValue = valueOf(frame, selectorNode);
  const selector = typed(frame, selectorValue, selectorNode);
  if (selector.kind === "error") {
    for (const arm of armNodes) valueOf(frame, arm, hint);
    return ERROR;
  }
  const { width } = selector.type.bits;
  if (width !== armNodes.length) {
    frame.design.report(messages["select-arms"], { width, arms: armNodes.length }, selectorNode);
    return ERROR;
  }
  const body = bodyOf(frame, selectorNode);
  const selectorOperation = operationOf(frame, selector, selectorNode);
  if (body === undefined || selectorOperation === undefined) return ERROR;
  let wanted = hint;
  const arms: (ReturnType<typeof writeArm> & { readonly span: Span })[] = [];
  for (const arm of armNodes) {
    const written = writeArm(body, () => valueOf(frame, arm, wanted));
    if (written.value.kind === "data") wanted = written.value.type;
    arms.push({ ...written, span: arm });
  }
  const type = armType(frame, arms, hint);
  if (type === undefined) return ERROR;
  const values: DataEntity[] = [];
  for (const { value, span } of arms) {
    const converted = convert(frame, value, type, span, "sink");
    if (converted.kind === "error") return ERROR;
    values.push(converted);
  }
  if (arms.every((arm) => !arm.impure)) {
    const operations: OpId[] = [];
    for (const value of values) {
      const operation = operationOf(frame, value, node);
      if (operation === undefined) return ERROR;
      operations.push(operation);
    }
    return resultOf(type, body.select1hot(selectorOperation, operations, type.bits, node));
  }
  // The selector is checked first, by choosing among constants; only then one arm is evaluated.
  const lists = arms.map((): OpId[] => []);
  for (let index = arms.length - 1; index >= 0; index -= 1) lists[index] = body.cut(arms[index]?.start ?? 0);
  body.select1hot(
    selectorOperation,
    arms.map(() => body.constant(BOOLEAN.bits, 0n, node)),
    BOOLEAN.bits,
    node,
  );
  const conditions = arms.map((_, index) =>
    width === 1 ? selectorOperation : body.slice(selectorOperation, index, index, node),
  );
  const final = arms.length - 1;
  let rest = { list: lists[final] ?? [], value: values[final] ?? FALSE };
  for (let index = final - 1; index >= 0; index -= 1) {
    const then = { list: lists[index] ?? [], value: values[index] ?? FALSE };
    const outer: OpId[] = [];
    const condition = conditions[index] ?? selectorOperation;
    const chosen = rest;
    const result = body.within(outer, () => branchOnValues(frame, body, condition, then, chosen, type, node));
    rest = { list: outer, value: resultOf(type, result) };
  }
  for (const operation of rest.list) body.list.push(operation);
  return settle(frame, body, rest.value, type, node);
}
