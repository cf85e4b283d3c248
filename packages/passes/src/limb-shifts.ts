/** Shifts of limbs. */
import type { OpId, Rewriter } from "@assassyn/plugin-api";
import { bits, BOOL } from "@assassyn/plugin-api";
import type { Assembler, Limbs } from "./limbs.js";
import { LIMB_BITS, limbCount, limbWidth } from "./limbs.js";

/** Moves bits; what moves in is zero, or the sign for an arithmetic shift to the right. */
export function shiftLimbsByConstant(
  assembler: Assembler,
  shift: {
    readonly value: OpId;
    readonly width: number;
    readonly amount: bigint;
    readonly isLeft: boolean;
    readonly isSigned: boolean;
  },
): Limbs {
  const { value, width, isLeft, isSigned } = shift;
  const amount = shift.amount < BigInt(width) ? Number(shift.amount) : width;
  if (isLeft) {
    assembler.zeros(amount);
    if (amount < width) assembler.value(value, 0, width - 1 - amount);
    return assembler.limbs();
  }
  if (amount < width) assembler.value(value, amount, width - 1);
  return (isSigned ? assembler.sign(value, amount) : assembler.zeros(amount)).limbs();
}

/**
 * A shift by an amount known at run time only: first whole limbs by a choice for each bit of `amount / 64`, then `amount % 64` bits across the
 * limbs' borders, then everything out if the amount is the width or more.
 */
export function shiftLimbs(
  rewriter: Rewriter,
  assembler: Assembler,
  shift: {
    readonly value: OpId;
    readonly amount: OpId;
    readonly isLeft: boolean;
    readonly isSigned: boolean;
  },
): Limbs {
  const { value, isLeft, isSigned } = shift;
  const { width } = rewriter.typeOf(value);
  const count = limbCount(width);
  const limbType = bits(LIMB_BITS);
  const amountWidth = rewriter.typeOf(shift.amount).width;
  const amount =
    rewriter.typeOf(shift.amount).class === "b"
      ? shift.amount
      : rewriter.cast("bitcast", shift.amount, bits(amountWidth));
  const fill = isSigned ? assembler.signMask(value) : rewriter.const(limbType, 0n);
  // All limbs at 64 bits, the top one extended.
  const whole = assembler.fresh().value(value);
  const missing = count * LIMB_BITS - width;
  let limbs = [...(isSigned ? whole.sign(value, missing) : whole.zeros(missing)).limbs()];
  for (let bit = 6; bit < amountWidth && 2 ** (bit - 6) < count; bit += 1) {
    const condition = rewriter.slice(amount, bit, bit);
    const distance = 2 ** (bit - 6);
    const before = limbs;
    limbs = before.map((limb, index) =>
      rewriter.select(condition, before[isLeft ? index - distance : index + distance] ?? fill, limb),
    );
  }
  limbs = acrossBorders(rewriter, limbs, amount, isLeft, fill);
  const top = limbWidth(width, count - 1);
  const isBig = beyond(rewriter, amount, width);
  return limbs.map((limb, index) => {
    const kept = isBig === undefined ? limb : rewriter.select(isBig, fill, limb);
    return index === count - 1 && top < LIMB_BITS ? rewriter.slice(kept, top - 1, 0) : kept;
  });
}

/** Shifts by the lowest six bits of the amount. */
function acrossBorders(
  rewriter: Rewriter,
  limbs: readonly OpId[],
  amount: OpId,
  isLeft: boolean,
  fill: OpId,
): OpId[] {
  const limbType = bits(LIMB_BITS);
  const amountWidth = rewriter.typeOf(amount).width;
  const small = amountWidth > 6 ? rewriter.slice(amount, 5, 0) : amount;
  // 64 - amount needs seven bits; for an amount of 0 it shifts the neighbour out completely.
  const rest = rewriter.binary(
    "sub",
    rewriter.const(bits(7), BigInt(LIMB_BITS)),
    rewriter.cast("zext", small, bits(7)),
    bits(7),
  );
  const [here, there] = isLeft ? (["shl", "shr"] as const) : (["shr", "shl"] as const);
  return limbs.map((limb, index) => {
    const own = rewriter.binary(here, limb, small, limbType);
    const neighbour = limbs[isLeft ? index - 1 : index + 1];
    // What moves in at the left end is zero, and `own` has it already.
    if (neighbour === undefined && isLeft) return own;
    const moved = rewriter.binary(there, neighbour ?? fill, rest, limbType);
    return rewriter.binary("or", own, moved, limbType);
  });
}

/** One bit: the amount is the width or more; undefined if it cannot be. */
function beyond(rewriter: Rewriter, amount: OpId, width: number): OpId | undefined {
  const { width: amountWidth } = rewriter.typeOf(amount);
  if (2 ** amountWidth <= width) return undefined;
  const limit = rewriter.const(bits(amountWidth), BigInt(width));
  return rewriter.append({ kind: "binary", operator: "ge", left: amount, right: limit, type: BOOL });
}
