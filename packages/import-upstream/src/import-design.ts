/** A dump and its metadata to a system of the IR. */
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import type { System, SystemConfig } from "@assassyn/ir";
import { DEFAULT_CONFIG, SystemBuilder } from "@assassyn/ir";
import { containerType } from "./container-model.js";
import type { Design, TypeHints } from "./design.js";
import { resolveDesign } from "./design.js";
import { DramLinker } from "./dram-linking.js";
import type { DramChoice, DramLibrary } from "./dram-model.js";
import type { DumpSystem, Operand, Statement } from "./dump.js";
import { printDumpType, widthOf } from "./dump.js";
import { BodyLowering } from "./lower-body.js";
import { LoweringContext } from "./lowering-context.js";
import { loadMemoryFile } from "./memory-file.js";
import { messages } from "./messages.js";
import type { MemoryMetadata, Metadata } from "./metadata.js";
import { readMetadata } from "./metadata.js";
import { parseDump } from "./parser.js";
import { Problems } from "./problems.js";
import { exactType } from "./value-model.js";

/** `exact`: a value of n bits is n bits. `upstream`: values are held as in the original's simulator, quirks included. */
export type ImportSemantics = "exact" | "upstream";

/** The text of a memory file, or why there is none, as the end of a sentence. */
export type ReadMemory = (
  path: string,
) => { readonly kind: "text"; readonly text: string } | { readonly kind: "error"; readonly reason: string };

/** What {@link importDesign} imports, and how. */
export interface ImportOptions {
  readonly dump: SourceFile;
  /** Absent: what only the metadata says is unknown, which is warned about. */
  readonly metadata?: SourceFile;
  /** Reads a memory file by its path relative to the metadata. Absent: memories start as zero, with a warning. */
  readonly readMemory?: ReadMemory;
  /** Default `exact`. */
  readonly semantics?: ImportSemantics;
  /** Give the ports the depths of the metadata, so that a FIFO that grows longer is a fault; default false. */
  readonly enforceDepths?: boolean;
  /** Makes the DRAMs. Absent: their requests become extern functions. */
  readonly dramLibrary?: DramLibrary;
  /** How DRAMs are modelled, in place of what the metadata say of each. */
  readonly dram?: DramChoice;
}

/** The outcome of {@link importDesign}. */
export interface ImportResult {
  /** Absent when there is an error. Not verified yet. */
  readonly system?: System;
  /** The tree of the dump, maybe with parts missing when there is an error. */
  readonly dump?: DumpSystem;
  /** Names and types. */
  readonly design?: Design;
  readonly metadata?: Metadata;
  readonly diagnostics: readonly Diagnostic[];
  /** The dump, then the metadata, then what the library made: what the spans of the diagnostics index. */
  readonly sources: readonly SourceFile[];
}

/**
 * Imports a design of the Python front end. Never throws for bad input.
 *
 * @example
 * const { system, diagnostics } = importDesign({ dump: { path: "adder.ir", text } });
 */
