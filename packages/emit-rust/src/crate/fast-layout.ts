/** The layout `fast`: one struct a module with everything side by side, and effects at once wherever the schedule allows. */
import type { ArrayId, ModuleId, PortId, SlotId } from "@assassyn/ir";
import { downstreamUses, walk } from "@assassyn/ir";
import type { ArraySchedule, CodeWriter, NameScope, PortSchedule } from "@assassyn/emit-core";
import { toSnakeCase } from "@assassyn/emit-core";
import type { IndexOperand, Place, StateAccess } from "../state-access.js";
import { printLiteral, printNumber, rustType } from "../rust-type.js";
import { keepsFlags, writeFlag } from "./activity.js";
import type { Field, Layout } from "./layout.js";
import type { ArrayModel, DesignModel, ModuleModel, PortModel } from "./model.js";
import { arrayModel, arrayType, moduleModel } from "./model.js";
import type { References } from "./references.js";

/** One struct a module, effects at once wherever the schedule allows; what a target uses unless it is told otherwise. */
export const fastLayout: Layout = {
  access: (design, module, references) => new FastAccess(design, module, references),
  fields,
  commit,
  credit: "self.credit",
  elements: (array, mutable, owner) => {
    const place = `${owner}.${array.field}`;
    if (array.declaration.size === 1)
      return `slice::from_${mutable ? "mut" : "ref"}(&${mutable ? "mut " : ""}${place})`;
    return `&${mutable ? "mut " : ""}${place}[..]`;
  },
  runModule: (code, design, { id, module, group }, references, call) => {
    const place = references.place(id);
    if (module.kind === "stage") {
      if (references.linked && keepsFlags(design, group)) {
        // Whoever was due is looked at in the next cycle too: it may be due again, and was triggered or not.
        code.line(`let due = ${place}.credit != 0;`).line("more |= due;");
        code.line(`let ran = due && ${call};`);
      } else {
        code.line(`let ran = ${place}.credit != 0 && ${call};`);
      }
      code.line(`${place}.credit -= u64::from(ran);`);
      if (design.idle !== undefined) code.line("busy |= ran;");
    } else if (module.kind === "downstream") {
      code.line(`let ran = ${activationOf(design, id, references)} && ${call};`);
    } else {
      code.line(`let ran = ${call};`);
    }
    code.line(`${place}.triggered = ran;`);
    if (module.kind !== "downstream" && !(module.kind === "stage" && design.idle !== undefined))
      code.line("active |= ran;");
  },
  items: () => {},
};

/** The condition under which a downstream runs: a module whose value it names was triggered. */
export function activationOf(design: DesignModel, id: ModuleId, references: References): string {
  const activators = [...downstreamUses(moduleModel(design, id).module).values];
  const conditions = activators.map((activator) => `${references.place(activator)}.triggered`);
  return conditions.length > 1 ? `(${conditions.join(" || ")})` : (conditions[0] ?? "false");
}

/** Whether the body calls functions of the embedder. */
export function usesExterns(design: DesignModel, id: ModuleId): boolean {
  return moduleModel(design, id).module.operations.some((operation) => operation?.kind === "extern-call");
}

function portSchedule(design: DesignModel, module: ModuleId, port: number): PortSchedule {
  const plan = design.schedule.ports[module]?.[port];
  if (plan === undefined) throw new Error(`no schedule for port #${port} of module #${module}`);
  return plan;
}

/** Whether two pushes into a FIFO in one cycle are possible. */
function checksPushes(design: DesignModel, module: ModuleId, port: number): boolean {
  const { checkPushTwice, pushers } = portSchedule(design, module, port);
  const { ranges } = design;
  const [only] = pushers;
  if (!checkPushTwice || ranges === undefined || pushers.length !== 1 || only === undefined)
    return checkPushTwice;
  let possible = false;
  walk(moduleModel(design, only).module, (operation, id) => {
    if (operation.kind !== "fifo-push" || operation.module !== module || operation.port !== port) return;
    possible ||= ranges.mayBeSecond(only, id);
  });
  return possible;
}

function arraySchedule(design: DesignModel, array: ArrayId): ArraySchedule {
  const plan = design.schedule.arrays[array];
  if (plan == null) throw new Error(`no schedule for array #${array}`);
  return plan;
}

/** Ring size of a FIFO: the declared depth where it is small, else enough for the usual few elements. */
function ringSize({ port, depth }: PortModel): number {
  const wanted = Math.min(depth, port.depth === undefined ? 4 : 16);
  return 2 ** Math.ceil(Math.log2(Math.max(wanted, 1)));
}

