/** In which cell each location lives, and which fields hold it. */
import type { Location } from "@assassyn/ir";
import { portId, slotId } from "@assassyn/ir";
import type { ArrayModel, DesignModel, Field, ModuleModel } from "@assassyn/emit-rust";
import { printLiteral, printNumber, rustType } from "@assassyn/emit-rust";
import type { Protection, SharedForm } from "./protection.js";
import { writersOf } from "./shared-access.js";

/** Where the elements of an array live. */
export type ArrayHome = "locked" | "atomic" | "constant" | "own";

/** Where the elements of an array live. @throws Error if nothing protects it. */
export function arrayHome(design: DesignModel, form: SharedForm, array: ArrayModel): ArrayHome {
  const location: Location = { kind: "array", array: array.id };
  const plan = design.schedule.arrays[array.id];
  const touched = plan != null && plan.readers.length + plan.writers.length > 0;
  const protection = touched ? form.of(location) : form.find(location);
  switch (protection?.kind) {
    case "lock":
      return "locked";
    case "owned":
      if (protection.module !== array.holder)
        throw new Error(
          `the array ${array.declaration.name} of system ${design.system.name} is owned by another module than the one that writes it`,
        );
      return "own";
    case "atomic":
    case undefined:
      return writersOf(design, array.id).length === 0 ? "constant" : "atomic";
  }
}

/** `MutexCell` or `RwLockCell` around a type, and the expression that makes one. */
function locked(
  { type }: Extract<Protection, { kind: "lock" }>,
  content: string,
  initial: string,
): { type: string; initial: string } {
  const cell = type === "mutex" ? "MutexCell" : "RwLockCell";
  return { type: `${cell}<${content}>`, initial: `${cell}::new(${initial})` };
}

/** The first content of an array before tables are loaded: type of all elements, and an expression. */
function payload({ declaration, boxed }: ArrayModel): { type: string; initial: string; fill: string } {
  const { type, size, initial, fill } = declaration;
  const value = printLiteral(size === 1 ? (initial[0] ?? fill) : fill, type.width, true);
  const inline = `[${rustType(type)}; ${size}]`;
  return boxed
    ? { type: `Box<${inline}>`, initial: `boxed(${value})`, fill: value }
    : { type: inline, initial: `[${value}; ${size}]`, fill: value };
}

/** Fields of a module's struct that other modules reach. */
export function cellFields(design: DesignModel, form: SharedForm, model: ModuleModel): Field[] {
  const fields: Field[] = [];
  if (model.module.kind === "stage") {
    const protection = form.of({ kind: "credit", module: model.id });
    const cell =
      protection.kind === "lock"
        ? locked(protection, "EventQueue", "EventQueue::default()")
        : { type: "AtomicCredit", initial: "AtomicCredit::default()" };
    fields.push({ name: "credit", ...cell, comment: "Activations owed." });
  }
  for (const { location, field, element } of portsOf(model)) {
    const protection = form.of(location);
    const cell =
      protection.kind === "lock"
        ? locked(protection, `SharedFifo<${element}>`, "SharedFifo::default()")
        : { type: `AtomicPush<${element}>`, initial: "AtomicPush::default()" };
    fields.push({ name: field, ...cell });
  }
  for (const array of model.arrays) {
    const { type, size } = array.declaration;
    const element = rustType(type);
    const content = payload(array);
    switch (arrayHome(design, form, array)) {
      case "locked": {
        const protection = form.of({ kind: "array", array: array.id });
        if (protection.kind !== "lock") break;
        const writers = writersOf(design, array.id).length;
        const shared = `SharedArray<${content.type}, ${element}, ${writers}>`;
        fields.push({
          name: array.field,
          ...locked(protection, shared, `SharedArray::new(${content.initial})`),
        });
        break;
      }
      case "atomic": {
        const initial = `AtomicArray::new(${printNumber(BigInt(size))}, ${content.fill})`;
        fields.push({ name: array.field, type: `AtomicArray<${element}>`, initial });
        break;
      }
      case "constant":
        fields.push({ name: array.field, type: content.type, initial: content.initial });
        break;
      case "own":
        break;
    }
  }
  for (const { location, field, element } of slotsOf(model)) {
    const protection = form.of(location);
    const cell =
      protection.kind === "lock"
        ? locked(protection, `SharedValue<${element}>`, "SharedValue::default()")
        : { type: `AtomicValue<${element}>`, initial: "AtomicValue::default()" };
    fields.push({ name: field, ...cell, comment: "Exposed for one cycle." });
  }
  const flag = form.of({ kind: "flag", module: model.id });
  const cell =
    flag.kind === "lock"
      ? locked(flag, "bool", "false")
      : { type: "AtomicCell<bool>", initial: "AtomicCell::default()" };
  fields.push({ name: "triggered", ...cell, comment: "In the last cycle." });
  return fields;
}

/** Fields that only the module itself reaches. */
export function ownFields(design: DesignModel, form: SharedForm, model: ModuleModel): Field[] {
  const fields: Field[] = [];
  for (const { location, field, element } of portsOf(model)) {
    if (form.of(location).kind !== "lock")
      fields.push({ name: field, type: `OwnFifo<${element}>`, initial: "OwnFifo::default()" });
  }
  for (const array of model.arrays) {
    const home = arrayHome(design, form, array);
    const slot = {
      name: form.writeSlot(array.id),
      type: `ArraySlot<${rustType(array.declaration.type)}>`,
      initial: "ArraySlot::default()",
    };
    if (home === "own") fields.push({ name: array.field, ...payload(array) }, slot);
    if (home === "atomic") fields.push(slot);
  }
  for (const { location, field } of form.kept(model.id)) {
    const comment = "Kept until the body ends.";
    switch (location.kind) {
      case "array": {
        const type = design.arrays.get(location.array)?.declaration.type;
        if (type === undefined) break;
        fields.push({
          name: field,
          type: `ArraySlot<${rustType(type)}>`,
          initial: "ArraySlot::default()",
          comment,
        });
        break;
      }
      case "fifo": {
        const type = design.byId.get(location.module)?.module.ports[location.port]?.type;
        if (type === undefined) break;
        fields.push({
          name: field,
          type: `PushSlot<${rustType(type)}>`,
          initial: "PushSlot::default()",
          comment,
        });
        break;
      }
      case "value": {
        const type = model.module.exposed[location.slot]?.type;
        if (type === undefined) break;
        fields.push({ name: field, type: `Option<${rustType(type)}>`, initial: "None", comment });
        break;
      }
      case "credit":
        fields.push({ name: field, type: "u64", initial: "0", comment });
        break;
      case "flag":
      case "stamp":
        break;
    }
  }
  return fields;
}

interface Placed {
  readonly location: Location;
  readonly field: string;
  /** Rust type of an element. */
  readonly element: string;
}

/** The FIFOs of a module. */
export function portsOf(model: ModuleModel): Placed[] {
  return model.module.ports.map((port, index) => ({
    location: { kind: "fifo", module: model.id, port: portId(index) },
    field: model.ports[index]?.field ?? "",
    element: rustType(port.type),
  }));
}

/** The exposed values of a module. */
export function slotsOf(model: ModuleModel): Placed[] {
  return model.module.exposed.map((slot, index) => ({
    location: { kind: "value", module: model.id, slot: slotId(index) },
    field: model.slots[index]?.field ?? "",
    element: rustType(slot.type),
  }));
}
