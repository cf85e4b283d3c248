import type { Simulation, System } from "@assassyn/plugin-api";
import type { BodyMap, Condition, ConditionKind } from "./coverage-map.js";
import { counterName, decodeMap } from "./coverage-map.js";

/** A line on which a statement stands. */
export interface LineCoverage {
  /** Counts from 1. */
  readonly line: number;
  /** How often control came there, all instances of the module together. */
  readonly count: number;
}

/** A condition: `when`, `wait_until`, `? :`, an arm of `match`, `select1hot`. */
export interface ConditionCoverage {
  readonly kind: ConditionKind;
  readonly line: number;
  readonly column: number;
  /** How often it was asked. */
  readonly count: number;
  /** How often it came out true and false; for `select1hot` how often each arm was chosen. */
  readonly outcomes: readonly number[];
}

/** A declared module, with its instances. */
export interface ModuleCoverage {
  /** As declared, e.g. `pe`. */
  readonly name: string;
  readonly line: number;
  /** Cycles in which a body reached its end, all instances together. */
  readonly activations: number;
  /** The same for each instance. */
  readonly instances: readonly { readonly name: string; readonly activations: number }[];
}

/** What ran in one source file; lines, conditions and modules in the order of the file. */
export interface FileCoverage {
  /** As the user named it. */
  readonly path: string;
  readonly lines: readonly LineCoverage[];
  readonly conditions: readonly ConditionCoverage[];
  readonly modules: readonly ModuleCoverage[];
}

/** What ran, by source file in the order of the design. Plain data. */
export interface CoverageReport {
  readonly cycles: number;
  readonly files: readonly FileCoverage[];
}

/** A file while it is put together. */
interface OpenFile {
  readonly lines: Map<number, number>;
  readonly conditions: Map<string, { -readonly [Key in keyof ConditionCoverage]: ConditionCoverage[Key] }>;
  readonly modules: Map<string, { line: number; instances: { name: string; activations: number }[] }>;
}

/**
 * Reads the counters of the pass `count-coverage` from a simulation, at any time between two cycles. Behind a fault they mean nothing.
 *
 * @param system the design behind the passes: the `system` that `compile` returns
 * @throws Error if the pass was not among them
 * @example
 * const { system, outputs } = compile({ entry, host, target: "wasm", emitters: [wasmEmitter], plugins: [coverage], passes: ["count-coverage"] });
 * simulation.run();
 * writeFileSync("lcov.info", formatLcov(reportCoverage(simulation, system)));
 */
export function reportCoverage(simulation: Simulation, system: System): CoverageReport {
  const map = decodeMap(system);
  const files = map.files.map((): OpenFile => ({
    lines: new Map(),
    conditions: new Map(),
    modules: new Map(),
  }));
  for (const { name, body: number } of map.modules) {
    const body = map.bodies[number];
    if (body === undefined) throw new Error(`the array _coverage_map of ${system.name} is damaged`);
    const read = (counter: number): number => Number(simulation.read(counterName(name, counter)));
    addModule(files, name, body, read);
    addLines(files, body, read);
    addConditions(files, body, read);
  }
  return {
    cycles: simulation.cycle,
    files: files.flatMap(({ lines, conditions, modules }, index) => {
      if (lines.size + conditions.size + modules.size === 0) return [];
      return [
        {
          path: map.files[index] ?? "?",
          lines: [...lines].map(([line, count]) => ({ line, count })).sort((a, b) => a.line - b.line),
          conditions: [...conditions.values()].sort((a, b) => a.line - b.line || a.column - b.column),
          modules: [...modules]
            .map(([key, { line, instances }]) => ({
              name: key.slice(key.indexOf(":") + 1),
              line,
              activations: instances.reduce((sum, { activations }) => sum + activations, 0),
              instances,
            }))
            .sort((a, b) => a.line - b.line),
        },
      ];
    }),
  };
}

type Read = (counter: number) => number;

function addModule(files: readonly OpenFile[], name: string, body: BodyMap, read: Read): void {
  if (body.place === null) return;
  const [file, line] = body.place;
  const ends = body.end === null ? body.finishes : [body.end, ...body.finishes];
  const activations = ends.reduce((sum, counter) => sum + read(counter), 0);
  const modules = files[file]?.modules;
  const key = `${line}:${body.source}`;
  const known = modules?.get(key);
  if (known !== undefined) known.instances.push({ name, activations });
  else modules?.set(key, { line, instances: [{ name, activations }] });
}

/** A line of one instance ran as often as the block on it that ran most; instances add up. */
function addLines(files: readonly OpenFile[], body: BodyMap, read: Read): void {
  const own = files.map(() => new Map<number, number>());
  for (const { counter, lines } of body.blocks) {
    const count = read(counter);
    for (const [file, line] of lines) own[file]?.set(line, Math.max(own[file].get(line) ?? 0, count));
  }
  for (const [file, lines] of own.entries()) {
    for (const [line, count] of lines) {
      const all = files[file]?.lines;
      all?.set(line, (all.get(line) ?? 0) + count);
    }
  }
}

/** Conditions at one place are told apart by their order in the body; those of other instances add up. */
function addConditions(files: readonly OpenFile[], body: BodyMap, read: Read): void {
  const seen = new Map<string, number>();
  for (const condition of body.conditions) {
    const [file, line, column] = condition.place;
    const place = `${file}:${line}:${column}:${condition.kind}:${condition.outcomes.length}`;
    const order = seen.get(place) ?? 0;
    seen.set(place, order + 1);
    const count = read(condition.asked);
    const outcomes = outcomesOf(condition, count, read);
    const conditions = files[file]?.conditions;
    const key = `${place}:${order}`;
    const known = conditions?.get(key);
    if (known === undefined) conditions?.set(key, { kind: condition.kind, line, column, count, outcomes });
    else {
      known.count += count;
      known.outcomes = known.outcomes.map((sum, index) => sum + (outcomes[index] ?? 0));
    }
  }
}

function outcomesOf({ kind, outcomes }: Condition, asked: number, read: Read): number[] {
  const counts = outcomes.map(read);
  if (kind === "select1hot") return counts;
  const [taken = 0] = counts;
  return [taken, asked - taken];
}
