/** What a dump does not say: a JSON document beside it. */
import { MAX_WIDTH, parseType } from "@assassyn/ir";
import type { DramChoice, DramModel } from "./dram-model.js";
import { DEFAULT_DRAM_MODEL, DRAM_MODEL_KEYS, dramModelProblem } from "./dram-model.js";
import type { DumpType, Place } from "./dump.js";
import type { JsonValue } from "./json-reader.js";
import { readJson } from "./json-reader.js";
import { messages } from "./messages.js";
import type { Problems } from "./problems.js";

/** A register array. */
export interface ArrayMetadata extends Place {
  /** As the front end prints it; absent where the document does not say. */
  readonly type: string | undefined;
  readonly size: number | undefined;
  /** First elements; undefined where all start as zero. */
  readonly initial: readonly bigint[] | undefined;
}

/** A memory: an array with a module around it. */
export interface MemoryMetadata extends Place {
  readonly name: string;
  readonly kind: "SRAM" | "DRAM";
  /** Of a word, in bits. */
  readonly width: number;
  readonly depth: number;
  /** Relative to {@link Metadata.resourceBase}. */
  readonly initialFile: string | undefined;
  /** The array that holds the words. */
  readonly payload: string | undefined;
  /** How a DRAM is modelled; undefined where the document does not say. */
  readonly model: DramChoice | undefined;
}

/** The metadata of a design. */
export interface Metadata {
  readonly system: string | undefined;
  /** Last cycle that runs. */
  readonly simulationThreshold: number | undefined;
  /** Idle cycles in a row that stop the run. */
  readonly idleThreshold: number | undefined;
  /** Elements of a FIFO whose pushes declare none. */
  readonly fifoDepth: number | undefined;
  /** Depths by `module.port`, as the pushes declare them. */
  readonly pushDepths: ReadonlyMap<string, readonly number[]>;
  /** Folder of the memory files, relative to the document. */
  readonly resourceBase: string | undefined;
  readonly arrays: ReadonlyMap<string, ArrayMetadata>;
  readonly memories: readonly MemoryMetadata[];
  /** Canonical order of the stages. */
  readonly modules: readonly string[] | undefined;
  /** Canonical order of the downstreams. */
  readonly downstreams: readonly string[] | undefined;
  /** The modules whose values a downstream uses. */
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
  /** Outputs of external modules: type by name. */
  readonly externals: ReadonlyMap<string, ReadonlyMap<string, DumpType>>;
}

/**
 * Reads and checks a document. Members that are not known are ignored.
 *
 * @param file how messages name the document
 * @returns undefined after an error
 */
export function readMetadata(text: string, file: string, problems: Problems): Metadata | undefined {
  const read = readJson(text);
  if (read.kind === "error") {
    problems.report(
      messages["metadata-syntax"],
      { file, reason: read.reason },
      { start: read.at, end: read.at + 1 },
    );
    return undefined;
  }
  const metadata = new Decoder(file, problems).metadata(read.value);
  return problems.failed ? undefined : metadata;
}

const DESCRIPTION: Readonly<Record<JsonValue["kind"], string>> = {
  null: "null",
  boolean: "a truth value",
  integer: "a whole number",
  number: "a fraction",
  string: "a string",
  array: "a list",
  object: "an object",
};

class Decoder {
  readonly #file: string;
  readonly #problems: Problems;

  constructor(file: string, problems: Problems) {
    this.#file = file;
    this.#problems = problems;
  }

