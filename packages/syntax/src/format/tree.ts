import type { IToken, TokenType } from "chevrotain";
import { Reporter } from "../reporter.js";
import { makeToken, retype, TokenSource } from "../token-source.js";
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
  /** Whether a blank line is right in front of it. */
  readonly blankBefore: boolean;
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
  const collect = (start: number): OwnLineComment[] => {
    const leading: OwnLineComment[] = [];
    for (
      let next = source.comments[comment];
      next !== undefined && next.start < start;
      next = source.comments[comment]
    ) {
      const gap = text.slice(previousEnd, next.start);
      if (previous !== undefined && leading.length === 0 && !gap.includes("\n"))
        previous.trailing = next.text;
      else leading.push({ text: next.text, blankBefore: isBlank(gap) });
      previousEnd = next.end;
      comment += 1;
    }
    return leading;
  };

  for (let piece = source.next(); piece !== undefined; piece = source.next()) {
    for (const token of splitTokens(piece, roles)) {
      const role = roles.get(token.startOffset);
      if (token.tokenType === tokens.LineEnd) {
        children.push({
          kind: "leaf",
          type: token.tokenType,
          image: token.image,
          role: undefined,
          leading: [],
          trailing: undefined,
          blankBefore: false,
        });
        continue;
      }
      const leading = collect(token.startOffset);
      const blankBefore = isBlank(text.slice(previousEnd, token.startOffset));
      const leaf: Leaf = {
        kind: "leaf",
        type: token.tokenType,
        image: token.image,
        role,
        leading,
        trailing: undefined,
        blankBefore,
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

/** `>>` and `>=` whose first half closes generics, in two. */
function* splitTokens(piece: readonly IToken[], roles: ReadonlyMap<number, Role>): Generator<IToken> {
  for (const token of piece) {
    const glued = token.tokenType === tokens.ShiftRight || token.tokenType === tokens.GreaterEqual;
    if (glued && roles.get(token.startOffset) === "generic") {
      yield makeToken(tokens.Greater, ">", token.startOffset);
      retype(token, token.tokenType === tokens.ShiftRight ? tokens.Greater : tokens.Equals);
      token.image = token.image.slice(1);
      token.startOffset += 1;
    }
    yield token;
  }
}

function isBlank(gap: string): boolean {
  return gap.indexOf("\n") !== gap.lastIndexOf("\n");
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
