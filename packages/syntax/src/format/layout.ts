import { operatorStrength } from "../operators.js";
import * as tokens from "../tokens.js";
import {
  blank,
  type Document,
  forcesBreak,
  group,
  hardLine,
  indent,
  line,
  softLine,
  statementLine,
} from "./document.js";
import type { Bracketed, Leaf, Node, OwnLineComment, Tree } from "./tree.js";

/** Lays out a whole file. */
export function layoutTree(tree: Tree): Document {
  return [members(tree.children, false), ownLines(tree.end, tree.children.length > 0)];
}

/** Comments on lines of their own. `blanks`: whether the first may have a blank line in front. */
function ownLines(comments: readonly OwnLineComment[], blanks: boolean): Document[] {
  return comments.flatMap((comment, index): Document[] => [
    comment.blankBefore && (blanks || index > 0) ? blank : "",
    { kind: "own-line", text: comment.text },
  ]);
}

// ---------------------------------------------------------------- statements

/** Statements or declarations, one a line; with `; ` between them where a one-line block stays on one. */
function members(nodes: readonly Node[], oneLine: boolean): Document {
  const result: Document[] = [];
  for (const statement of splitMembers(nodes)) {
    const first = firstLeaf(statement);
    if (first === undefined) continue;
    const isFirst = result.length === 0;
    if (!isFirst) result.push(oneLine ? statementLine : hardLine);
    result.push(ownLines(first.leading, !isFirst));
    if (first.blankBefore && (!isFirst || first.leading.length > 0)) result.push(blank);
    const behind = takeTrailing(statement);
    result.push(statementDocument(statement), behind);
  }
  return result;
}

/** Cuts at the ends of lines, and behind a block that no `else` follows. */
function splitMembers(nodes: readonly Node[]): Node[][] {
  const result: Node[][] = [];
  let current: Node[] = [];
  const cut = (): void => {
    if (current.length > 0) result.push(current);
    current = [];
  };
  nodes.forEach((node, index) => {
    if (node.kind === "leaf" && node.type === tokens.LineEnd) {
      cut();
      return;
    }
    current.push(node);
    if (node.kind !== "bracketed" || node.sort !== "block") return;
    const next = nodes[index + 1];
    if (next === undefined || next.kind !== "leaf" || next.type !== tokens.WORD.else) cut();
  });
  cut();
  return result;
}

/** A statement: heads and blocks in turn. Its blocks are all on one line, or none is. */
function statementDocument(nodes: readonly Node[]): Document {
  const parts: Document[] = [];
  let head: Node[] = [];
  let broken = false;
  let blocks = 0;
  const first = firstLeaf(nodes);
  const flushHead = (): void => {
    if (head.length > 0) parts.push(parts.length > 0 ? " " : "", segments(head, first));
    head = [];
  };
  for (const node of nodes) {
    if (node.kind !== "bracketed" || node.sort !== "block") {
      head.push(node);
      continue;
    }
    flushHead();
    blocks += 1;
    broken ||= !staysOnOneLine(node);
    parts.push(" ", blockDocument(node));
  }
  flushHead();
  return blocks === 0 ? parts : group(parts, broken);
}

/** A block stays on one line if it was written so and has neither comments nor blocks in it. */
function staysOnOneLine(block: Bracketed): boolean {
  return block.oneLine && !block.children.some((node) => node.kind === "bracketed" && node.sort === "block");
}

function blockDocument(block: Bracketed): Document {
  const inner = members(block.children, staysOnOneLine(block));
  const comments = ownLines(block.close.leading, block.children.length > 0);
  const empty = block.children.length === 0 && comments.length === 0;
  const open = leafText(block.open, block.open);
  if (empty) return [open, leafText(block.close, block.close)];
  return [open, indent([line, inner, comments]), line, leafText(block.close, block.close)];
}

// ---------------------------------------------------------------- expressions

