/** What of a body is worth writing: how often each value is used, and by whom that is written itself. */
import type { Module, Operation, OpId, Region, System } from "@assassyn/ir";
import { isPure, operandsOf, operationOf, walk } from "@assassyn/ir";

/** Uses of the values of one module. */
export class Uses {
  readonly #system: System;
  readonly #module: Module;
  readonly #counts = new Map<OpId, number>();
  readonly #positions = new Map<OpId, number>();

  constructor(system: System, module: Module) {
    this.#system = system;
    this.#module = module;
    walk(module, (_, id) => this.#positions.set(id, this.#positions.size));
    this.#countRegion(module.body);
  }

  /** Position of an operation in the body, in program order: the second part of the key of a stop. */
  position(id: OpId): number {
    return this.#positions.get(id) ?? 0;
  }

  /** How many operations that are not dead use the value. */
  count(id: OpId): number {
    return this.#counts.get(id) ?? 0;
  }

  /** The operation has no effect and no use. */
  isDead(id: OpId): boolean {
    if (this.count(id) > 0) return false;
    const operation = operationOf(this.#module, id);
    if (operation.kind === "if") return this.isEmpty(operation.then) && this.isEmpty(operation.else);
    return isPure(this.#system, this.#module, operation);
  }

  /** Nothing of the region would be written. */
  isEmpty(region: Region): boolean {
    return region.operations.every((id) => this.isDead(id));
  }

  /** Counts backwards, so that what only dead values use is dead as well. */
  #countRegion(region: Region): void {
    for (const id of region.operations.toReversed()) {
      if (!this.isDead(id)) this.#countOperands(operationOf(this.#module, id), id);
    }
  }

  #countOperands(operation: Operation, id: OpId): void {
    if (operation.kind === "if") {
      if (this.count(id) > 0) {
        this.#add(operation.then.result);
        this.#add(operation.else.result);
      }
      this.#countRegion(operation.else);
      this.#countRegion(operation.then);
    }
    for (const operand of operandsOf(operation)) this.#add(operand);
  }

  #add(id: OpId | undefined): void {
    if (id !== undefined) this.#counts.set(id, this.count(id) + 1);
  }
}
