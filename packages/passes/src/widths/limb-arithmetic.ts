/**
 * Arithmetic on lists of limbs, lowest first. Addition and multiplication are the classical algorithms (Knuth, The Art of Computer
 * Programming, volume 2, section 4.3.1), unrolled since a body has no loops.
 */
import type { OpId } from "@assassyn/plugin-api";
import { bits } from "@assassyn/plugin-api";
import type { LimbBuilder } from "./limb-builder.js";
import { LIMB, limbCount, limbWidth } from "./limb-builder.js";

/** A wide value: its width and its limbs, lowest first; the top limb has the bits that remain. */
export interface Limbs {
  readonly width: number;
  readonly limbs: readonly OpId[];
}

/** Limb `index`, which must exist. */
export function limbAt(value: Limbs, index: number): OpId {
  const limb = value.limbs[index];
  if (limb === undefined) throw new Error(`a value of ${value.width} bits has no limb ${index}`);
  return limb;
}

/** The limb on top. */
export function topLimb(value: Limbs): OpId {
  return limbAt(value, value.limbs.length - 1);
}

/** Bits `[low, low + width)`, at most 64 of them; what lies above the value is taken from `fill`, 64 equal bits. */
export function extract(builder: LimbBuilder, value: Limbs, low: number, width: number, fill?: OpId): OpId {
  const parts: OpId[] = [];
  let at = low;
  while (at < low + width) {
    const index = Math.floor(at / LIMB);
    const end = Math.min(
      low + width,
      at >= value.width ? low + width : Math.min(value.width, LIMB * (index + 1)),
    );
    if (at >= value.width) {
      parts.unshift(fill === undefined ? builder.zero(end - at) : builder.slice(fill, end - at - 1, 0));
    } else {
      parts.unshift(
        builder.slice(builder.raw(limbAt(value, index)), end - 1 - LIMB * index, at - LIMB * index),
      );
    }
    at = end;
  }
  return builder.concat(parts);
}

/** Bits `[low, low + width)` as limbs; above the value come zeros, or copies of its top bit. */
export function extractLimbs(
  builder: LimbBuilder,
  value: Limbs,
  low: number,
  width: number,
  signed = false,
): Limbs {
  const fill = signed && low + width > value.width ? builder.signMask(topLimb(value), LIMB) : undefined;
  const limbs: OpId[] = [];
  for (let index = 0; index < limbCount(width); index += 1) {
    limbs.push(extract(builder, value, low + LIMB * index, limbWidth(width, index), fill));
  }
  return { width, limbs };
}

/** Applies an operation limb by limb. */
export function mapLimbs(value: Limbs, map: (limb: OpId, index: number) => OpId): Limbs {
  return { width: value.width, limbs: value.limbs.map(map) };
}

/** `left + right` or `left - right`, modulo two to the width. */
export function addOrSubtract(
  builder: LimbBuilder,
  operator: "add" | "sub",
  left: Limbs,
  right: Limbs,
): Limbs {
  let carry: OpId | undefined;
  return mapLimbs(left, (a, index) => {
    const b = limbAt(right, index);
    const partial = builder.binary(operator, builder.raw(a), builder.raw(b));
    const last = index === left.limbs.length - 1;
    // A sum that wrapped is below its operand; a difference borrows when the minuend is below the subtrahend.
    const overflow = operator === "add" ? [partial, a] : [a, b];
    const [x, y] = overflow;
    let next = last || x === undefined || y === undefined ? undefined : builder.less(x, y, false);
    let result = partial;
    if (carry !== undefined) {
      const carried = builder.fit(carry, builder.typeOf(partial).width);
      result = builder.binary(operator, partial, carried);
      if (next !== undefined) {
        const again =
          operator === "add" ? builder.less(result, partial, false) : builder.less(partial, carried, false);
        next = builder.binary("or", next, again);
      }
    }
    carry = next;
    return result;
  });
}

/** `-value`, modulo two to the width. */
export function negate(builder: LimbBuilder, value: Limbs): Limbs {
  const zero = mapLimbs(value, (limb) => builder.zero(builder.typeOf(limb).width));
  return addOrSubtract(builder, "sub", zero, value);
}

const DIGIT = 32;

