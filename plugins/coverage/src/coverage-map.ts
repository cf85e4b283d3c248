/**
 * What the counters mean: the only thing that the pass and the report share. It travels in the design itself, as the initial content of an
 * array that nobody reads or writes, so it survives every later pass, IR text, and modules that a pass removes because nobody calls them.
 */
import type { ArrayDeclaration, System } from "@assassyn/plugin-api";
import { uint } from "@assassyn/plugin-api";

/** What the names of all added registers start with. */
export const PREFIX = "_coverage_";
const MAP_NAME = `${PREFIX}map`;

/** The map of a design. */
export interface CoverageMap {
  /** Paths that the numbers of files mean. */
  readonly files: readonly string[];
  /** Instances of one declaration mostly have the same bodies, so bodies are told once. */
  readonly bodies: readonly BodyMap[];
  /** Each with the number of its body. */
  readonly modules: readonly { readonly name: string; readonly body: number }[];
}

/** A place: number of the file, line, column. */
export type Place = readonly [file: number, line: number, column: number];

/** The counters of a body. */
export interface BodyMap {
  /** The declaration that the module is an instance of. */
  readonly source: string;
  /** Where the module is declared; null in a file that is not counted. */
  readonly place: Place | null;
  /** Stretches of the body that run to their end whenever they begin; the number is that of the counter. */
  readonly blocks: readonly Block[];
  /** The block at the end of the body, or null where control never gets there. */
  readonly end: number | null;
  /** Blocks that end with a `finish`. */
  readonly finishes: readonly number[];
  readonly conditions: readonly Condition[];
}

/** A stretch of a body. */
export interface Block {
  readonly counter: number;
  /** Lines on which something of it stands, `[file, line]`. */
  readonly lines: readonly (readonly [file: number, line: number])[];
}

/** What decides. */
export type ConditionKind = "when" | "wait" | "select" | "select1hot";

/** A place where the design goes one way or another. */
export interface Condition {
  readonly kind: ConditionKind;
  readonly place: Place;
  /** Counter of how often it was asked. */
  readonly asked: number;
  /** Counters of its outcomes. The false one of `when`, `wait` and `select` is what is left of `asked`. */
  readonly outcomes: readonly number[];
}

/** Name of a counter. */
export function counterName(module: string, counter: number): string {
  return `${PREFIX}${module}_${counter}`;
}

/** What the counters of one module mean. */
export interface NamedBody {
  readonly name: string;
  readonly body: BodyMap;
}

/** The array that holds a map: JSON, a UTF-16 code unit in each element. */
export function encodeMap(
  files: readonly string[],
  named: readonly NamedBody[],
  loc: ArrayDeclaration["loc"],
): ArrayDeclaration & { initial: bigint[] } {
  const bodies = new Map<string, number>();
  const modules = named.map(({ name, body }) => {
    const text = JSON.stringify(body);
    const number = bodies.get(text) ?? bodies.size;
    bodies.set(text, number);
    return { name, body: number };
  });
  const text = `{"files":${JSON.stringify(files)},"bodies":[${[...bodies.keys()].join(",")}],"modules":${JSON.stringify(modules)}}`;
  const initial = Array.from({ length: text.length }, (_, index) => BigInt(text.charCodeAt(index)));
  return { name: MAP_NAME, type: uint(16), size: text.length, scalar: false, initial, fill: 0n, loc };
}

/** The map of a design. @throws Error if the pass `count-coverage` did not run on it */
export function decodeMap(system: System): CoverageMap {
  const array = system.arrays.find((each) => each?.name === MAP_NAME);
  if (array == null)
    throw new Error(`the system ${system.name} has no counters: the pass count-coverage did not run on it`);
  const map: CoverageMap = JSON.parse(
    array.initial.map((unit) => String.fromCharCode(Number(unit))).join(""),
  );
  return map;
}
