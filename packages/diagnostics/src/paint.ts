import { assertNever } from "./assert-never.js";

/** What a piece of a rendered message is. */
export type Style = "error" | "warning" | "note" | "message" | "frame" | "primary" | "label" | "help";

/** Puts a piece of text into the colour of its style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** A paint with ANSI colours, or one that does nothing. */
export function createPaint(color: boolean): Paint {
  return color ? (style, text) => `\u001b[${ansiCode(style)}m${text}\u001b[0m` : (_style, text) => text;
}

function ansiCode(style: Style): string {
  switch (style) {
    case "error":
      return "1;31";
    case "warning":
      return "1;33";
    case "note":
      return "1;36";
    case "message":
      return "1";
    case "frame":
      return "34";
    case "primary":
      return "31";
    case "label":
      return "36";
    case "help":
      return "32";
    default:
      return assertNever(style);
  }
}
