/**
 * Choices that evaluate only what they choose. Arms are collected first; if none of them can fault or act, they are placed one behind the
 * other and `select` operations choose among their results, otherwise they become the regions of `if` operations with a value.
 */
import type { OpId } from "@assassyn/ir";
import type { Body, Literal, Operand, Pending } from "./body.js";
import { pattern } from "./body.js";
import type { Expression } from "./expression.js";
import { Value } from "./expression.js";
import type { DataType, TypeClass } from "./types.js";
import { bool, irType, printDataType } from "./types.js";

/**
 * One outcome of a choice: a value, or a function that makes it. What the function does (a `pop`, a read that may be out of range, a
 * division) happens only if the arm is chosen; what stands there as a value has happened already.
 */
export type Arm<Class extends TypeClass = TypeClass, Width extends number = number> =
  Expression<Class, Width> | Literal | (() => Expression<Class, Width> | Literal);

/** Operations that stand nowhere yet, and the value that they make. */
interface Written {
  readonly operations: readonly OpId[];
  readonly value: Pending;
  readonly impure: boolean;
}

/** An arm that is chosen if its condition holds; the condition's operations come first, and cannot fault. */
interface Alternative extends Written {
  readonly conditions: readonly OpId[];
  readonly condition: OpId;
}

function write(body: Body, arm: Arm): Written {
  const before = body.impure;
  const { operations, result } = body.collect(() => body.pending(typeof arm === "function" ? arm() : arm));
  return { operations, value: result, impure: body.impure !== before };
}

/** The region of an arm; a literal becomes a constant at its end. */
function region(body: Body, { operations, value }: Written, type: DataType, what: string) {
  const tail = body.collect(() => body.settle(value, type, what));
  return { operations: [...operations, ...tail.operations], result: tail.result };
}

/** The type of a choice: that of its first arm that has one. */
function typeOf(body: Body, arms: readonly { readonly value: Pending }[], what: string): DataType {
  let type: DataType | undefined;
  for (const { value } of arms) {
    if (value.kind === "literal") continue;
    type ??= value.type;
    if (value.type.width !== type.width) {
      body.state.fail(
        "width-mismatch",
        `the arms of ${what} are ${printDataType(type)} and ${printDataType(value.type)}`,
      );
    }
  }
  return (
    type ??
    body.state.fail(
      "literal-untyped",
      `all arms of ${what} are literals; write one as m.constant(uint(…), …) to give them a type`,
    )
  );
}

/** Chooses the first alternative whose condition holds, else the last. */
function choose(body: Body, arms: readonly Alternative[], last: Written, what: string): Value {
  const type = typeOf(body, [...arms, last], what);
  let rest = last;
  for (const arm of arms.toReversed()) {
    const otherwise = rest;
    const impure = arm.impure || otherwise.impure;
    const choice = impure
      ? body.collect(() => {
          const then = region(body, arm, type, what);
          return body.ir.branch(arm.condition, then, region(body, otherwise, type, what), irType(type));
        })
      : body.collect(() => {
          body.ir.place([...arm.operations, ...otherwise.operations]);
          const then = body.settle(arm.value, type, what);
          const { loc } = body.ir;
          const alternative = body.settle(otherwise.value, type, what);
          const { condition } = arm;
          return body.ir.append({
            kind: "select",
            condition,
            then,
            else: alternative,
            type: irType(type),
            loc,
          });
        });
    rest = {
      operations: [...arm.conditions, ...choice.operations],
      value: { kind: "operation", id: choice.result, type },
      impure,
    };
  }
  const { operations, result } = region(body, rest, type, what);
  body.ir.place(operations);
  return new Value(body, result, type);
}

/** `condition ? then : otherwise`. */
export function select(body: Body, condition: Operand<1>, then: Arm, otherwise: Arm): Value {
  const decided = body.operation(condition, bool, "the condition of a select");
  const written = write(body, then);
  return choose(
    body,
    [{ ...written, conditions: [], condition: decided }],
    write(body, otherwise),
    "a select",
  );
}

/** One arm of a `match`: the number or numbers that choose it, and its value. */
export type Case<Class extends TypeClass = TypeClass, Width extends number = number> = readonly [
  patterns: Literal | readonly Literal[],
  arm: Arm<Class, Width>,
];

