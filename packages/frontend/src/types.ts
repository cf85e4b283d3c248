/** Types of the source: what the IR knows, and records on top. */
import type { Type, TypeClass } from "@assassyn/ir";
import { BOOL, bits, printType } from "@assassyn/ir";

/** A type of the source. Arrays are not among them: only registers are arrays. */
export interface DataType {
  /** What it is in the IR; a record is raw bits. */
  readonly bits: Type;
  /** Fields of a record, most significant first. */
  readonly fields?: readonly RecordField[];
  /** How messages call it, where that is not the notation of `bits`. */
  readonly name?: string;
}

/** A field with the bits `high..low` (inclusive) that it takes of its record. */
export interface RecordField {
  readonly name: string;
  readonly type: DataType;
  readonly high: number;
  readonly low: number;
}

/** By class and width. */
const plainTypes: Readonly<Record<TypeClass, (DataType | undefined)[]>> = { u: [], i: [], b: [] };

/** The type without fields that is `bits` in the IR; interned. */
export function plain(bitsType: Type): DataType {
  const ofClass = plainTypes[bitsType.class];
  let result = ofClass[bitsType.width];
  if (result === undefined) {
    result = { bits: bitsType };
    ofClass[bitsType.width] = result;
  }
  return result;
}

/** One raw bit: conditions. */
export const BOOLEAN: DataType = plain(BOOL);

/** A record of these fields, first most significant. The summed width must be legal. */
export function recordOf(fields: readonly { readonly name: string; readonly type: DataType }[]): DataType {
  let high = fields.reduce((sum, field) => sum + field.type.bits.width, 0) - 1;
  const width = high + 1;
  const placed: RecordField[] = [];
  for (const field of fields) {
    const low = high - field.type.bits.width + 1;
    placed.push({ name: field.name, type: field.type, high, low });
    high = low - 1;
  }
  return { bits: bits(width), fields: placed };
}

/** The type as messages show it: `u8`, `Packet`, `record { hi: b32, lo: b32 }`. */
export function printDataType(type: DataType): string {
  if (type.name !== undefined) return type.name;
  if (type.fields === undefined) return printType(type.bits);
  return `record { ${type.fields.map((field) => `${field.name}: ${printDataType(field.type)}`).join(", ")} }`;
}

/** Smallest integer that a value of the type can be. */
export function lowest(type: Type): bigint {
  return type.class === "i" ? -(1n << BigInt(type.width - 1)) : 0n;
}

/** Largest integer that a value of the type can be. */
export function highest(type: Type): bigint {
  return (1n << BigInt(type.class === "i" ? type.width - 1 : type.width)) - 1n;
}

/** Number of bits that `value` needs: as unsigned when it is not negative, else as signed; at least 1. */
export function bitsNeeded(value: bigint): number {
  if (value === 0n) return 1;
  return value < 0n ? (-value - 1n).toString(2).length + (value === -1n ? 0 : 1) : value.toString(2).length;
}
