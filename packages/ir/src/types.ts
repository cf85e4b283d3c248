/** The value class of a type: unsigned, signed (two's complement), or raw bits (behaves as unsigned). */
export type TypeClass = "u" | "i" | "b";

/**
 * The type of a value in the IR: a class and a width of at least one bit. Records, arrays and `bool` exist only in the source.
 * Instances are interned by {@link type}; passes treat them as atoms and never change one.
 */
export interface Type {
  readonly class: TypeClass;
  /** In bits, ≥ 1. */
  readonly width: number;
}

/** Every type made so far, by class and width. */
const interned: Readonly<Record<TypeClass, (Type | undefined)[]>> = { u: [], i: [], b: [] };

/**
 * The type of this class and width.
 *
 * @throws RangeError if the width is not an integer from 1 to {@link MAX_WIDTH}.
 * @example type("u", 8) // u8
 */
export function type(typeClass: TypeClass, width: number): Type {
  if (!Number.isInteger(width) || width < 1 || width > MAX_WIDTH)
    throw new RangeError(`no type has width ${width}`);
  const ofClass = interned[typeClass];
  let result = ofClass[width];
  if (result === undefined) {
    result = Object.freeze({ class: typeClass, width });
    ofClass[width] = result;
  }
  return result;
}

/** The largest width of a value, in bits: far above real designs, low enough that a typing error is caught. */
export const MAX_WIDTH = 65_536;

/**
 * The unsigned type of this width in bits.
 *
 * @throws RangeError if the width is not an integer from 1 to {@link MAX_WIDTH}.
 */
export const uint = (width: number): Type => type("u", width);
/**
 * The signed type (two's complement) of this width in bits.
 *
 * @throws RangeError if the width is not an integer from 1 to {@link MAX_WIDTH}.
 */
export const int = (width: number): Type => type("i", width);
/**
 * The type of raw bits, which behave as unsigned, of this width.
 *
 * @throws RangeError if the width is not an integer from 1 to {@link MAX_WIDTH}.
 */
export const bits = (width: number): Type => type("b", width);
/** One raw bit, the type of conditions; written `b1` or `bool`. */
export const BOOL: Type = type("b", 1);

/** True for the same class and width. */
export function sameType(a: Type, b: Type): boolean {
  return a.class === b.class && a.width === b.width;
}

/** `u8`, `i32`, `b1`: the notation of the source and of the IR text. */
export function printType(t: Type): string {
  return t.class + t.width;
}

/** The type that `text` names, or `undefined`. */
export function parseType(text: string): Type | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const match = /^([uib])([1-9]\d{0,5})$/.exec(text);
  if (match === null) return undefined;
  const width = Number(match[2]);
  const typeClass = match[1];
  if (width > MAX_WIDTH || (typeClass !== "u" && typeClass !== "i" && typeClass !== "b")) return undefined;
  const result = type(typeClass, width);
  parsed.set(text, result);
  return result;
}

/** The types that {@link parseType} was asked for: a source names a few of them many times. */
const parsed = new Map<string, Type>();

/** Number of bits that an index into `size` elements needs; at least 1. */
export function indexWidth(size: number): number {
  return Math.max(1, Math.ceil(Math.log2(size)));
}
