import { createDiagnostic, type Diagnostic } from "@assassyn/diagnostics";
import type { SourceUnit } from "./ast.js";
import { ItemParser } from "./item-parser.js";
import { messages } from "./messages.js";
import { MAXIMUM_NESTING } from "./base-parser.js";
import type { Role } from "./token-window.js";

/** Longest text that is parsed, in UTF-16 code units. */
export const MAXIMUM_LENGTH = 1 << 26;

/** What {@link parse} returns: always a tree, with what could be read, and the reasons for what could not. */
export interface ParseResult {
  readonly unit: SourceUnit;
  /** By place in the file. Empty where the text is well formed. */
  readonly diagnostics: Diagnostic[];
}

class Parser extends ItemParser {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  parse(text: string, file: number, roles?: Map<number, Role>): ParseResult {
    this.load(text, file);
    this.roles = roles;
    try {
      const items = this.#items();
      const unit: SourceUnit = {
        kind: "unit",
        items,
        comments: this.source.comments,
        file,
        start: 0,
        end: text.length,
      };
      return { unit, diagnostics: this.reporter.finish() };
    } finally {
      this.roles = undefined;
      this.unload();
    }
  }

  #items(): SourceUnit["items"] {
    try {
      return this.file_();
    } catch (failure) {
      // The limits on nesting keep an ordinary stack safe; a host that calls with little stack left gets the same diagnostic.
      if (!(failure instanceof RangeError)) throw failure;
      const at = Math.max(0, this.behind());
      this.report(
        messages["too-deep"],
        { limit: MAXIMUM_NESTING, what: "the nesting of brackets and blocks" },
        { file: this.file, start: at, end: at },
      );
      return [];
    }
  }
}

let shared: Parser | undefined;

/**
 * Parses one file. Never throws for a bad text: what cannot be read is reported (at most 100 errors), skipped, and the rest is in the tree.
 *
 * @param text the source; may start with a byte order mark
 * @param file index of the source in the compilation's list, for the spans
 * @example
 * const { unit, diagnostics } = parse("const N = 4", 0);
 */
export function parse(text: string, file: number): ParseResult {
  return parseWithRoles(text, file);
}

/** {@link parse} that also fills `roles` with what ambiguous signs mean, by offset. */
export function parseWithRoles(text: string, file: number, roles?: Map<number, Role>): ParseResult {
  if (text.length > MAXIMUM_LENGTH) {
    const diagnostic = tooLarge(text.length, file);
    return {
      unit: { kind: "unit", items: [], comments: [], file, start: 0, end: text.length },
      diagnostics: [diagnostic],
    };
  }
  shared ??= new Parser();
  return shared.parse(text, file, roles);
}

function tooLarge(length: number, file: number): Diagnostic {
  return createDiagnostic(
    messages["too-large"],
    { length, limit: MAXIMUM_LENGTH },
    { file, start: 0, end: 0 },
  );
}
