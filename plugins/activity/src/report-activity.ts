import type { ModuleKind, Simulation, System } from "@assassyn/plugin-api";
import { moduleIds, moduleOf, portId } from "@assassyn/plugin-api";
import { registerName } from "./registers.js";

/** What a module did. */
export interface ModuleActivity {
  readonly name: string;
  readonly kind: ModuleKind;
  /** Cycles in which its body reached its end. */
  readonly activations: number;
  /** Cycles in which a `wait_until` held it up. */
  readonly stalls: number;
}

/** How full a FIFO was. */
export interface FifoActivity {
  /** `module.port`. */
  readonly name: string;
  /** The declared depth; absent where there is none. */
  readonly depth?: number;
  /** Elements that were pushed. */
  readonly pushes: number;
  /** The most elements that it held behind a cycle. */
  readonly most: number;
  /** Elements that it holds now. */
  readonly left: number;
}

/** What happened in a run, modules and FIFOs in declaration order. Plain data: `JSON.stringify` prints it. */
export interface ActivityReport {
  readonly cycles: number;
  readonly modules: readonly ModuleActivity[];
  readonly fifos: readonly FifoActivity[];
}

/**
 * Reads the counters of the pass `count-activity` from a simulation, at any time between two cycles. Behind a fault they mean nothing.
 *
 * @param system the design behind the passes: the `system` that `compile` returns
 * @throws Error if the pass was not among them
 * @example
 * const { system, outputs } = compile({ entry, host, target: "wasm", emitters: [wasmEmitter], plugins: [activity], passes: ["count-activity"] });
 * simulation.run();
 * console.log(formatActivity(reportActivity(simulation, system)));
 */
export function reportActivity(simulation: Simulation, system: System): ActivityReport {
  const registers = new Set(system.arrays.flatMap((array) => (array === null ? [] : [array.name])));
  const ids = moduleIds(system);
  const [first] = ids;
  if (first !== undefined && !registers.has(registerName({ kind: "tries", module: first })))
    throw new Error(`the system ${system.name} has no counters: the pass count-activity did not run on it`);
  /** A register that nothing needed does not exist. */
  const read = (name: string): number => (registers.has(name) ? Number(simulation.read(name)) : 0);
  const modules = ids.map((module): ModuleActivity => {
    const { name, kind } = moduleOf(system, module);
    const activations = read(registerName({ kind: "activations", module }));
    return { name, kind, activations, stalls: read(registerName({ kind: "tries", module })) - activations };
  });
  const fifos = ids.flatMap((module) => {
    const owner = moduleOf(system, module);
    return owner.ports.map(({ name, depth }, index): FifoActivity => {
      const port = portId(index);
      const full = `${owner.name}.${name}`;
      const left = simulation.fifo(full).length;
      const seen = ids.map((by) => read(registerName({ kind: "most", module, port, by })));
      const most = Math.max(left, read(registerName({ kind: "most-popped", module, port })), ...seen);
      const pushes = ids.reduce(
        (sum, by) => sum + read(registerName({ kind: "pushes", module, port, by })),
        0,
      );
      return { name: full, ...(depth === undefined ? {} : { depth }), pushes, most, left };
    });
  });
  return { cycles: simulation.cycle, modules, fifos };
}

/** A report as two tables, ending with a line break. */
export function formatActivity({ cycles, modules, fifos }: ActivityReport): string {
  const share = (count: number): string => (cycles === 0 ? "" : `${((100 * count) / cycles).toFixed(1)} %`);
  return (
    table(
      ["module", "kind", "activations", "", "stalls", ""],
      modules.map(({ name, kind, activations, stalls }) => [
        name,
        kind,
        String(activations),
        share(activations),
        String(stalls),
        share(stalls),
      ]),
    ) +
    (fifos.length === 0 ? "" : "\n") +
    table(
      ["FIFO", "depth", "pushes", "most", "left"],
      fifos.map(({ name, depth, pushes, most, left }) => [
        name,
        depth === undefined ? "-" : String(depth),
        String(pushes),
        String(most),
        String(left),
      ]),
    )
  );
}

/** Columns of equal width, the first to the left, numbers to the right; nothing for no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const widths = head.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), title.length),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 || /^[a-z]*$/.test(rows[0]?.[column] ?? "")
            ? cell.padEnd(width)
            : cell.padStart(width);
        })
        .join("  ")
        .trimEnd()
        .concat("\n"),
    )
    .join("");
}
