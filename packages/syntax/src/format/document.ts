import { alignLines, type Divider, type Line } from "./align.js";

/**
 * A small document language for layout, after P. Wadler, "A prettier printer" (2003): text with places where a line may break,
 * in groups that are laid out on one line if they fit, and else broken at all their own places.
 */
export type Document =
  | string
  | readonly Document[]
  | {
      readonly kind: "line";
      /** What stands here while the group is on one line. */ readonly flat: string;
      readonly hard: boolean;
    }
  | { readonly kind: "indent"; readonly content: Document }
  | { readonly kind: "group"; readonly content: Document; readonly broken: boolean }
  /** `first` if it fits up to where it breaks in any case, else the other. */
  | { readonly kind: "choice"; readonly first: Document; readonly otherwise: Document }
  /** A blank in front of a sign that may be aligned with those of the lines around, see {@link Divider}. */
  | { readonly kind: "divider"; readonly sign: string; readonly wide: boolean }
  /** Made when it is printed, so that the document of a large file is never in memory at once. Stands only where lines break anyway. */
  | { readonly kind: "lazy"; readonly make: () => Document }
  /** A comment behind something on its line; the line ends after it. */
  | { readonly kind: "trailing"; readonly text: string }
  /** A comment on a line of its own; the line ends in front of it and after it. */
  | { readonly kind: "own-line"; readonly text: string }
  /** One blank line in front of what comes next. */
  | { readonly kind: "blank" };

/** A break that is a blank on one line. */
export const line: Document = { kind: "line", flat: " ", hard: false };
/** A break that is nothing on one line. */
export const softLine: Document = { kind: "line", flat: "", hard: false };
/** A break that always breaks, and every group around it. */
export const hardLine: Document = { kind: "line", flat: "", hard: true };
/** A break between statements of a one-line block. */
export const statementLine: Document = { kind: "line", flat: "; ", hard: false };

/** A group; broken from the start where something in it cannot be on one line. */
export function group(content: Document, broken = false): Document {
  return { kind: "group", content, broken: broken || forcesBreak(content) };
}

/** See {@link Document}. */
export const blank: Document = { kind: "blank" };

export function indent(content: Document): Document {
  return { kind: "indent", content };
}

/** Whether a document cannot stand on one line. Groups know, so nothing is walked twice. */
export function forcesBreak(document: Document): boolean {
  if (typeof document === "string") return false;
  if (isList(document)) return document.some(forcesBreak);
  switch (document.kind) {
    case "line":
      return document.hard;
    case "indent":
      return forcesBreak(document.content);
    case "group":
      return document.broken;
    case "choice":
      return forcesBreak(document.first);
    case "divider":
      return false;
    case "lazy":
    case "trailing":
    case "own-line":
    case "blank":
      return true;
  }
}

/** `Array.isArray` that keeps the readonly element type. */
function isList(document: Document): document is readonly Document[] {
  return Array.isArray(document);
}

interface Command {
  readonly document: Document;
  readonly indentation: number;
  readonly flat: boolean;
}

/**
 * Lays a document out in lines of at most `width` columns where the breaks allow it. Ends with one line break, unless empty.
 * Time is proportional to the length of the output: a group is measured only up to the width of a line.
 */
