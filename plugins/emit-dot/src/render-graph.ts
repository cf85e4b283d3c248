/** From a system to the text of its graph. */
import type { ArrayId, ModuleId, System } from "@assassyn/plugin-api";
import { arrayOf, moduleIds, moduleOf, printType } from "@assassyn/plugin-api";
import type { Edge } from "./collect-edges.js";
import { collectEdges } from "./collect-edges.js";
import { attributes, quote, tableLabel } from "./dot-text.js";

/** Which arrays are drawn: none, those that at least two modules access, or all. */
export type ShownArrays = "none" | "shared" | "all";

/** How the graph looks. */
export interface GraphOptions {
  readonly arrays: ShownArrays;
  /** Direction of the layout: left to right, or top to bottom. */
  readonly rankdir: "LR" | "TB";
  /** Draw a frame around the instances of one declaration, where there are at least two. */
  readonly clusters: boolean;
}

/** Names of nodes: short, so that no name of the design can clash with another or with a keyword. */
const moduleNode = (id: number): string => `m${id}`;
const arrayNode = (id: number): string => `a${id}`;
const externNode = (id: number): string => `x${id}`;
const fifoCell = (module: number, port: number): string => `m${module}:p${port}`;

/**
 * The graph as DOT text. It is a function of the system alone: nodes in declaration order, then edges by module.
 *
 * @example
 * renderGraph(system, { arrays: "shared", rankdir: "LR", clusters: true })
 */
export function renderGraph(system: System, options: GraphOptions): string {
  const edges = collectEdges(system);
  const arrays = shownArrays(edges, options.arrays);
  const lines = [
    `digraph ${quote(system.name)} {`,
    `  rankdir=${options.rankdir};`,
    '  node [fontname="Helvetica", fontsize=11];',
    '  edge [fontname="Helvetica", fontsize=9];',
    ...drawModules(system, options),
    ...[...arrays].toSorted((a, b) => a - b).map((id) => `  ${drawArray(system, id)}`),
    ...drawExterns(system, edges),
    ...edges.flatMap((edge) => drawEdge(system, edge, arrays).map((line) => `  ${line}`)),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function shownArrays(edges: readonly Edge[], shown: ShownArrays): ReadonlySet<ArrayId> {
  const users = new Map<ArrayId, number>();
  for (const edge of edges) {
    if (edge.kind === "array") users.set(edge.array, (users.get(edge.array) ?? 0) + 1);
  }
  const least = { none: Infinity, shared: 2, all: 1 }[shown];
  return new Set([...users].flatMap(([id, count]) => (count >= least ? [id] : [])));
}

/** Every module, instances of one declaration together where it has several. */
function drawModules(system: System, options: GraphOptions): string[] {
  const bySource = new Map<string, ModuleId[]>();
  for (const id of moduleIds(system)) {
    const { source, name } = moduleOf(system, id);
    const key = options.clusters ? source : name;
    bySource.set(key, [...(bySource.get(key) ?? []), id]);
  }
  return [...bySource].flatMap(([source, ids], index) => {
    const nodes = ids.map((id) => drawModule(system, id));
    if (ids.length < 2) return nodes.map((node) => `  ${node}`);
    return [
      `  subgraph cluster_${index} {`,
      `    label=${quote(source)};`,
      '    style="rounded,dashed"; color="gray50"; fontname="Helvetica"; fontsize=10;',
      ...nodes.map((node) => `    ${node}`),
      "  }",
    ];
  });
}

/** A stage is a table: its name, and one cell for each FIFO. */
function drawModule(system: System, id: ModuleId): string {
  const { kind, name, ports } = moduleOf(system, id);
  const colour = { stage: "lightblue", driver: "palegreen", testbench: "palegreen", downstream: "khaki" }[
    kind
  ];
  if (kind !== "stage") {
    const shape = kind === "downstream" ? "ellipse" : "box";
    const fill = { style: "filled", fillcolor: quote(colour) };
    return `${moduleNode(id)}${attributes({ shape, label: quote(`${name}\n${kind}`), ...fill })};`;
  }
  const cells = ports.map((port, index) => ({
    name: `p${index}`,
    text: `${port.name}: ${printType(port.type)}${port.depth === undefined ? "" : ` depth ${port.depth}`}`,
  }));
  return `${moduleNode(id)}${attributes({ shape: "plain", label: tableLabel(name, cells, colour) })};`;
}

function drawArray(system: System, id: ArrayId): string {
  const { name, type, size, scalar } = arrayOf(system, id);
  const label = quote(`${name}\n${scalar ? printType(type) : `[${printType(type)}; ${size}]`}`);
  return `${arrayNode(id)}${attributes({ shape: "cylinder", label })};`;
}

function drawExterns(system: System, edges: readonly Edge[]): string[] {
  const used = new Set(edges.flatMap((edge) => (edge.kind === "extern" ? [edge.extern] : [])));
  return system.externs.flatMap((declaration, index) =>
    declaration !== null && [...used].some((id) => id === index)
      ? [
          `  ${externNode(index)}${attributes({ shape: "component", label: quote(`${declaration.name}\nextern`) })};`,
        ]
      : [],
  );
}

function draw(from: string, to: string, values: Readonly<Record<string, string | undefined>>): string[] {
  return [`${from} -> ${to}${attributes(values)};`];
}

function drawEdge(system: System, edge: Edge, arrays: ReadonlySet<ArrayId>): string[] {
  switch (edge.kind) {
    case "push":
      return draw(moduleNode(edge.from), fifoCell(edge.to, edge.port), {});
    case "call":
      return draw(moduleNode(edge.from), moduleNode(edge.to), { label: quote("call"), style: "bold" });
    case "look":
      return draw(fifoCell(edge.from, edge.port), moduleNode(edge.to), {
        label: quote("look"),
        style: "dotted",
      });
    case "use":
      return draw(moduleNode(edge.from), moduleNode(edge.to), {
        label: quote(edge.names.join(", ")),
        style: edge.activates ? "dashed" : "dotted",
      });
    case "array": {
      if (!arrays.has(edge.array)) return [];
      const [array, module] = [arrayNode(edge.array), moduleNode(edge.module)];
      const gray = { color: quote("gray40") };
      if (!edge.writes) return draw(array, module, gray);
      return draw(module, array, edge.reads ? { dir: "both", ...gray } : gray);
    }
    case "extern":
      return draw(moduleNode(edge.module), externNode(edge.extern), { dir: "both" });
  }
}
