/** How values are represented in Rust. */
import type { Type } from "@assassyn/ir";

/**
 * The Rust type that holds values of one width, always the bit pattern with zeros above the width: `bool` for one bit, the smallest of
 * `u8`, `u16`, `u32`, `u64`, and limbs of 64 bits (least significant first) beyond.
 */
export interface Container {
  readonly kind: "bool" | "word" | "limbs";
  /** `bool`, `u32`, `[u64; 3]`. */
  readonly name: string;
  /** Bits of the container: 1, 8, 16, 32, 64, or 64 times the limbs. */
  readonly bits: number;
}

const BOOL_CONTAINER: Container = { kind: "bool", name: "bool", bits: 1 };
const WORDS: readonly Container[] = [8, 16, 32, 64].map((bits) => ({ kind: "word", name: `u${bits}`, bits }));

/** The container of a width in bits. */
export function containerOf(width: number): Container {
  if (width === 1) return BOOL_CONTAINER;
  const word = WORDS.find(({ bits }) => width <= bits);
  if (word !== undefined) return word;
  const limbs = Math.ceil(width / 64);
  return { kind: "limbs", name: `[u64; ${limbs}]`, bits: limbs * 64 };
}

/** The name of the container of a type. */
export function rustType(type: Type): string {
  return containerOf(type.width).name;
}

/** `ValueType::signed(8)`: what the runtime's tables and formats take. */
export function valueType(type: Type): string {
  return `ValueType::${type.class === "i" ? "signed" : "unsigned"}(${type.width})`;
}

/** A number with `_` between groups, as rustfmt and clippy like it: `1_000`, `0xffff_ffff`. Decimal below 4096, else hexadecimal. */
export function printNumber(value: bigint): string {
  if (value < 4096n) return value.toString();
  return "0x" + value.toString(16).replace(/(?<=[0-9a-f])(?=(?:[0-9a-f]{4})+$)/g, "_");
}

/** The limbs of a bit pattern, least significant first. */
export function limbsOf(value: bigint, width: number): bigint[] {
  return Array.from({ length: Math.ceil(width / 64) }, (_, index) =>
    BigInt.asUintN(64, value >> BigInt(64 * index)),
  );
}

/** A literal of a container. `suffix` where nothing else fixes the type. */
export function printLiteral(value: bigint, width: number, suffix: boolean): string {
  const container = containerOf(width);
  switch (container.kind) {
    case "bool":
      return value === 0n ? "false" : "true";
    case "word":
      return printNumber(value) + (suffix ? `_${container.name}` : "");
    case "limbs":
      return `[${limbsOf(value, width).map(printNumber).join(", ")}]`;
  }
}

/** A Rust string literal. */
export function printString(text: string): string {
  const escaped = text.replace(/[\\"\n\r\t\0]/g, (character) => {
    switch (character) {
      case "\n":
        return "\\n";
      case "\r":
        return "\\r";
      case "\t":
        return "\\t";
      case "\0":
        return "\\0";
      default:
        return `\\${character}`;
    }
  });
  return `"${escaped}"`;
}
