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
import { firstLeaf, leafText, ownLines, ownLinesOf, spaceBetween, takeTrailing } from "./token-layout.js";
import type { Bracketed, Leaf, Node } from "./tree.js";

/**
 * Parts between `=`, assigning `<=`, `=>` and `->`, which never start or end a line by themselves.
 * `aligns`: whether they are a whole statement or entry, whose dividers may be aligned with those of others.
 */
export function segments(nodes: readonly Node[], first: Leaf | undefined, aligns: boolean): Document {
  if (!nodes.some((node) => node.kind === "leaf" && isDivider(node))) return commas(nodes, first);
  const result: Document[] = [];
  let current: Node[] = [];
  const flush = (): void => {
    if (current.length > 0) result.push(result.length > 0 ? " " : "", commas(current, first));
    current = [];
  };
  for (const node of nodes) {
    if (node.kind === "leaf" && isDivider(node)) {
      flush();
      result.push(
        aligns && node.type !== tokens.Arrow && node.leading.length === 0
          ? { kind: "divider", sign: node.image, wide: node.wideBefore }
          : " ",
        leafText(node, first),
      );
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
  switch (node.sort) {
    case "generic":
      return [leafText(node.open, first), flatList(node.children), leafText(node.close, undefined)];
    case "block":
    case "list":
      return listDocument(node, first);
    case "paren":
    case "bracket":
      return parenthesized(node, first);
  }
}

/** Parts that the author wrote on one line. */
interface Row {
  /** The parts with the commas behind them. */
  readonly parts: Document[];
  /** Comments at the end of the row. */
  readonly behind: Document[];
}

/**
 * What stands in parentheses or square brackets. Line breaks behind the opening bracket and behind commas are the author's; rows that
 * are too long are filled. Without such breaks: on one line if it fits, else one part a line.
 */
function parenthesized(node: Bracketed, first: Leaf | undefined): Document {
  const open = leafText(node.open, first);
  if (node.children.length === 0) return [open, leafText(node.close, undefined)];
  const parts = splitAt(
    node.children,
    (leaf) => leaf.type === tokens.Comma || leaf.type === tokens.Semicolon,
  );
  const rows = splitRows(parts);
  const own = ownLinesOf(node.close);
  const close = leafText(own.length > 0 ? { ...node.close, leading: [] } : node.close, undefined);

  if (own.length > 0 || firstLeaf(node.children)?.lineBefore === true)
    return group([
      open,
      indent([hardLine, fillRows(rows), own.length > 0 ? [hardLine, own] : ""]),
      hardLine,
      close,
    ]);
  const [only] = rows;
  if (only === undefined || rows.length > 1) return [open, indent(fillRows(rows)), close];
  const content = only.parts.map((part, index) => (index === 0 ? part : [line, part]));
  const spread = group([open, indent([softLine, content, only.behind]), softLine, close]);
  if (!endsInBrokenBrackets(parts, only)) return spread;
  const together = only.parts.map((part, index) => (index === 0 ? part : [" ", part]));
  return { kind: "choice", first: [open, together, close], otherwise: spread };
}

function splitRows(parts: readonly Part[]): Row[] {
  const rows: Row[] = [];
  for (const { separator, nodes } of parts) {
    const row = rows.at(-1);
    if (separator !== undefined && row !== undefined) {
      const comment = takeTrailing([separator]);
      const last = row.parts.length - 1;
      // A comment in front of the comma may stand behind it, unless others are in between: they keep their order.
      const before = separator.leading.length > 0 ? row.behind.splice(0) : [];
      row.parts[last] = [row.parts[last] ?? "", before, leafText(separator, undefined)];
      row.behind.push(comment);
    }
    if (nodes.length === 0) continue;
    const comment = takeTrailing(nodes);
    const content = segments(nodes, undefined, false);
    if (row === undefined || firstLeaf(nodes)?.lineBefore === true)
      rows.push({ parts: [content], behind: [comment] });
    else {
      row.parts.push(content);
      row.behind.push(comment);
    }
  }
  return rows;
}

/** Each row on a line of its own, or on several as far as its parts fit. */
function fillRows(rows: readonly Row[]): Document {
  return rows.map(({ parts, behind }, row) => [
    row === 0 ? "" : hardLine,
    parts.map((part, index) => (index === 0 ? part : group([line, part]))),
    behind,
  ]);
}

/** Whether brackets at the very end of the last part, and nothing else, need several lines: then `f(a, R {` and `})` need no lines of their own. */
function endsInBrokenBrackets(parts: readonly Part[], { parts: documents, behind }: Row): boolean {
  const nodes = parts.at(-1)?.nodes ?? [];
  return (
    nodes.at(-1)?.kind === "bracketed" &&
    nodes.slice(0, -1).every((node) => node.kind === "leaf" && isPlain(node)) &&
    forcesBreak(documents.at(-1) ?? "") &&
    !forcesBreak([documents.slice(0, -1), behind])
  );
}

/** Whether a token is neither an operator nor commented. */
function isPlain(leaf: Leaf): boolean {
  return (
    strength(leaf) === Number.POSITIVE_INFINITY &&
    !isDivider(leaf) &&
    leaf.leading.length === 0 &&
    leaf.trailing === undefined
  );
}

/** Generic arguments, never broken but by comments: few and short. */
function flatList(nodes: readonly Node[]): Document {
  return splitAt(nodes, (leaf) => leaf.type === tokens.Comma).map(({ separator, nodes: part }): Document => [
    separator === undefined ? "" : [leafText(separator, undefined), " "],
    operators(part, undefined),
  ]);
}

/** Fields, entries or arms in braces: on one line if they were and fit, else one a line. Separators stay as written. */
function listDocument(node: Bracketed, first: Leaf | undefined): Document {
  const open = leafText(node.open, first);
  const close = leafText(node.close, undefined);
  if (node.children.length === 0 && node.close.leading.length === 0) return [open, close];
  const entries: Document[] = [];
  const parts = splitAt(node.children, (leaf) => leaf.type === tokens.Comma || leaf.type === tokens.LineEnd);
  for (const { separator, nodes } of parts) {
    if (separator !== undefined) {
      const isComma = separator.type === tokens.Comma;
      if (isComma) entries.push(leafText(separator, undefined));
      if (nodes.length > 0) entries.push(isComma ? line : statementLine);
    }
    const start = firstLeaf(nodes);
    if (start === undefined) continue;
    const isFirst = entries.length === 0;
    entries.push(ownLines(start.leading, !isFirst));
    if (start.blankBefore && (!isFirst || start.leading.length > 0)) entries.push(blank);
    const behind = takeTrailing(nodes);
    entries.push(segments(nodes, start, true), behind);
  }
  const own = ownLinesOf(node.close);
  const bare = own.length > 0 ? leafText({ ...node.close, leading: [] }, undefined) : close;
  return group(
    [open, indent([line, entries, own.length > 0 ? [hardLine, own] : ""]), line, bare],
    !node.oneLine || forcesBreak(entries),
  );
}
