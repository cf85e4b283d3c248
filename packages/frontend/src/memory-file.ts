/** Memory files in the format of $readmemh, without the unknown digits `x` and `z`. */

/** The words of a memory file in the order of the text. The three lists have equal length. */
export interface MemoryImage {
  readonly addresses: readonly number[];
  readonly values: readonly bigint[];
  /** 1-based lines of the file. */
  readonly lines: readonly number[];
}

/** The outcome of {@link parseMemoryFile}. */
export type ParsedMemory =
  | { readonly kind: "image"; readonly image: MemoryImage }
  | { readonly kind: "error"; readonly line: number; readonly reason: string };

/** Largest address that is read. */
const LARGEST_ADDRESS = 2 ** 31;

/**
 * Splits a memory file: hexadecimal words between blanks, `@address` (hexadecimal) moves on, `_` may stand between digits,
 * and comments, `// …` and block comments, are skipped.
 *
 * @example parseMemoryFile("@2 ff // x") // one word, 255 at address 2
 */
export function parseMemoryFile(text: string): ParsedMemory {
  const addresses: number[] = [];
  const values: bigint[] = [];
  const lines: number[] = [];
  let address = 0;
  let line = 1;
  const token = /\n|\/\/[^\n]*|\/\*|[^\s/]+|\//g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [word] = match;
    if (word === "\n") {
      line += 1;
    } else if (word.startsWith("//")) {
      continue;
    } else if (word === "/*") {
      const end = text.indexOf("*/", token.lastIndex);
      if (end < 0) return { kind: "error", line, reason: "the comment is never closed" };
      for (let at = text.indexOf("\n", match.index); at >= 0 && at < end; at = text.indexOf("\n", at + 1))
        line += 1;
      token.lastIndex = end + 2;
    } else if (word.startsWith("@")) {
      const digits = word.slice(1).replaceAll("_", "");
      if (!/^[0-9a-fA-F]+$/.test(digits))
        return { kind: "error", line, reason: `\`${shorten(word)}\` is not an address` };
      address = Number.parseInt(digits, 16);
      if (address > LARGEST_ADDRESS)
        return { kind: "error", line, reason: `the address ${word} is too large` };
    } else {
      const digits = word.includes("_") ? word.replaceAll("_", "") : word;
      if (!/^[0-9a-fA-F]+$/.test(digits))
        return { kind: "error", line, reason: `\`${shorten(word)}\` is not a hexadecimal word` };
      addresses.push(address);
      values.push(BigInt(`0x${digits}`));
      lines.push(line);
      address += 1;
    }
  }
  return { kind: "image", image: { addresses, values, lines } };
}

function shorten(word: string): string {
  return word.length > 20 ? `${word.slice(0, 20)}…` : word;
}

/** What does not fit an array, or its first elements: gaps between addresses are zero. */
export function fitMemory(
  image: MemoryImage,
  size: number,
  width: number,
):
  | { readonly kind: "fit"; readonly initial: bigint[] }
  | { readonly kind: "error"; readonly line: number; readonly reason: string } {
  const limit = 1n << BigInt(width);
  const initial: bigint[] = [];
  for (const [index, address] of image.addresses.entries()) {
    const value = image.values[index] ?? 0n;
    const line = image.lines[index] ?? 1;
    if (address >= size)
      return {
        kind: "error",
        line,
        reason: `the word at address ${address} does not fit an array of ${size}`,
      };
    if (value >= limit)
      return { kind: "error", line, reason: `the word ${value.toString(16)} has more than ${width} bits` };
    while (initial.length < address) initial.push(0n);
    initial[address] = value;
  }
  return { kind: "fit", initial };
}
