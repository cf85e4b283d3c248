/** Statements of the printed source, before they are text. */

/** A line, or a block that `else` may follow. */
export type Statement =
  | { readonly kind: "line"; readonly text: string }
  | {
      readonly kind: "when";
      /** `when c` or `at 3`. */
      readonly head: string;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    };

export function line(text: string): Statement {
  return { kind: "line", text };
}

/** The statements as lines; blanks at their beginning are left to the formatter. */
export function renderStatements(statements: readonly Statement[]): string[] {
  const lines: string[] = [];
  for (const statement of statements) {
    if (statement.kind === "line") {
      lines.push(statement.text);
      continue;
    }
    let current = statement;
    lines.push(`${current.head} {`);
    for (;;) {
      lines.push(...renderStatements(current.then));
      const [only] = current.otherwise;
      if (current.otherwise.length !== 1 || only?.kind !== "when" || !only.head.startsWith("when ")) break;
      lines.push(`} else ${only.head} {`);
      current = only;
    }
    if (current.otherwise.length > 0) lines.push("} else {", ...renderStatements(current.otherwise));
    lines.push("}");
  }
  return lines;
}
