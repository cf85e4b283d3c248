import type { Diagnostic } from "@assassyn/diagnostics";
import { parseWithRoles } from "../parser.js";
import type { Role } from "../token-window.js";
import { render } from "./document.js";
import { layoutTree } from "./layout.js";
import { buildTree } from "./tree.js";

/** Columns that lines are broken to where they can be. */
export const LINE_WIDTH = 100;

/** What {@link format} returns. */
export interface FormatResult {
  /** The text in the house style; the text as given where it has errors. */
  readonly text: string;
  /** Why it was not formatted; empty otherwise. The spans have file index 0. */
  readonly diagnostics: Diagnostic[];
}

/**
 * Formats one file: two blanks a level, lines of at most 100 columns, at most one blank line, comments where they were, those behind
 * code aligned. The README of this package lists what is taken from the author.
 * Only blanks and line breaks change (and `;` at the end of a line goes), so the tree stays the same and formatting twice changes nothing.
 *
 * @example
 * format("reg  x:u8").text; // "reg x: u8\n"
 */
export function format(text: string): FormatResult {
  const roles = new Map<number, Role>();
  const { diagnostics } = parseWithRoles(text, 0, roles);
  if (diagnostics.length > 0) return { text, diagnostics };
  return { text: render(layoutTree(buildTree(text, roles)), LINE_WIDTH), diagnostics: [] };
}