export function importDesign(options: ImportOptions): ImportResult {
  const { dump, metadata: metadataSource } = options;
  const sources = metadataSource === undefined ? [dump] : [dump, metadataSource];
  const parsed = parseDump(dump.text, 0);
  const inMetadata = new Problems(1);
  const metadata =
    metadataSource === undefined
      ? undefined
      : readMetadata(metadataSource.text, metadataSource.path, inMetadata);
  const { system: tree } = parsed;
  const base = {
    sources,
    ...(tree === undefined ? {} : { dump: tree }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const early = [...parsed.diagnostics, ...inMetadata.all];
  if (tree === undefined || early.some(({ severity }) => severity === "error"))
    return { ...base, diagnostics: early };
  const problems = new Problems(0);
  const hints: TypeHints = {
    externalOutputs: (module) => metadata?.externals.get(module),
    memoryWidth: (module) => metadata?.memories.find((memory) => memory.name === module)?.width,
  };
  const design = resolveDesign(tree, hints, problems);
  reportLoop(design, problems);
  const drams =
    options.dramLibrary === undefined
      ? undefined
      : new DramLinker({
          design,
          library: options.dramLibrary,
          choice: options.dram,
          memories: metadata?.memories ?? [],
          sources,
          state: (declared) => (options.semantics === "upstream" ? containerType : exactType)(declared),
          problems,
        });
  const importer = new Importer(options, design, hints, metadata, problems, inMetadata, drams);
  const system = problems.failed ? undefined : importer.run();
  const diagnostics = [...early, ...problems.all, ...inMetadata.all];
  const failed = problems.failed || inMetadata.failed;
  return {
    ...base,
    sources: [...sources, ...(drams?.sources ?? [])],
    design,
    diagnostics,
    ...(system === undefined || failed ? {} : { system }),
  };
}

function reportLoop(design: Design, problems: Problems): void {
  if (design.looped === 0) return;
  const members = design.order.slice(-design.looped);
  const [first] = members;
  const modules = members.map((module) => module.name).join(", ");
  problems.report(messages["downstream-loop"], { modules }, first?.dump.name);
}

class Importer {
  readonly #options: ImportOptions;
  readonly #design: Design;
  readonly #hints: TypeHints;
  readonly #metadata: Metadata | undefined;
  readonly #problems: Problems;
  readonly #inMetadata: Problems;
  readonly #drams: DramLinker | undefined;
  readonly #exact: boolean;

  constructor(
    options: ImportOptions,
    design: Design,
    hints: TypeHints,
    metadata: Metadata | undefined,
    problems: Problems,
    inMetadata: Problems,
    drams: DramLinker | undefined,
  ) {
    this.#options = options;
    this.#design = design;
    this.#hints = hints;
    this.#metadata = metadata;
    this.#problems = problems;
    this.#inMetadata = inMetadata;
    this.#drams = drams;
    this.#exact = options.semantics !== "upstream";
  }

  run(): System | undefined {
    this.#checkMetadata();
    const system = new SystemBuilder(this.#design.system.name.text, [this.#options.dump.path]);
    system.config = this.#config();
    const context = new LoweringContext({
      design: this.#design,
      system,
      text: this.#options.dump.text,
      exact: this.#exact,
      hints: this.#hints,
      problems: this.#problems,
      drams: this.#drams,
    });
    this.#arrays(system, context);
    context.declareOutputs();
    for (const module of this.#design.modules) {
      const builder = context.builder(module);
      for (const port of module.dump.ports ?? []) {
        builder.loc = context.locate(port);
        builder.port(port.name.text, this.#type(port.type), this.#depth(module.name, port.name.text));
      }
    }
    for (const module of this.#design.order) new BodyLowering(context, module).run();
    if (this.#problems.failed || this.#inMetadata.failed) return undefined;
    const built = system.build();
    return this.#drams?.link(built) ?? built;
  }

  #type(declared: Parameters<typeof exactType>[0]): ReturnType<typeof exactType> {
    return this.#exact ? exactType(declared) : containerType(declared);
  }

  #config(): SystemConfig {
    const metadata = this.#metadata;
    if (metadata?.simulationThreshold === undefined)
      this.#problems.report(messages["unknown-thresholds"], {}, this.#design.system.name);
    return {
      ...DEFAULT_CONFIG,
      cycles: metadata?.simulationThreshold ?? DEFAULT_CONFIG.cycles,
      idle: metadata?.idleThreshold ?? DEFAULT_CONFIG.idle,
    };
  }

  #depth(module: string, port: string): number | undefined {
    if (this.#options.enforceDepths !== true) return undefined;
    const declared = this.#metadata?.pushDepths.get(`${module}.${port}`);
    return declared === undefined || declared.length === 0
      ? this.#metadata?.fifoDepth
      : Math.max(...declared);
  }

  /** That dump and metadata are of one design. */
  #checkMetadata(): void {
    const metadata = this.#metadata;
    const file = this.#options.metadata?.path ?? "";
    if (metadata === undefined) return;
    const mismatch = (reason: string, place?: { start: number; end: number }): void =>
      this.#inMetadata.report(messages["metadata-mismatch"], { file, reason }, place);
    const { name } = this.#design.system;
    if (metadata.system !== undefined && metadata.system !== name.text)
      mismatch(`it is of the system ${metadata.system}, the dump of ${name.text}`);
    for (const [array, { type, size, initial, ...place }] of metadata.arrays) {
      const declared = this.#design.arrays.get(array)?.dump;
      if (declared === undefined) {
        mismatch(`the dump has no array ${array}`, place);
        continue;
      }
      if (size !== undefined && BigInt(size) !== declared.size)
        mismatch(`the array ${array} has ${size} elements, in the dump ${declared.size}`, place);
      if (type !== undefined && type !== printDumpType(declared.type))
        mismatch(`the array ${array} has type ${type}, in the dump ${printDumpType(declared.type)}`, place);
      if (initial !== undefined && BigInt(initial.length) > declared.size)
        mismatch(
          `the array ${array} has ${initial.length} initial values for ${declared.size} elements`,
          place,
        );
    }
    for (const memory of metadata.memories) {
      if (memory.payload !== undefined && !this.#design.arrays.has(memory.payload))
        mismatch(`the dump has no array ${memory.payload}`, memory);
    }
    for (const module of [...(metadata.modules ?? []), ...(metadata.downstreams ?? [])]) {
      if (!this.#design.moduleByName.has(module)) mismatch(`the dump has no module ${module}`);
    }
  }

  #arrays(system: SystemBuilder, context: LoweringContext): void {
    const memories = new Map<string, MemoryMetadata>();
    for (const memory of this.#metadata?.memories ?? [])
      if (memory.payload !== undefined) memories.set(memory.payload, memory);
    const unknown: string[] = [];
    const indexed = indexedArrays(this.#design);
    for (const { dump } of this.#design.arrays.values()) {
      const name = dump.name.text;
      const size = Number(dump.size);
      if (size < 1 || size > 2 ** 31) {
        const reason = `an array of ${dump.size} elements; from 1 to 2147483648 are possible`;
        this.#problems.report(messages["invalid-number"], { reason }, dump.name);
        continue;
      }
      const memory = memories.get(name);
      const given = this.#metadata?.arrays.get(name);
      if (given === undefined) unknown.push(name);
      const initial =
        memory?.initialFile === undefined
          ? (given?.initial ?? []).map((value) => this.#initial(value, dump.type, name))
          : this.#memory(memory, memory.initialFile, dump.type, size);
      system.array(name, this.#type(dump.type), {
        size,
        scalar: size === 1 && !indexed.has(name),
        initial,
        ...(memory?.initialFile === undefined ? {} : { file: this.#path(memory.initialFile) }),
        loc: context.locate(dump),
      });
    }
    if (unknown.length === 0) return;
    const [first] = unknown;
    const shown =
      unknown.length > 4 ? [...unknown.slice(0, 3), `${unknown.length - 3} more arrays`] : unknown;
    const names = shown.join(", ");
    const place = this.#design.arrays.get(first ?? "")?.dump.name;
    this.#problems.report(messages["unknown-initial"], { count: unknown.length, names }, place);
    if (this.#metadata !== undefined) return;
    for (const module of this.#design.modules)
      if (module.memory !== undefined)
        this.#problems.report(messages["unknown-memory"], { name: module.name }, module.dump.name);
  }

  #initial(value: bigint, declared: Parameters<typeof exactType>[0], array: string): bigint {
    const type = this.#type(declared);
    const pattern = BigInt.asUintN(type.width, value);
    const shown = type.class === "i" && type.width > 1 ? BigInt.asIntN(type.width, pattern) : pattern;
    if (shown !== value) {
      const args = {
        value: String(value),
        type: `${printDumpType(declared)}, the type of ${array},`,
        reduced: String(shown),
      };
      this.#inMetadata.report(messages["constant-range"], args, this.#metadata?.arrays.get(array));
    }
    return pattern;
  }

  /** Path of a memory file from where the metadata is. */
  #path(file: string): string {
    const base = this.#metadata?.resourceBase;
    return base === undefined || file.startsWith("/") ? file : `${base.replace(/\/+$/, "")}/${file}`;
  }

  #memory(
    memory: MemoryMetadata,
    file: string,
    declared: Parameters<typeof exactType>[0],
    size: number,
  ): bigint[] {
    const path = this.#path(file);
    const failed = (reason: string): bigint[] => {
      this.#inMetadata.report(messages["memory-file"], { file: path, memory: memory.name, reason }, memory);
      return [];
    };
    const read = this.#options.readMemory?.(path);
    if (read === undefined) {
      this.#inMetadata.report(messages["unknown-memory"], { name: memory.name }, memory);
      return [];
    }
    if (read.kind === "error") return failed(read.reason);
    const width = this.#exact ? widthOf(declared) : containerType(declared).width;
    const loaded = loadMemoryFile(read.text, size, width);
    return loaded.kind === "words" ? loaded.words : failed(`line ${loaded.line}: ${loaded.reason}`);
  }
}

/** Arrays that are used with an index other than the constant 0; the others of one element are plain registers. */
function indexedArrays(design: Design): ReadonlySet<string> {
  const indexed = new Set<string>();
  const look = (array: string, index: Operand): void => {
    if (index.kind !== "constant" || index.value !== 0n) indexed.add(array);
  };
  const walk = (body: readonly Statement[]): void => {
    for (const statement of body) {
      if (statement.kind === "if") walk(statement.body);
      if (statement.kind === "write") look(statement.array.text, statement.index);
      if (statement.kind === "let" && statement.value.kind === "read")
        look(statement.value.array.text, statement.value.index);
    }
  };
  for (const module of design.modules) walk(module.dump.body);
  return indexed;
}
