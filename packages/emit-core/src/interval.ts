/** Intervals of bit patterns and what each operation makes of them. */
import type { BinaryOperator, CastOperator, Type, UnaryOperator } from "@assassyn/ir";

/**
 * The bit patterns `low <= pattern <= high`, read as unsigned numbers whatever the class of the type: an `i8` that holds -1 has the
 * pattern 255. That is the form in which simulators keep values, and what a mask or a bound is about.
 */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

const full: (Interval | undefined)[] = [];

/** All patterns of `width` bits. */
export function fullInterval(width: number): Interval {
  const known = full[width];
  if (known !== undefined) return known;
  const made = { low: 0n, high: (1n << BigInt(width)) - 1n };
  if (width <= 64) full[width] = made;
  return made;
}

/** A bit that may be either. */
export const EITHER: Interval = { low: 0n, high: 1n };
const FALSE: Interval = { low: 0n, high: 0n };
const TRUE: Interval = { low: 1n, high: 1n };

/** The pattern `value` alone. */
export const exactly = (value: bigint): Interval => ({ low: value, high: value });

/** What one of both holds. */
export function union(a: Interval, b: Interval): Interval {
  if (a.low <= b.low && a.high >= b.high) return a;
  return { low: a.low < b.low ? a.low : b.low, high: a.high > b.high ? a.high : b.high };
}

/** What both hold; `undefined` where nothing does. */
export function intersect(a: Interval, b: Interval): Interval | undefined {
  const low = a.low > b.low ? a.low : b.low;
  const high = a.high < b.high ? a.high : b.high;
  if (low > high) return undefined;
  return low === a.low && high === a.high ? a : { low, high };
}

/** Everything up to the next power of two: what `or` and `xor` of numbers up to `value` cannot leave. */
const cover = (value: bigint): bigint => (value === 0n ? 0n : (1n << BigInt(value.toString(2).length)) - 1n);

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** The numbers `low..high` modulo 2^width; everything where they do not stay together. */
function wrap(low: bigint, high: bigint, width: number): Interval {
  const all = fullInterval(width);
  if (low >= 0n && high <= all.high) return { low, high };
  const shift = BigInt(width);
  // An arithmetic shift: the number of times the modulus goes into a number, rounded down.
  if (low >> shift !== high >> shift) return all;
  return { low: BigInt.asUintN(width, low), high: BigInt.asUintN(width, high) };
}

/** The interval as numbers in two's complement; every number where it holds both signs. */
export function signed({ low, high }: Interval, width: number): Interval {
  const half = 1n << BigInt(width - 1);
  if (high < half) return { low, high };
  if (low >= half) return { low: low - 2n * half, high: high - 2n * half };
  return { low: -half, high: half - 1n };
}

/** `!a` or `-a`, `width` bits. */
export function unaryInterval(operator: UnaryOperator, { low, high }: Interval, width: number): Interval {
  const { high: most } = fullInterval(width);
  return operator === "not" ? { low: most - high, high: most - low } : wrap(-high, -low, width);
}

/** The pattern of a cast from `width` bits to `to`. */
export function castInterval(operator: CastOperator, value: Interval, width: number, to: number): Interval {
  if (operator !== "sext") return wrap(value.low, value.high, to);
  const { low, high } = signed(value, width);
  return wrap(low, high, to);
}

/** Bits `high..low` of a value. */
export function sliceInterval(value: Interval, high: number, low: number): Interval {
  return wrap(value.low >> BigInt(low), value.high >> BigInt(low), high - low + 1);
}

/**
 * `left operator right`. Operands of different widths, which the form `operands-explicit` does not have, give everything where the rule
 * about their extension matters.
 */
