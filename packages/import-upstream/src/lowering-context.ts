/** What the bodies of a design share while they are lowered. */
import type {
  ArrayId,
  ExternDeclaration,
  ExternId,
  Loc,
  ModuleBuilder,
  ModuleId,
  SlotId,
  SystemBuilder,
  Type,
} from "@assassyn/ir";
import { bits, BOOL } from "@assassyn/ir";
import { LineMap } from "@assassyn/diagnostics";
import { ContainerModel, containerType } from "./container-model.js";
import type { Design, ModuleEntry, TypeHints, ValueEntry } from "./design.js";
import { typeOfOperand } from "./design.js";
import type { DramLinker } from "./dram-linking.js";
import type { DumpType, ExternalValue, Place } from "./dump.js";
import type { ExternalOutput } from "./external-outputs.js";
import { externalOutputKey, externalOutputs } from "./external-outputs.js";
import type { Problems } from "./problems.js";
import type { ValueModel } from "./value-model.js";
import { ExactModel, exactType } from "./value-model.js";

/** A function with a foreign body. */
export interface ImportedExtern {
  readonly id: ExternId;
  readonly declaration: ExternDeclaration;
}

/** A register that holds an output of an external module. */
export interface OutputRegister {
  readonly array: ArrayId;
  readonly type: Type;
}

/** An output of an external module that more than its own module sees: one of the two. */
export interface PublishedOutput {
  readonly register: OutputRegister | undefined;
  readonly slot: { readonly id: SlotId; readonly type: Type } | undefined;
}

const keyOf = ({ owner, instance, output }: ExternalOutput): string =>
  externalOutputKey(owner, instance, output);

/** A name that is not among `taken` yet; now it is. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 1; taken.has(name); count += 1) name = `${wanted}_${count}`;
  taken.add(name);
  return name;
}

/** See the head of the file. */
export class LoweringContext {
  readonly design: Design;
  readonly problems: Problems;
  /** Values are exactly as wide as their types. */
  readonly exact: boolean;
  /** The library's DRAMs; undefined where requests stay functions. */
  readonly drams: DramLinker | undefined;
  /** Outputs of external modules that are read. */
  readonly outputs: readonly ExternalOutput[];
  readonly #outputs = new Map<string, PublishedOutput>();
  readonly #system: SystemBuilder;
  readonly #hints: TypeHints;
  readonly #lines: LineMap;
  readonly #builders = new Map<ModuleEntry, ModuleBuilder>();
  readonly #slots = new Map<ValueEntry, { readonly id: SlotId; readonly type: Type }>();
  readonly #externs = new Map<string, ImportedExtern>();

  constructor(options: {
    design: Design;
    system: SystemBuilder;
    text: string;
    exact: boolean;
    hints: TypeHints;
    problems: Problems;
    drams: DramLinker | undefined;
  }) {
    this.design = options.design;
    this.problems = options.problems;
    this.exact = options.exact;
    this.drams = options.drams;
    this.outputs = externalOutputs(options.design.modules);
    this.#system = options.system;
    this.#hints = options.hints;
    this.#lines = new LineMap(options.text);
    for (const module of options.design.modules) {
      const loc = this.locate(module.dump);
      this.#builders.set(module, options.system.module(module.kind, module.name, { loc }));
    }
  }

  model(build: ModuleBuilder): ValueModel {
    return this.exact ? new ExactModel(build) : new ContainerModel(build);
  }

