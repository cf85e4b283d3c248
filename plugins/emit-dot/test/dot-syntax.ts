/**
 * A check of the part of DOT that graphs of designs use, for machines without graphviz: statements of nodes, edges, attributes and
 * subgraphs. Returns the first mistake, or undefined.
 */
export function findDotMistake(text: string): string | undefined {
  const tokens =
    text.match(/<<table.*?<\/table>>|"(?:[^"\\]|\\.)*"|->|[{}[\]=;:,]|[A-Za-z_]\w*|\d+|\S/g) ?? [];
  const cells = new Map<string, Set<string>>();
  const edges: { node: string; cell: string | undefined }[] = [];
  let at = 0;
  const next = (): string => tokens[at++] ?? "the end";
  const want = (...allowed: readonly string[]): string => {
    const token = next();
    if (allowed.includes(token)) return token;
    throw new SyntaxError(`unexpected ${token}, not ${allowed.join(" or ")}`);
  };
  const id = (): string => {
    const token = next();
    if (/^(?:"[^]*"|<<[^]*>>|\w+)$/.test(token)) return token;
    throw new SyntaxError(`unexpected ${token}, not an id`);
  };
  const attributes = (): Map<string, string> => {
    const result = new Map<string, string>();
    if (tokens[at] !== "[") return result;
    at += 1;
    do {
      const key = id();
      want("=");
      const value = id();
      if (value.startsWith("<")) checkMarkup(value);
      result.set(key, value);
    } while (want(",", "]") === ",");
    return result;
  };
  const end = (): { node: string; cell: string | undefined } => {
    const node = id();
    if (tokens[at] !== ":") return { node, cell: undefined };
    at += 1;
    return { node, cell: id() };
  };
  const statements = (): void => {
    while (tokens[at] !== "}") {
      if (tokens[at] === "subgraph") {
        at += 1;
        id();
        want("{");
        statements();
        continue;
      }
      const from = end();
      if (tokens[at] === "=") {
        at += 1;
        id();
      } else if (tokens[at] === "->") {
        at += 1;
        edges.push(from, end());
        attributes();
      } else {
        const label = attributes().get("label") ?? "";
        cells.set(from.node, new Set([...label.matchAll(/port="(\w+)"/g)].map(([, cell = ""]) => cell)));
      }
      want(";");
    }
    want("}");
  };
  try {
    want("digraph");
    id();
    want("{");
    statements();
    if (at < tokens.length) return `unexpected ${next()} behind the graph`;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
  for (const { node, cell } of edges) {
    const known = cells.get(node);
    if (known === undefined) return `${node} is not drawn`;
    if (cell !== undefined && !known.has(cell)) return `${node} has no cell ${cell}`;
  }
  return undefined;
}

/** Tags in an HTML-like label are closed in their order, and nothing else has a `<` or a bare `&`. */
function checkMarkup(markup: string): void {
  const open: string[] = [];
  for (const [tag, close, name = ""] of markup.slice(1, -1).matchAll(/<(\/?)(\w*)[^<>]*>|&(?!\w+;)|[<>]/g)) {
    if (name === "") throw new SyntaxError(`unexpected ${tag} in a label`);
    if (close === "") open.push(name);
    else if (open.pop() !== name) throw new SyntaxError(`unexpected ${tag} in a label`);
  }
  if (open.length > 0) throw new SyntaxError(`unexpected end of a label in ${open.join(" ")}`);
}
