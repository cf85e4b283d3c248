/** Puts the library's DRAM behind the requests of a dump. */
import type { SourceFile } from "@assassyn/diagnostics";
import type { ArrayId, ModuleId, PortId, System, Type } from "@assassyn/ir";
import { arrayId, moduleId, portId } from "@assassyn/ir";
import type { Design, ModuleEntry } from "./design.js";
import { typeOfOperand } from "./design.js";
import type { DumpArray, DumpType, Operand, RequestValue } from "./dump.js";
import { widthOf } from "./dump.js";
import type { DramChoice, DramLibrary, DramModel } from "./dram-model.js";
import { DEFAULT_DRAM_MODEL } from "./dram-model.js";
import { externalOutputs } from "./external-outputs.js";
import type { LinkedSystem } from "./link-system.js";
import { addedArrays, linkedArray, linkSystems } from "./link-system.js";
import { messages } from "./messages.js";
import type { MemoryMetadata } from "./metadata.js";
import { statementsOf } from "./operands.js";
import type { Problems } from "./problems.js";

/** A stage that takes requests. */
export interface RequestStage {
  readonly module: ModuleId;
  readonly ports: readonly { readonly id: PortId; readonly name: string; readonly type: Type }[];
}

/** A register of the memory. */
export interface AnswerRegister {
  readonly array: ArrayId;
  readonly type: Type;
}

/** A DRAM of the dump, as the library made it. */
export interface LinkedDram {
  readonly read: RequestStage;
  readonly write: RequestStage;
  /** The cycle of the last answer. */
  readonly answered: AnswerRegister;
  readonly word: AnswerRegister;
  /** Address of the word. */
  readonly place: AnswerRegister;
}

/** Words of a DRAM whose array is unknown, at most. */
const MOST_UNKNOWN_WORDS = 2 ** 24;

/** What {@link DramLinker} works on. */
export interface DramLinkerOptions {
  readonly design: Design;
  readonly library: DramLibrary;
  /** For all memories, in place of what the metadata say. */
  readonly choice: DramChoice | undefined;
  readonly memories: readonly MemoryMetadata[];
  /** What is in front of the library's sources. */
  readonly sources: readonly SourceFile[];
  readonly state: (declared: DumpType) => Type;
  readonly problems: Problems;
}

/** Makes the memories as requests ask for them, and joins them to the system in the end. */
export class DramLinker {
  readonly #options: DramLinkerOptions;
  readonly #linked = new Map<ModuleEntry, LinkedDram | undefined>();
  readonly #systems: LinkedSystem[] = [];
  readonly #sources: SourceFile[] = [];
  readonly #names: Set<string>;

  constructor(options: DramLinkerOptions) {
    this.#options = options;
    const { design } = options;
    this.#names = new Set([...design.arrays.keys(), ...design.moduleByName.keys()]);
  }

  /** The sources of the library that are part of the design. */
  get sources(): readonly SourceFile[] {
    return this.#sources;
  }

