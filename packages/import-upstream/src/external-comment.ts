/**
 * Finds the end of a comment `// External: …`. Mostly that is the end of its line. Where a module is used by `triggered()`, the comment
 * quotes the whole module, of which only the first line is commented out; it ends in front of the next `//  .usedby`.
 */

const OPENING = "// External:";

/**
 * Offset behind the comment that starts at `offset`, or `undefined` where none starts. Line ends at its end are not part of it.
 *
 * @example scanExternal("// External: a = b + c\n", 0) // 22
 */
export function scanExternal(text: string, offset: number): number | undefined {
  if (!text.startsWith(OPENING, offset)) return undefined;
  return trimEnd(text, offset, externalEnd(text, offset));
}

/** May end behind a line break. */
function externalEnd(text: string, offset: number): number {
  const lineEnd = endOfLine(text, offset);
  const rest = text.slice(offset + OPENING.length, lineEnd).trim();
  const quotesModule =
    rest === "" || rest.startsWith("#[") || rest.startsWith(OPENING) || /^[A-Za-z_]\w* = module\b/.test(rest);
  if (!quotesModule) return lineEnd;
  return moduleEnd(text, offset + OPENING.length) ?? lineEnd;
}

/** Offset behind the module that is quoted from `offset` on: it has comments of its own, attributes, a head, lines, and a `}` indented by two. */
function moduleEnd(text: string, offset: number): number | undefined {
  let at = offset;
  let inBody = false;
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    const line = text.slice(at, lineEnd);
    const trimmed = line.trim();
    if (inBody) {
      if (/^ {2}\}\s*$/.test(line)) return lineEnd;
    } else if (trimmed.startsWith(OPENING)) {
      at = externalEnd(text, at + line.indexOf(OPENING)) + 1;
      continue;
    } else if (/^[A-Za-z_]\w* = module\b/.test(trimmed)) {
      inBody = true;
    } else if (trimmed !== "" && !trimmed.startsWith("#[") && !/^\/\/\s+\.usedby:/.test(trimmed)) {
      return undefined;
    }
    at = lineEnd + 1;
  }
  return undefined;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

function trimEnd(text: string, start: number, end: number): number {
  let at = Math.min(end, text.length);
  while (at > start && /\s/.test(text[at - 1] ?? "")) at -= 1;
  return at;
}