  metadata(root: JsonValue): Metadata {
    const member = (name: string): JsonValue | undefined => this.#member(root, name);
    if (root.kind !== "object") this.#wrong(root, "the document", "an object");
    return {
      system: this.#string(member("system"), "system"),
      simulationThreshold: this.#count(member("sim_threshold"), "sim_threshold", 1),
      idleThreshold: this.#count(member("idle_threshold"), "idle_threshold", 1),
      fifoDepth: this.#count(member("fifo_depth"), "fifo_depth", 1),
      pushDepths: this.#map(member("push_fifo_depths"), "push_fifo_depths", (value, path) =>
        this.#list(value, path, (each, at) => this.#count(each, at, 1)),
      ),
      resourceBase: this.#string(member("resource_base"), "resource_base"),
      arrays: this.#map(member("arrays"), "arrays", (value, path) => this.#array(value, path)),
      memories:
        this.#optionalList(member("memories"), "memories", (value, path) => this.#memory(value, path)) ?? [],
      modules: this.#optionalList(member("modules"), "modules", (value, path) => this.#string(value, path)),
      downstreams: this.#optionalList(member("topo_downstreams"), "topo_downstreams", (value, path) =>
        this.#string(value, path),
      ),
      upstreams: this.#map(member("upstreams"), "upstreams", (value, path) =>
        this.#list(value, path, (each, at) => this.#string(each, at)),
      ),
      externals: this.#map(member("externals"), "externals", (value, path) =>
        this.#map(this.#member(value, "outputs"), `${path}.outputs`, (each, at) => this.#type(each, at)),
      ),
    };
  }

  #array(value: JsonValue, path: string): ArrayMetadata {
    this.#object(value, path);
    return {
      type: this.#string(this.#member(value, "type"), `${path}.type`),
      size: this.#count(this.#member(value, "size"), `${path}.size`, 1),
      initial: this.#optionalList(this.#member(value, "init"), `${path}.init`, (each, at) => {
        if (each.kind === "integer") return each.value;
        return this.#wrong(each, at, "a whole number");
      }),
      start: value.start,
      end: value.end,
    };
  }

  #memory(value: JsonValue, path: string): MemoryMetadata | undefined {
    if (!this.#object(value, path)) return undefined;
    const required = (name: string, expected: string): JsonValue | undefined => {
      const found = this.#member(value, name);
      if (found === undefined) this.#wrong(value, `${path}.${name}`, expected, "nothing");
      return found;
    };
    const name = this.#string(required("name", "a name"), `${path}.name`) ?? "";
    const width = this.#count(required("width", "a number of bits"), `${path}.width`, 1, MAX_WIDTH) ?? 1;
    const depth = this.#count(required("depth", "a number of words"), `${path}.depth`, 1) ?? 1;
    const kindValue = required("kind", "`SRAM` or `DRAM`");
    const kind = this.#string(kindValue, `${path}.kind`);
    if (kind !== "SRAM" && kind !== "DRAM" && kindValue !== undefined)
      this.#wrong(kindValue, `${path}.kind`, "`SRAM` or `DRAM`");
    return {
      name,
      kind: kind === "DRAM" ? "DRAM" : "SRAM",
      width,
      depth,
      initialFile: this.#string(this.#member(value, "init_file"), `${path}.init_file`),
      payload: this.#string(this.#member(value, "payload"), `${path}.payload`),
      model: this.#model(this.#member(value, "model"), `${path}.model`),
      start: value.start,
      end: value.end,
    };
  }

  #model(value: JsonValue | undefined, path: string): DramChoice | undefined {
    if (value === undefined) return undefined;
    if (value.kind === "string" && value.value === "extern") return "extern";
    if (value.kind !== "object") return this.#wrong(value, path, "an object, or `extern`");
    const model: { -readonly [Key in keyof DramModel]?: number } = {};
    for (const key of DRAM_MODEL_KEYS) {
      const given = this.#count(this.#member(value, key), `${path}.${key}`, 1);
      if (given !== undefined) model[key] = given;
    }
    const reason = dramModelProblem({ ...DEFAULT_DRAM_MODEL, ...model });
    return reason === undefined ? model : this.#wrong(value, path, `a model of a DRAM: ${reason}`);
  }

  /** A member; `null` counts as absent. */
  #member(value: JsonValue, name: string): JsonValue | undefined {
    const found = value.kind === "object" ? value.members.get(name) : undefined;
    return found?.kind === "null" ? undefined : found;
  }

  #wrong(value: JsonValue, path: string, expected: string, found = describe(value)): undefined {
    this.#problems.report(messages["metadata-shape"], { file: this.#file, path, expected, found }, value);
    return undefined;
  }

  #object(value: JsonValue, path: string): boolean {
    if (value.kind === "object") return true;
    this.#wrong(value, path, "an object");
    return false;
  }

  #string(value: JsonValue | undefined, path: string): string | undefined {
    if (value === undefined || value.kind === "string") return value?.value;
    return this.#wrong(value, path, "a string");
  }

  #count(
    value: JsonValue | undefined,
    path: string,
    least: number,
    most = Number.MAX_SAFE_INTEGER,
  ): number | undefined {
    if (value === undefined) return undefined;
    if (value.kind === "integer" && value.value >= BigInt(least) && value.value <= BigInt(most))
      return Number(value.value);
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    return this.#wrong(value, path, `a whole number ${range}`);
  }

  #type(value: JsonValue, path: string): DumpType | undefined {
    const found = value.kind === "string" ? parseType(value.value) : undefined;
    if (found === undefined) return this.#wrong(value, path, "a type such as `u32`");
    return { kind: "plain", class: found.class, width: found.width, start: value.start, end: value.end };
  }

  #optionalList<Item>(
    value: JsonValue | undefined,
    path: string,
    decode: (value: JsonValue, path: string) => Item | undefined,
  ): Item[] | undefined {
    return value === undefined ? undefined : this.#list(value, path, decode);
  }

  #list<Item>(
    value: JsonValue,
    path: string,
    decode: (value: JsonValue, path: string) => Item | undefined,
  ): Item[] {
    if (value.kind !== "array") {
      this.#wrong(value, path, "a list");
      return [];
    }
    return value.items.flatMap((item, index) => {
      const decoded = decode(item, `${path}[${index}]`);
      return decoded === undefined ? [] : [decoded];
    });
  }

  #map<Item>(
    value: JsonValue | undefined,
    path: string,
    decode: (value: JsonValue, path: string) => Item | undefined,
  ): Map<string, Item> {
    const result = new Map<string, Item>();
    if (value === undefined) return result;
    if (value.kind !== "object") {
      this.#wrong(value, path, "an object");
      return result;
    }
    for (const [name, each] of value.members) {
      const decoded = decode(each, `${path}.${name}`);
      if (decoded !== undefined) result.set(name, decoded);
    }
    return result;
  }
}

function describe(value: JsonValue): string {
  if (value.kind === "string")
    return JSON.stringify(value.value.length > 40 ? `${value.value.slice(0, 40)}…` : value.value);
  if (value.kind === "integer") return value.value.toString().slice(0, 40);
  return DESCRIPTION[value.kind];
}
