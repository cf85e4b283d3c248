/** How a body reaches the state of the shared form: through guards of locks, atomics, and what its task owns. */
import type {
  ArrayId,
  ExternId,
  Location,
  LockId,
  ModuleId,
  OpId,
  PortId,
  Region,
  SlotId,
} from "@assassyn/ir";
import { accessesOf, locationKey, operationOf, slotId, walk } from "@assassyn/ir";
import type { CodeWriter, NameScope } from "@assassyn/emit-core";
import { toSnakeCase } from "@assassyn/emit-core";
import type {
  ArrayModel,
  DesignModel,
  IndexOperand,
  ModuleModel,
  Place,
  PortModel,
  References,
  SlotModel,
  StateAccess,
} from "@assassyn/emit-rust";
import { arrayModel, moduleModel, printNumber, rustType } from "@assassyn/emit-rust";
import type { SharedForm } from "./protection.js";
import { unprotected } from "./protection.js";

/** The port of a module. @throws Error if it never existed. */
export function portModel(design: DesignModel, module: ModuleId, port: PortId): PortModel {
  const found = moduleModel(design, module).ports[port];
  if (found === undefined) throw new Error(`no port #${port} of module #${module}`);
  return found;
}

/** The exposed value of a module. @throws Error if it never existed. */
export function slotModel(design: DesignModel, module: ModuleId, slot: SlotId): SlotModel {
  const found = moduleModel(design, module).slots[slot];
  if (found === undefined) throw new Error(`no slot #${slot} of module #${module}`);
  return found;
}

/** The cell of a location as an expression. */
export function cellOf(design: DesignModel, references: References, location: Location): string {
  switch (location.kind) {
    case "array": {
      const { holder, field } = arrayModel(design, location.array);
      return `${references.place(holder)}.${field}`;
    }
    case "fifo":
      return `${references.place(location.module)}.${portModel(design, location.module, location.port).field}`;
    case "value":
      return `${references.place(location.module)}.${slotModel(design, location.module, location.slot).field}`;
    case "credit":
      return `${references.place(location.module)}.credit`;
    case "flag":
      return `${references.place(location.module)}.triggered`;
    case "stamp":
      return "state.stamp";
  }
}

/** Writers of an array in writer order. */
export function writersOf(design: DesignModel, array: ArrayId): readonly ModuleId[] {
  return design.schedule.arrays[array]?.writers ?? [];
}

/** A FIFO in the tables of the design: `target(ADDER, 0, 16)`. */
export function targetOf(
  design: DesignModel,
  references: References,
  module: ModuleId,
  port: PortId,
): string {
  const { depth } = portModel(design, module, port);
  return `target(${references.index(module)}, ${port}, ${printNumber(BigInt(depth))})`;
}

/** How to take a lock for writing. */
export const takeForWriting = (type: "mutex" | "rwlock"): string =>
  type === "mutex" ? "lock(cx)" : "write(cx)";
/** How to take a lock for reading. */
export const takeForReading = (type: "mutex" | "rwlock"): string =>
  type === "mutex" ? "lock(cx)" : "read(cx)";

/** The access of one body. */
export class SharedAccess implements StateAccess {
  readonly #design: DesignModel;
  readonly #form: SharedForm;
  readonly #own: ModuleModel;
  readonly #references: References;
  /** Variables that tell that the body has written an array, where it can write it twice. */
  readonly #writtenMarks = new Map<ArrayId, string>();
  /** Guards of the locks that are held at this point, by location. */
  readonly #guards = new Map<string, string>();
  /** Acquisitions under which something is changed. */
  readonly #changing: ReadonlySet<OpId>;
  #names: NameScope | undefined;

  constructor(design: DesignModel, form: SharedForm, own: ModuleModel, references: References) {
    this.#design = design;
    this.#form = form;
    this.#own = own;
    this.#references = references;
    this.#changing = changingAcquisitions(form, own);
  }

