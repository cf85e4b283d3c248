import type { IToken, TokenType } from "chevrotain";
import { Reporter } from "../reporter.js";
import { makeToken, retype } from "../scanner.js";
import { TokenSource } from "../token-source.js";
import type { Role } from "../token-window.js";
import * as tokens from "../tokens.js";

/** A comment on a line of its own. */
export interface OwnLineComment {
  readonly text: string;
  /** Whether a blank line is in front of it. */
  readonly blankBefore: boolean;
}

/** A token with what the layout wants to know about its surroundings. */
export interface Leaf {
  readonly kind: "leaf";
  readonly type: TokenType;
  readonly image: string;
  readonly role: Role | undefined;
  /** Comments above it. */
  readonly leading: readonly OwnLineComment[];
  /** The comment behind it on its line. */
  trailing: string | undefined;
  /** Whether it was the first token of its line. */
  readonly lineBefore: boolean;
  /** Whether a blank line is right in front of it. */
  readonly blankBefore: boolean;
  /** Whether more than one blank stands between it and the token in front of it, on the same line. */
  readonly wideBefore: boolean;
}

/** Brackets and what is in them. */
export interface Bracketed {
  readonly kind: "bracketed";
  readonly sort: "block" | "list" | "paren" | "bracket" | "generic";
  readonly open: Leaf;
  readonly children: Node[];
  readonly close: Leaf;
  /** Whether it was written on one line. */
  readonly oneLine: boolean;
}

/** A piece of the text between two brackets. */
export type Node = Leaf | Bracketed;

/** The tokens of a well-formed text by brackets, with the comments at the tokens they belong to. */
export interface Tree {
  readonly children: Node[];
  /** Comments behind the last token. */
  readonly end: readonly OwnLineComment[];
}

/** Builds the tree. `roles` come from a parse of the same text that reported no error. */
export function buildTree(text: string, roles: ReadonlyMap<number, Role>): Tree {
  const source = new TokenSource(text, 0, new Reporter());
  const root: Node[] = [];
  const open: { readonly leaf: Leaf; readonly start: number; readonly children: Node[] }[] = [];
  let children = root;
  let previous: Leaf | undefined;
  let previousEnd = 0;
  let comment = 0;

  /** Hands the comments in front of `start` to the token before or behind them. */
  const collect = (start: number): readonly OwnLineComment[] => {
    let next = source.comments[comment];
    if (next === undefined || next.start >= start) return NO_COMMENTS;
    const leading: OwnLineComment[] = [];
    for (; next !== undefined && next.start < start; next = source.comments[comment]) {
      const breaks = lineBreaks(text, previousEnd, next.start);
      if (previous !== undefined && leading.length === 0 && breaks === 0) previous.trailing = next.text;
      else leading.push({ text: next.text, blankBefore: breaks > 1 });
      previousEnd = next.end;
      comment += 1;
    }
    return leading;
  };

  for (let piece = source.next(); piece !== undefined; piece = source.next()) {
    for (const token of splitTokens(piece, roles)) {
      if (token.tokenType === tokens.LineEnd) {
        children.push(LINE_END);
        continue;
      }
      const role = roles.get(token.startOffset);
      const leading = collect(token.startOffset);
      const breaks = lineBreaks(text, previousEnd, token.startOffset);
      const leaf: Leaf = {
        kind: "leaf",
        type: token.tokenType,
        image: token.image,
        role,
        leading,
        trailing: undefined,
        lineBefore: breaks > 0,
        blankBefore: breaks > 1,
        wideBefore: breaks === 0 && token.startOffset - previousEnd > 1,
      };
      previous = leaf;
      previousEnd = token.startOffset + token.image.length;
      if (opens(token, role)) {
        open.push({ leaf, start: token.startOffset, children });
        children = [];
      } else if (closes(token, role)) {
        const opener = open.pop();
        if (opener === undefined)
          throw new Error("a closing bracket without an opening one in a well-formed text");
        const node: Bracketed = {
          kind: "bracketed",
          sort: sortOf(opener.leaf),
          open: opener.leaf,
          children,
          close: leaf,
          oneLine: !text.slice(opener.start, token.startOffset).includes("\n"),
        };
        children = opener.children;
        children.push(node);
      } else children.push(leaf);
    }
  }
  return { children: root, end: collect(text.length + 1) };
}

const NO_COMMENTS: readonly OwnLineComment[] = [];

/** All ends of lines are alike: no comment is attached to them. */
const LINE_END: Leaf = {
  kind: "leaf",
  type: tokens.LineEnd,
  image: "\n",
  role: undefined,
  leading: NO_COMMENTS,
  trailing: undefined,
  lineBefore: false,
  blankBefore: false,
  wideBefore: false,
};

/** `>>` and `>=` whose first half closes generics, in two. The other tokens as they are. */
function splitTokens(piece: readonly IToken[], roles: ReadonlyMap<number, Role>): IToken[] {
  const result: IToken[] = [];
  for (const token of piece) {
    const glued = token.tokenType === tokens.ShiftRight || token.tokenType === tokens.GreaterEqual;
    if (glued && roles.get(token.startOffset) === "generic") {
      result.push(makeToken(tokens.Greater, ">", token.startOffset));
      retype(token, token.tokenType === tokens.ShiftRight ? tokens.Greater : tokens.Equals);
      token.image = token.image.slice(1);
      token.startOffset += 1;
    }
    result.push(token);
  }
  return result;
}

/** How many line breaks are between two offsets, 2 for more. */
function lineBreaks(text: string, start: number, end: number): number {
  let found = 0;
  for (let index = start; index < end && found < 2; index += 1) if (text.charCodeAt(index) === 10) found += 1;
  return found;
}

function opens(token: IToken, role: Role | undefined): boolean {
  switch (token.tokenType) {
    case tokens.LParen:
    case tokens.LBracket:
    case tokens.LBrace:
      return true;
    default:
      return token.tokenType === tokens.Less && role === "generic";
  }
}

function closes(token: IToken, role: Role | undefined): boolean {
  switch (token.tokenType) {
    case tokens.RParen:
    case tokens.RBracket:
    case tokens.RBrace:
      return true;
    default:
      return token.tokenType === tokens.Greater && role === "generic";
  }
}

function sortOf(open: Leaf): Bracketed["sort"] {
  switch (open.type) {
    case tokens.LParen:
      return "paren";
    case tokens.LBracket:
      return "bracket";
    case tokens.LBrace:
      return open.role === "block" ? "block" : "list";
    default:
      return "generic";
  }
}
