/** The notation of DOT, https://graphviz.org/doc/info/lang.html: quoting and attributes, nothing about designs. */

/** Any text as a quoted id. A line break becomes `\n`, which labels show as one. */
export function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** Text inside an HTML-like label. */
export function htmlText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/\s/g, " ");
}

/**
 * A label of cells one below the other, which edges can name. Records have them too, but Graphviz fails on edges between neighbouring
 * records of one rank.
 *
 * @param cells texts, each with the name of its cell
 */
export function tableLabel(
  title: string,
  cells: readonly { readonly name: string; readonly text: string }[],
  colour: string,
): string {
  const rows = [
    `<tr><td><b>${htmlText(title)}</b></td></tr>`,
    ...cells.map(({ name, text }) => `<tr><td port="${name}" align="left">${htmlText(text)}</td></tr>`),
  ];
  return `<<table border="0" cellborder="1" cellspacing="0" bgcolor="${colour}">${rows.join("")}</table>>`;
}

/** `[key=value, …]` in the order given; empty where there is nothing to say. Values are quoted ids, plain words or labels of cells. */
export function attributes(values: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value}`],
  );
  return parts.length === 0 ? "" : ` [${parts.join(", ")}]`;
}
