/** What functions of the embedder return. */
import type { ExternDeclaration } from "@assassyn/ir";
import type { Operand } from "./arithmetic.js";
import { atom, concatExpression } from "./arithmetic.js";
import { containerOf, printNumber } from "./rust-type.js";

/** The results of an extern function as one value, the first most significant. */
export function joinResults(declaration: ExternDeclaration): string {
  const [only] = declaration.results;
  if (only !== undefined && declaration.results.length === 1) return masked("value", only.type.width);
  const width = declaration.results.reduce((sum, result) => sum + result.type.width, 0);
  if (declaration.results.length === 0) return "value";
  if (width > 64) {
    throw new Error(
      `extern ${declaration.name} has several results of more than 64 bits together, which this target does not support yet`,
    );
  }
  const operands = declaration.results.map((result, index): Operand => ({
    ...atom(masked(`value.${index}`, result.type.width)),
    binding: "loose",
    width: result.type.width,
    signed: false,
  }));
  return concatExpression(operands, width).text;
}

/** What the embedder returned, without bits above the width. */
function masked(text: string, width: number): string {
  const { kind, bits } = containerOf(width);
  if (kind === "word" && bits !== width) return `${text} & ${printNumber((1n << BigInt(width)) - 1n)}`;
  return text;
}