/** `left * right`, modulo two to the width, in digits of 32 bits: `a * b + sum + carry` of digits just fits 64 bits. */
export function multiply(builder: LimbBuilder, left: Limbs, right: Limbs): Limbs {
  const { width } = left;
  const count = Math.ceil(width / DIGIT);
  const digits = (value: Limbs): (OpId | undefined)[] =>
    Array.from({ length: count }, (_, index) => {
      const low = DIGIT * index;
      const digit = builder.fit(extract(builder, value, low, Math.min(DIGIT, width - low)), LIMB);
      return builder.constantOf(digit) === 0n ? undefined : digit;
    });
  const a = digits(left);
  const b = digits(right);
  const shift = builder.const(bits(6), BigInt(DIGIT));
  const mask = builder.const(bits(LIMB), (1n << BigInt(DIGIT)) - 1n);
  const result: (OpId | undefined)[] = Array.from({ length: count }, () => undefined);
  const addTo = (sum: OpId | undefined, term: OpId | undefined): OpId | undefined => {
    if (sum === undefined || term === undefined) return sum ?? term;
    return builder.binary("add", sum, term);
  };
  for (let i = 0; i < count; i += 1) {
    const x = a[i];
    if (x === undefined) continue;
    let carry: OpId | undefined;
    for (let j = 0; i + j < count; j += 1) {
      const y = b[j];
      const product = y === undefined ? undefined : builder.binary("mul", x, y);
      const sum = addTo(addTo(product, result[i + j]), carry);
      if (sum === undefined) continue;
      result[i + j] = builder.binary("and", sum, mask);
      carry = builder.binary("shr", sum, shift);
    }
  }
  const limbs: OpId[] = [];
  for (let index = 0; index < limbCount(width); index += 1) {
    const size = limbWidth(width, index);
    const low = result[2 * index] ?? builder.zero(LIMB);
    const high = result[2 * index + 1] ?? builder.zero(LIMB);
    const joined =
      size <= DIGIT
        ? builder.slice(low, size - 1, 0)
        : builder.concat([builder.slice(high, size - DIGIT - 1, 0), builder.slice(low, DIGIT - 1, 0)]);
    limbs.push(joined);
  }
  return { width, limbs };
}

/** One bit: `left == right`. */
export function equal(builder: LimbBuilder, left: Limbs, right: Limbs): OpId {
  return left.limbs
    .map((limb, index) => builder.binary("eq", builder.raw(limb), builder.raw(limbAt(right, index))))
    .reduce((all, bit) => builder.binary("and", all, bit));
}

/** One bit: `left < right`; the top limbs decide unless they are equal, and so on downwards. */
export function lessThan(builder: LimbBuilder, left: Limbs, right: Limbs, signed: boolean): OpId {
  let result: OpId | undefined;
  left.limbs.forEach((a, index) => {
    const b = limbAt(right, index);
    const less = builder.less(a, b, signed && index === left.limbs.length - 1);
    if (result === undefined) {
      result = less;
      return;
    }
    const same = builder.binary("eq", builder.raw(a), builder.raw(b));
    result = builder.binary("or", less, builder.binary("and", same, result));
  });
  if (result === undefined) throw new Error("a value has no limbs");
  return result;
}

/** One bit: some bit is set. */
export function anyBit(builder: LimbBuilder, limbs: readonly OpId[]): OpId {
  return limbs
    .map((limb) => builder.binary("ne", builder.raw(limb), builder.zero(builder.typeOf(limb).width)))
    .reduce((any, bit) => builder.binary("or", any, bit));
}

/** How a shift moves and what it shifts in. */
export interface Shift {
  readonly direction: "left" | "right";
  readonly arithmetic: boolean;
}

/** Shifts by a known number of places, at least 0. */
export function shiftByConstant(builder: LimbBuilder, value: Limbs, shift: Shift, places: number): Limbs {
  const { width } = value;
  if (places === 0) return value;
  if (shift.direction === "right") {
    if (places >= width && !shift.arithmetic) return extractLimbs(builder, value, width, width);
    return extractLimbs(builder, value, Math.min(places, width), width, shift.arithmetic);
  }
  const limbs: OpId[] = [];
  for (let index = 0; index < limbCount(width); index += 1) {
    const size = limbWidth(width, index);
    const low = LIMB * index - places;
    if (low + size <= 0) limbs.push(builder.zero(size));
    else if (low >= 0) limbs.push(extract(builder, value, low, size));
    else limbs.push(builder.concat([extract(builder, value, 0, low + size), builder.zero(-low)]));
  }
  return { width, limbs };
}

/** Shifts by a value: one conditional step for each of its bits that can matter, then all out where it is too large. */
export function shiftByValue(builder: LimbBuilder, value: Limbs, shift: Shift, amount: OpId): Limbs {
  const { width } = value;
  const type = builder.typeOf(amount);
  const constant = builder.constantOf(amount);
  if (constant !== undefined) {
    return shiftByConstant(builder, value, shift, constant >= BigInt(width) ? width : Number(constant));
  }
  let result = value;
  const steps = Math.min(type.width, Math.ceil(Math.log2(width)));
  for (let step = 0; step < steps; step += 1) {
    const taken = builder.slice(builder.raw(amount), step, step);
    const before = result;
    const moved = shiftByConstant(builder, before, shift, 2 ** step);
    result = mapLimbs(moved, (limb, index) =>
      builder.select(taken, limb, builder.raw(limbAt(before, index))),
    );
  }
  // Steps cover amounts below 2^steps; an amount with a higher bit set shifts everything out.
  if (type.width > steps) {
    const out = anyBit(builder, [builder.slice(builder.raw(amount), type.width - 1, steps)]);
    const emptied = shiftByConstant(builder, value, shift, width);
    const kept = result;
    result = mapLimbs(emptied, (limb, index) => builder.select(out, limb, limbAt(kept, index)));
  }
  return result;
}
