/** One module after elaboration. */
import type { Span } from "@assassyn/diagnostics";
import type { ExposedSlot, Module, ModuleId, ModuleKind, OpId } from "@assassyn/ir";
import { slotId } from "@assassyn/ir";
import type { ModuleDeclaration } from "@assassyn/syntax";
import { Body } from "./body.js";
import type { Design } from "./design.js";
import type { BoundValue, DataEntity, Entity, Value } from "./entities.js";
import type { Expansion, Frame, Place } from "./frame.js";
import type { Scope } from "./scope.js";
import type { DataType } from "./types.js";

/** A FIFO of a stage and what is known of its users. */
export interface PortInstance {
  readonly name: string;
  readonly type: DataType;
  readonly depth: number | undefined;
  readonly span: Span;
  /** Unique among all FIFOs of the design. */
  readonly fifo: number;
  popped: boolean;
  /** Modules that push whenever they run, with the place of their first such push. */
  readonly pushers: { readonly module: ModuleInstance; readonly span: Span }[];
}

/** A module while the design is elaborated; {@link ModuleInstance.finish} makes the IR of it. */
export class ModuleInstance {
  readonly id: ModuleId;
  readonly kind: ModuleKind;
  readonly name: string;
  readonly declaration: ModuleDeclaration;
  /** Index constants, ports, and what is declared at the top of the body. */
  readonly scope: Scope;
  /** Place of the registers declared in the body. */
  readonly place: Place;
  readonly ports: PortInstance[] = [];
  body: Body;
  state: "declared" | "lowering" | "done" = "declared";
  /** Surroundings of the top of the body: the values bound so far are known there once it is being lowered. */
  frame: Frame | undefined;
  /** A call of it exists somewhere. */
  called = false;
  /** An error was reported inside, so what seems missing may be there. */
  broken = false;
  /** Another module's value is read: what activates a downstream. */
  usesValue = false;
  /** Inlined functions and components around the declaration. */
  readonly depth: number;
  /** The use of a component that the declaration was expanded from. */
  readonly expansion: Expansion | undefined;
  readonly #source: string;
  readonly #design: Design;
  /** Definitions in order, four lists of equal length: most are never asked for, so no object is made of them. */
  readonly #boundNames: string[] = [];
  readonly #boundValues: Value[] = [];
  readonly #boundLists: (readonly OpId[])[] = [];
  readonly #boundSpans: Span[] = [];
  /** The same by name, made when somebody first asks. */
  #bindings: Map<string, BoundValue> | undefined;
  /** Registers declared inside blocks of the body, by name and place, so that a body begun anew finds them again. */
  readonly innerRegisters = new Map<string, Entity>();
  readonly #slots: ExposedSlot[] = [];
  readonly #exposes: { list: readonly OpId[]; value: OpId; slot: ReturnType<typeof slotId> }[] = [];

  constructor(
    design: Design,
    id: ModuleId,
    declaration: ModuleDeclaration,
    scope: Scope,
    surroundings: {
      name: string;
      source: string;
      place: Place;
      depth: number;
      expansion: Expansion | undefined;
    },
  ) {
    this.#design = design;
    this.id = id;
    this.kind = declaration.class;
    this.declaration = declaration;
    this.scope = scope;
    this.name = surroundings.name;
    this.place = surroundings.place;
    this.depth = surroundings.depth;
    this.expansion = surroundings.expansion;
    this.#source = surroundings.source;
    this.body = new Body(design, this);
  }

  /** Index of the port with this name, or -1. */
  portIndex(name: string): number {
    return this.ports.findIndex((port) => port.name === name);
  }

  /** Forgets a body that was begun. What it told of other modules stays, for it will tell that again. */
  reset(): void {
    this.state = "declared";
    this.body = new Body(this.#design, this);
    this.#boundNames.length = 0;
    this.#boundValues.length = 0;
    this.#boundLists.length = 0;
    this.#boundSpans.length = 0;
    this.#bindings = undefined;
  }

  /** Notes a definition that others may read. */
  bind(name: string, value: Value, list: readonly OpId[], span: Span): void {
    this.#boundNames.push(name);
    this.#boundValues.push(value);
    this.#boundLists.push(list);
    this.#boundSpans.push(span);
  }

  /** The definition of this name, once the body is complete. */
  bound(name: string): BoundValue | undefined {
    this.#bindings ??= this.#collect();
    return this.#bindings.get(name);
  }

  #collect(): Map<string, BoundValue> {
    const result = new Map<string, BoundValue>();
    for (const [index, name] of this.#boundNames.entries()) {
      const value = this.#boundValues[index];
      const list = this.#boundLists[index];
      const span = this.#boundSpans[index];
      if (value === undefined || list === undefined || span === undefined) continue;
      const earlier = result.get(name);
      if (earlier === undefined) result.set(name, { name, value, list, span });
      else earlier.second ??= span;
    }
    return result;
  }

  /** Names bound so far. */
  boundNames(): Iterable<string> {
    return new Set(this.#boundNames);
  }

  /** The slot of a bound value; made when first asked for. */
  expose(bound: BoundValue, value: DataEntity, operation: OpId): ReturnType<typeof slotId> {
    if (bound.slot === undefined) {
      bound.slot = slotId(this.#slots.length);
      this.#slots.push({ name: bound.name, type: value.type.bits });
      this.#exposes.push({ list: bound.list, value: operation, slot: bound.slot });
    }
    return bound.slot;
  }

  /** The module in the IR. */
  finish(): Module {
    this.body.insertExposes(this.#exposes);
    return {
      kind: this.kind,
      name: this.name,
      source: this.#source,
      ports: this.ports.map((port) => ({
        name: port.name,
        type: port.type.bits,
        ...(port.depth === undefined ? {} : { depth: port.depth }),
        loc: this.#design.locate(port.span),
      })),
      exposed: this.#slots,
      operations: this.body.operations,
      body: { operations: this.body.root },
      loc: this.#design.locate(this.declaration),
    };
  }
}
