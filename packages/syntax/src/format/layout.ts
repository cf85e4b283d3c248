import * as tokens from "../tokens.js";
import { blank, type Document, group, hardLine, indent, line, statementLine } from "./document.js";
import { segments } from "./expression-layout.js";
import { firstLeaf, leafText, ownLines, takeTrailing } from "./token-layout.js";
import type { Bracketed, Node, Tree } from "./tree.js";

/** Lays out a whole file. */
export function layoutTree(tree: Tree): Document {
  return [members(tree.children, false), ownLines(tree.end, tree.children.length > 0)];
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
    const make = (): Document => {
      const behind = takeTrailing(statement);
      return [statementDocument(statement), behind];
    };
    result.push(oneLine ? make() : { kind: "lazy", make });
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
    if (head.length > 0) parts.push(parts.length > 0 ? " " : "", segments(head, first, true));
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

/** A block stays on one line if it was written so and there is at most one block in it, which is its only statement. */
function staysOnOneLine(block: Bracketed): boolean {
  if (!block.oneLine) return false;
  const blocks = block.children.filter(isBlock);
  const [only] = blocks;
  if (only === undefined) return true;
  // A block ends its statement even where no end of line follows.
  return blocks.length === 1 && splitMembers(block.children).length === 1 && staysOnOneLine(only);
}

function isBlock(node: Node): node is Bracketed {
  return node.kind === "bracketed" && node.sort === "block";
}

function blockDocument(block: Bracketed): Document {
  const inner = members(block.children, staysOnOneLine(block));
  const comments = ownLines(block.close.leading, block.children.length > 0);
  const empty = block.children.length === 0 && comments.length === 0;
  const open = leafText(block.open, block.open);
  if (empty) return [open, leafText(block.close, block.close)];
  return [open, indent([line, inner, comments]), line, leafText(block.close, block.close)];
}
