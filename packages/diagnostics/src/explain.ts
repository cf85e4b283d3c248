import type { Message, Severity } from "./diagnostic.js";

/** What is known of a message without its arguments. */
export interface ExplainedMessage {
  readonly code: string;
  readonly severity: Severity;
  /** Markdown. */
  readonly explain: string;
}

/**
 * Puts the catalogues of several packages together, so that any code can be looked up. Throws if two of them share a code, which is a
 * mistake in a package or plugin.
 *
 * @example
 * const known = collectMessages([syntaxMessages, frontendMessages]);
 * known.get("syntax/missing-closing")?.explain;
 * suggestNearest("syntax/mising-closing", known.keys()); // "syntax/missing-closing"
 */
export function collectMessages(
  catalogues: Iterable<Readonly<Record<string, Message<never>>>>,
): ReadonlyMap<string, ExplainedMessage> {
  const result = new Map<string, ExplainedMessage>();
  for (const catalogue of catalogues) {
    for (const { code, severity, explain } of Object.values(catalogue)) {
      if (result.has(code)) throw new Error(`two messages have the code "${code}"`);
      result.set(code, { code, severity, explain });
    }
  }
  return result;
}

/** The long form of a message as `assassyn explain` prints it, ending with a line break. */
export function renderExplanation(message: ExplainedMessage): string {
  return `${message.code} (${message.severity})\n\n${message.explain.trimEnd()}\n`;
}
