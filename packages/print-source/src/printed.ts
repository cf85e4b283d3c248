/** Pieces of source text that stand for values, and how they are put together. */
import type { OpId, Type } from "@assassyn/ir";
import { BOOL, printType, sameType, toNumeric } from "@assassyn/ir";

/** How tight the outermost operator of a text binds; a higher number binds tighter. */
export const STRENGTH = {
  choice: 0,
  coalesce: 1,
  or: 2,
  and: 3,
  compare: 4,
  bitOr: 5,
  bitXor: 6,
  bitAnd: 7,
  shift: 8,
  sum: 9,
  product: 10,
  cast: 11,
  prefix: 12,
  postfix: 13,
} as const;

/** The arms of a `match` that could still grow at its front. */
export interface MatchShape {
  /** What is compared, in parentheses where it needs them. */
  readonly subject: string;
  readonly arms: readonly { readonly patterns: readonly string[]; readonly value: Printed }[];
  readonly otherwise: Printed;
}

/** `subject == pattern || …`, which may become the arm of a `match`. */
export interface PatternTest {
  readonly subject: string;
  readonly patterns: readonly string[];
}

/** The text of a value. */
export interface Printed {
  readonly text: string;
  /** One of {@link STRENGTH}. */
  readonly strength: number;
  /** The type that the language finds for the text; its width is that of the operation, its class may differ. */
  readonly type: Type;
  /** Bit pattern, where the text is a literal with its type. */
  readonly literal?: bigint;
  /** The text that means the same where a value of exactly `type` is wanted. */
  readonly bare?: string;
  /** A name or literal: as good written twice as bound to a name. */
  readonly simple: boolean;
  /** What to write instead in a function: present for what needs no value of the module's body. */
  readonly elsewhere?: string;
  /** The language may know the value at compile time. */
  readonly constant: boolean;
  readonly test?: PatternTest;
  readonly match?: MatchShape;
  /** Set for `m.v.valid` and `m.v` by module and slot, from which `??` is made. */
  readonly exposed?: { readonly key: string; readonly what: "valid" | "value" };
}

/** `bool`, `u8`, `i32`. */
export function typeName(type: Type): string {
  return sameType(type, BOOL) ? "bool" : printType(type);
}

/** The number as it is written: large bit patterns in hexadecimal. */
export function integerText(value: bigint, type: Type): string {
  const magnitude = value < 0n ? -value : value;
  const hexadecimal = magnitude > 0xffffn && (type.class === "b" || magnitude > 0xffff_ffff_ffffn);
  return (value < 0n ? "-" : "") + (hexadecimal ? `0x${magnitude.toString(16)}` : magnitude.toString());
}

/** A bit pattern as a literal for a place that gives it `type`. */
export function bareLiteral(pattern: bigint, type: Type): string {
  return integerText(toNumeric(pattern, type), type);
}

/** A literal that says its type. `shadowed` types are names of values in this design and cannot be called. */
export function literal(pattern: bigint, type: Type, shadowed: ReadonlySet<string>): Printed {
  const bare = bareLiteral(pattern, type);
  const name = typeName(type);
  const common = { type, literal: pattern, bare, simple: true, constant: true };
  if (name === "bool" && !shadowed.has("true") && !shadowed.has("false")) {
    const text = pattern === 1n ? "true" : "false";
    return { ...common, text, strength: STRENGTH.postfix, elsewhere: text };
  }
  if (!shadowed.has(name)) {
    const text = `${name}(${bare})`;
    return { ...common, text, strength: STRENGTH.postfix, elsewhere: text };
  }
  const text = `${integerText(pattern, type)} as ${name}`;
  return { ...common, text, strength: STRENGTH.cast, elsewhere: text };
}

/** The text, in parentheses if its operator binds looser than `strength`. */
export function wrap(printed: Pick<Printed, "text" | "strength">, strength: number): string {
  return printed.strength < strength ? `(${printed.text})` : printed.text;
}

/** The value with exactly this type; the widths are equal. */
export function exact(printed: Printed, type: Type): Printed {
  if (sameType(printed.type, type)) return printed;
  return {
    text: `${wrap(printed, STRENGTH.cast)} as ${typeName(type)}`,
    strength: STRENGTH.cast,
    type,
    simple: false,
    constant: printed.constant,
  };
}

/** The text where the target gives the type and classes convert silently: assignments, pushes, arguments. */
export function sink(printed: Printed, target: Type): string {
  if (printed.literal !== undefined) return bareLiteral(printed.literal, target);
  if (printed.bare !== undefined && sameType(printed.type, target)) return printed.bare;
  return printed.text;
}

/** The text of a condition. */
export function conditionText(printed: Printed, strength: number = STRENGTH.choice): string {
  return printed.literal === undefined ? wrap(printed, strength) : printed.literal.toString();
}

/** A name that is bound to a value. */
export function nameOf(text: string, type: Type, constant: boolean): Printed {
  return { text, strength: STRENGTH.postfix, type, simple: true, constant };
}

/** Operations whose text is one name and whose value is not. */
export function composed(text: string, strength: number, type: Type, parts: readonly Printed[]): Printed {
  return {
    text,
    strength,
    type,
    simple: false,
    constant: parts.length > 0 && parts.every((part) => part.constant),
  };
}

/** Finds the text of an operand. */
export type Operand = (id: OpId) => Printed;

/** A binding; with the type where the text alone would have another one. */
export function letText(name: string, printed: Printed, type: Type): string {
  return sameType(printed.type, type)
    ? `let ${name} = ${printed.text}`
    : `let ${name}: ${typeName(type)} = ${printed.text}`;
}

/** A condition behind a keyword; braces in it would be taken for the block. */
export function headText(printed: Printed): string {
  return printed.text.includes("{")
    ? conditionText({ ...printed, text: `(${printed.text})` })
    : conditionText(printed);
}
