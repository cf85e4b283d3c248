/**
 * Values as the original's simulator holds them: one bit as a `bool`, up to 64 bits in the next machine integer, more as a big integer.
 * Nothing is reduced to the declared width but by a slice, and a conversion is a conversion of containers.
 *
 * A big integer has no bound; here it is an integer wide enough for what one operation on declared widths can yield. In a register or
 * FIFO it has {@link BIG_SLACK} bits more than declared.
 */
import type { ModuleBuilder, OpId, Type } from "@assassyn/ir";
import { BOOL, bits, MAX_WIDTH, sameType, type as makeType, uint } from "@assassyn/ir";
import type { BinarySign, DumpType } from "./dump.js";
import { widthOf } from "./dump.js";
import type { Held, ValueModel } from "./value-model.js";
import { OPERATORS } from "./value-model.js";

/** Bits that a stored big integer has beyond its declared width. */
export const BIG_SLACK = 64;

const isSigned = (declared: DumpType): boolean => declared.kind === "plain" && declared.class === "i";

/** The container of a type: its class and width. */
export function containerType(declared: DumpType): Type {
  const width = widthOf(declared);
  if (width === 1) return BOOL;
  const typeClass = isSigned(declared) ? "i" : "u";
  if (width > 64) return makeType(typeClass, Math.min(MAX_WIDTH, width + BIG_SLACK));
  return makeType(typeClass, width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : 64);
}

/** See the head of the file. */
export class ContainerModel implements ValueModel {
  readonly #build: ModuleBuilder;

  constructor(build: ModuleBuilder) {
    this.#build = build;
  }

  state(declared: DumpType): Type {
    return containerType(declared);
  }

  pattern(value: bigint, declared: DumpType): bigint {
    const container = containerType(declared);
    if (container.width === 1) return value === 0n ? 0n : 1n;
    return BigInt.asUintN(container.width, value);
  }

  constant(value: bigint, declared: DumpType): OpId {
    return this.#build.const(containerType(declared), this.pattern(value, declared));
  }

  unary(operator: "!" | "-", operand: Held): OpId {
    const type = this.#build.typeOf(operand.id);
    // Rust's operator on the operand's own container: its class stays.
    return this.#retype(this.#build.unary(operator === "!" ? "not" : "neg", operand.id), type);
  }

  binary(operator: BinarySign, left: Held, right: Held, declared: DumpType): OpId {
    const name = OPERATORS[operator];
    switch (operator) {
      case "<":
      case ">":
      case "<=":
      case ">=":
      case "==":
      case "!=": {
        const target = containerType(left.declared);
        return this.#build.binary(name, this.#convert(left.id, target), this.#convert(right.id, target));
      }
      case "<<":
      case ">>": {
        // The left side keeps its own class when shifted to the right, so that the sign stays.
        const target =
          operator === ">>" && isSigned(left.declared)
            ? containerType(left.declared)
            : containerType(declared);
        const value = this.#convert(left.id, target);
        const count = this.#convert(right.id, target);
        const wrapped =
          target.width > 64
            ? count
            : this.#build.binary("and", count, this.#build.const(bits(target.width), target.width - 1));
        return this.#retype(this.#build.binary(name, value, wrapped), target);
      }
      default: {
        const target = containerType(declared);
        const a = this.#convert(left.id, target);
        const b = this.#convert(right.id, target);
        if ((operator === "/" || operator === "%") && target.class === "i" && target.width <= 64)
          this.#refuseOverflow(a, b, target);
        if (operator === "-" && target.width > 64 && target.class === "u")
          this.#build.assert(this.#build.binary("ge", a, b), "big unsigned subtraction below zero");
        return this.#retype(this.#build.binary(name, a, b), target);
      }
    }
  }

  slice(operand: Held, low: number, high: number): OpId {
    const wide = low >= 64 || high >= 64;
    const source = wide
      ? this.#convert(operand.id, uint(Math.max(high + 1, this.#build.typeOf(operand.id).width)))
      : this.#convert(operand.id, uint(64));
    const piece = this.#build.slice(source, high, low);
    const width = high - low + 1;
    return this.#extend(piece, containerType({ kind: "plain", class: "b", width, start: 0, end: 0 }));
  }

