/** Arithmetic on limbs. Operands have equal widths; results have the same. */
import type { OpId, Rewriter } from "@assassyn/plugin-api";
import { bits, BOOL, type } from "@assassyn/plugin-api";
import type { Assembler, Limbs } from "./limbs.js";
import { LIMB_BITS } from "./limbs.js";

const width = (rewriter: Rewriter, value: OpId): number => rewriter.typeOf(value).width;

const at = (limbs: Limbs, index: number): OpId => {
  const limb = limbs[index];
  if (limb === undefined) throw new Error("operands of different widths");
  return limb;
};

/** A carry as wide as the limb that it goes into. */
function carryIn(rewriter: Rewriter, carry: OpId, limb: OpId): OpId {
  const wanted = width(rewriter, limb);
  return wanted === 1 ? carry : rewriter.cast("zext", carry, bits(wanted));
}

/** Sum modulo 2^width, the carry going from limb to limb. */
export function addLimbs(rewriter: Rewriter, a: Limbs, b: Limbs): Limbs {
  const result: OpId[] = [];
  let carry: OpId | undefined;
  a.forEach((left, index) => {
    const isLast = index === a.length - 1;
    const limbType = bits(width(rewriter, left));
    const plain = rewriter.binary("add", left, at(b, index), limbType);
    const sum =
      carry === undefined ? plain : rewriter.binary("add", plain, carryIn(rewriter, carry, left), limbType);
    result.push(sum);
    if (isLast) return;
    // A sum that wrapped is below either operand; at most one of the two additions wraps.
    const wrapped = rewriter.compare("lt", plain, left);
    carry =
      carry === undefined
        ? wrapped
        : rewriter.binary("or", wrapped, rewriter.compare("lt", sum, plain), BOOL);
  });
  return result;
}

/** Difference modulo 2^width, the borrow going from limb to limb. */
export function subtractLimbs(rewriter: Rewriter, a: Limbs, b: Limbs): Limbs {
  const result: OpId[] = [];
  let borrow: OpId | undefined;
  a.forEach((left, index) => {
    const isLast = index === a.length - 1;
    const right = at(b, index);
    const limbType = bits(width(rewriter, left));
    const plain = rewriter.binary("sub", left, right, limbType);
    const taken = borrow === undefined ? undefined : carryIn(rewriter, borrow, left);
    const difference = taken === undefined ? plain : rewriter.binary("sub", plain, taken, limbType);
    result.push(difference);
    if (isLast) return;
    const below = rewriter.compare("lt", left, right);
    borrow =
      taken === undefined ? below : rewriter.binary("or", below, rewriter.compare("lt", plain, taken), BOOL);
  });
  return result;
}

/** Zero minus the value. */
export function negateLimbs(rewriter: Rewriter, limbs: Limbs): Limbs {
  const zeros = limbs.map((limb) => rewriter.const(bits(width(rewriter, limb)), 0n));
  return subtractLimbs(rewriter, zeros, limbs);
}

/** One bit: the result of a comparison. Limbs are bits, so only the highest takes part in the sign. */
export function compareLimbs(
  rewriter: Rewriter,
  operator: "lt" | "gt" | "le" | "ge" | "eq" | "ne",
  a: Limbs,
  b: Limbs,
  isSigned: boolean,
): OpId {
  switch (operator) {
    case "eq":
    case "ne": {
      const combine = operator === "eq" ? "and" : "or";
      let result: OpId | undefined;
      a.forEach((left, index) => {
        const one = rewriter.compare(operator, left, at(b, index));
        result = result === undefined ? one : rewriter.binary(combine, result, one, BOOL);
      });
      if (result === undefined) throw new Error("a value without limbs");
      return result;
    }
    case "lt":
      return below(rewriter, a, b, isSigned);
    case "gt":
      return below(rewriter, b, a, isSigned);
    case "le":
      return rewriter.unary("not", below(rewriter, b, a, isSigned));
    case "ge":
      return rewriter.unary("not", below(rewriter, a, b, isSigned));
  }
}

function below(rewriter: Rewriter, a: Limbs, b: Limbs, isSigned: boolean): OpId {
  let result: OpId | undefined;
  a.forEach((limb, index) => {
    let left = limb;
    let right = at(b, index);
    if (isSigned && index === a.length - 1) {
      const signed = type("i", width(rewriter, limb));
      left = rewriter.cast("bitcast", left, signed);
      right = rewriter.cast("bitcast", right, signed);
    }
    const less = rewriter.compare("lt", left, right);
    if (result === undefined) result = less;
    else {
      const undecided = rewriter.binary("and", rewriter.compare("eq", left, right), result, BOOL);
      result = rewriter.binary("or", less, undecided, BOOL);
    }
  });
  if (result === undefined) throw new Error("a value without limbs");
  return result;
}

