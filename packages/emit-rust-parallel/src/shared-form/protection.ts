/** What protects each location, and what a body keeps to itself until it ends. */
import type { ArrayId, Concurrency, Location, Lock, LockId, ModuleId, System } from "@assassyn/ir";
import { arrayOf, locationKey, lockId, moduleIds, moduleOf } from "@assassyn/ir";
import { NameScope, toSnakeCase } from "@assassyn/emit-core";
import type { DesignModel } from "@assassyn/emit-rust";
import { RESERVED_TYPES, arrayModel, moduleModel } from "@assassyn/emit-rust";

/** Why a location can be reached by several threads. */
export type Protection =
  | { readonly kind: "lock"; readonly type: "mutex" | "rwlock"; readonly lock: LockId }
  | { readonly kind: "atomic" }
  | { readonly kind: "owned"; readonly module: ModuleId };

/** An effect that a body keeps in a field of its own until it publishes it under a lock of `commits`. */
export interface KeptEffect {
  readonly lock: LockId;
  readonly location: Location;
  /** Name of the field. */
  readonly field: string;
}

/** The parallel form of a design beside its model. */
export class SharedForm {
  readonly concurrency: Concurrency;
  readonly #system: System;
  readonly #protections = new Map<string, Protection>();
  readonly #kept = new Map<ModuleId, readonly KeptEffect[]>();
  readonly #writeSlots = new Map<ArrayId, string>();
  readonly #structs: NameScope;
  readonly #ownStructs = new Map<string, { readonly own: string; readonly run: string }>();

  constructor(design: DesignModel, concurrency: Concurrency) {
    this.concurrency = concurrency;
    this.#system = design.system;
    this.#structs = new NameScope([
      ...RESERVED_TYPES,
      ...design.modules.map(({ group }) => group.structName),
    ]);
    concurrency.locks.forEach((lock, index) => {
      if (lock !== null) this.#protect(lock.location, { kind: "lock", type: lock.type, lock: lockId(index) });
    });
    for (const { location } of concurrency.atomics) this.#protect(location, { kind: "atomic" });
    for (const { location, owner } of concurrency.owned) {
      if (owner.kind === "module") this.#protect(location, { kind: "owned", module: owner.module });
    }
    for (const id of moduleIds(design.system)) this.#nameKept(design, id);
    for (const [id, { field, holder }] of design.arrays)
      this.#writeSlots.set(id, moduleModel(design, holder).fields.claim(`${field}_write`));
  }

  #protect(location: Location, protection: Protection): void {
    this.#protections.set(locationKey(location), protection);
  }

  #nameKept(design: DesignModel, id: ModuleId): void {
    const { fields } = moduleModel(design, id);
    const kept = (moduleOf(design.system, id).commits ?? []).map((lock): KeptEffect => {
      const { location } = this.lock(lock);
      return { lock, location, field: fields.claim(keptName(design, location)) };
    });
    this.#kept.set(id, kept);
  }

  /** A lock. @throws Error if it was deleted or never existed. */
  lock(id: LockId): Lock {
    const lock = this.concurrency.locks[id];
    if (lock == null) throw new Error(`system ${this.#system.name} has no lock #${id}`);
    return lock;
  }

  /** What protects a location, if anything does. */
  find(location: Location): Protection | undefined {
    return this.#protections.get(locationKey(location));
  }

  /** What protects a location. @throws Error if nothing does. */
  of(location: Location): Protection {
    const found = this.find(location);
    if (found === undefined) throw unprotected(this.#system, location);
    return found;
  }

  /** What the body of a module keeps to itself, by ascending lock. */
  kept(module: ModuleId): readonly KeptEffect[] {
    return this.#kept.get(module) ?? [];
  }

  /** Field for the pending write of the only writer of an array. */
  writeSlot(array: ArrayId): string {
    return this.#writeSlots.get(array) ?? "write";
  }

  /** Names of the struct of what only a module touches, and of the type of the function that runs it. */
  ownStruct(structName: string): { readonly own: string; readonly run: string } {
    let found = this.#ownStructs.get(structName);
    if (found === undefined) {
      found = {
        own: this.#structs.claim(`${structName}Own`, ""),
        run: this.#structs.claim(`${structName}Run`, ""),
      };
      this.#ownStructs.set(structName, found);
    }
    return found;
  }
}

/** Equal for equal roles of two instances, so that they can share a struct. */
function keptName(design: DesignModel, location: Location): string {
  switch (location.kind) {
    case "array":
      return `kept_${arrayModel(design, location.array).field}`;
    case "fifo":
      return `kept_${moduleModel(design, location.module).ports[location.port]?.field ?? "push"}`;
    case "value":
      return `kept_${moduleModel(design, location.module).slots[location.slot]?.field ?? "value"}`;
    case "credit":
      return `kept_calls_${toSnakeCase(moduleOf(design.system, location.module).source)}`;
    case "flag":
    case "stamp":
      throw new Error(`a ${location.kind} is not written by an operation, so no module commits it`);
  }
}

/** Nothing protects a location that several threads can reach. */
export function unprotected(system: System, location: Location): Error {
  return new Error(
    `${describe(system, location)} of system ${system.name} is neither locked, nor atomic, nor owned by a module; run the pass lock-insertion first`,
  );
}

function describe(system: System, location: Location): string {
  switch (location.kind) {
    case "array":
      return `the array ${arrayOf(system, location.array).name}`;
    case "fifo": {
      const { name, ports } = moduleOf(system, location.module);
      return `the FIFO ${name}.${ports[location.port]?.name ?? location.port}`;
    }
    case "value": {
      const { name, exposed } = moduleOf(system, location.module);
      return `the value ${name}.${exposed[location.slot]?.name ?? location.slot}`;
    }
    case "credit":
    case "flag":
      return `the ${location.kind} of ${moduleOf(system, location.module).name}`;
    case "stamp":
      return "the number of the cycle";
  }
}