export function render(document: Document, width: number): string {
  const lines: Line[] = [];
  /** The line so far, without its comment; empty until something but a blank came. */
  let text = "";
  let indentation = 0;
  let comment: string | undefined;
  let divider: Divider | undefined;
  /** A comment ended the line, or a break is due: whatever comes next starts a new line. */
  let due = false;
  const stack: Command[] = [{ document, indentation: 0, flat: false }];

  const endLine = (): void => {
    if (text !== "") lines.push({ text: text.trimEnd(), indentation: lineIndentation, divider, comment });
    text = "";
    comment = undefined;
    divider = undefined;
    due = false;
  };
  let lineIndentation = 0;
  const startLine = (): void => {
    lineIndentation = indentation;
    text = " ".repeat(indentation);
  };

  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { document: part, flat } = command;
    indentation = command.indentation;
    if (typeof part === "string") {
      if (part === "") continue;
      if (due || text === "") {
        if (part === " ") continue;
        if (due) endLine();
        startLine();
      }
      text += part;
      continue;
    }
    if (isList(part)) {
      if (part.length > LONG_LIST) {
        const middle = part.length >> 1;
        stack.push({ document: part.slice(middle), indentation, flat });
        stack.push({ document: part.slice(0, middle), indentation, flat });
        continue;
      }
      for (let index = part.length - 1; index >= 0; index -= 1)
        stack.push({ document: part[index] ?? "", indentation, flat });
      continue;
    }
    switch (part.kind) {
      case "line":
        if (flat && !part.hard) stack.push({ document: part.flat, indentation, flat });
        else due ||= text !== "";
        break;
      case "indent":
        stack.push({ document: part.content, indentation: indentation + 2, flat });
        break;
      case "group": {
        const column = due || text === "" ? indentation : text.length;
        stack.push({
          document: part.content,
          indentation,
          flat: !part.broken && fits(part.content, width - column, stack),
        });
        break;
      }
      case "choice": {
        const column = due || text === "" ? indentation : text.length;
        const chosen = fits(part.first, width - column, stack) ? part.first : part.otherwise;
        stack.push({ document: chosen, indentation, flat: false });
        break;
      }
      case "divider":
        if (due || text === "") break;
        text += " ";
        if (!flat) divider ??= { at: text.length, sign: part.sign, wide: part.wide };
        break;
      case "lazy":
        stack.push({ document: part.make(), indentation, flat });
        break;
      case "trailing":
        if (text === "" || comment !== undefined) {
          endLine();
          startLine();
          text += part.text;
        } else comment = part.text;
        due = true;
        break;
      case "own-line":
        endLine();
        startLine();
        text += part.text;
        due = true;
        break;
      case "blank":
        endLine();
        if (lines.length > 0 && lines.at(-1) !== BLANK_LINE) lines.push(BLANK_LINE);
        break;
    }
  }
  endLine();
  return lines.length === 0 ? "" : `${alignLines(lines, width).join("\n")}\n`;
}

/** Longer lists are halved rather than put on the stack at once, where their elements would outlive many garbage collections. */
const LONG_LIST = 64;

const BLANK_LINE: Line = { text: "", indentation: 0, divider: undefined, comment: undefined };

/** Whether `content` on one line, and what follows up to the next place where a line may or must break, is at most `room` long. */
function fits(content: Document, room: number, rest: readonly Command[]): boolean {
  let left = room;
  let next = rest.length - 1;
  const stack: { readonly document: Document; readonly flat: boolean }[] = [
    { document: content, flat: true },
  ];
  for (;;) {
    if (left < 0) return false;
    let command = stack.pop();
    if (command === undefined) {
      command = rest[next];
      next -= 1;
      if (command === undefined) return true;
    }
    const { document: part, flat } = command;
    if (typeof part === "string") {
      left -= part.length;
      continue;
    }
    if (isList(part)) {
      for (let index = part.length - 1; index >= 0; index -= 1)
        stack.push({ document: part[index] ?? "", flat });
      continue;
    }
    switch (part.kind) {
      case "line":
        if (!flat || part.hard) return true;
        left -= part.flat.length;
        break;
      case "indent":
        stack.push({ document: part.content, flat });
        break;
      case "group":
        stack.push({ document: part.content, flat: flat && !part.broken });
        break;
      case "choice":
        stack.push({ document: part.first, flat });
        break;
      case "divider":
        left -= 1;
        break;
      case "lazy":
      case "trailing":
      case "own-line":
      case "blank":
        // A comment may be as long as it is.
        return true;
    }
  }
}
