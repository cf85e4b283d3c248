/** The layout `classic`: the plain structures of a first simulator. Ordered maps of pending effects, stamps in queues, canonical order. */
import type { ArrayId, ModuleId, PortId, SlotId } from "@assassyn/ir";
import type { CodeWriter } from "@assassyn/emit-core";
import { toSnakeCase } from "@assassyn/emit-core";
import type {
  IndexOperand,
  Place,
  StateAccess,
  Field,
  Layout,
  ArrayModel,
  DesignModel,
  ModuleModel,
  PortModel,
  SlotModel,
  References,
} from "@assassyn/emit-rust";
import {
  printLiteral,
  printNumber,
  rustType,
  activationOf,
  usesExterns,
  arrayModel,
  moduleModel,
} from "@assassyn/emit-rust";

/** The layout `classic`. */
export const classicLayout: Layout = {
  access: (design, module, references) => new ClassicAccess(design, module, references),
  fields: (design, model) => {
    const result: Field[] = [];
    if (model.module.kind === "stage") {
      result.push({
        name: "events",
        type: "EventQueue",
        initial: "EventQueue::default()",
        comment: "Activations owed.",
      });
    }
    for (const { port, field } of model.ports) {
      result.push({
        name: field,
        type: `ClassicFifo<${rustType(port.type)}>`,
        initial: "ClassicFifo::default()",
      });
    }
    for (const { id, declaration, field } of model.arrays) {
      const { type, size, initial, fill } = declaration;
      const value = printLiteral(size === 1 ? (initial[0] ?? fill) : fill, type.width, false);
      const writers = writersOf(design, id).length;
      result.push({
        name: field,
        type: `ClassicArray<${rustType(type)}>`,
        initial: `ClassicArray::new(${size}, ${value}, ${writers})`,
      });
    }
    return result;
  },
  commit: (_, model) => [
    ...model.ports.map(
      ({ field, depth }, port) =>
        `self.${field}.tick(cx, target(module, ${port}, ${printNumber(BigInt(depth))}));`,
    ),
    ...model.arrays.map(({ field }) => `self.${field}.tick(cx);`),
  ],
  credit: "self.events.len()",
  elements: ({ field }, mutable, owner) => `&${mutable ? "mut " : ""}${owner}.${field}.payload[..]`,
  runModule: (code, design, model, references, call) => {
    const { id, module } = model;
    const place = references.place(id);
    const entry = tableEntries(design).indexOf(model);
    const run = entry < 0 ? call : `BODIES[${entry}](state, cx)`;
    if (module.kind === "stage") {
      code.line(`let ran = ${place}.events.due(cx.cycle) && ${run};`);
      code.block("if ran {", "}", () => code.line(`${place}.events.spend();`));
    } else if (module.kind === "downstream") {
      code.line(`let ran = ${activationOf(design, id, references)} && ${run};`);
    } else {
      code.line(`let ran = ${run};`);
    }
    code.line(`${place}.triggered = ran;`);
    if (module.kind !== "downstream") code.line("active |= ran;");
  },
  items: (code, design) => {
    const entries = tableEntries(design);
    if (entries.length === 0) return;
    code
      .line("/// A body: true when it was triggered.")
      .line("type Body = fn(&mut State, &mut Context) -> bool;")
      .line();
    code.line("/// The bodies in canonical order.");
    code.block(`static BODIES: [Body; ${entries.length}] = [`, "];", () => {
      for (const { file, name } of entries) code.line(`${file}::${name},`);
    });
  },
};

/** The modules in the table of functions: those that call no function of the embedder. */
function tableEntries(design: DesignModel): ModuleModel[] {
  return design.modules.filter(({ id }) => !usesExterns(design, id));
}

function writersOf(design: DesignModel, array: ArrayId): readonly ModuleId[] {
  return design.schedule.arrays[array]?.writers ?? [];
}

class ClassicAccess implements StateAccess {
  readonly #design: DesignModel;
  readonly #own: ModuleModel;
  readonly #references: References;

  constructor(design: DesignModel, own: ModuleModel, references: References) {
    this.#design = design;
    this.#own = own;
    this.#references = references;
  }

