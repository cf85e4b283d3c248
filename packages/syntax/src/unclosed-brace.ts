import { Reporter } from "./reporter.js";
import { TokenSource } from "./token-source.js";
import * as tokens from "./tokens.js";

/**
 * Offset of the `{` that probably lacks its `}` in a text with too few of them. Braces alone would always blame the outermost;
 * the first pair whose `}` starts a line with less indentation than the line of its `{` tells more. `undefined` where every pair is in line.
 */
export function unclosedBrace(text: string): number | undefined {
  const source = new TokenSource(text, 0, new Reporter());
  const open: number[] = [];
  for (let piece = source.next(); piece !== undefined; piece = source.next()) {
    for (const token of piece) {
      if (token.tokenType === tokens.LBrace) open.push(token.startOffset);
      if (token.tokenType !== tokens.RBrace) continue;
      const opener = open.pop();
      const indentation = text.slice(lineStart(text, token.startOffset), token.startOffset);
      if (
        opener !== undefined &&
        indentation.trim() === "" &&
        indentation.length < indentationAt(text, opener)
      )
        return opener;
    }
  }
  return open.at(-1);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function indentationAt(text: string, offset: number): number {
  const start = lineStart(text, offset);
  let end = start;
  while (text[end] === " " || text[end] === "\t") end += 1;
  return end - start;
}
