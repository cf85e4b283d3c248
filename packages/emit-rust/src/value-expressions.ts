/** Casts, slices and concatenations, for values of every width that the form `widths-legal` has, and indices into arrays. */
import type { CastOperator } from "@assassyn/ir";
import type { Expression, Operand } from "./arithmetic.js";
import {
  atom,
  castExpression,
  concatExpression,
  convertWord,
  operandText,
  sliceExpression,
} from "./arithmetic.js";
import { containerOf, printLiteral, printNumber } from "./rust-type.js";
import type { IndexOperand } from "./state-access.js";

/** A wide value stands where the emitter cannot handle it. */
export function wideError(what: string, module: string): Error {
  return new Error(`${what} of more than 64 bits in ${module}; run the pass legalize-widths first`);
}

/** A cast of any width that is legal. `module` is for messages. */
export function castValue(
  operator: CastOperator,
  operand: Operand,
  width: number,
  module: string,
): Expression {
  if (operand.width === width) return { text: operand.text, binding: operand.binding };
  if (operand.width > 64 || width > 64) throw wideError("a cast", module);
  return castExpression(operator, operand, width);
}

/** Bits `high..low` of a value; of a wide one exactly one limb. `module` is for messages. */
export function sliceValue(operand: Operand, high: number, low: number, module: string): Expression {
  if (operand.width <= 64) return sliceExpression(operand, high, low);
  if (low % 64 !== 0 || high !== Math.min(low + 63, operand.width - 1)) {
    throw wideError(`a slice [${high}:${low}]`, module);
  }
  const limb = atom(`${operandText(operand)}[${low / 64}]`);
  const { kind, bits } = containerOf(high - low + 1);
  return kind === "bool" ? { text: `${limb.text} != 0`, binding: "loose" } : convertWord(limb, 64, bits);
}

/** Operands side by side, the first most significant; wide ones are bundles of limbs. `module` is for messages. */
export function concatValue(operands: readonly Operand[], width: number, module: string): Expression {
  if (width <= 64) return concatExpression(operands, width);
  if (operands.slice(1).some((operand) => operand.width !== 64) || (operands[0]?.width ?? 0) > 64) {
    throw wideError("a concat that is not of limbs", module);
  }
  const limbs = operands.toReversed().map((operand) => {
    if (operand.constant !== undefined) return printNumber(operand.constant);
    return convertWord(operand, containerOf(operand.width).bits, 64).text;
  });
  return atom(`[${limbs.join(", ")}]`);
}

/** An index into an array. `fits`: it is below the size, always, which its width alone need not show. `module` is for messages. */
export function indexValue(operand: Operand, fits: boolean, module: string): IndexOperand {
  if (operand.constant !== undefined) {
    const beyond = operand.constant >= 1n << 32n;
    return {
      text: beyond ? "usize::MAX" : printNumber(operand.constant),
      wide: printLiteral(BigInt.asUintN(64, operand.constant), 64, true),
      fits,
    };
  }
  const { kind, bits } = containerOf(operand.width);
  const wide = `u64::from(${operand.text})`;
  if (kind === "limbs") throw wideError("an index", module);
  if (kind === "bool") return { text: `usize::from(${operand.text})`, wide, fits };
  if (bits === 64) return { text: `bits::index(${operand.text})`, wide: operand.text, fits };
  const word = operandText(operand);
  // The mask changes nothing; it shows the compiler that the index is in range.
  const mask = printNumber((1n << BigInt(operand.width)) - 1n);
  const inRange = fits && operand.width !== bits ? `(${word} & ${mask})` : word;
  return { text: `${inRange} as usize`, wide, fits };
}

/** The opposite of a condition that is a path or several of them. */
export function negate(condition: string): string {
  return condition.includes(" ") ? `!(${condition})` : `!${condition}`;
}
