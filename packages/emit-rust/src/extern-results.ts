/** What functions of the embedder return. */
import type { ExternDeclaration } from "@assassyn/ir";
import type { Operand } from "./arithmetic.js";
import { atom, concatExpression } from "./arithmetic.js";
import { containerOf, printNumber } from "./rust-type.js";

/** Bits of a limb. */
const LIMB = 64;

/** The results of an extern function as one value, the first most significant; each is cut to its width. */
export function joinResults(declaration: ExternDeclaration): string {
  const { results } = declaration;
  const [only] = results;
  if (results.length === 0) return "value";
  const width = results.reduce((sum, result) => sum + result.type.width, 0);
  if (width > LIMB)
    return joinLimbs(
      results.map((result) => result.type.width),
      width,
    );
  if (only !== undefined && results.length === 1) return masked("value", only.type.width);
  const operands = results.map((result, index): Operand => ({
    ...atom(masked(`value.${index}`, result.type.width)),
    binding: "loose",
    width: result.type.width,
    signed: false,
  }));
  return concatExpression(operands, width).text;
}

/** What the embedder returned for a width of up to 64 bits, without bits above the width. */
function masked(text: string, width: number): string {
  const { kind, bits } = containerOf(width);
  if (kind === "word" && bits !== width) return `${text} & ${mask(width)}`;
  return text;
}

const mask = (width: number): string => printNumber((1n << BigInt(width)) - 1n);

/** Up to 64 bits of a result as a `u64`, and where they are in the joined value. */
interface Piece {
  readonly text: string;
  /** Position of the lowest bit. */
  readonly low: number;
  readonly width: number;
}

/** `[…; n]`, each limb from the pieces that reach into it. */
function joinLimbs(widths: readonly number[], total: number): string {
  const pieces: Piece[] = [];
  let low = total;
  for (const [index, width] of widths.entries()) {
    low -= width;
    pieces.push(...piecesOf(widths.length === 1 ? "value" : `value.${index}`, low, width));
  }
  const limbs = Array.from({ length: Math.ceil(total / LIMB) }, (_, limb) => {
    const parts = pieces.flatMap((piece) => {
      const shift = piece.low - limb * LIMB;
      if (shift >= LIMB || shift <= -piece.width) return [];
      if (shift === 0) return [piece.text];
      return [shift > 0 ? `(${piece.text} << ${shift})` : `(${piece.text} >> ${-shift})`];
    });
    return parts.join(" | ");
  });
  return `[${limbs.join(", ")}]`;
}

function piecesOf(text: string, low: number, width: number): Piece[] {
  const { kind, bits } = containerOf(width);
  if (kind !== "limbs") {
    const cut = masked(text, width);
    if (bits !== LIMB) return [{ text: `u64::from(${cut})`, low, width }];
    return [{ text: cut === text ? text : `(${cut})`, low, width }];
  }
  return Array.from({ length: Math.ceil(width / LIMB) }, (_, limb) => {
    const piece = Math.min(LIMB, width - limb * LIMB);
    const whole = `${text}[${limb}]`;
    return {
      text: piece === LIMB ? whole : `(${whole} & ${mask(piece)})`,
      low: low + limb * LIMB,
      width: piece,
    };
  });
}
