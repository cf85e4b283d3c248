/**
 * Reads a memory image in $readmemh format into words: hexadecimal numbers separated by white space, with `_`
 * between digits, `@address` records that count in words, and `//` and block comments.
 *
 * @throws SyntaxError on anything else, RangeError on a word of more than 32 bits.
 * @example
 * readImage("@2 0000_0013 // nop"); // [0, 0, 0x13]
 */
export function readImage(text: string): number[] {
  const words: number[] = [];
  let address = 0;
  const tokens = text.replace(/\/\/.*|\/\*[^]*?\*\//g, " ").split(/\s+/);
  for (const token of tokens.filter((token) => token !== "")) {
    const digits = token.replace(/^@/, "").replaceAll("_", "");
    if (!/^[0-9a-fA-F]+$/.test(digits)) throw new SyntaxError(`not a hexadecimal number: ${token}`);
    const number = Number.parseInt(digits, 16);
    if (token.startsWith("@")) {
      address = number;
    } else {
      if (number > 0xffff_ffff) throw new RangeError(`more than 32 bits: ${token}`);
      while (words.length < address) words.push(0);
      words[address++] = number;
    }
  }
  return words;
}
