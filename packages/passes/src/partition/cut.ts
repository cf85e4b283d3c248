/**
 * Cuts a weighted graph into a few parts of about equal cost with little between them: heavy-edge agglomeration under a cap, packing by
 * longest processing time with affinity, then moves that lower the cut. (The coarsening and the moves are the idea of Karypis and Kumar,
 * "A fast and high quality multilevel scheme for partitioning irregular graphs", 1998, and of Fiduccia and Mattheyses, 1982, without
 * their levels and buckets; the packing is Graham's, 1969.) O(e log e) for e edges. Ties go to the smaller number, so the result depends on
 * the graph alone.
 */
import { DisjointSets } from "./groups.js";

/** Something between two nodes that costs `weight` if it is cut. */
export interface Edge {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

/** A graph. Costs are vectors: one number for each phase of a cycle, because each phase needs its own balance. */
export interface Graph {
  readonly costs: readonly (readonly number[])[];
  readonly edges: readonly Edge[];
}

/** Pieces for each part: enough to balance the parts, few enough that packing sees whole neighbourhoods. */
const PIECES = 4;
const PASSES = 4;

/**
 * Gives each node a part.
 *
 * @param parts at most so many, ≥ 1
 * @param balance how much more than its share a part may cost: 0.1 is a tenth
 * @returns by node: its part, `0 <= part < parts`; some parts may be empty
 */
export function cutGraph(graph: Graph, parts: number, balance: number): number[] {
  const phases = graph.costs[0]?.length ?? 0;
  const share = (phase: number): number =>
    graph.costs.reduce((sum, cost) => sum + (cost[phase] ?? 0), 0) / parts;
  const most = (phase: number): number =>
    graph.costs.reduce((result, cost) => Math.max(result, cost[phase] ?? 0), 0);
  const caps = Array.from({ length: phases }, (_, phase) =>
    Math.max(share(phase) * (1 + balance), most(phase)),
  );
  const edges = mergeEdges(graph.edges);
  const pieces = agglomerate(
    { costs: graph.costs, edges },
    Array.from({ length: phases }, (_, phase) => share(phase) / PIECES),
  );
  const neighbours = adjacency(graph.costs.length, edges);
  const packing = new Packing(graph.costs, neighbours, parts, caps);
  packing.pack(pieces);
  packing.relieve();
  for (let pass = 0; pass < PASSES; pass += 1) if (!packing.refine()) break;
  return packing.partOf;
}

/** One edge for each pair, `a < b`, in ascending order. */
function mergeEdges(edges: readonly Edge[]): Edge[] {
  const sorted = edges
    .filter(({ a, b }) => a !== b)
    .map(({ a, b, weight }) => ({ a: Math.min(a, b), b: Math.max(a, b), weight }))
    .toSorted((left, right) => left.a - right.a || left.b - right.b);
  const merged: Edge[] = [];
  for (const edge of sorted) {
    const last = merged.at(-1);
    if (last?.a === edge.a && last.b === edge.b)
      merged[merged.length - 1] = { ...last, weight: last.weight + edge.weight };
    else merged.push(edge);
  }
  return merged;
}

/** Joins the ends of the heaviest edges first, as long as the piece stays under the cap. */
function agglomerate(graph: Graph, caps: readonly number[]): number[][] {
  const sets = new DisjointSets(graph.costs.length);
  const sums = graph.costs.map((cost) => [...cost]);
  for (const { a, b } of graph.edges.toSorted((left, right) => right.weight - left.weight)) {
    const [first, second] = [sets.find(a), sets.find(b)];
    if (first === second) continue;
    const sum = caps.map((_, phase) => (sums[first]?.[phase] ?? 0) + (sums[second]?.[phase] ?? 0));
    if (sum.some((cost, phase) => cost > (caps[phase] ?? 0))) continue;
    sets.union(first, second);
    sums[sets.find(first)] = sum;
  }
  const pieces = graph.costs.map((): number[] => []);
  graph.costs.forEach((_, node) => pieces[sets.find(node)]?.push(node));
  return pieces.filter((piece) => piece.length > 0);
}

interface Neighbour {
  readonly node: number;
  readonly weight: number;
}

function adjacency(size: number, edges: readonly Edge[]): Neighbour[][] {
  const result = Array.from({ length: size }, (): Neighbour[] => []);
  for (const { a, b, weight } of edges) {
    result[a]?.push({ node: b, weight });
    result[b]?.push({ node: a, weight });
  }
  return result;
}

const UNPACKED = -1;

/** Parts in the making. */
class Packing {
  readonly partOf: number[];
  readonly #costs: readonly (readonly number[])[];
  readonly #neighbours: readonly (readonly Neighbour[])[];
  readonly #caps: readonly number[];
  /** By part and phase. */
  readonly #loads: number[][];