/** `match subject { 0 => a, 1 | 2 => b, _ => otherwise }`. */
export function match(
  body: Body,
  subject: Operand,
  cases: readonly Case[],
  otherwise: Arm | undefined,
): Value {
  const { id, type } = body.typed(subject, "a match");
  const seen = new Set<bigint>();
  const values = cases.map(([patterns]) =>
    (typeof patterns === "object" ? patterns : [patterns]).map((literal) => {
      const value = pattern(body.state, type, literal);
      if (seen.has(value)) body.state.fail("arms", `a match has two arms for ${literal}`);
      seen.add(value);
      return value;
    }),
  );
  const all = BigInt(seen.size) === 1n << BigInt(type.width);
  if (otherwise === undefined && !all)
    body.state.fail(
      "arms",
      `a match on ${printDataType(type)} does not cover all values; give it a last arm`,
    );
  if (otherwise !== undefined && all)
    body.state.fail("arms", "a match covers all values, so its last arm is never chosen");
  const arms: Alternative[] = [];
  let last: Written | undefined = undefined;
  for (const [index, [, arm]] of cases.entries()) {
    // The last of arms that cover everything needs no comparison.
    if (otherwise === undefined && index === cases.length - 1) {
      last = write(body, arm);
      break;
    }
    const [first, ...others] = values[index] ?? [];
    if (first === undefined) return body.state.fail("arms", "an arm of a match has no pattern");
    const equal = (value: bigint): OpId => body.ir.binary("eq", id, body.ir.const(irType(type), value));
    const { operations, result } = body.collect(() =>
      others.reduce((condition, value) => body.ir.binary("or", condition, equal(value)), equal(first)),
    );
    arms.push({ conditions: operations, condition: result, ...write(body, arm) });
  }
  if (otherwise !== undefined) last = write(body, otherwise);
  return choose(body, arms, last ?? body.state.fail("arms", "a match has no arms"), "a match");
}

/** `select1hot(selector, a, b, …)`. */
export function selectOneHot(body: Body, selector: Operand, given: readonly Arm[]): Value {
  const what = "a select1hot";
  const { id, type: selectorType } = body.typed(selector, what);
  if (selectorType.width !== given.length)
    body.state.fail(
      "arms",
      `${what} has ${given.length} arms for a selector of ${selectorType.width} bits; it needs one for each`,
    );
  const arms = given.map((arm) => write(body, arm));
  const type = typeOf(body, arms, what);
  if (arms.every((arm) => !arm.impure)) {
    body.ir.place(arms.flatMap(({ operations }) => operations));
    const values = arms.map(({ value }) => body.settle(value, type, what));
    const { loc } = body.ir;
    const result = body
      .effect()
      .append({ kind: "select1hot", selector: id, arms: values, type: irType(type), loc });
    return new Value(body, result, type);
  }
  // The selector is checked first, by choosing among constants; only then one arm is evaluated.
  const zeros = arms.map(() => body.ir.const(irType(bool), 0n));
  body.effect().select1hot(id, zeros);
  const conditions = arms.map((_, index) =>
    selectorType.width === 1 ? id : body.ir.slice(id, index, index),
  );
  const alternatives = arms.slice(0, -1).map((arm, index) => ({
    ...arm,
    conditions: [],
    condition: conditions[index] ?? id,
  }));
  return choose(body, alternatives, arms.at(-1) ?? body.state.fail("arms", `${what} has no arms`), what);
}

/** `left && right`, `left || right`: the right side is evaluated only if it decides. */
export function logical(
  body: Body,
  operator: "and" | "or",
  operands: readonly (Operand<1> | (() => Operand<1>))[],
): Value<"b", 1> {
  const what = `m.${operator === "and" ? "all" : "any"}`;
  const [first, ...rest] = operands;
  if (first === undefined) return body.state.fail("arms", `${what} has no operands`);
  let left = body.operation(typeof first === "function" ? first() : first, bool, what);
  for (const operand of rest) {
    const right = write(body, operand);
    if (right.impure) {
      const value: Pending = { kind: "literal", value: operator === "and" ? 0n : 1n };
      const fixed: Written = { operations: [], value, impure: false };
      const [then, otherwise] = operator === "and" ? [right, fixed] : [fixed, right];
      left = body.ir.branch(
        left,
        region(body, then, bool, what),
        region(body, otherwise, bool, what),
        irType(bool),
      );
    } else {
      body.ir.place(right.operations);
      left = body.ir.binary(operator, left, body.settle(right.value, bool, what));
    }
  }
  return new Value(body, left, bool);
}
