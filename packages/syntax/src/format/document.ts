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
  const lines: string[] = [];
  let current = "";
  let indentation = 0;
  /** A comment ended the line, or a break is due: whatever comes next starts a new line. */
  let due = false;
  const stack: Command[] = [{ document, indentation: 0, flat: false }];

  const startLine = (): void => {
    lines.push(current.trimEnd());
    current = "";
    due = false;
  };

  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { document: part, flat } = command;
    indentation = command.indentation;
    if (typeof part === "string") {
      if (part === "") continue;
      if (due) {
        if (part.trim() === "") continue;
        startLine();
      }
      if (current === "") current = " ".repeat(indentation);
      current += current.trim() === "" ? part.trimStart() : part;
      continue;
    }
    if (isList(part)) {
      for (let index = part.length - 1; index >= 0; index -= 1)
        stack.push({ document: part[index] ?? "", indentation, flat });
      continue;
    }
    switch (part.kind) {
      case "line":
        if (flat && !part.hard) stack.push({ document: part.flat, indentation, flat });
        else due ||= current.trim() !== "";
        break;
      case "indent":
        stack.push({ document: part.content, indentation: indentation + 2, flat });
        break;
      case "group": {
        const column = due || current === "" ? indentation : current.length;
        stack.push({
          document: part.content,
          indentation,
          flat: !part.broken && fits(part.content, width - column, stack),
        });
        break;
      }
      case "trailing":
        current = `${current.trimEnd()} ${part.text}`;
        due = true;
        break;
      case "own-line":
        if (current.trim() !== "") startLine();
        current = " ".repeat(indentation) + part.text;
        due = true;
        break;
      case "blank":
        if (current.trim() !== "") startLine();
        if (lines.length > 0 && lines.at(-1) !== "") lines.push("");
        break;
    }
  }
  if (current.trim() !== "") startLine();
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Whether `content` on one line, and what follows up to the next break of a broken group, is at most `room` long. */
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
        stack.push({ document: part.content, flat: flat || !part.broken });
        break;
      case "trailing":
      case "own-line":
      case "blank":
        // A comment may be as long as it is.
        return true;
    }
  }
}
