/** Types of values, with their width as a type argument so that TypeScript checks it. */
import type { Type, TypeClass } from "@assassyn/ir";
import { MAX_WIDTH, type } from "@assassyn/ir";
import { BuilderError } from "./builder-error.js";

export type { TypeClass } from "@assassyn/ir";

declare const widthOf: unique symbol;

/**
 * The type of a value: unsigned (`"u"`), signed (`"i"`) or raw bits (`"b"`), and a width.
 *
 * The width is a type argument as far as TypeScript knows it: `DataType<"i", 32>`. A width that is computed is `number`, goes with every
 * width, and is checked when the builder runs.
 */
export interface DataType<Class extends TypeClass = TypeClass, Width extends number = number> {
  readonly class: Class;
  /** In bits, 1 to 65536. */
  readonly width: number;
  /** Exists for TypeScript alone. A method, so that `8` goes with `8` and with `number` in both directions, but not with `16`. */
  [widthOf]?(width: Width): void;
}

/** A record type: raw bits with named parts, the first field most significant. Made by {@link record}. */
export interface RecordType<Fields extends FieldTypes = FieldTypes> extends DataType<"b"> {
  readonly fields: Fields;
}

/** Types of the fields of a record by name, or of parameters and results of an extern function. */
export type FieldTypes = Readonly<Record<string, DataType>>;

/** `"u"`, `"i"` or `"b"`: how TypeScript knows whether a type is signed. */
export type ClassOf<Of> = Of extends DataType<infer Class> ? Class : never;
/** The number of bits as TypeScript knows it: `8`, or `number` where it is computed. */
export type WidthOf<Of> = Of extends DataType<TypeClass, infer Width> ? Width : never;

function make<Class extends TypeClass, Width extends number>(
  typeClass: Class,
  width: Width,
): DataType<Class, Width> {
  if (!Number.isInteger(width) || width < 1 || width > MAX_WIDTH)
    throw new BuilderError("bad-width", `no type has ${width} bits; 1 to ${MAX_WIDTH} are possible`);
  return { class: typeClass, width };
}

/** An unsigned type, `u8`. @throws BuilderError `bad-width` */
export function uint<const Width extends number>(width: Width): DataType<"u", Width> {
  return make("u", width);
}
/** A signed type in two's complement, `i8`. @throws BuilderError `bad-width` */
export function int<const Width extends number>(width: Width): DataType<"i", Width> {
  return make("i", width);
}
/** Raw bits, `b8`; they behave as unsigned. @throws BuilderError `bad-width` */
export function bits<const Width extends number>(width: Width): DataType<"b", Width> {
  return make("b", width);
}
/** One bit: conditions. */
export const bool: DataType<"b", 1> = make("b", 1);

/**
 * A record of these fields, the first one most significant. Values are joined with `m.pack` and taken apart with `value.field`.
 *
 * @example const packet = record({ hi: bits(32), lo: int(16) }); // 48 bits
 * @throws BuilderError `bad-width` if there are no fields or too many bits
 */
export function record<Fields extends FieldTypes>(fields: Fields): RecordType<Fields> {
  const width = Object.values(fields).reduce((sum, field) => sum + field.width, 0);
  return { ...make("b", width), fields };
}

/** The type as the IR has it. */
export function irType({ class: typeClass, width }: DataType): Type {
  return type(typeClass, width);
}

/** `u8`, as messages show it. */
export function printDataType({ class: typeClass, width }: DataType): string {
  return `${typeClass}${width}`;
}

/** Bits that a non-negative number needs, at least 1. */
export function bitsNeeded(value: bigint): number {
  return value.toString(2).length;
}