  begin(code: CodeWriter, names: NameScope): string[] {
    this.#names = names;
    this.#own.slots.forEach(({ field, presentField }, index) => {
      if (presentField === undefined) return;
      const place = `${this.#references.place(this.#own.id)}.${field}`;
      const protection = this.#form.of({ kind: "value", module: this.#own.id, slot: slotId(index) });
      if (protection.kind === "lock")
        code.line(`${place}.${takeForWriting(protection.type)}.present = false;`);
      else code.line(`${place}.clear();`);
    });
    const written = new Set<ArrayId>();
    walk(this.#own.module, (operation) => {
      if (operation.kind === "array-write") written.add(operation.array);
    });
    for (const array of written) {
      if (this.#design.schedule.arrays[array]?.checkTwice.has(this.#own.id) !== true) continue;
      const mark = names.claim(`wrote_${arrayModel(this.#design, array).field}`);
      this.#writtenMarks.set(array, mark);
      code.line(`let mut ${mark} = false;`);
    }
    return [...this.#writtenMarks.values()];
  }

  #cell(location: Location): string {
    return cellOf(this.#design, this.#references, location);
  }

  #guard(location: Location): string | undefined {
    return this.#guards.get(locationKey(location));
  }

  /** The guard of a location that has a lock. @throws Error where the lock is not held. */
  #held(location: Location): string {
    const guard = this.#guard(location);
    if (guard === undefined) throw unprotected(this.#design.system, location);
    return guard;
  }

  /** The field that keeps an effect until the body ends. @throws Error if the module does not commit under the location's lock. */
  #kept(location: Location): string {
    const key = locationKey(location);
    const found = this.#form.kept(this.#own.id).find((kept) => locationKey(kept.location) === key);
    if (found === undefined) throw unprotected(this.#design.system, location);
    return `own.${found.field}`;
  }

  #array(array: ArrayId): { readonly model: ArrayModel; readonly location: Location } {
    return { model: arrayModel(this.#design, array), location: { kind: "array", array } };
  }

  arrayRead(code: CodeWriter, place: Place, name: string, array: ArrayId, index: IndexOperand): void {
    const { model, location } = this.#array(array);
    const open = `let ${name}: ${rustType(model.declaration.type)} = `;
    const fault = (): string =>
      `return cx.fault(${place.module}, ${place.site}, Fault::ReadRange(${this.#references.array(array)}, ${index.wide}));`;
    const protection = this.#form.of(location);
    const written = writersOf(this.#design, array).length > 0;
    if (protection.kind === "atomic" && written) {
      const cell = this.#cell(location);
      if (index.fits) code.line(`${open}${cell}.at(${index.text}); ${place.comment}`);
      else
        code.block(`let Some(${name}) = ${cell}.get(${index.text}) else { ${place.comment}`, "};", () =>
          code.line(fault()),
        );
      return;
    }
    const elements =
      protection.kind === "lock"
        ? `${this.#held(location)}.payload`
        : protection.kind === "owned"
          ? `own.${model.field}`
          : this.#cell(location);
    if (index.fits) code.line(`${open}${elements}[${index.text}]; ${place.comment}`);
    else
      code.block(`let Some(&${name}) = ${elements}.get(${index.text}) else { ${place.comment}`, "};", () =>
        code.line(fault()),
      );
  }

  arrayWrite(code: CodeWriter, place: Place, array: ArrayId, index: IndexOperand, value: string): void {
    const { model, location } = this.#array(array);
    const mark = this.#writtenMarks.get(array);
    if (mark !== undefined) {
      code.block(`if ${mark} { ${place.comment}`, "}", () =>
        code.line(
          `return cx.fault(${place.module}, ${place.site}, Fault::WriteTwice(${this.#references.array(array)}));`,
        ),
      );
      code.line(`${mark} = true;`);
    }
    const size = printNumber(BigInt(model.declaration.size));
    code.line(
      `${this.#writeSlot(array, location)}.put(cx, ${index.text}, ${value}, ${size}); ${place.comment}`,
    );
  }

  #writeSlot(array: ArrayId, location: Location): string {
    const writers = writersOf(this.#design, array);
    if (this.#form.of(location).kind !== "lock") {
      if (writers.length > 1) throw unprotected(this.#design.system, location);
      return `own.${this.#form.writeSlot(array)}`;
    }
    const guard = this.#guard(location);
    return guard === undefined ? this.#kept(location) : `${guard}.slots[${writers.indexOf(this.#own.id)}]`;
  }

  /** The FIFO for looking at it and popping. */
  #fifo(module: ModuleId, port: PortId): string {
    const location: Location = { kind: "fifo", module, port };
    if (this.#form.of(location).kind === "lock") return this.#held(location);
    if (module !== this.#own.id) throw unprotected(this.#design.system, location);
    return `own.${portModel(this.#design, module, port).field}`;
  }

  fifoValid(module: ModuleId, port: PortId): string {
    return `${this.#fifo(module, port)}.valid()`;
  }

  fifoPeek(code: CodeWriter, place: Place, name: string, module: ModuleId, port: PortId): void {
    code.block(`let Some(${name}) = ${this.#fifo(module, port)}.peek() else { ${place.comment}`, "};", () =>
      code.line(
        `return cx.fault(${place.module}, ${place.site}, Fault::PeekEmpty(${this.moduleIndex(module)}, ${port}));`,
      ),
    );
  }

  fifoPop(code: CodeWriter, place: Place, name: string | undefined, port: PortId): void {
    const fifo = this.#fifo(this.#own.id, port);
    const target = targetOf(this.#design, this.#references, this.#own.id, port);
    code.block(
      `let Some(${name ?? "_"}) = ${fifo}.pop(cx, ${target}, ${place.site}) else { ${place.comment}`,
      "};",
      () => code.line("return false;"),
    );
  }

  fifoPush(code: CodeWriter, place: Place, module: ModuleId, port: PortId, value: string): void {
    const target = targetOf(this.#design, this.#references, module, port);
    const put = `(cx, ${target}, ${place.module}, ${place.site}, ${value})`;
    code.block(`if !${this.#push(module, port)}${put} { ${place.comment}`, "}", () =>
      code.line("return false;"),
    );
  }

  /** The function that takes a push. */
  #push(module: ModuleId, port: PortId): string {
    const location: Location = { kind: "fifo", module, port };
    if (this.#form.of(location).kind === "lock") {
      const guard = this.#guard(location);
      return guard === undefined ? `${this.#kept(location)}.put_checked` : `${guard}.push.put_checked`;
    }
    if ((this.#design.schedule.ports[module]?.[port]?.pushers.length ?? 0) > 1)
      throw unprotected(this.#design.system, location);
    return `${this.#cell(location)}.put`;
  }

  call(code: CodeWriter, place: Place, module: ModuleId): void {
    const location: Location = { kind: "credit", module };
    if (this.#form.of(location).kind !== "lock") {
      code.line(`${this.#cell(location)}.call(); ${place.comment}`);
      return;
    }
    const guard = this.#guard(location);
    if (guard === undefined) code.line(`${this.#kept(location)} += 1; ${place.comment}`);
    else code.line(`${guard}.push(cx.cycle + 1); ${place.comment}`);
  }

  expose(code: CodeWriter, place: Place, slot: SlotId, value: string): void {
    const location: Location = { kind: "value", module: this.#own.id, slot };
    const guard = this.#guard(location);
    if (this.#form.of(location).kind === "lock" && guard === undefined)
      code.line(`${this.#kept(location)} = Some(${value}); ${place.comment}`);
    else code.line(`${guard ?? this.#cell(location)}.set(${value}); ${place.comment}`);
  }

  exposedValid(module: ModuleId, slot: SlotId): string {
    const { presentField } = slotModel(this.#design, module, slot);
    if (presentField === undefined) return this.triggered(module);
    const location: Location = { kind: "value", module, slot };
    const present =
      this.#form.of(location).kind === "lock"
        ? `${this.#held(location)}.present`
        : `${this.#cell(location)}.present()`;
    return `${this.triggered(module)} && ${present}`;
  }

  exposedValue(module: ModuleId, slot: SlotId): string {
    const location: Location = { kind: "value", module, slot };
    return this.#form.of(location).kind === "lock"
      ? `${this.#held(location)}.value`
      : `${this.#cell(location)}.get()`;
  }

  triggered(module: ModuleId): string {
    const location: Location = { kind: "flag", module };
    return this.#form.of(location).kind === "lock"
      ? `*${this.#held(location)}`
      : `${this.#cell(location)}.get()`;
  }

  cycle(): string {
    const location: Location = { kind: "stamp" };
    const protection = this.#form.find(location);
    if (protection === undefined) return "cx.cycle";
    return protection.kind === "lock" ? `*${this.#held(location)}` : "state.stamp.get()";
  }

  moduleIndex(module: ModuleId): string {
    return this.#references.index(module);
  }

  acquire(code: CodeWriter, lock: LockId, mode: "read" | "write", id: OpId): void {
    const { location, type } = this.#form.lock(lock);
    const name = this.#guardName(location);
    this.#guards.set(locationKey(location), name);
    const take = mode === "read" ? takeForReading(type) : takeForWriting(type);
    const mutable = this.#changing.has(id) ? "mut " : "";
    code.line(`let ${mutable}${name} = ${this.#cell(location)}.${take};`);
  }

  release(code: CodeWriter, lock: LockId): void {
    const key = locationKey(this.#form.lock(lock).location);
    const guard = this.#guards.get(key);
    if (guard !== undefined) code.line(`drop(${guard});`);
    this.#guards.delete(key);
  }

  /** Named by what it guards and not by whom, so that bodies of instances are equal texts. */
  #guardName(location: Location): string {
    const wanted = `${this.#cell(location).split(".").at(-1) ?? "state"}_guard`;
    return this.#names?.claim(wanted) ?? wanted;
  }

  externCall(extern: ExternId, values: readonly string[]): string {
    const name = toSnakeCase(this.#design.system.externs[extern]?.name ?? "");
    return `externs.lock().${name}(${values.join(", ")})`;
  }
}

/** Acquisitions under which the body changes what the lock guards, so that the guard must be mutable. */
function changingAcquisitions(form: SharedForm, own: ModuleModel): Set<OpId> {
  const changing = new Set<OpId>();
  const held = new Map<string, OpId>();
  const visit = (region: Region): void => {
    for (const id of region.operations) {
      const operation = operationOf(own.module, id);
      if (operation.kind === "acquire") held.set(locationKey(form.lock(operation.lock).location), id);
      else if (operation.kind === "release") held.delete(locationKey(form.lock(operation.lock).location));
      else if (operation.kind === "if") {
        visit(operation.then);
        visit(operation.else);
      } else {
        for (const { location, mode } of accessesOf(operation, own.id)) {
          const acquisition = held.get(locationKey(location));
          if (mode === "write" && acquisition !== undefined) changing.add(acquisition);
        }
      }
    }
  };
  visit(own.module.body);
  return changing;
}