  constructor(
    costs: readonly (readonly number[])[],
    neighbours: readonly (readonly Neighbour[])[],
    parts: number,
    caps: readonly number[],
  ) {
    this.#costs = costs;
    this.#neighbours = neighbours;
    this.#caps = caps;
    this.#loads = Array.from({ length: parts }, () => caps.map(() => 0));
    this.partOf = costs.map(() => UNPACKED);
  }

  /** The largest piece first, to the part that it talks to most and that has room; else to the one that ends least full. */
  pack(pieces: readonly (readonly number[])[]): void {
    const weighed = pieces.map((piece) => {
      const cost = this.#caps.map((_, phase) =>
        piece.reduce((sum, node) => sum + (this.#costs[node]?.[phase] ?? 0), 0),
      );
      return { piece, cost, size: this.#fullness(cost) };
    });
    for (const { piece, cost } of weighed.toSorted((left, right) => right.size - left.size)) {
      const part = this.#choose(cost, this.#connections(piece));
      for (const node of piece) this.#move(node, part);
    }
  }

  /** Takes nodes out of parts over their caps, those first that lose least, to the neighbour with room that they talk to most. */
  relieve(): void {
    for (let part = 0; part < this.#loads.length; part += 1) {
      if (this.#fits(part, [])) continue;
      const members = this.partOf.flatMap((own, node) => (own === part ? [node] : []));
      const ranked = members.map((node) => {
        const connections = this.#connections([node]);
        const own = connections[part] ?? 0;
        connections[part] = 0;
        return { node, gain: Math.max(...connections) - own };
      });
      for (const { node } of ranked.toSorted((left, right) => right.gain - left.gain)) {
        if (this.#fits(part, [])) break;
        const target = this.#choose(this.#costs[node] ?? [], this.#connections([node]));
        if (this.#fits(target, this.#costs[node] ?? [])) this.#move(node, target);
      }
    }
  }

  /** Moves single nodes to where most of their neighbours are. True if any moved. */
  refine(): boolean {
    let moved = false;
    for (let node = 0; node < this.partOf.length; node += 1) {
      const from = this.partOf[node] ?? 0;
      const connections = this.#connections([node]);
      let best = from;
      for (let part = 0; part < this.#loads.length; part += 1) {
        if (part === from || !this.#fits(part, this.#costs[node] ?? [])) continue;
        if ((connections[part] ?? 0) > (connections[best] ?? 0)) best = part;
      }
      if (best === from) continue;
      this.#move(node, best);
      moved = true;
    }
    return moved;
  }

  #move(node: number, part: number): void {
    const from = this.#loads[this.partOf[node] ?? UNPACKED];
    const to = this.#loads[part];
    this.#costs[node]?.forEach((cost, phase) => {
      if (from !== undefined) from[phase] = (from[phase] ?? 0) - cost;
      if (to !== undefined) to[phase] = (to[phase] ?? 0) + cost;
    });
    this.partOf[node] = part;
  }

  /** By part: the weight of what the nodes share with it. */
  #connections(nodes: readonly number[]): number[] {
    const result = this.#loads.map(() => 0);
    for (const node of nodes) {
      for (const { node: other, weight } of this.#neighbours[node] ?? []) {
        const part = this.partOf[other] ?? UNPACKED;
        if (part !== UNPACKED) result[part] = (result[part] ?? 0) + weight;
      }
    }
    return result;
  }

  #choose(cost: readonly number[], connections: readonly number[]): number {
    const filled = this.#loads.map((load) =>
      this.#fullness(load.map((sum, phase) => sum + (cost[phase] ?? 0))),
    );
    let best: number | undefined;
    for (let part = 0; part < filled.length; part += 1) {
      if (!this.#fits(part, cost)) continue;
      const gain = best === undefined ? 1 : (connections[part] ?? 0) - (connections[best] ?? 0);
      if (gain > 0 || (gain === 0 && (filled[part] ?? 0) < (filled[best ?? part] ?? 0))) best = part;
    }
    return best ?? filled.indexOf(Math.min(...filled));
  }

  #fits(part: number, cost: readonly number[]): boolean {
    return this.#caps.every(
      (cap, phase) => (this.#loads[part]?.[phase] ?? 0) + (cost[phase] ?? 0) <= cap + 1e-9,
    );
  }

  /** The phase that is closest to its cap decides. */
  #fullness(load: readonly number[]): number {
    return load.reduce((most, sum, phase) => {
      const cap = this.#caps[phase] ?? 0;
      return cap > 0 ? Math.max(most, sum / cap) : most;
    }, 0);
  }
}
