/** Where everything of a design lives in the generated crate, and what it is called there. */
import type { ArrayDeclaration, ArrayId, Module, ModuleId, Port, System } from "@assassyn/ir";
import { arrayIds, arrayOf, moduleIds, moduleOf, slotId, walk } from "@assassyn/ir";
import type { IdlePlan, RangeAnalysis, Schedule } from "@assassyn/emit-core";
import { NameScope, toPascalCase, toSnakeCase } from "@assassyn/emit-core";
import { RESERVED_NAMES, RESERVED_TYPES, crateName } from "../rust-names.js";
import { rustType } from "../rust-type.js";

/** Arrays of more bytes live on the heap, so that the state can be made on the stack. */
const BOXED_BYTES = 1024;

/** A register array as a field of its holder. */
export interface ArrayModel {
  readonly id: ArrayId;
  readonly declaration: ArrayDeclaration;
  /** Index in the tables. */
  readonly index: number;
  /** The module whose struct holds it: the first writer, else the first reader, else the first module. */
  readonly holder: ModuleId;
  /** Which of the holder's arrays it is. */
  readonly slot: number;
  readonly field: string;
  /** Lives on the heap. */
  readonly boxed: boolean;
}

/** A FIFO as a field of its owner. */
export interface PortModel {
  readonly port: Port;
  readonly field: string;
  /** Most elements it may hold. */
  readonly depth: number;
}

/** An exposed value as a field of its owner. */
export interface SlotModel {
  readonly field: string;
  /** The field that tells whether control reached the definition; undefined where it always does. */
  readonly presentField: string | undefined;
}

/** Modules whose structs are equal: a field of the state, an array where there are several. */
export interface GroupModel {
  readonly field: string;
  readonly structName: string;
  readonly file: string;
  /** In canonical order. */
  readonly members: readonly ModuleModel[];
}

/** A module with its Rust names and the places of its state. */
export interface ModuleModel {
  readonly id: ModuleId;
  readonly module: Module;
  /** Index in the tables: canonical order. */
  readonly index: number;
  /** Name of the constant with that index. */
  readonly constant: string;
  /** Name of the function, and of the field of the state unless the module is one of several in a group. */
  readonly name: string;
  /** Modules with the same struct. */
  readonly group: GroupModel;
  /** Index in the group. */
  readonly at: number;
  /** Its struct as seen from the state: `adder`, `pe[3]`. */
  readonly place: string;
  /** Name of the Rust module (and file) that holds struct and function. */
  readonly file: string;
  readonly ports: readonly PortModel[];
  readonly slots: readonly SlotModel[];
  readonly arrays: readonly ArrayModel[];
  /** Names of the further fields of this module, by purpose. */
  readonly fields: NameScope;
}

/** A scheduled design with the Rust name and the place of everything in it. */
export interface DesignModel {
  readonly system: System;
  readonly schedule: Schedule;
  readonly crate: string;
  /** In canonical order. */
  readonly modules: readonly ModuleModel[];
  /** In the order of their first members. */
  readonly groups: readonly GroupModel[];
  /** By array id; in declaration order where it counts. */
  readonly arrays: ReadonlyMap<ArrayId, ArrayModel>;
  readonly byId: ReadonlyMap<ModuleId, ModuleModel>;
  /** What is known of values; absent where nobody asks. */
  readonly ranges?: RangeAnalysis;
  /** Fewest stages of a group that keeps flags by which those without credits are passed over; absent where none does. */
  readonly flaggedMembers?: number;
  /** When cycles may be passed over; absent where none is. */
  readonly idle?: IdlePlan;
}

/** Fields that every module struct has. */
const MODULE_FIELDS = ["credit", "calls", "triggered", "events", "task"];

/** A module before it has a group. */
export type LooseModule = Omit<ModuleModel, "group" | "at" | "place">;

/** Names and places for a scheduled system; every module has a struct of its own. */
export function modelDesign(system: System, schedule: Schedule): DesignModel {
  const holders = arrayHolders(system, schedule);
  const fieldScopes = new Map(
    moduleIds(system).map((id) => [id, new NameScope([...RESERVED_NAMES, ...MODULE_FIELDS])]),
  );
  // The constants in capitals live beside the tables of the design, and functions may not hide those of the runtime.
  const names = new NameScope([
    ...RESERVED_NAMES,
    "info",
    "modules",
    "arrays",
    "bodies",
    "places",
    "boxed",
    "load",
    "load_hex",
  ]);
  const files = new NameScope([
    ...RESERVED_NAMES,
    "design",
    "links",
    "sites",
    "state",
    "tables",
    "simulator",
    "main",
    "lib",
  ]);
  const fileOfSource = new Map<string, string>();
  const arrays = new Map<ArrayId, ArrayModel>();
  const loose = new Map<ModuleId, LooseModule>();
  let arrayIndex = 0;
  const arraysByHolder = new Map<ModuleId, { id: ArrayId; index: number }[]>();
  for (const id of arrayIds(system)) {
    const holder = holders.get(id);
    if (holder !== undefined)
      arraysByHolder.set(holder, [...(arraysByHolder.get(holder) ?? []), { id, index: arrayIndex }]);
    arrayIndex += 1;
  }
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    const fields = fieldScopes.get(id) ?? new NameScope();
    let file = fileOfSource.get(module.source);
    if (file === undefined) {
      file = files.claim(toSnakeCase(module.source));
      fileOfSource.set(module.source, file);
    }
    const name = names.claim(toSnakeCase(module.name));
    const ports = module.ports.map((port): PortModel => ({
      port,
      field: fields.claim(toSnakeCase(port.name)),
      depth: port.depth ?? system.config.fifoLimit,
    }));
    const conditional = conditionalSlots(module);
    const slots = module.exposed.map((slot, index): SlotModel => {
      const field = fields.claim(toSnakeCase(slot.name));
      return { field, presentField: conditional.has(index) ? fields.claim(`${field}_present`) : undefined };
    });
    const own = (arraysByHolder.get(id) ?? []).map(({ id: array, index }, slot): ArrayModel => {
      const declaration = arrayOf(system, array);
      const model = {
        id: array,
        declaration,
        index,
        holder: id,
        slot,
        field: fields.claim(toSnakeCase(withoutPrefix(declaration.name, module.name))),
        boxed: declaration.size > 1 && declaration.size * Math.ceil(declaration.type.width / 8) > BOXED_BYTES,
      };
      arrays.set(array, model);
      return model;
    });
    const index = schedule.canonicalIndex[id] ?? 0;
    const constant = name.toUpperCase();
    loose.set(id, {
      id,
      module,
      index,
      constant,
      name,
      file,
      ports,
      slots,
      arrays: own,
      fields,
    });
  }
  const sorted = new Map([...arrays].sort(([a], [b]) => a - b));
  const crate = crateName(toSnakeCase(system.name));
  const ordered = schedule.canonical.flatMap((id) => loose.get(id) ?? []);
  return { system, schedule, crate, arrays: sorted, ...groupModules(ordered.map((model) => [model])) };
}

