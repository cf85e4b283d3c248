/** Arguments of logs in Rust. */
import type { FormatSpec, Type } from "@assassyn/ir";
import type { Expression } from "./arithmetic.js";
import { operandText } from "./arithmetic.js";
import { containerOf, printString, valueType } from "./rust-type.js";

const RADIXES = {
  "": "Decimal",
  "?": "Decimal",
  x: "LowerHex",
  X: "UpperHex",
  b: "Binary",
  o: "Octal",
} as const;
const ALIGNS = { "<": "Left", "^": "Center", ">": "Right" } as const;

/** The method call that appends one argument to the open line: `.signed(i64::from(x as i32))`. */
export function logArgument(value: Expression, type: Type, spec: FormatSpec): string {
  const { kind, bits } = containerOf(type.width);
  const decimal = spec.radix === "" || spec.radix === "?";
  const plain = decimal && spec.width === 0 && !spec.plus;
  if (kind === "limbs") return `.wide(${value.text}, ${valueType(type)}, &${printSpec(spec)})`;
  const word = bits === 64 ? value.text : `u64::from(${value.text})`;
  if (!plain) return `.formatted(${word}, ${valueType(type)}, &${printSpec(spec)})`;
  if (type.class !== "i") return `.unsigned(${word})`;
  if (type.width === 1) return `.signed(-i64::from(${value.text}))`;
  const signed =
    type.width === bits
      ? `${operandText(value)} as i${bits}`
      : `bits::signed${bits}::<${type.width}>(${value.text})`;
  return `.signed(${bits === 64 ? signed : `i64::from(${signed})`})`;
}

const SPEC_FIELDS = 7;

function printSpec(spec: FormatSpec): string {
  const fields: string[] = [];
  if (spec.fill !== " ")
    fields.push(`fill: ${spec.fill === "'" ? "'\\''" : printString(spec.fill).replace(/^"|"$/g, "'")}`);
  if (spec.align !== undefined && spec.align !== ">") fields.push(`align: Align::${ALIGNS[spec.align]}`);
  if (spec.plus) fields.push("plus: true");
  if (spec.alternate) fields.push("alternate: true");
  if (spec.zero) fields.push("zero: true");
  if (spec.width > 0) fields.push(`width: ${spec.width}`);
  const radix = RADIXES[spec.radix];
  if (radix !== "Decimal") fields.push(`radix: Radix::${radix}`);
  if (fields.length === SPEC_FIELDS) return `Spec { ${fields.join(", ")} }`;
  return fields.length === 0 ? "Spec::PLAIN" : `Spec { ${fields.join(", ")}, ..Spec::PLAIN }`;
}
