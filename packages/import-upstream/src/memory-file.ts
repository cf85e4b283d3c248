/** Memory files as the original's simulator reads them: one hexadecimal word a line. */

/** The first elements of an array, or the line that cannot be used and why. */
export type LoadedMemory =
  | { readonly kind: "words"; readonly words: bigint[] }
  | { readonly kind: "error"; readonly line: number; readonly reason: string };

/**
 * Reads a memory file: a word a line, `//` comments, `_` between digits, `@` and a hexadecimal address to go on from there. Gaps are zero.
 *
 * @param size elements of the array
 * @param width bits of a word
 * @example loadMemoryFile("@1\nff // x", 4, 8) // words 0 and 255
 */
export function loadMemoryFile(text: string, size: number, width: number): LoadedMemory {
  const words: bigint[] = [];
  const limit = 1n << BigInt(width);
  let address = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const error = (reason: string): LoadedMemory => ({ kind: "error", line: index + 1, reason });
    const comment = raw.indexOf("//");
    const line = (comment < 0 ? raw : raw.slice(0, comment)).trim().replaceAll("_", "");
    if (line === "") continue;
    const shown = line.length > 20 ? `${line.slice(0, 20)}…` : line;
    const digits = line.startsWith("@") ? line.slice(1) : line;
    if (!/^\+?[0-9a-fA-F]+$/.test(digits)) return error(`\`${shown}\` is not a hexadecimal word`);
    const value = BigInt(`0x${digits.replace("+", "")}`);
    if (line.startsWith("@")) {
      if (value > BigInt(size)) return error(`the address ${shown} is outside an array of ${size}`);
      address = Number(value);
      continue;
    }
    if (address >= size) return error(`the word ${shown} does not fit an array of ${size}`);
    if (value >= limit) return error(`the word ${shown} has more than ${width} bits`);
    while (words.length < address) words.push(0n);
    words[address] = value;
    address += 1;
  }
  return { kind: "words", words };
}