  locate(place: Place): Loc {
    return { file: 0, ...this.#lines.locate(place.start) };
  }

  builder(module: ModuleEntry): ModuleBuilder {
    const builder = this.#builders.get(module);
    if (builder === undefined) throw new Error(`module ${module.name} is not of this design`);
    return builder;
  }

  id(module: ModuleEntry): ModuleId {
    return this.builder(module).id;
  }

  setSlot(entry: ValueEntry, id: SlotId, type: Type): void {
    this.#slots.set(entry, { id, type });
  }

  /** Where a value of another module is published; undefined where its definition could not be lowered. */
  slot(entry: ValueEntry): { readonly id: SlotId; readonly type: Type } | undefined {
    return this.#slots.get(entry);
  }

  // ---------------------------------------------------------------- outputs of external modules

  /** Makes the registers for outputs that are registers. Call it once, when the arrays of the dump are there. */
  declareOutputs(): void {
    const names = new Set([...this.design.arrays.keys(), ...this.design.moduleByName.keys()]);
    for (const output of this.outputs) {
      if (!output.registered) continue;
      const declared = this.design.typeOf(output.statement);
      const type = this.exact ? exactType(declared) : containerType(declared);
      const name = freeName(`${output.instance}_${output.output}`, names);
      const loc = this.locate(output.statement);
      const register = { array: this.#system.array(name, type, { size: 1, scalar: false, loc }), type };
      this.#outputs.set(keyOf(output), { register, slot: undefined });
    }
  }

  outputRegister(output: ExternalOutput): OutputRegister {
    const register = this.#outputs.get(keyOf(output))?.register;
    if (register === undefined) throw new Error(`the output ${keyOf(output)} is no register`);
    return register;
  }

  /** A name for the value of an output that no other value of its module has. */
  slotName(output: ExternalOutput): string {
    return freeName(`${output.instance}_${output.output}`, new Set(output.owner.values.keys()));
  }

  setOutputSlot(output: ExternalOutput, id: SlotId, type: Type): void {
    this.#outputs.set(keyOf(output), { register: undefined, slot: { id, type } });
  }

  /** Where an output can be read; undefined where only its own module reads it, or its instance could not be lowered. */
  output(owner: ModuleEntry, instance: string, output: string): PublishedOutput | undefined {
    return this.#outputs.get(externalOutputKey(owner, instance, output));
  }

  // ---------------------------------------------------------------- foreign bodies

  /** The declaration of an external module: its inputs as the first instance gives them, its outputs as the metadata name them, or as the design reads them. */
  extern(name: string): ImportedExtern {
    const existing = this.#externs.get(name);
    if (existing !== undefined) return existing;
    const outputs = new Map<string, Type>();
    // All that the metadata name, so that a body need not know which ones a design reads.
    for (const [output, type] of this.#hints.externalOutputs(name) ?? [])
      outputs.set(output, exactType(type));
    for (const output of this.outputs)
      if (output.external === name && !outputs.has(output.output))
        outputs.set(output.output, exactType(this.design.typeOf(output.statement)));
    let first: { module: ModuleEntry; value: ExternalValue } | undefined;
    for (const module of this.design.modules) {
      for (const { statement } of module.values.values())
        if (statement.value.kind === "external" && statement.value.module.text === name)
          first ??= { module, value: statement.value };
    }
    const parameters = (first?.value.inputs ?? []).map((input) => ({
      name: input.name.text,
      type: first === undefined ? BOOL : exactType(typeOfOperand(first.module, input.value)),
    }));
    const results = [...outputs].map(([output, type]) => ({ name: output, type }));
    if (results.length === 0) results.push({ name: "done", type: BOOL });
    const loc = first === undefined ? { file: 0, line: 1, column: 1 } : this.locate(first.value);
    return this.#declare({ name, parameters, results, loc });
  }

  /** The function behind a request to a DRAM, or behind the look at its response. */
  memoryExtern(
    memory: ModuleEntry,
    operation: "send_read_request" | "send_write_request" | "has_mem_resp" | "get_mem_resp",
    parameters: readonly DumpType[],
  ): ImportedExtern {
    const name = `${memory.name}_${operation}`;
    const existing = this.#externs.get(name);
    if (existing !== undefined) return existing;
    const names = ["enable", "address", "data"];
    const width = this.#hints.memoryWidth(memory.name) ?? 32;
    return this.#declare({
      name,
      parameters: parameters.map((declared, index) => ({
        name: names[index] ?? `operand${index}`,
        type: exactType(declared),
      })),
      results: [{ name: "result", type: operation === "get_mem_resp" ? bits(width) : BOOL }],
      loc: this.locate(memory.dump),
    });
  }

  #declare(declaration: ExternDeclaration): ImportedExtern {
    const result = { id: this.#system.extern(declaration), declaration };
    this.#externs.set(declaration.name, result);
    return result;
  }
}