/** Parts between `=`, assigning `<=`, `=>` and `->`, which never start or end a line by themselves. */
function segments(nodes: readonly Node[], first: Leaf | undefined): Document {
  const result: Document[] = [];
  let current: Node[] = [];
  const flush = (): void => {
    if (current.length > 0) result.push(result.length > 0 ? " " : "", commas(current, first));
    current = [];
  };
  for (const node of nodes) {
    if (node.kind === "leaf" && isDivider(node)) {
      flush();
      result.push(" ", leafText(node, first));
    } else current.push(node);
  }
  flush();
  return result;
}

function isDivider(leaf: Leaf): boolean {
  return (
    leaf.type === tokens.Equals ||
    leaf.type === tokens.FatArrow ||
    leaf.type === tokens.Arrow ||
    leaf.role === "assign"
  );
}

/** `take a, b` and `assert c, "text"`: commas outside brackets. */
function commas(nodes: readonly Node[], first: Leaf | undefined): Document {
  const parts = splitAt(nodes, (leaf) => leaf.type === tokens.Comma);
  if (parts.length === 1) return operators(nodes, first);
  const documents = parts.map(({ separator, nodes: part }): Document => [
    separator === undefined ? "" : [leafText(separator, first), line],
    operators(part, first),
  ]);
  return group([documents[0] ?? "", indent(documents.slice(1))]);
}

/** Breaks in front of the loosest operators, and inside their operands only when those do not fit. A `-` ends its line: at the start it would be a sign. */
function operators(nodes: readonly Node[], first: Leaf | undefined): Document {
  let loosest = Number.POSITIVE_INFINITY;
  for (const node of nodes) if (node.kind === "leaf") loosest = Math.min(loosest, strength(node));
  if (loosest === Number.POSITIVE_INFINITY) return inline(nodes, first);
  const parts = splitAt(nodes, (leaf) => strength(leaf) === loosest);
  const [head, ...rest] = parts;
  const tail = rest.map(({ separator, nodes: part }): Document => {
    const operator = separator === undefined ? "" : leafText(separator, first);
    const operand = operators(part, first);
    return separator?.type === tokens.Minus ? [" ", operator, line, operand] : [line, operator, " ", operand];
  });
  return group([operators(head?.nodes ?? [], first), indent(tail)]);
}

/** How tight an operator binds, infinite for all that is none. */
function strength(leaf: Leaf): number {
  if (leaf.role === "prefix" || leaf.role === "assign") return Number.POSITIVE_INFINITY;
  if (leaf.type === tokens.Question || leaf.role === "choice") return 0;
  const found = leaf.type === tokens.Text ? 0 : operatorStrength(leaf.image);
  return found === 0 ? Number.POSITIVE_INFINITY : found;
}

interface Part {
  /** What stands in front of it; absent for the first. */
  readonly separator: Leaf | undefined;
  readonly nodes: Node[];
}

function splitAt(nodes: readonly Node[], separates: (leaf: Leaf) => boolean): Part[] {
  let current: Part = { separator: undefined, nodes: [] };
  const result = [current];
  for (const node of nodes) {
    if (node.kind === "leaf" && separates(node)) {
      current = { separator: node, nodes: [] };
      result.push(current);
    } else current.nodes.push(node);
  }
  return result;
}

/** Things side by side. */
function inline(nodes: readonly Node[], first: Leaf | undefined): Document {
  const result: Document[] = [];
  let previous: Leaf | undefined;
  for (const node of nodes) {
    const next = node.kind === "leaf" ? node : node.open;
    if (previous !== undefined && spaceBetween(previous, next, node)) result.push(" ");
    if (node.kind === "leaf") {
      result.push(leafText(node, first));
      previous = node;
    } else {
      result.push(bracketed(node, first));
      previous = node.close;
    }
  }
  return result;
}