const DIGIT = 32;
const DIGIT_MASK = (1n << 32n) - 1n;

/**
 * Product modulo 2^width by the schoolbook method on digits of 32 bits, each in 64 bits: digit × digit + digit + carry < 2^64.
 */
export function multiplyLimbs(rewriter: Rewriter, assembler: Assembler, left: OpId, right: OpId): Limbs {
  const { width: total } = rewriter.typeOf(left);
  const limbType = bits(LIMB_BITS);
  const digits = (value: OpId): OpId[] =>
    assembler.digits(value, DIGIT).map((digit) => widen(rewriter, digit));
  const a = digits(left);
  const b = digits(right);
  const count = Math.ceil(total / DIGIT);
  const mask = rewriter.const(limbType, DIGIT_MASK);
  const half = rewriter.const(bits(6), BigInt(DIGIT));
  // The digits of the product so far; undefined is zero.
  const sum: (OpId | undefined)[] = [];
  const plus = (x: OpId, y: OpId | undefined): OpId =>
    y === undefined ? x : rewriter.binary("add", x, y, limbType);
  a.forEach((digit, i) => {
    if (rewriter.constant(digit) === 0n) return;
    let carry: OpId | undefined;
    for (let j = 0; i + j < count; j += 1) {
      const other = b[j];
      const isZero = other === undefined || rewriter.constant(other) === 0n;
      // A zero digit only passes the carry on.
      if (isZero && carry === undefined) continue;
      const product = isZero ? undefined : rewriter.binary("mul", digit, other, limbType);
      const first: OpId | undefined = product ?? carry;
      if (first === undefined) continue;
      if (product === undefined && sum[i + j] === undefined) {
        // A carry is a digit.
        sum[i + j] = carry;
        carry = undefined;
        continue;
      }
      let value = plus(first, sum[i + j]);
      if (product !== undefined) value = plus(value, carry);
      sum[i + j] = rewriter.binary("and", value, mask, limbType);
      carry = i + j + 1 < count ? rewriter.binary("shr", value, half, limbType) : undefined;
    }
  });
  const result = assembler.fresh();
  for (let index = 0; index < count; index += 1) {
    const digit = sum[index];
    const size = Math.min(DIGIT, total - index * DIGIT);
    if (digit === undefined) result.zeros(size);
    else result.value(digit, 0, size - 1);
  }
  return result.limbs();
}

/** A digit in 64 bits; a constant stays one, so that its zeros are seen. */
function widen(rewriter: Rewriter, digit: OpId): OpId {
  const value = rewriter.constant(digit);
  return value === undefined
    ? rewriter.cast("zext", digit, bits(LIMB_BITS))
    : rewriter.const(bits(LIMB_BITS), value);
}

/**
 * One limb of a `select1hot` whose selector has limbs of its own. Which limb of the selector is set decides among the limbs' choices; a limb
 * that is zero chooses its first arm there, so that it does not fault by itself. Exactly a selector that is not one-hot faults somewhere.
 */
export function selectOneHot(rewriter: Rewriter, selector: Limbs, arms: readonly OpId[]): OpId {
  const [firstArm] = arms;
  if (firstArm === undefined) throw new Error("select1hot needs an arm");
  const armType = bits(width(rewriter, firstArm));
  const [only, ...more] = selector;
  if (only === undefined) throw new Error("a value without limbs");
  if (more.length === 0) return rewriter.append({ kind: "select1hot", selector: only, arms, type: armType });
  const flags: OpId[] = [];
  const chosen: OpId[] = [];
  selector.forEach((limb, index) => {
    const limbType = rewriter.typeOf(limb);
    const isSet = rewriter.compare("ne", limb, rewriter.const(limbType, 0n));
    const safe = rewriter.select(isSet, limb, rewriter.const(limbType, 1n));
    const own = arms.slice(index * LIMB_BITS, index * LIMB_BITS + limbType.width);
    flags.push(isSet);
    chosen.push(rewriter.append({ kind: "select1hot", selector: safe, arms: own, type: armType }));
  });
  return rewriter.append({
    kind: "select1hot",
    selector: rewriter.concat(flags.toReversed()),
    arms: chosen,
    type: armType,
  });
}
