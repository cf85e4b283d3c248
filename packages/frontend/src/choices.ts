/**
 * Expressions that evaluate only what they choose: `?:`, `??`, `match`, `&&`, `||`, `select1hot`.
 *
 * Arms are written in place, one behind the other. If none of them can fault or act, they stay, and `select` operations choose among their
 * results. Otherwise the ends of the list are cut off from the back and become the regions of `if` operations with a value.
 */
import type { Span } from "@assassyn/diagnostics";
import type { OpId } from "@assassyn/ir";
import { assertNever } from "@assassyn/ir";
import type {
  BinaryExpression,
  CoalesceExpression,
  ConditionalExpression,
  Expression,
  MatchExpression,
} from "@assassyn/syntax";
import type { Body } from "./body.js";
import {
  asCondition,
  bodyOf,
  constantOf,
  convert,
  FALSE,
  integerOf,
  operationOf,
  resultOf,
  TRUE,
  typed,
} from "./convert.js";
import type { DataEntity, Entity, MemberEntity, Value } from "./entities.js";
import { ERROR } from "./entities.js";
import { conditionOf, evaluate, readEntity, valueOf } from "./values.js";
import type { Frame } from "./frame.js";
import { constantFrame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { memberPresence, memberValue } from "./module-members.js";
import type { DataType } from "./types.js";
import { BOOLEAN, highest, lowest, plain, printDataType } from "./types.js";

/** One arm: where its condition and its value begin in the list, and whether the value must not be evaluated for nothing. */
interface Arm {
  readonly condition: OpId;
  readonly start: number;
  readonly valueStart: number;
  readonly impure: boolean;
  readonly value: Value;
  readonly span: Span;
}

/** The last arm, which has no condition. */
type LastArm = Omit<Arm, "condition" | "valueStart">;

/** Evaluates an arm's value in place. */
function writeArm<Written extends Value>(
  body: Body,
  evaluateValue: () => Written,
): { start: number; impure: boolean; value: Written } {
  const start = body.list.length;
  const before = body.impure;
  const value = body.sometimes(evaluateValue);
  return { start, impure: body.impure !== before, value };
}

/** The type of a choice: that of its first typed arm, else the one wanted of it. Undefined after a report. */
function armType(
  frame: Frame,
  arms: readonly { readonly value: Value; readonly span: Span }[],
  hint: DataType | undefined,
): DataType | undefined {
  let first: { type: DataType; span: Span } | undefined;
  let failed = false;
  for (const { value, span } of arms) {
    if (value.kind === "error") failed = true;
    if (value.kind !== "data") continue;
    if (first === undefined) first = { type: value.type, span };
    else if (first.type.bits.width !== value.type.bits.width) {
      frame.design.report(
        messages["arm-mismatch"],
        { first: printDataType(first.type), found: printDataType(value.type) },
        span,
        {
          labels: [{ span: first.span, message: `this arm is ${printDataType(first.type)}` }],
        },
      );
      failed = true;
    }
  }
  if (failed) return undefined;
  if (first !== undefined) return first.type;
  if (hint !== undefined) return hint;
  for (const { value, span } of arms) typed(frame, value, span);
  return undefined;
}

/** Chooses the first arm whose condition holds. */
function choose(
  frame: Frame,
  body: Body,
  arms: readonly Arm[],
  last: LastArm,
  hint: DataType | undefined,
  span: Span,
): Value {
  const type = armType(frame, [...arms, last], hint);
  if (type === undefined) return ERROR;
  let otherwise = convert(frame, last.value, type, last.span, "sink");
  let otherwiseImpure = last.impure;
  let otherwiseStart = last.start;
  for (let index = arms.length - 1; index >= 0; index -= 1) {
    const arm = arms[index];
    if (arm === undefined) break;
    const then = convert(frame, arm.value, type, arm.span, "sink");
    if (then.kind === "error" || otherwise.kind === "error") return ERROR;
    let result: OpId;
    if (arm.impure || otherwiseImpure) {
      const otherwiseList = body.cut(otherwiseStart);
      const thenList = body.cut(arm.valueStart);
      result = branchOnValues(
        frame,
        body,
        arm.condition,
        { list: thenList, value: then },
        { list: otherwiseList, value: otherwise },
        type,
        span,
      );
      otherwiseImpure = true;
    } else {
      const thenOperation = operationOf(frame, then, arm.span);
      const elseOperation = operationOf(frame, otherwise, span);
      if (thenOperation === undefined || elseOperation === undefined) return ERROR;
      result = body.select(arm.condition, thenOperation, elseOperation, type.bits, span);
    }
    otherwise = resultOf(type, result);
    otherwiseStart = arm.start;
  }
  return otherwise.kind === "error" ? ERROR : settle(frame, body, otherwise, type, span);
}

/** The value as exactly one of the type: an arm chosen without operations may be of another class. */
function settle(frame: Frame, body: Body, value: DataEntity, type: DataType, span: Span): Value {
  if (value.type.bits === type.bits) return value;
  const operation = operationOf(frame, value, span);
  return operation === undefined ? ERROR : resultOf(type, body.cast("bitcast", operation, type.bits, span));
}

/** An `if` with a value over two lists; constants are put into the list whose value they are. */
function branchOnValues(
  frame: Frame,
  body: Body,
  condition: OpId,
  then: { list: OpId[]; value: DataEntity },
  otherwise: { list: OpId[]; value: DataEntity },
  type: DataType,
  span: Span,
): OpId {
  const place = ({ list, value }: { list: OpId[]; value: DataEntity }): OpId =>
    body.within(list, () => value.operation ?? body.constant(type.bits, value.constant ?? 0n, span));
  const thenResult = place(then);
  const elseResult = place(otherwise);
  return body.branch(condition, then.list, otherwise.list, span, {
    type: type.bits,
    then: thenResult,
    else: elseResult,
  });
}

/** `c ? a : b`. A constant condition chooses at compile time, and the other arm is not even looked at. */
export function evaluateConditional(
  frame: Frame,
  node: ConditionalExpression,
  hint: DataType | undefined,
): Value {
  const condition = conditionOf(frame, node.condition);
  if (condition.kind === "error") {
    valueOf(frame, node.then, hint);
    valueOf(frame, node.else, hint);
    return ERROR;
  }
  if (condition.constant !== undefined)
    return valueOf(frame, condition.constant === 1n ? node.then : node.else, hint);
  const body = bodyOf(frame, node.condition);
  const conditionOperation = operationOf(frame, condition, node.condition);
  if (body === undefined || conditionOperation === undefined) return ERROR;
  const then = writeArm(body, () => valueOf(frame, node.then, hint));
  const otherwise = writeArm(body, () =>
    valueOf(frame, node.else, then.value.kind === "data" ? then.value.type : hint),
  );
  const arm: Arm = { ...then, condition: conditionOperation, valueStart: then.start, span: node.then };
  return choose(frame, body, [arm], { ...otherwise, span: node.else }, hint, node);
}

/** `a && b`, `a || b` with `a` evaluated: `b` is evaluated only if it decides. */
export function evaluateLogical(
  frame: Frame,
  node: BinaryExpression,
  operator: "&&" | "||",
  leftValue: Value,
): Value {
  const left = asCondition(frame, leftValue, node.left);
  const decided = operator === "||" ? 1n : 0n;
  if (left.kind === "error") {
    conditionOf(frame, node.right);
    return ERROR;
  }
  if (left.constant !== undefined) return left.constant === decided ? left : conditionOf(frame, node.right);
  const body = bodyOf(frame, node.left);
  const leftOperation = operationOf(frame, left, node.left);
  if (body === undefined || leftOperation === undefined) return ERROR;
  const { start, impure, value: settled } = writeArm(body, () => conditionOf(frame, node.right));
  if (settled.kind === "error") return ERROR;
  if (impure) {
    const list = body.cut(start);
    const fixed = { list: [], value: constantOf(BOOLEAN, decided) };
    const other = { list, value: settled };
    const [then, otherwise] = operator === "&&" ? [other, fixed] : [fixed, other];
    return resultOf(BOOLEAN, branchOnValues(frame, body, leftOperation, then, otherwise, BOOLEAN, node));
  }
  if (settled.constant !== undefined) return settled.constant === decided ? settled : left;
  const rightOperation = operationOf(frame, settled, node.right);
  if (rightOperation === undefined) return ERROR;
  return resultOf(
    BOOLEAN,
    body.binary(operator === "&&" ? "and" : "or", leftOperation, rightOperation, node),
  );
}

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
    types.push(current.type);
    throughInput = true;
    current = evaluate(
      { ...current.frame, body: frame.body, exposes: false },
      current.expression,
      current.type,
    );
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

/** `match x { 0 => a, 1 | 2 => b, _ => c }`. A constant subject chooses at compile time. */
export function evaluateMatch(frame: Frame, node: MatchExpression, hint: DataType | undefined): Value {
  const subject = valueOf(frame, node.subject);
  if (subject.kind === "error" || subject.kind === "string" || subject.kind === "list") {
    if (subject.kind !== "error") typed(frame, subject, node.subject);
    for (const arm of node.arms) valueOf(frame, arm.value, hint);
    return ERROR;
  }
  const patterns = checkPatterns(frame, node, subject.kind === "data" ? subject.type : undefined);
  if (patterns === undefined) return ERROR;
  const known = integerOf(subject);
  if (known !== undefined) {
    const index = patterns.findIndex((values) => values.length === 0 || values.includes(known));
    const arm = node.arms[index];
    return arm === undefined ? ERROR : valueOf(frame, arm.value, hint);
  }
  const body = bodyOf(frame, node.subject);
  const subjectOperation = subject.kind === "data" ? operationOf(frame, subject, node.subject) : undefined;
  if (body === undefined || subjectOperation === undefined || subject.kind !== "data") return ERROR;
  const arms: Arm[] = [];
  let wanted = hint;
  for (const [index, arm] of node.arms.entries()) {
    const values = patterns[index] ?? [];
    const start = body.list.length;
    // The last arm needs no comparison: it is `_`, or all that is left.
    const last = index === node.arms.length - 1;
    let condition: OpId | undefined;
    for (const value of last ? [] : values) {
      const pattern = body.constant(subject.type.bits, BigInt.asUintN(subject.type.bits.width, value), arm);
      const equal = body.binary("eq", subjectOperation, pattern, arm);
      condition = condition === undefined ? equal : body.binary("or", condition, equal, arm);
    }
    const written = writeArm(body, () => valueOf(frame, arm.value, wanted));
    if (written.value.kind === "data") wanted = written.value.type;
    if (condition === undefined)
      return choose(frame, body, arms, { ...written, start, span: arm.value }, hint, node);
    arms.push({ ...written, condition, start, valueStart: written.start, span: arm.value });
  }
  return ERROR;
}

/** The values of each arm's patterns, none for `_`; checks that every value is covered once. Undefined after a report. */
function checkPatterns(
  frame: Frame,
  node: MatchExpression,
  type: DataType | undefined,
): bigint[][] | undefined {
  const seen = new Map<bigint, Span>();
  const result: bigint[][] = [];
  let correct = true;
  let rest = false;
  for (const arm of node.arms) {
    const values: bigint[] = [];
    for (const pattern of arm.patterns) {
      const value = valueOf(constantFrame(frame), pattern, type);
      const converted =
        type === undefined || value.kind !== "integer"
          ? value
          : convert(frame, value, plain(type.bits), pattern);
      const integer = integerOf(converted);
      if (integer === undefined) {
        if (converted.kind !== "error")
          frame.design.report(messages["not-constant"], { what: "the pattern" }, pattern);
        correct = false;
        continue;
      }
      const earlier = seen.get(integer);
      if (earlier !== undefined || rest) {
        const labels = earlier === undefined ? [] : [{ span: earlier, message: "covered here" }];
        frame.design.report(messages["match-repeated"], { value: String(integer) }, pattern, { labels });
        correct = false;
      } else seen.set(integer, pattern);
      values.push(integer);
    }
    if (arm.patterns.length === 0) {
      if (rest) {
        frame.design.report(messages["match-repeated"], { value: "`_`" }, arm);
        correct = false;
      }
      rest = true;
    }
    result.push(values);
  }
  if (!correct) return undefined;
  if (!rest) {
    const missing = type === undefined ? undefined : missingValue(type, seen);
    if (type === undefined || missing !== undefined) {
      const text =
        missing === undefined
          ? "the other integers"
          : seen.size < 1000
            ? `${missing}, for one`
            : "all values";
      frame.design.report(messages["match-incomplete"], { missing: text }, node, {
        help: "add an arm `_ => …`",
      });
      return undefined;
    }
  }
  return result;
}

/** The lowest value of the type without a pattern. */
function missingValue(type: DataType, seen: ReadonlyMap<bigint, Span>): bigint | undefined {
  const high = highest(type.bits);
  for (let value = lowest(type.bits); value <= high; value += 1n) if (!seen.has(value)) return value;
  return undefined;
}

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