const poppedField = (port: PortModel): string => `${port.field}_popped`;
const pushField = (port: PortModel): string => `${port.field}_push`;
const stampField = (port: PortModel): string => `${port.field}_stamp`;

/** The slot of one writer: `rf_write`, or `rf_write_decode` where there are several. */
function slotField(design: DesignModel, array: ArrayModel, writer: ModuleId): string {
  const { writers } = arraySchedule(design, array.id);
  if (writers.length === 1) return `${array.field}_write`;
  // The declaration's name serves all instances; several of one array need numbers.
  const sourceOf = (id: ModuleId): string => toSnakeCase(moduleModel(design, id).module.source);
  const source = sourceOf(writer);
  const number = writers.filter((id) => sourceOf(id) === source).indexOf(writer);
  return `${array.field}_write_${source}${number === 0 ? "" : `_${number + 1}`}`;
}

/**
 * A text that is equal for modules whose structs may be shared: same fields, same commit, same view of the host. Contents that come from
 * tables may differ.
 */
export function shapeOf(design: DesignModel, model: ModuleModel): string {
  return JSON.stringify([
    // Initial values are data: those that differ are set one by one.
    fields(design, model).map(({ name, type, comment }) => [name, type, comment]),
    commit(design, model),
    model.module.kind === "stage",
    model.slots,
    model.module.exposed.map(({ type }) => type),
    model.ports.map(({ port, field, depth }) => [port.name, port.type, field, depth]),
    model.arrays.map(({ declaration: { type, size, fill }, field }) => [
      type,
      size,
      field,
      size === 1 ? "" : fill.toString(),
    ]),
  ]);
}

function fields(design: DesignModel, model: ModuleModel): Field[] {
  const result: Field[] = [];
  if (model.module.kind === "stage") {
    result.push({ name: "credit", type: "u64", initial: "0", comment: "Activations owed." });
    if (design.schedule.credits[model.id]?.commit === "deferred") {
      result.push({
        name: "calls",
        type: "u64",
        initial: "0",
        comment: "Activations asked for in this cycle.",
      });
    }
  }
  model.ports.forEach((port, index) => {
    const element = rustType(port.port.type);
    const plan = portSchedule(design, model.id, index);
    result.push({ name: port.field, type: `Fifo<${element}, ${ringSize(port)}>`, initial: "Fifo::new()" });
    if (plan.pop === "deferred") result.push({ name: poppedField(port), type: "bool", initial: "false" });
    if (plan.push === "deferred")
      result.push({ name: pushField(port), type: `PushSlot<${element}>`, initial: "PushSlot::default()" });
    else if (checksPushes(design, model.id, index))
      result.push({ name: stampField(port), type: "PushStamp", initial: "PushStamp::default()" });
  });
  for (const array of model.arrays) {
    const { type, size, initial, fill } = array.declaration;
    const value = printLiteral(size === 1 ? (initial[0] ?? fill) : fill, type.width, false);
    result.push({
      name: array.field,
      type: arrayType(array),
      initial: size === 1 ? value : array.boxed ? `boxed(${value})` : `[${value}; ${size}]`,
    });
    const plan = arraySchedule(design, array.id);
    if (plan.commit === "immediate") continue;
    for (const writer of plan.writers) {
      result.push({
        name: slotField(design, array, writer),
        type: `ArraySlot<${rustType(type)}>`,
        initial: "ArraySlot::default()",
      });
    }
  }
  return result;
}

function commit(design: DesignModel, model: ModuleModel): string[] {
  const lines: string[] = [];
  if (model.module.kind === "stage" && design.schedule.credits[model.id]?.commit === "deferred") {
    lines.push("self.credit += std::mem::take(&mut self.calls);");
  }
  model.ports.forEach((port, index) => {
    const plan = portSchedule(design, model.id, index);
    if (plan.pop === "deferred") {
      lines.push(`if std::mem::take(&mut self.${poppedField(port)}) {`, `    self.${port.field}.pop();`, "}");
    }
    if (plan.push === "deferred" && plan.pushers.length > 0) {
      lines.push(
        `self.${pushField(port)}.commit(&mut self.${port.field}, cx, target(module, ${index}, ${printNumber(BigInt(port.depth))}));`,
      );
    }
  });
  for (const array of model.arrays) {
    const plan = arraySchedule(design, array.id);
    if (plan.commit === "immediate") continue;
    for (const writer of plan.writers) {
      lines.push(
        `self.${slotField(design, array, writer)}.commit(${fastLayout.elements(array, true, "self")});`,
      );
    }
  }
  return lines;
}

