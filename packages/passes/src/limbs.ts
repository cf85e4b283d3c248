/** Values of many bits as lists of limbs, and cutting and joining them. */
import type { OpId, Rewriter } from "@assassyn/plugin-api";
import { bits } from "@assassyn/plugin-api";

/** Bits of every limb but the highest. */
export const LIMB_BITS = 64;

/** The limbs of a value, lowest first; each has 64 bits, the highest 1 to 64. */
export type Limbs = readonly OpId[];

/** Number of limbs of a value. */
export function limbCount(width: number): number {
  return Math.ceil(width / LIMB_BITS);
}

/** Bits of one limb of a value. */
export function limbWidth(width: number, index: number): number {
  return Math.min(LIMB_BITS, width - index * LIMB_BITS);
}

/** Neighbouring bits of one value of at most 64 bits, or zeros. */
interface Piece {
  readonly from: OpId | undefined;
  readonly low: number;
  readonly width: number;
}

/**
 * Collects bits from the lowest up, and cuts them into limbs.
 *
 * @example new Assembler(rewriter, limbsOf).zeros(3).value(x).limbs() // x shifted left by three
 */
export class Assembler {
  readonly #rewriter: Rewriter;
  readonly #limbsOf: (value: OpId) => Limbs;
  readonly #pieces: Piece[] = [];

  constructor(rewriter: Rewriter, limbsOf: (value: OpId) => Limbs) {
    this.#rewriter = rewriter;
    this.#limbsOf = limbsOf;
  }

  /** Appends bits `low..high` of a value of any width, both included; all of it by default. */
  value(value: OpId, low = 0, high = this.#rewriter.typeOf(value).width - 1): this {
    const limbs = this.#limbsOf(value);
    for (let index = Math.floor(low / LIMB_BITS); index <= Math.floor(high / LIMB_BITS); index += 1) {
      const from = limbs[index];
      if (from === undefined) throw new Error(`bits ${high}:${low} are outside of the value`);
      const start = Math.max(low - index * LIMB_BITS, 0);
      const end = Math.min(high - index * LIMB_BITS, LIMB_BITS - 1);
      this.#pieces.push({ from, low: start, width: end - start + 1 });
    }
    return this;
  }

  /** Appends zeros. */
  zeros(width: number): this {
    if (width > 0) this.#pieces.push({ from: undefined, low: 0, width });
    return this;
  }

  /** Appends copies of the top bit of a value. */
  sign(value: OpId, width: number): this {
    if (width <= 0) return this;
    const mask = this.signMask(value);
    for (let left = width; left > 0; left -= LIMB_BITS) {
      this.#pieces.push({ from: mask, low: 0, width: Math.min(left, LIMB_BITS) });
    }
    return this;
  }

  /** 64 copies of the top bit of a value. */
  signMask(value: OpId): OpId {
    const rewriter = this.#rewriter;
    const top = this.#limbsOf(value).at(-1);
    if (top === undefined) throw new Error("a value without limbs");
    const { width } = rewriter.typeOf(top);
    const bit = width === 1 ? top : rewriter.slice(top, width - 1, width - 1);
    return rewriter.cast("sext", bit, bits(LIMB_BITS));
  }

  /** An empty assembler of the same values. */
  fresh(): Assembler {
    return new Assembler(this.#rewriter, this.#limbsOf);
  }

  /** A value cut into digits of `size` bits, the highest smaller where the width asks for it; `size` divides 64. */
  digits(value: OpId, size: number): OpId[] {
    const rewriter = this.#rewriter;
    return this.#limbsOf(value).flatMap((limb) => {
      const { width } = rewriter.typeOf(limb);
      const constant = rewriter.constant(limb);
      const result: OpId[] = [];
      for (let low = 0; low < width; low += size) {
        const digit = Math.min(size, width - low);
        if (constant !== undefined) result.push(rewriter.const(bits(digit), constant >> BigInt(low)));
        else result.push(digit === width ? limb : rewriter.slice(limb, low + digit - 1, low));
      }
      return result;
    });
  }

  /** What was collected, as limbs. */
  limbs(): Limbs {
    const result: OpId[] = [];
    let parts: Piece[] = [];
    let room = LIMB_BITS;
    for (const piece of this.#pieces) {
      let { low, width } = piece;
      while (width > 0) {
        const taken = Math.min(width, room);
        parts.push({ from: piece.from, low, width: taken });
        low += taken;
        width -= taken;
        room -= taken;
        if (room > 0) continue;
        result.push(this.#join(parts));
        parts = [];
        room = LIMB_BITS;
      }
    }
    if (parts.length > 0) result.push(this.#join(parts));
    return result;
  }

  /** One limb from its pieces, the lowest first. */
  #join(pieces: readonly Piece[]): OpId {
    const rewriter = this.#rewriter;
    const cut = ({ from, low, width }: Piece): OpId => {
      if (from === undefined) return rewriter.const(bits(width), 0n);
      const type = rewriter.typeOf(from);
      if (type.width === width)
        return type.class === "b" ? from : rewriter.cast("bitcast", from, bits(width));
      return rewriter.slice(from, low + width - 1, low);
    };
    const [only, ...more] = pieces;
    if (only === undefined) throw new Error("a limb without bits");
    if (more.length === 0) return cut(only);
    // Zeros on top are an extension of what is below.
    const top = pieces.at(-1);
    if (top?.from === undefined && pieces.length === 2) {
      const width = only.width + (top?.width ?? 0);
      return rewriter.cast("zext", cut(only), bits(width));
    }
    return rewriter.concat(pieces.toReversed().map(cut));
  }
}