/**
 * The same design with one struct for all modules of a declaration that have the same shape.
 *
 * @param shapeOf a text that is equal for modules whose structs may be shared
 */
export function shareStructs(design: DesignModel, shapeOf: (module: ModuleModel) => string): DesignModel {
  const byShape = new Map<string, ModuleModel[]>();
  for (const model of design.modules) {
    const shape = `${model.file} ${shapeOf(model)}`;
    const found = byShape.get(shape);
    if (found === undefined) byShape.set(shape, [model]);
    else found.push(model);
  }
  return { ...design, ...groupModules([...byShape.values()]) };
}

/** Makes a group of each list; lists and groups are in canonical order of their first members. */
export function groupModules(
  lists: readonly (readonly LooseModule[])[],
): Pick<DesignModel, "modules" | "groups" | "byId"> {
  const fields = new NameScope([...RESERVED_NAMES, ...lists.flat().map(({ name }) => name)]);
  const structs = new NameScope(RESERVED_TYPES);
  const byId = new Map<ModuleId, ModuleModel>();
  const groups = lists.flatMap((list): GroupModel[] => {
    const [first] = list;
    if (first === undefined) return [];
    const single = list.length === 1;
    const members: ModuleModel[] = [];
    const group: GroupModel = {
      field: single ? first.name : fields.claim(toSnakeCase(first.module.source)),
      structName: structs.claim(toPascalCase(single ? first.module.name : first.module.source), ""),
      file: first.file,
      members,
    };
    list.forEach((model, at) => {
      const placed = { ...model, group, at, place: single ? group.field : `${group.field}[${at}]` };
      members.push(placed);
      byId.set(model.id, placed);
    });
    return [group];
  });
  const modules = [...byId.values()].sort((a, b) => a.index - b.index);
  return { modules, groups, byId };
}

/**
 * Looks a module up.
 *
 * @throws Error if it was deleted or never existed
 */
export function moduleModel(design: DesignModel, id: ModuleId): ModuleModel {
  const model = design.byId.get(id);
  if (model === undefined) throw new Error(`no module #${id}`);
  return model;
}

/**
 * Looks an array up.
 *
 * @throws Error if it was deleted or never existed
 */
export function arrayModel(design: DesignModel, id: ArrayId): ArrayModel {
  const model = design.arrays.get(id);
  if (model === undefined) throw new Error(`no array #${id}`);
  return model;
}

/** `u32`, `[u32; 32]`, `Box<[u32; 4096]>`. */
export function arrayType({ declaration, boxed }: ArrayModel): string {
  const element = rustType(declaration.type);
  if (declaration.size === 1) return element;
  const inline = `[${element}; ${declaration.size}]`;
  return boxed ? `Box<${inline}>` : inline;
}

function arrayHolders(system: System, schedule: Schedule): Map<ArrayId, ModuleId> {
  const [first] = schedule.canonical;
  const holders = new Map<ArrayId, ModuleId>();
  for (const id of arrayIds(system)) {
    const plan = schedule.arrays[id];
    const holder = plan?.writers[0] ?? plan?.readers[0] ?? first;
    if (holder !== undefined) holders.set(id, holder);
  }
  return holders;
}

/** Slots whose definition control may not reach in a triggered body: inside a choice, or behind a `finish`. */
function conditionalSlots(module: Module): Set<number> {
  const certain = new Set<number>();
  let finishes = false;
  walk(module, (operation, _, depth) => {
    if (operation.kind === "finish") finishes = true;
    if (operation.kind === "expose" && depth === 0 && !finishes) certain.add(operation.slot);
  });
  return new Set(module.exposed.map((_, index) => index).filter((index) => !certain.has(slotId(index))));
}

/** `pe_0_1_acc` in `pe_0_1` is just `acc`, and so is `core_3_acc` in `core_3_execute`: words that both start with say nothing. */
function withoutPrefix(name: string, prefix: string): string {
  const words = name.split("_");
  const others = prefix.split("_");
  let common = 0;
  while (common < words.length - 1 && words[common] === others[common]) common += 1;
  return words.slice(common).join("_");
}
