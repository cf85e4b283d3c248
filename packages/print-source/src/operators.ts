/** Unary and binary operators, casts, slices and concatenations as text. */
import type { BinaryOperator, CastOperator, Type } from "@assassyn/ir";
import { BOOL, assertNever, binaryType, bits, toNumeric } from "@assassyn/ir";
import { logical } from "./choices.js";
import type { Printed } from "./printed.js";
import { bareLiteral, composed, exact, integerText, STRENGTH, typeName, wrap } from "./printed.js";

const SIGNS: Readonly<Record<BinaryOperator, { readonly sign: string; readonly strength: number }>> = {
  add: { sign: "+", strength: STRENGTH.sum },
  sub: { sign: "-", strength: STRENGTH.sum },
  mul: { sign: "*", strength: STRENGTH.product },
  div: { sign: "/", strength: STRENGTH.product },
  rem: { sign: "%", strength: STRENGTH.product },
  and: { sign: "&", strength: STRENGTH.bitAnd },
  or: { sign: "|", strength: STRENGTH.bitOr },
  xor: { sign: "^", strength: STRENGTH.bitXor },
  shl: { sign: "<<", strength: STRENGTH.shift },
  shr: { sign: ">>", strength: STRENGTH.shift },
  lt: { sign: "<", strength: STRENGTH.compare },
  gt: { sign: ">", strength: STRENGTH.compare },
  le: { sign: "<=", strength: STRENGTH.compare },
  ge: { sign: ">=", strength: STRENGTH.compare },
  eq: { sign: "==", strength: STRENGTH.compare },
  ne: { sign: "!=", strength: STRENGTH.compare },
};

/** Whether the class of the left operand, and that of the right one, changes the bits of the result. */
function classesThatMatter(
  operator: BinaryOperator,
  left: Type,
  right: Type,
): { left: boolean; right: boolean } {
  const width = Math.max(left.width, right.width);
  const extended = { left: left.width < width, right: right.width < width };
  switch (operator) {
    case "and":
    case "or":
    case "xor":
    case "shl":
      return { left: false, right: false };
    case "shr":
      return { left: true, right: false };
    case "add":
    case "eq":
    case "ne":
      return extended;
    // The difference has the width of the left operand, so only the right one is extended.
    case "sub":
      return { left: false, right: extended.right };
    case "mul":
      return { left: true, right: true };
    case "div":
    case "rem":
    case "lt":
    case "gt":
    case "le":
    case "ge":
      return { left: true, right: extended.right };
    default:
      return assertNever(operator);
  }
}

/** An operand, the type that the IR gives it, and its text. */
export interface BinaryOperand {
  readonly type: Type;
  readonly printed: Printed;
}

/**
 * `a + b` and all its kin.
 *
 * @param type what the IR says of the result: a product may be cut to the width of its operands
 * @param lazyRight whether the right operand may be left out when the left one decides
 */
export function printBinary(
  operator: BinaryOperator,
  left: BinaryOperand,
  right: BinaryOperand,
  type: Type,
  lazyRight: boolean,
): Printed {
  const a = left.printed;
  const b = right.printed;
  if (
    (operator === "and" || operator === "or") &&
    left.type.width === 1 &&
    right.type.width === 1 &&
    lazyRight &&
    !a.constant &&
    !b.constant
  )
    return logical(operator === "and" ? "&&" : "||", a, b);
  const matter = classesThatMatter(operator, left.type, right.type);
  const { sign, strength } = SIGNS[operator];
  // Comparisons in a row would be read from the left, which nobody expects.
  const leftStrength = strength === STRENGTH.compare ? strength + 1 : strength;
  let first = matter.left ? exact(a, left.type) : a;
  let second = matter.right ? exact(b, right.type) : b;
  let secondText = wrap(second, strength + 1);
  if (b.literal !== undefined) {
    const bare = bareRight(operator, first.type, right.type, b.literal);
    if (bare !== undefined) {
      secondText = bare;
      second = { ...b, type: operator === "mul" ? right.type : first.type };
    }
  } else if (
    a.literal !== undefined &&
    operator !== "shl" &&
    operator !== "shr" &&
    second.type.class === left.type.class &&
    second.type.width === left.type.width
  ) {
    first = { ...a, text: bareLiteral(a.literal, left.type), strength: STRENGTH.postfix };
  }
  const natural = binaryType(operator, first.type, second.type);
  const result: Printed = {
    ...composed(`${wrap(first, leftStrength)} ${sign} ${secondText}`, strength, natural, [a, b]),
    ...(operator === "eq" &&
    b.literal !== undefined &&
    a.simple &&
    !a.constant &&
    left.type.width === right.type.width
      ? { test: { subject: a.text, patterns: [bareLiteral(b.literal, first.type)] } }
      : {}),
  };
  if (natural.width === type.width) return result;
  return composed(`${wrap(result, STRENGTH.cast)} as ${typeName(type)}`, STRENGTH.cast, type, [a, b]);
}

/** A literal on the right that takes the type of the left operand, or whose type does not matter. */
function bareRight(operator: BinaryOperator, left: Type, own: Type, pattern: bigint): string | undefined {
  if (operator === "shl" || operator === "shr") return integerText(pattern, own);
  if (own.width === left.width) return bareLiteral(pattern, left);
  if (own.width > left.width || operator === "mul") return undefined;
  const value = toNumeric(pattern, own);
  const signed = operator !== "and" && operator !== "or" && operator !== "xor" && value < 0n;
  return signed ? undefined : integerText(pattern, left);
}

/** `!a`, `-a`. */
export function printUnary(operator: "not" | "neg", operand: Printed): Printed {
  const text = `${operator === "not" ? "!" : "-"}${wrap(operand, STRENGTH.postfix)}`;
  return composed(text, STRENGTH.prefix, bits(operand.type.width), [operand]);
}

/** A change of type. One of class alone is left to whoever needs it. */
export function printCast(operator: CastOperator, operand: Printed, type: Type): Printed {
  const { width } = operand.type;
  if (type.width === width) return operand.literal === undefined ? operand : exact(operand, type);
  const keepsValue =
    type.width < width || (operator === "sext" ? operand.type.class === "i" : operand.type.class !== "i");
  const text = keepsValue
    ? `${wrap(operand, STRENGTH.cast)} as ${typeName(type)}`
    : `${operator}(${operand.text}, ${typeName(type)})`;
  return composed(text, keepsValue ? STRENGTH.cast : STRENGTH.postfix, type, [operand]);
}

/** `x[7:0]`, `x[3]`. */
export function printSlice(operand: Printed, high: number, low: number): Printed {
  if (low === 0 && high === operand.type.width - 1 && operand.literal === undefined) return operand;
  const range = high === low ? String(high) : `${high}:${low}`;
  return composed(`${wrap(operand, STRENGTH.postfix)}[${range}]`, STRENGTH.postfix, bits(high - low + 1), [
    operand,
  ]);
}

/** `x[i]` with an index that is not constant. */
export function printBit(operand: Printed, index: Printed): Printed {
  return composed(`${wrap(operand, STRENGTH.postfix)}[${index.text}]`, STRENGTH.postfix, BOOL, [
    operand,
    index,
  ]);
}

/** `cat(a, b)`. */
export function printConcat(operands: readonly Printed[]): Printed {
  const [only] = operands;
  if (only !== undefined && operands.length === 1 && only.literal === undefined) return only;
  const width = operands.reduce((sum, operand) => sum + operand.type.width, 0);
  return composed(
    `cat(${operands.map((operand) => operand.text).join(", ")})`,
    STRENGTH.postfix,
    bits(width),
    operands,
  );
}