  concat(high: Held, low: Held): OpId {
    const lowWidth = widthOf(low.declared);
    const a = this.#natural(high.id);
    const b = this.#natural(low.id);
    const width = Math.max(this.#build.typeOf(a).width + lowWidth, this.#build.typeOf(b).width);
    const shifted = this.#build.concat([a, this.#build.const(bits(lowWidth), 0)]);
    const joined = this.#build.binary("or", this.#extend(shifted, bits(width)), this.#extend(b, bits(width)));
    const total = widthOf(high.declared) + lowWidth;
    const target = containerType({ kind: "plain", class: "b", width: total, start: 0, end: 0 });
    return this.#reduce(joined, target);
  }

  cast(_operator: "bitcast" | "zext" | "sext", operand: Held, to: DumpType): OpId {
    return this.#convert(operand.id, containerType(to));
  }

  fit(id: OpId, target: Type): OpId {
    return this.#convert(id, target);
  }

  condition(operand: Held): OpId {
    return this.#convert(operand.id, BOOL);
  }

  index(operand: Held): OpId {
    return this.#convert(operand.id, uint(64));
  }

  logged(operand: Held): OpId {
    return operand.id;
  }

  selector(operand: Held, count: number): OpId {
    const { width } = this.#build.typeOf(operand.id);
    if (width === count) return operand.id;
    if (width < count) return this.#build.cast("zext", operand.id, bits(count));
    // A bit above the arms makes the selector unusable, as it does in the original.
    const above = this.#build.slice(operand.id, width - 1, count);
    const none = this.#build.binary("eq", above, this.#build.const(bits(width - count), 0));
    this.#build.assert(none, "select1hot chooses no arm");
    return this.#build.slice(operand.id, count - 1, 0);
  }

  /** The least value divided by −1 has no result in its container; Rust panics. */
  #refuseOverflow(left: OpId, right: OpId, type: Type): void {
    const least = this.#build.const(type, -(1n << BigInt(type.width - 1)));
    const other = this.#build.binary("ne", left, least);
    const divisor = this.#build.binary("ne", right, this.#build.const(type, -1));
    this.#build.assert(this.#build.binary("or", other, divisor), "division with overflow");
  }

  /** As a number that is not negative; a negative one faults. */
  #natural(id: OpId): OpId {
    const type = this.#build.typeOf(id);
    if (type.class === "i")
      this.#build.assert(
        this.#build.binary("ge", id, this.#build.const(type, 0)),
        "a negative value as a big unsigned number",
      );
    return id;
  }

  /** The conversion between two containers. */
  #convert(id: OpId, target: Type): OpId {
    const from = this.#build.typeOf(id);
    if (sameType(from, target)) return id;
    if (target.width === 1) {
      if (from.width === 1) return this.#retype(id, target);
      return this.#build.binary("ne", id, this.#build.const(from, 0));
    }
    if (from.width > 64 && target.width <= 64) return this.#fromBig(id, from, target);
    if (target.width > 64 && target.class === "u") return this.#reduce(this.#natural(id), target);
    return from.width >= target.width ? this.#reduce(id, target) : this.#extend(id, target);
  }

  /** From a big integer, the lowest 64 bits of its magnitude count; a negative one loses the top bit of a signed target. */
  #fromBig(id: OpId, from: Type, target: Type): OpId {
    const low = this.#reduce(id, target);
    if (from.class !== "i" || target.class !== "i") return low;
    const negative = this.#build.binary("lt", id, this.#build.const(from, 0));
    const mask = this.#build.const(bits(target.width), (1n << BigInt(target.width - 1)) - 1n);
    const cut = this.#retype(this.#build.binary("and", low, mask), target);
    return this.#build.select(negative, cut, low);
  }

  /** To more bits, by the class of the source. */
  #extend(id: OpId, target: Type): OpId {
    const from = this.#build.typeOf(id);
    if (from.width === target.width) return this.#retype(id, target);
    if (from.width > target.width) return this.#reduce(id, target);
    return this.#build.cast(from.class === "i" ? "sext" : "zext", id, target);
  }

  /** To as many or fewer bits; to more where it is narrower. */
  #reduce(id: OpId, target: Type): OpId {
    const from = this.#build.typeOf(id);
    if (from.width < target.width) return this.#extend(id, target);
    return sameType(from, target) ? id : this.#build.cast("bitcast", id, target);
  }

  #retype(id: OpId, target: Type): OpId {
    return sameType(this.#build.typeOf(id), target) ? id : this.#build.cast("bitcast", id, target);
  }
}
