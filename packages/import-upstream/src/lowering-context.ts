/** What the bodies of a design share while they are lowered. */
import type {
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
import { ContainerModel } from "./container-model.js";
import type { Design, ModuleEntry, TypeHints, ValueEntry } from "./design.js";
import type { DumpType, ExternalValue, Place } from "./dump.js";
import type { Problems } from "./problems.js";
import type { ValueModel } from "./value-model.js";
import { ExactModel, exactType } from "./value-model.js";

/** A function with a foreign body. */
export interface ImportedExtern {
  readonly id: ExternId;
  readonly declaration: ExternDeclaration;
}

/** See the head of the file. */
export class LoweringContext {
  readonly design: Design;
  readonly problems: Problems;
  /** Values are exactly as wide as their types. */
  readonly exact: boolean;
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
  }) {
    this.design = options.design;
    this.problems = options.problems;
    this.exact = options.exact;
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

  // ---------------------------------------------------------------- foreign bodies

  /** The declaration of an external module: its inputs as the first instance gives them, its outputs as the design uses them. */
  extern(name: string): ImportedExtern {
    const existing = this.#externs.get(name);
    if (existing !== undefined) return existing;
    const outputs = new Map<string, Type>();
    let first: { module: ModuleEntry; value: ExternalValue } | undefined;
    for (const module of this.design.modules) {
      for (const entry of module.values.values()) {
        const { value } = entry.statement;
        if (value.kind === "external" && value.module.text === name) first ??= { module, value };
        if (value.kind !== "external-output") continue;
        const definition = module.values.get(value.instance.text)?.statement.value;
        if (definition?.kind === "external" && definition.module.text === name)
          outputs.set(value.output.text, exactType(entry.type));
      }
    }
    const parameters = (first?.value.inputs ?? []).map((input) => ({
      name: input.name.text,
      type: exactType(this.#operandType(first?.module, input.value)),
    }));
    const results = [...outputs].map(([output, type]) => ({ name: output, type }));
    if (results.length === 0) results.push({ name: "done", type: BOOL });
    const loc = first === undefined ? { file: 0, line: 1, column: 1 } : this.locate(first.value);
    return this.#declare({ name, parameters, results, loc });
  }

  #operandType(module: ModuleEntry | undefined, operand: ExternalValue["inputs"][number]["value"]): DumpType {
    if (operand.kind === "constant") return operand.type;
    const entry = module?.values.get(operand.text) ?? module?.foreign.get(operand.text);
    return entry?.type ?? { kind: "plain", class: "b", width: 1, start: 0, end: 0 };
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
