import { defineEmitter, definePipeline, definePlugin } from "@assassyn/plugin-api";
import type { Emitter } from "@assassyn/plugin-api";
import { renderGraph } from "./render-graph.js";

/**
 * The target `dot`: one file `graph.dot` with the modules of a design and what flows between them.
 *
 * @example
 * compile({ entry: "main.asyn", host, target: "dot", plugins: [emitDot], emitOptions: { rankdir: "TB" } });
 */
export const dotEmitter: Emitter = defineEmitter({
  target: "dot",
  description: "The graph of the modules for Graphviz",
  options: {
    arrays: {
      type: "choice",
      description: "Arrays to draw: none, those that several modules access, or all",
      choices: ["none", "shared", "all"],
      default: "shared",
    },
    rankdir: {
      type: "choice",
      description: "Direction of the layout: left to right, or top to bottom",
      choices: ["LR", "TB"],
      default: "LR",
    },
    clusters: {
      type: "boolean",
      description: "Frame the instances of one declaration",
      default: true,
    },
  },
  pipeline: "as-written",
  emit: ({ system, options }) => [{ path: "graph.dot", content: renderGraph(system, options) }],
});

/** No pass at all: the graph shows what was written, not what is left of it. */
const asWritten = definePipeline({
  name: "as-written",
  description: "Runs nothing, so that a target sees the design as it was written",
  steps: [],
});

export { collectEdges } from "./collect-edges.js";
export type { Edge } from "./collect-edges.js";
export { renderGraph } from "./render-graph.js";
export type { GraphOptions, ShownArrays } from "./render-graph.js";

/** The plugin `@assassyn/plugin-emit-dot`: the target `dot`, which draws modules, FIFOs and registers for Graphviz. */
export default definePlugin({
  name: "@assassyn/plugin-emit-dot",
  emitters: [dotEmitter],
  pipelines: [asWritten],
});