function bracketed(node: Bracketed, first: Leaf | undefined): Document {
  const open = leafText(node.open, first);
  const close = leafText(node.close, undefined);
  switch (node.sort) {
    case "generic":
      return [open, flatList(node.children), close];
    case "block":
      return blockDocument(node);
    case "list":
      return listDocument(node, open, close);
    case "paren":
    case "bracket": {
      if (node.children.length === 0) return [open, close];
      const parts = splitAt(
        node.children,
        (leaf) => leaf.type === tokens.Comma || leaf.type === tokens.Semicolon,
      );
      const inner = parts.map(({ separator, nodes }): Document => {
        const text = separator === undefined ? "" : leafText(separator, undefined);
        if (nodes.length === 0) return text;
        const behind = takeTrailing(nodes);
        return [separator === undefined ? "" : [text, line], segments(nodes, undefined), behind];
      });
      const own = ownLinesOf(node.close);
      return group([
        open,
        indent([softLine, inner, own.length > 0 ? [hardLine, own] : ""]),
        softLine,
        leafText({ ...node.close, leading: [] }, undefined),
      ]);
    }
  }
}

/** Generic arguments, never broken but by comments: few and short. */
function flatList(nodes: readonly Node[]): Document {
  return splitAt(nodes, (leaf) => leaf.type === tokens.Comma).map(({ separator, nodes: part }): Document => [
    separator === undefined ? "" : [leafText(separator, undefined), " "],
    operators(part, undefined),
  ]);
}

/** Fields, entries or arms in braces: on one line if they were and fit, else one a line. Separators stay as written. */
function listDocument(node: Bracketed, open: Document, close: Document): Document {
  if (node.children.length === 0 && node.close.leading.length === 0) return [open, close];
  const entries: Document[] = [];
  const parts = splitAt(node.children, (leaf) => leaf.type === tokens.Comma || leaf.type === tokens.LineEnd);
  for (const { separator, nodes } of parts) {
    if (separator !== undefined) {
      const isComma = separator.type === tokens.Comma;
      if (isComma) entries.push(leafText(separator, undefined));
      if (nodes.length > 0) entries.push(isComma ? line : statementLine);
    }
    const first = firstLeaf(nodes);
    if (first === undefined) continue;
    const isFirst = entries.length === 0;
    entries.push(ownLines(first.leading, !isFirst));
    if (first.blankBefore && (!isFirst || first.leading.length > 0)) entries.push(blank);
    const behind = takeTrailing(nodes);
    entries.push(segments(nodes, first), behind);
  }
  const own = ownLinesOf(node.close);
  const bare = own.length > 0 ? leafText({ ...node.close, leading: [] }, undefined) : close;
  return group(
    [open, indent([line, entries, own.length > 0 ? [hardLine, own] : ""]), line, bare],
    !node.oneLine || forcesBreak(entries),
  );
}

function ownLinesOf(leaf: Leaf): Document[] {
  return leaf.leading.map((comment) => ({ kind: "own-line", text: comment.text }));
}

// ---------------------------------------------------------------- tokens

/** A token with its comments. The comments above `first` are printed with the statement. */
function leafText(leaf: Leaf, first: Leaf | undefined): Document {
  if (leaf.leading.length === 0 && leaf.trailing === undefined) return leaf.image;
  const above = leaf === first ? [] : ownLinesOf(leaf);
  const behind: Document = leaf.trailing === undefined ? "" : { kind: "trailing", text: leaf.trailing };
  return [above, leaf.image, behind];
}

/** The comment behind the last token, which must not break the group that it ends. The token forgets it. */
function takeTrailing(nodes: readonly Node[]): Document {
  const last = nodes.at(-1);
  const leaf = last?.kind === "bracketed" ? last.close : last;
  if (leaf?.trailing === undefined) return "";
  const text = leaf.trailing;
  leaf.trailing = undefined;
  return { kind: "trailing", text };
}

function firstLeaf(nodes: readonly Node[]): Leaf | undefined {
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
function spaceBetween(previous: Leaf, next: Leaf, node: Node): boolean {
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