/** Accesses in the layout `fast`; a target that differs in some of them overrides those. */
export class FastAccess implements StateAccess {
  readonly #design: DesignModel;
  readonly #own: ModuleModel;
  readonly #references: References;
  /** Variables that tell that the body has written an array, where it can write it twice. */
  readonly #writtenMarks = new Map<ArrayId, string>();

  constructor(design: DesignModel, own: ModuleModel, references: References) {
    this.#design = design;
    this.#own = own;
    this.#references = references;
  }

  #place(module: ModuleId): string {
    return this.#references.place(module);
  }

  #port(module: ModuleId, port: PortId): PortModel {
    const found = moduleModel(this.#design, module).ports[port];
    if (found === undefined) throw new Error(`no port #${port} of module #${module}`);
    return found;
  }

  #array(array: ArrayId): { readonly model: ArrayModel; readonly place: string } {
    const model = arrayModel(this.#design, array);
    return { model, place: `${this.#place(model.holder)}.${model.field}` };
  }

  #slot(module: ModuleId, slot: SlotId): { readonly value: string; readonly present: string | undefined } {
    const found = moduleModel(this.#design, module).slots[slot];
    if (found === undefined) throw new Error(`no slot #${slot} of module #${module}`);
    const place = this.#place(module);
    return {
      value: `${place}.${found.field}`,
      present: found.presentField && `${place}.${found.presentField}`,
    };
  }

  begin(code: CodeWriter, names: NameScope): string[] {
    for (const { presentField } of this.#own.slots) {
      if (presentField !== undefined) code.line(`${this.#place(this.#own.id)}.${presentField} = false;`);
    }
    if (this.#design.idle?.modules[this.#own.id]?.always === true) code.line("cx.busy = true;");
    const { ranges } = this.#design;
    const written = new Set<ArrayId>();
    walk(this.#own.module, (operation, id) => {
      if (operation.kind === "array-write" && (ranges?.mayBeSecond(this.#own.id, id) ?? true))
        written.add(operation.array);
    });
    for (const array of written) {
      if (!arraySchedule(this.#design, array).checkTwice.has(this.#own.id)) continue;
      const mark = names.claim(`wrote_${this.#array(array).model.field}`);
      this.#writtenMarks.set(array, mark);
      code.line(`let mut ${mark} = false;`);
    }
    return [...this.#writtenMarks.values()];
  }

  arrayRead(code: CodeWriter, place: Place, name: string, array: ArrayId, index: IndexOperand): void {
    const { model, place: elements } = this.#array(array);
    const { size, type } = model.declaration;
    const fault = (): string =>
      `return cx.fault(${place.module}, ${place.site}, Fault::ReadRange(${this.#references.array(array)}, ${index.wide}));`;
    const open = `let ${name}: ${rustType(type)} = `;
    if (index.fits) {
      code.line(`${open}${elements}${size === 1 ? "" : `[${index.text}]`}; ${place.comment}`);
    } else if (size === 1) {
      code.block(`if ${index.wide} != 0 { ${place.comment}`, "}", () => code.line(fault()));
      code.line(`${open}${elements};`);
    } else {
      code.block(`let Some(&${name}) = ${elements}.get(${index.text}) else { ${place.comment}`, "};", () =>
        code.line(fault()),
      );
    }
  }

  arrayWrite(code: CodeWriter, place: Place, array: ArrayId, index: IndexOperand, value: string): void {
    const { model, place: elements } = this.#array(array);
    const { size } = model.declaration;
    const mark = this.#writtenMarks.get(array);
    if (mark !== undefined) {
      if (place.second)
        code.block(`if ${mark} { ${place.comment}`, "}", () =>
          code.line(
            `return cx.fault(${place.module}, ${place.site}, Fault::WriteTwice(${this.#references.array(array)}));`,
          ),
        );
      if (place.first) code.line(`${mark} = true;`);
    }
    if (arraySchedule(this.#design, array).commit === "deferred") {
      const slot = `${this.#place(model.holder)}.${slotField(this.#design, model, this.#own.id)}`;
      code.line(`${slot}.put(cx, ${index.text}, ${value}, ${size}); ${place.comment}`);
    } else if (index.fits) {
      code.line(`${elements}${size === 1 ? "" : `[${index.text}]`} = ${value}; ${place.comment}`);
    } else if (size === 1) {
      code.twoBlocks(
        `if ${index.wide} == 0 { ${place.comment}`,
        () => code.line(`${elements} = ${value};`),
        "} else {",
        () => code.line("cx.drop_write();"),
        "}",
      );
    } else {
      code.twoBlocks(
        `if let Some(element) = ${elements}.get_mut(${index.text}) { ${place.comment}`,
        () => code.line(`*element = ${value};`),
        "} else {",
        () => code.line("cx.drop_write();"),
        "}",
      );
    }
  }

  fifoValid(module: ModuleId, port: PortId): string {
    return `${this.#place(module)}.${this.#port(module, port).field}.valid()`;
  }

  fifoPeek(code: CodeWriter, place: Place, name: string, module: ModuleId, port: PortId): void {
    const fifo = `${this.#place(module)}.${this.#port(module, port).field}`;
    code.block(`let Some(${name}) = ${fifo}.peek() else { ${place.comment}`, "};", () =>
      code.line(
        `return cx.fault(${place.module}, ${place.site}, Fault::PeekEmpty(${this.moduleIndex(module)}, ${port}));`,
      ),
    );
  }

  fifoPop(code: CodeWriter, place: Place, name: string | undefined, port: PortId): void {
    const own = this.#place(this.#own.id);
    const model = this.#port(this.#own.id, port);
    const plan = portSchedule(this.#design, this.#own.id, port);
    const fault = (kind: string): string =>
      `return cx.fault(${place.module}, ${place.site}, Fault::${kind}(${place.module}, ${port}));`;
    if (plan.checkPopTwice && place.second) {
      code.block(`if ${own}.${poppedField(model)} { ${place.comment}`, "}", () =>
        code.line(fault("PopTwice")),
      );
    }
    const take = plan.pop === "deferred" ? "peek" : "pop";
    code.block(
      `let Some(${name ?? "_"}) = ${own}.${model.field}.${take}() else { ${place.comment}`,
      "};",
      () => code.line(fault("PopEmpty")),
    );
    if (plan.pop === "deferred") code.line(`${own}.${poppedField(model)} = true;`);
  }

  fifoPush(code: CodeWriter, place: Place, module: ModuleId, port: PortId, value: string): void {
    const owner = this.#place(module);
    const model = this.#port(module, port);
    const plan = portSchedule(this.#design, module, port);
    const depth = printNumber(BigInt(model.depth));
    const index = this.moduleIndex(module);
    const target = `target(${index}, ${port}, ${depth})`;
    if (plan.push === "deferred") {
      const slot = `${owner}.${pushField(model)}`;
      const checks = checksPushes(this.#design, module, port);
      if (!checks) {
        code.line(`${slot}.put(${place.module}, ${place.site}, ${value}); ${place.comment}`);
        return;
      }
      const put = `${slot}.put_checked(cx, ${target}, ${place.module}, ${place.site}, ${value})`;
      code.block(`if !${put} { ${place.comment}`, "}", () => code.line("return false;"));
      return;
    }
    if (checksPushes(this.#design, module, port)) {
      const claim = `${owner}.${stampField(model)}.claim(cx, ${target}, ${place.module}, ${place.site})`;
      code.block(`if !${claim} { ${place.comment}`, "}", () => code.line("return false;"));
    }
    // A pop that waits for the commit makes room for this push.
    const room = plan.pop === "deferred" ? ` + usize::from(${owner}.${poppedField(model)})` : "";
    code.block(
      `if !${owner}.${model.field}.push_within(${value}, ${depth}${room}) { ${place.comment}`,
      "}",
      () => code.line(`return cx.fault(${place.module}, ${place.site}, Fault::Overflow(${index}, ${port}));`),
    );
  }

  call(code: CodeWriter, place: Place, module: ModuleId): void {
    const field = this.#design.schedule.credits[module]?.commit === "deferred" ? "calls" : "credit";
    code.line(`${this.#place(module)}.${field} += 1; ${place.comment}`);
    writeFlag(code, this.#design, module, this.#references);
  }

  expose(code: CodeWriter, place: Place, slot: SlotId, value: string): void {
    const field = this.#slot(this.#own.id, slot);
    code.line(`${field.value} = ${value}; ${place.comment}`);
    if (field.present !== undefined) code.line(`${field.present} = true;`);
  }

  exposedValid(module: ModuleId, slot: SlotId): string {
    const { present } = this.#slot(module, slot);
    return present === undefined ? this.triggered(module) : `${this.triggered(module)} && ${present}`;
  }

  exposedValue(module: ModuleId, slot: SlotId): string {
    return this.#slot(module, slot).value;
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