export function binaryInterval(
  operator: BinaryOperator,
  left: Interval,
  leftType: Type,
  right: Interval,
  rightType: Type,
  result: Type,
): Interval {
  const all = fullInterval(result.width);
  const isShift = operator === "shl" || operator === "shr";
  if (!isShift && leftType.width !== rightType.width) return all;
  const { width } = leftType;
  const isSigned = leftType.class === "i";
  switch (operator) {
    case "add":
      return result.width === width ? wrap(left.low + right.low, left.high + right.high, width) : all;
    case "sub":
      return result.width === width ? wrap(left.low - right.high, left.high - right.low, width) : all;
    case "mul":
      // A wider result is extended by the classes of the operands, which is no product of patterns.
      return result.width === width ? wrap(left.low * right.low, left.high * right.high, width) : all;
    case "div":
    case "rem":
      if (isSigned && (left.high >> BigInt(width - 1) !== 0n || right.high >> BigInt(width - 1) !== 0n))
        return all;
      return operator === "div" ? quotient(left, right) : remainder(left, right);
    case "and":
      if (left.low === left.high && right.low === right.high) return exactly(left.low & right.low);
      return { low: 0n, high: smaller(left.high, right.high) };
    case "or":
      return { low: larger(left.low, right.low), high: unitedBits(left, right) };
    case "xor":
      if (left.low === left.high && right.low === right.high) return exactly(left.low ^ right.low);
      return { low: 0n, high: unitedBits(left, right) };
    case "shl":
      return shiftedLeft(left, right, width);
    case "shr":
      return shiftedRight(isSigned ? signed(left, width) : left, right, width);
    case "lt":
    case "gt":
    case "le":
    case "ge":
    case "eq":
    case "ne":
      return isSigned
        ? compared(operator, signed(left, width), signed(right, width))
        : compared(operator, left, right);
  }
}

/** Upper bound of `or` and `xor`, which is also one of their sum without carries. */
const unitedBits = (left: Interval, right: Interval): bigint =>
  smaller(left.high + right.high, cover(larger(left.high, right.high)));

/** A zero divisor is a fault and has no result. */
function quotient(left: Interval, right: Interval): Interval {
  const least = larger(right.low, 1n);
  return { low: left.low / larger(right.high, 1n), high: left.high / least };
}

function remainder(left: Interval, right: Interval): Interval {
  if (left.high < right.low) return left;
  return { low: 0n, high: smaller(left.high, larger(right.high - 1n, 0n)) };
}

function shiftedLeft(left: Interval, right: Interval, width: number): Interval {
  const size = BigInt(width);
  if (right.low >= size) return FALSE;
  const high = right.high >= size ? undefined : left.high << right.high;
  if (high !== undefined && high <= fullInterval(width).high) return { low: left.low << right.low, high };
  return high !== undefined && right.low === right.high
    ? wrap(left.low << right.low, high, width)
    : fullInterval(width);
}

/** `left` holds numbers, negative ones for signed types. */
function shiftedRight(left: Interval, right: Interval, width: number): Interval {
  const most = smaller(right.high, BigInt(width));
  const least = smaller(right.low, BigInt(width));
  const low = left.low < 0n ? left.low >> least : left.low >> most;
  const high = left.high < 0n ? left.high >> most : left.high >> least;
  return wrap(low, high, width);
}

const decide = (always: boolean, never: boolean): Interval => (always ? TRUE : never ? FALSE : EITHER);

function compared(
  operator: "lt" | "gt" | "le" | "ge" | "eq" | "ne",
  left: Interval,
  right: Interval,
): Interval {
  const apart = left.high < right.low || right.high < left.low;
  const same = left.low === left.high && right.low === right.high && left.low === right.low;
  switch (operator) {
    case "lt":
      return decide(left.high < right.low, left.low >= right.high);
    case "gt":
      return decide(left.low > right.high, left.high <= right.low);
    case "le":
      return decide(left.high <= right.low, left.low > right.high);
    case "ge":
      return decide(left.low >= right.high, left.high < right.low);
    case "eq":
      return decide(same, apart);
    case "ne":
      return decide(apart, same);
  }
}

/**
 * Whether the operation on the patterns as unlimited numbers stays within `0 <= result < 2^width`, so that nobody needs to cut it.
 * Only `add`, `sub`, `mul`, `shl` and `neg` can leave that range.
 */
export function staysWithin(
  operator: BinaryOperator | UnaryOperator,
  left: Interval,
  right: Interval,
  width: number,
): boolean {
  const { high: most } = fullInterval(width);
  switch (operator) {
    case "add":
      return left.high + right.high <= most;
    case "sub":
      return left.low >= right.high;
    case "mul":
      return left.high * right.high <= most;
    case "shl":
      return right.high < BigInt(width) && left.high << right.high <= most;
    case "neg":
      return left.high === 0n;
    case "not":
      return false;
    default:
      return true;
  }
}