  #place(module: ModuleId): string {
    return this.#references.place(module);
  }

  #fifo(module: ModuleId, port: PortId): { readonly place: string; readonly target: string } {
    const owner = moduleModel(this.#design, module);
    const model: PortModel | undefined = owner.ports[port];
    if (model === undefined) throw new Error(`no port #${port} of module #${module}`);
    const target = `target(${this.#references.index(module)}, ${port}, ${printNumber(BigInt(model.depth))})`;
    return { place: `${this.#place(module)}.${model.field}`, target };
  }

  #array(array: ArrayId): { readonly model: ArrayModel; readonly place: string; readonly writer: number } {
    const model = arrayModel(this.#design, array);
    return {
      model,
      place: `${this.#place(model.holder)}.${model.field}`,
      writer: writersOf(this.#design, array).indexOf(this.#own.id),
    };
  }

  #slot(module: ModuleId, slot: SlotId): SlotModel {
    const found = moduleModel(this.#design, module).slots[slot];
    if (found === undefined) throw new Error(`no slot #${slot} of module #${module}`);
    return found;
  }

  begin(code: CodeWriter): string[] {
    for (const { presentField } of this.#own.slots) {
      if (presentField !== undefined) code.line(`${this.#place(this.#own.id)}.${presentField} = false;`);
    }
    return [];
  }

  arrayRead(code: CodeWriter, place: Place, name: string, array: ArrayId, index: IndexOperand): void {
    const { model, place: elements } = this.#array(array);
    if (index.fits) {
      code.line(
        `let ${name}: ${rustType(model.declaration.type)} = ${elements}.payload[${index.text}]; ${place.comment}`,
      );
      return;
    }
    code.block(
      `let Some(&${name}) = ${elements}.payload.get(${index.text}) else { ${place.comment}`,
      "};",
      () =>
        code.line(
          `return cx.fault(${place.module}, ${place.site}, Fault::ReadRange(${this.#references.array(array)}, ${index.wide}));`,
        ),
    );
  }

  arrayWrite(code: CodeWriter, place: Place, array: ArrayId, index: IndexOperand, value: string): void {
    const { place: elements, writer } = this.#array(array);
    if (this.#design.schedule.arrays[array]?.checkTwice.has(this.#own.id) === true) {
      code.block(`if ${elements}.written(cx, ${writer}) { ${place.comment}`, "}", () =>
        code.line(
          `return cx.fault(${place.module}, ${place.site}, Fault::WriteTwice(${this.#references.array(array)}));`,
        ),
      );
    }
    code.line(`${elements}.write(cx, ${writer}, ${index.text}, ${value}); ${place.comment}`);
  }

  fifoValid(module: ModuleId, port: PortId): string {
    return `${this.#fifo(module, port).place}.valid()`;
  }

  fifoPeek(code: CodeWriter, place: Place, name: string, module: ModuleId, port: PortId): void {
    code.block(
      `let Some(${name}) = ${this.#fifo(module, port).place}.peek() else { ${place.comment}`,
      "};",
      () =>
        code.line(
          `return cx.fault(${place.module}, ${place.site}, Fault::PeekEmpty(${this.moduleIndex(module)}, ${port}));`,
        ),
    );
  }

  fifoPop(code: CodeWriter, place: Place, name: string | undefined, port: PortId): void {
    const { place: fifo, target } = this.#fifo(this.#own.id, port);
    code.block(
      `let Some(${name ?? "_"}) = ${fifo}.pop(cx, ${target}, ${place.site}) else { ${place.comment}`,
      "};",
      () => code.line("return false;"),
    );
  }

  fifoPush(code: CodeWriter, place: Place, module: ModuleId, port: PortId, value: string): void {
    const { place: fifo, target } = this.#fifo(module, port);
    code.block(
      `if !${fifo}.push(cx, ${target}, ${place.module}, ${place.site}, ${value}) { ${place.comment}`,
      "}",
      () => code.line("return false;"),
    );
  }

  call(code: CodeWriter, place: Place, module: ModuleId): void {
    code.line(`${this.#place(module)}.events.push(cx.cycle + 1); ${place.comment}`);
  }

  expose(code: CodeWriter, place: Place, slot: SlotId, value: string): void {
    const own = this.#place(this.#own.id);
    const { field, presentField } = this.#slot(this.#own.id, slot);
    code.line(`${own}.${field} = ${value}; ${place.comment}`);
    if (presentField !== undefined) code.line(`${own}.${presentField} = true;`);
  }

  exposedValid(module: ModuleId, slot: SlotId): string {
    const { presentField } = this.#slot(module, slot);
    return presentField === undefined
      ? this.triggered(module)
      : `${this.triggered(module)} && ${this.#place(module)}.${presentField}`;
  }

  exposedValue(module: ModuleId, slot: SlotId): string {
    return `${this.#place(module)}.${this.#slot(module, slot).field}`;
  }

  triggered(module: ModuleId): string {
    return `${this.#place(module)}.triggered`;
  }

  moduleIndex(module: ModuleId): string {
    return this.#references.index(module);
  }

  // One body runs at a time, so nobody waits for a lock.
  acquire(): void {}

  release(): void {}

  externCall(extern: number, values: readonly string[]): string {
    return `externs.${toSnakeCase(this.#design.system.externs[extern]?.name ?? "")}(${values.join(", ")})`;
  }
}
