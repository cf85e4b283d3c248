import * as tokens from "../tokens.js";
import { blank, type Document } from "./document.js";
import type { Leaf, Node, OwnLineComment } from "./tree.js";

/** Comments on lines of their own. `blanks`: whether the first may have a blank line in front. */
export function ownLines(comments: readonly OwnLineComment[], blanks: boolean): Document[] {
  return comments.flatMap((comment, index): Document[] => [
    comment.blankBefore && (blanks || index > 0) ? blank : "",
    { kind: "own-line", text: comment.text },
  ]);
}

/** The comments above a token. */
export function ownLinesOf(leaf: Leaf): Document[] {
  return leaf.leading.map((comment) => ({ kind: "own-line", text: comment.text }));
}

/** A token with its comments. The comments above `first` are printed with the statement. */
export function leafText(leaf: Leaf, first: Leaf | undefined): Document {
  if (leaf.leading.length === 0 && leaf.trailing === undefined) return leaf.image;
  const above = leaf === first ? [] : ownLinesOf(leaf);
  const behind: Document = leaf.trailing === undefined ? "" : { kind: "trailing", text: leaf.trailing };
  return [above, leaf.image, behind];
}

/** The comment behind the last token, which must not break the group that it ends. The token forgets it. */
export function takeTrailing(nodes: readonly Node[]): Document {
  const last = nodes.at(-1);
  const leaf = last?.kind === "bracketed" ? last.close : last;
  if (leaf?.trailing === undefined) return "";
  const text = leaf.trailing;
  leaf.trailing = undefined;
  return { kind: "trailing", text };
}

export function firstLeaf(nodes: readonly Node[]): Leaf | undefined {
  const first = nodes[0];
  return first?.kind === "bracketed" ? first.open : first;
}

const NO_SPACE_BEFORE = new Set([
  tokens.Comma,
  tokens.Semicolon,
  tokens.Dot,
  tokens.DotDot,
  tokens.RParen,
  tokens.RBracket,
]);
const NO_SPACE_AFTER = new Set([tokens.Dot, tokens.DotDot, tokens.LParen, tokens.LBracket]);
/** Keywords that look like the name of a function. */
const CALLED_WORDS = new Set([tokens.WORD.log, tokens.WORD.fold]);

/** Whether a blank stands between two tokens that are side by side. `node` is what `next` opens, or `next` itself. */
export function spaceBetween(previous: Leaf, next: Leaf, node: Node): boolean {
  if (previous.role === "prefix" || previous.role === "slice" || next.role === "slice") return false;
  if (NO_SPACE_BEFORE.has(next.type) || NO_SPACE_AFTER.has(previous.type)) return false;
  if (next.type === tokens.Colon) return false;
  if (previous.role === "before") return true;
  if (node.kind === "leaf" || node.sort === "list" || node.sort === "block") return true;
  if (node.sort === "generic") return false;
  const calls =
    previous.type === tokens.Identifier ||
    previous.type === tokens.RParen ||
    previous.type === tokens.RBracket ||
    previous.type === tokens.RBrace ||
    previous.role === "generic";
  return !(calls || CALLED_WORDS.has(previous.type));
}