  /** The memory behind a module; undefined where its requests stay functions. */
  memory(memory: ModuleEntry): LinkedDram | undefined {
    if (this.#linked.has(memory)) return this.#linked.get(memory);
    const linked = this.#make(memory);
    this.#linked.set(memory, linked);
    return linked;
  }

  /** The system with the memories. */
  link(system: System): System {
    if (this.#systems.length === 0) return system;
    const files = [...this.#options.sources, ...this.#sources].map(({ path }) => path);
    return linkSystems(system, this.#systems, files);
  }

  #make(memory: ModuleEntry): LinkedDram | undefined {
    const { design, library, choice, problems, sources } = this.#options;
    const described = this.#options.memories.find(({ name }) => name === memory.name);
    const chosen = choice ?? described?.model ?? {};
    if (chosen === "extern") return undefined;
    const payload = this.#payload(memory, described);
    const { type, depth } = this.#shape(memory, payload?.dump);
    const model = fitted({ ...DEFAULT_DRAM_MODEL, ...chosen }, depth);
    const component = library({ type, depth, model });
    if (component.kind === "error") {
      const args = { name: memory.name, reason: component.reason };
      problems.report(messages["dram-refused"], args, memory.dump.name);
      return undefined;
    }
    problems.report(messages["dram-model"], { name: memory.name, ...model }, memory.dump.name);
    const { system } = component;
    const previous = this.#systems.at(-1);
    const cells = system.arrays.findIndex((array) => array?.name === "m_cells");
    const linked: LinkedSystem = {
      system,
      name: this.#prefix(memory.name, system),
      modules:
        previous === undefined ? design.modules.length : previous.modules + previous.system.modules.length,
      arrays: previous === undefined ? this.#arrays() : previous.arrays + addedArrays(previous),
      files: sources.length + this.#sources.length,
      shared: new Map(payload === undefined ? [] : [[cells, arrayId(payload.index)]]),
    };
    this.#systems.push(linked);
    this.#sources.push(...component.sources);
    const stage = (name: string): RequestStage => {
      const index = system.modules.findIndex((module) => module?.name === name);
      const ports = system.modules[index]?.ports ?? [];
      return {
        module: moduleId(linked.modules + index),
        ports: ports.map((port, at) => ({ id: portId(at), name: port.name, type: port.type })),
      };
    };
    const register = (name: string): AnswerRegister => {
      const index = system.arrays.findIndex((array) => array?.name === name);
      const declared = system.arrays[index];
      if (declared === undefined || declared === null) throw new Error(`the library's DRAM has no ${name}`);
      return { array: linkedArray(linked, index), type: declared.type };
    };
    return {
      read: stage("m_read"),
      write: stage("m_write"),
      answered: register("m_answered"),
      word: register("m_word"),
      place: register("m_place"),
    };
  }

  /** Arrays of the dump, and registers for outputs of external modules. */
  #arrays(): number {
    const { arrays, modules } = this.#options.design;
    return arrays.size + externalOutputs(modules).filter(({ registered }) => registered).length;
  }

  /** A prefix under which no name of the memory is one of the design. */
  #prefix(wanted: string, system: System): string {
    const names = [...system.arrays, ...system.modules].flatMap((each) => (each === null ? [] : [each.name]));
    for (let count = 0; ; count += 1) {
      const prefix = count === 0 ? wanted : `${wanted}_${count}`;
      const renamed = names.map((name) => name.replace(/^m_/, `${prefix}_`));
      if (renamed.some((name) => this.#names.has(name))) continue;
      for (const name of renamed) this.#names.add(name);
      return prefix;
    }
  }

  /** The array that holds the words: that of the metadata, or the only one that no line uses and that is as wide as the words. */
  #payload(memory: ModuleEntry, described: MemoryMetadata | undefined): Payload | undefined {
    const { design } = this.#options;
    if (described?.payload !== undefined) return design.arrays.get(described.payload);
    const used = new Set<string>();
    for (const module of design.modules) {
      for (const statement of statementsOf(module.dump.body)) {
        if (statement.kind === "write") used.add(statement.array.text);
        if (statement.kind === "let" && statement.value.kind === "read") used.add(statement.value.array.text);
      }
    }
    const width = this.#widths(memory).data;
    const unused = [...design.arrays.values()].filter(
      ({ dump }) => !used.has(dump.name.text) && (width === undefined || widthOf(dump.type) === width),
    );
    return unused.length === 1 ? unused[0] : undefined;
  }

  #shape(memory: ModuleEntry, payload: DumpArray | undefined): { type: Type; depth: number } {
    const { memories, state, problems } = this.#options;
    if (payload !== undefined) return { type: state(payload.type), depth: Math.max(2, Number(payload.size)) };
    const described = memories.find(({ name }) => name === memory.name);
    const { address, data } = this.#widths(memory);
    const type = state({
      kind: "plain",
      class: "b",
      width: described?.width ?? data ?? 32,
      start: 0,
      end: 0,
    });
    const depth = described?.depth ?? Math.min(2 ** Math.max(1, address), MOST_UNKNOWN_WORDS);
    const args = { name: memory.name, words: depth, width: type.width };
    problems.report(messages["unknown-dram"], args, memory.dump.name);
    return { type, depth: Math.max(2, depth) };
  }

  /** Widths of what the requests give: of the widest address, and of the data where there is a write. */
  #widths(memory: ModuleEntry): { address: number; data: number | undefined } {
    const { design } = this.#options;
    let address = 1;
    let data: number | undefined;
    for (const module of design.modules) {
      for (const statement of statementsOf(module.dump.body)) {
        if (statement.kind !== "let" || statement.value.kind !== "request") continue;
        const { value } = statement;
        if (memoryOf(value) !== memory.name) continue;
        address = Math.max(address, widthOfOperand(module, value.operands[2]));
        if (value.operands[3] !== undefined)
          data = Math.max(data ?? 1, widthOfOperand(module, value.operands[3]));
      }
    }
    return { address, data };
  }
}

type Payload = NonNullable<ReturnType<Design["arrays"]["get"]>>;

function widthOfOperand(module: ModuleEntry, operand: Operand | undefined): number {
  return operand === undefined ? 0 : widthOf(typeOfOperand(module, operand));
}

function memoryOf({ operands }: RequestValue): string | undefined {
  const [first] = operands;
  return first?.kind === "name" ? first.text : undefined;
}

/** A small memory has fewer banks, and shorter rows. */
function fitted(model: DramModel, depth: number): DramModel {
  const words = 2 ** Math.ceil(Math.log2(depth));
  const banks = Math.min(model.banks, words);
  return { ...model, banks, columns: Math.min(model.columns, Math.max(1, words / banks)) };
}
