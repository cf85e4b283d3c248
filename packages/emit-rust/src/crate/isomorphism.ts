/** Finds modules whose structs may be one, whatever they are called and wherever they are declared, and gives their fields one name each. */
import type { ArrayId, ModuleId } from "@assassyn/ir";
import type { Layout } from "./layout.js";
import type { ArrayModel, DesignModel, ModuleModel } from "./model.js";
import { groupModules } from "./model.js";
import { bodyText } from "./sharing.js";

/** Names of the fields of a module, by position. */
interface FieldNames {
  readonly ports: readonly string[];
  readonly slots: readonly { readonly field: string; readonly presentField: string | undefined }[];
  readonly arrays: readonly string[];
}

/**
 * The same design with one struct for all modules of the same shape that have one declaration, or whose declarations have equal bodies.
 * What may differ between them is data: names, initial values, places in the source, and which modules and arrays they touch.
 *
 * @param shapeOf a text that is equal for modules whose structs may be shared, once their fields have the same names
 */
export function joinModules(
  design: DesignModel,
  layout: Layout,
  shapeOf: (design: DesignModel, module: ModuleModel) => string,
): DesignModel {
  const plain = renamed(design, positionalNames, ({ file }) => file);
  const shapes = new Map<ModuleId, string>();
  const numbers = new Map<string, string>();
  for (const model of plain.modules) {
    const shape = shapeOf(plain, model);
    const number = numbers.get(shape) ?? `shape_${numbers.size}`;
    numbers.set(shape, number);
    shapes.set(model.id, number);
  }
  const shapeNumber = (id: ModuleId): string => shapes.get(id) ?? "";
  const fileOf = joinedFiles(plain, layout, shapeNumber);
  const lists = new Map<string, ModuleModel[]>();
  for (const model of design.modules) {
    const key = `${fileOf.get(model.file) ?? model.file} ${shapeNumber(model.id)}`;
    const found = lists.get(key);
    if (found === undefined) lists.set(key, [model]);
    else found.push(model);
  }
  const firstOf = new Map<ModuleId, ModuleModel>();
  for (const list of lists.values())
    for (const { id } of list) firstOf.set(id, list[0] ?? moduleOf(design, id));
  const named = renamed(
    design,
    ({ id }) => namesOf(firstOf.get(id) ?? moduleOf(design, id)),
    ({ file }) => fileOf.get(file) ?? file,
  );
  const groups = [...lists.values()].map((list) => list.map(({ id }) => moduleOf(named, id)));
  return { ...named, ...groupModules(groups) };
}

function moduleOf(design: DesignModel, id: ModuleId): ModuleModel {
  const model = design.byId.get(id);
  if (model === undefined) throw new Error(`no module #${id}`);
  return model;
}

/** For each file the one that it becomes part of: the first with an equal body of the same shape. */
function joinedFiles(
  design: DesignModel,
  layout: Layout,
  shapeOf: (module: ModuleId) => string,
): Map<string, string> {
  const alike = new Map<string, ModuleModel[]>();
  const seen = new Set<string>();
  for (const model of design.modules) {
    const shape = shapeOf(model.id);
    if (seen.has(`${model.file} ${shape}`)) continue;
    seen.add(`${model.file} ${shape}`);
    // Cheap to make, so that only bodies that have a chance are written out.
    const kinds = model.module.operations.map((operation) => operation?.kind ?? "");
    const fingerprint = `${model.module.kind} ${shape} ${kinds.join()}`;
    const found = alike.get(fingerprint);
    if (found === undefined) alike.set(fingerprint, [model]);
    else found.push(model);
  }
  const result = new Map<string, string>();
  const find = (file: string): string => {
    const next = result.get(file);
    return next === undefined ? file : find(next);
  };
  for (const models of alike.values()) {
    if (models.length < 2) continue;
    const byText = new Map<string, string>();
    for (const model of models) {
      const text = bodyText(design, layout, model, shapeOf);
      const first = byText.get(text);
      if (first === undefined) byText.set(text, model.file);
      else if (find(first) !== find(model.file)) result.set(find(model.file), find(first));
    }
  }
  return new Map([...result.keys()].map((file) => [file, find(file)]));
}

/** The same design with other names for the fields of modules. */
function renamed(
  design: DesignModel,
  namesFor: (module: ModuleModel) => FieldNames,
  fileFor: (module: ModuleModel) => string,
): DesignModel {
  const arrays = new Map<ArrayId, ArrayModel>(design.arrays);
  const modules = design.modules.map((model): ModuleModel => {
    const names = namesFor(model);
    return {
      ...model,
      file: fileFor(model),
      ports: model.ports.map((port, index) => ({ ...port, field: names.ports[index] ?? port.field })),
      slots: model.slots.map((slot, index) => names.slots[index] ?? slot),
      arrays: model.arrays.map((array, index) => {
        const changed = { ...array, field: names.arrays[index] ?? array.field };
        arrays.set(array.id, changed);
        return changed;
      }),
    };
  });
  return { ...design, arrays, ...groupModules(modules.map((model) => [model])) };
}

function namesOf(model: ModuleModel): FieldNames {
  return {
    ports: model.ports.map(({ field }) => field),
    slots: model.slots,
    arrays: model.arrays.map(({ field }) => field),
  };
}

function positionalNames(model: ModuleModel): FieldNames {
  return {
    ports: model.ports.map((_, index) => `port_${index}`),
    slots: model.slots.map(({ presentField }, index) => ({
      field: `slot_${index}`,
      presentField: presentField && `slot_${index}_present`,
    })),
    arrays: model.arrays.map((_, index) => `array_${index}`),
  };
}
