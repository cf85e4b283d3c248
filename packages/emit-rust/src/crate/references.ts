/** How code names modules and arrays: directly, or through a table of links where one body serves many instances. */
import type { ArrayId, ModuleId } from "@assassyn/ir";
import { NameScope, toSnakeCase } from "@assassyn/emit-core";
import type { DesignModel, ModuleModel } from "./model.js";
import { arrayModel, moduleModel } from "./model.js";

/** Expressions in which `state`, and `at` where links are used, are in scope. */
export interface References {
  /** The code serves several instances. */
  readonly linked: boolean;
  /** The struct of a module. */
  place(module: ModuleId): string;
  /** Index of a module in the tables. */
  index(module: ModuleId): string;
  /** Index of an array in the tables. */
  array(array: ArrayId): string;
  /** A number that differs between instances; `key` tells it from others, `preferred` is how a field with it is called. */
  constant(key: string, preferred: string, value: number): string;
}

/** Every name spelled out. */
export function directReferences(design: DesignModel): References {
  return {
    linked: false,
    place: (module) => `state.${moduleModel(design, module).place}`,
    index: (module) => moduleModel(design, module).constant,
    array: (array) => String(arrayModel(design, array).index),
    constant: (_key, _preferred, value) => String(value),
  };
}

/**
 * Names relative to one instance. Whatever differs between instances of one declaration becomes a field of the links, in the order in
 * which the body mentions it; so two bodies with equal texts differ by their {@link values} alone.
 */
export class LinkedReferences implements References {
  readonly linked = true;
  readonly #design: DesignModel;
  readonly #own: ModuleModel;
  readonly #names = new NameScope();
  readonly #fields = new Map<string, { readonly name: string; readonly value: string }>();

  constructor(design: DesignModel, own: ModuleModel) {
    this.#design = design;
    this.#own = own;
  }

  /** Names of the links' fields. */
  get fields(): string[] {
    return [...this.#fields.values()].map(({ name }) => name);
  }

  /** What this instance has in the fields. */
  get values(): string[] {
    return [...this.#fields.values()].map(({ value }) => value);
  }

  #link(key: string, preferred: string, value: string): string {
    const known = this.#fields.get(key);
    if (known !== undefined) return `at.${known.name}`;
    const name = this.#names.claim(preferred);
    this.#fields.set(key, { name, value });
    return `at.${name}`;
  }

  place(module: ModuleId): string {
    const { group, at } = moduleModel(this.#design, module);
    if (group.members.length === 1) return `state.${group.field}`;
    const preferred = module === this.#own.id ? "own" : group.field;
    return `state.${group.field}[${this.#link(`place ${module}`, preferred, String(at))}]`;
  }

  index(module: ModuleId): string {
    const { constant, group, index } = moduleModel(this.#design, module);
    if (group.members.length === 1) return constant;
    const preferred = module === this.#own.id ? "module" : `${group.field}_module`;
    return this.#link(`index ${module}`, preferred, String(index));
  }

  array(array: ArrayId): string {
    const { holder, index, field } = arrayModel(this.#design, array);
    if (moduleModel(this.#design, holder).group.members.length === 1) return String(index);
    return this.#link(`array ${array}`, `${toSnakeCase(field)}_array`, String(index));
  }

  constant(key: string, preferred: string, value: number): string {
    return this.#link(`constant ${key}`, preferred, String(value));
  }
}

/** Names by the order in which a body mentions what it touches, and by shape: equal for bodies that may share a function. */
export class ShapeReferences implements References {
  readonly linked = true;
  readonly #design: DesignModel;
  readonly #shapeOf: (module: ModuleId) => string;
  readonly #seen = new Map<ModuleId, number>();

  constructor(design: DesignModel, shapeOf: (module: ModuleId) => string) {
    this.#design = design;
    this.#shapeOf = shapeOf;
  }

  #number(module: ModuleId): number {
    const known = this.#seen.get(module);
    if (known !== undefined) return known;
    this.#seen.set(module, this.#seen.size);
    return this.#seen.size - 1;
  }

  place(module: ModuleId): string {
    return `state.${this.#shapeOf(module)}[${this.#number(module)}]`;
  }

  index(module: ModuleId): string {
    return `module_${this.#number(module)}`;
  }

  array(array: ArrayId): string {
    const { holder, slot } = arrayModel(this.#design, array);
    return `array_${this.#number(holder)}_${slot}`;
  }

  constant(key: string): string {
    return key;
  }
}
