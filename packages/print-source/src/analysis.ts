/** What is known of a module before a line of it is printed. */
import type { Module, ModuleId, Operation, OpId, PortId, Region, SlotId, System } from "@assassyn/ir";
import { isPure, operandsOf, operationOf, walk } from "@assassyn/ir";

/** `take a, b` in place of a wait and the pops behind it. */
export interface Take {
  /** In the order of the pops. */
  readonly pops: readonly { readonly id: OpId; readonly port: PortId }[];
}

/** `m(a: x, b: y)` in place of pushes to all ports and a call. */
export interface CallGroup {
  readonly module: ModuleId;
  readonly pushes: readonly { readonly port: PortId; readonly value: OpId }[];
  /** Printed where this member stands. */
  readonly last: OpId;
}

/** A name that says nothing: a value of that name is folded as if it had none. */
export type IsGenerated = (name: string) => boolean;

/** Facts about one module. */
export class Analysis {
  readonly uses = new Map<OpId, number>();
  readonly takes = new Map<OpId, Take>();
  readonly taken = new Map<OpId, PortId>();
  readonly groups = new Map<OpId, CallGroup>();
  /** Values that are bound to the name of a slot where they are computed. */
  readonly slotOf = new Map<OpId, SlotId>();
  /** `expose` operations that need no line of their own. */
  readonly silent = new Set<OpId>();
  readonly exposed = new Set<SlotId>();
  /** Writes, pushes and pops that the same surely follows in the cycle: a fault, which the language refuses where it sees it. */
  readonly repeated = new Set<OpId>();
  readonly #system: System;
  readonly #module: Module;
  readonly #isGenerated: IsGenerated;
  /** Values that the condition of a wait at the top of the body is made of, with the position of the wait. */
  readonly #inWait = new Map<OpId, number>();
  /** Operations that look at a port of the module itself. */
  readonly #portUses = new Map<PortId, OpId[]>();
  readonly #pops = new Map<PortId, OpId[]>();

  constructor(system: System, id: ModuleId, module: Module, isGenerated: IsGenerated) {
    this.#system = system;
    this.#module = module;
    this.#isGenerated = isGenerated;
    this.#countUses(module.body);
    walk(module, (operation, operationId) => {
      if (operation.kind === "fifo-pop") push(this.#pops, operation.port, operationId);
      if ((operation.kind === "fifo-valid" || operation.kind === "fifo-peek") && operation.module === id)
        push(this.#portUses, operation.port, operationId);
    });
    this.#findRepeated(module.body, new Map());
    this.#findTakes();
    this.#findGroups(module.body);
    this.#bindSlots(module.body);
  }

  /** The name that the source gave to a result. */
  nameOf(operation: Operation): string | undefined {
    return operation.name === undefined || this.#isGenerated(operation.name) ? undefined : operation.name;
  }

  usesOf(id: OpId): number {
    return this.uses.get(id) ?? 0;
  }

  /** An operation that a fault, an effect or its own state ties to its place among others. */
  isAnchored(operation: Operation): boolean {
    return operation.kind !== "if" && !isPure(this.#system, this.#module, operation);
  }

  /** Whether something in the region is tied to its place. */
  hasAnchors(region: Region): boolean {
    return region.operations.some((id) => {
      const operation = operationOf(this.#module, id);
      return operation.kind === "if"
        ? !this.isCoalesce(operation) && (this.hasAnchors(operation.then) || this.hasAnchors(operation.else))
        : this.isAnchored(operation);
    });
  }

  /** `m.v ?? x` with an `x` that cannot fault. */
  isCoalesce(operation: Operation & { readonly kind: "if" }): boolean {
    const condition = operationOf(this.#module, operation.condition);
    const [only] = operation.then.operations;
    if (condition.kind !== "exposed-valid" || only === undefined || operation.then.operations.length !== 1)
      return false;
    const value = operationOf(this.#module, only);
    return (
      value.kind === "exposed-get" &&
      value.module === condition.module &&
      value.slot === condition.slot &&
      operation.then.result === only &&
      !this.hasAnchors(operation.else)
    );
  }

  /** Values that the regions of an `if` use, results included. */
  usedInside(operation: Operation & { readonly kind: "if" }): Set<OpId> {
    const used = new Set<OpId>();
    const visit = (region: Region): void => {
      if (region.result !== undefined) used.add(region.result);
      for (const id of region.operations) {
        const inner = operationOf(this.#module, id);
        for (const operand of operandsOf(inner)) used.add(operand);
        if (inner.kind !== "if") continue;
        visit(inner.then);
        visit(inner.else);
      }
    };
    visit(operation.then);
    visit(operation.else);
    return used;
  }

  /** Whether a pop may be bound to the name of its port: nothing looks at the port later. */
  isLastUse(id: OpId, port: PortId): boolean {
    const position = this.#module.body.operations.indexOf(id);
    return (
      position >= 0 &&
      this.#pops.get(port)?.length === 1 &&
      (this.#portUses.get(port) ?? []).every((use) => (this.#inWait.get(use) ?? Infinity) < position)
    );
  }

  /** Backwards, so that what nobody prints uses nothing. */
  #countUses(region: Region): void {
    for (let index = region.operations.length - 1; index >= 0; index -= 1) {
      const id = region.operations[index];
      if (id === undefined) continue;
      const operation = operationOf(this.#module, id);
      if (operation.kind === "if") {
        if (this.usesOf(id) > 0) for (const { result } of [operation.then, operation.else]) this.#use(result);
        this.#countUses(operation.else);
        this.#countUses(operation.then);
      } else if (
        this.usesOf(id) === 0 &&
        this.nameOf(operation) === undefined &&
        isPure(this.#system, this.#module, operation)
      )
        continue;
      for (const operand of operandsOf(operation)) this.#use(operand);
    }
  }

  #use(id: OpId | undefined): void {
    if (id !== undefined) this.uses.set(id, this.usesOf(id) + 1);
  }

  #findTakes(): void {
    const { operations } = this.#module.body;
    for (const [position, id] of operations.entries()) {
      const operation = operationOf(this.#module, id);
      if (operation.kind !== "wait") continue;
      this.#markWait(operation.condition, position);
      const ports = this.#portsOf(operation.condition);
      if (ports === undefined || new Set(ports).size < ports.length) continue;
      const pops: { id: OpId; port: PortId }[] = [];
      for (const later of operations.slice(position + 1)) {
        const next = operationOf(this.#module, later);
        if (this.#ends(next)) break;
        if (next.kind === "fifo-pop" && ports.includes(next.port)) pops.push({ id: later, port: next.port });
      }
      if (pops.length !== ports.length || !pops.every((pop) => this.#isTakeable(pop.id, pop.port, position)))
        continue;
      this.takes.set(id, { pops });
      for (const pop of pops) this.taken.set(pop.id, pop.port);
    }
  }

  #isTakeable(id: OpId, port: PortId, wait: number): boolean {
    const name = this.nameOf(operationOf(this.#module, id));
    const portName = this.#module.ports[port]?.name ?? "";
    return (
      (name === undefined || name.replace(/_?\d+$/, "") === portName.replace(/_?\d+$/, "")) &&
      this.#pops.get(port)?.length === 1 &&
      (this.#portUses.get(port) ?? []).every((use) => this.#inWait.get(use) === wait)
    );
  }

  /** Notes the unnamed values that a condition alone uses: they are printed with the wait. */
  #markWait(id: OpId, position: number): void {
    const operation = operationOf(this.#module, id);
    if (this.usesOf(id) !== 1 || this.nameOf(operation) !== undefined) return;
    if (!isPure(this.#system, this.#module, operation)) return;
    this.#inWait.set(id, position);
    for (const operand of operandsOf(operation)) this.#markWait(operand, position);
  }

  /** The ports of `a.valid & b.valid`; undefined for any other condition. */
  #portsOf(id: OpId): PortId[] | undefined {
    if (!this.#inWait.has(id)) return undefined;
    const operation = operationOf(this.#module, id);
    if (operation.kind === "fifo-valid") return [operation.port];
    if (operation.kind !== "binary" || operation.operator !== "and") return undefined;
    const left = this.#portsOf(operation.left);
    const right = this.#portsOf(operation.right);
    return left && right && [...left, ...right];
  }

  /** Whether the body may end at or in the operation, so that a pop behind it must stay there. */
  #ends(operation: Operation): boolean {
    if (operation.kind === "wait" || operation.kind === "finish") return true;
    return operation.kind === "if" && (this.#regionEnds(operation.then) || this.#regionEnds(operation.else));
  }

  #regionEnds(region: Region): boolean {
    return region.operations.some((id) => this.#ends(operationOf(this.#module, id)));
  }

  #findGroups(region: Region): void {
    /** Effects that follow each other, as far as anybody can tell. */
    let run: OpId[] = [];
    for (const id of region.operations) {
      const operation = operationOf(this.#module, id);
      if (operation.kind === "fifo-push" || operation.kind === "call") run.push(id);
      else if (operation.kind === "if" || this.isAnchored(operation)) {
        this.#splitRun(run);
        run = [];
      }
      if (operation.kind !== "if") continue;
      this.#findGroups(operation.then);
      this.#findGroups(operation.else);
    }
    this.#splitRun(run);
  }

  /** `certain`: the effects that surely happened before, by what they act on. */
  #findRepeated(region: Region, certain: Map<string, OpId>): void {
    for (const id of region.operations) {
      const operation = operationOf(this.#module, id);
      if (operation.kind === "if") {
        const condition = operationOf(this.#module, operation.condition);
        // Regions behind a constant are printed without a condition.
        const known = condition.kind === "const" ? condition.value : undefined;
        this.#findRepeated(operation.then, known === 1n ? certain : new Map(certain));
        this.#findRepeated(operation.else, known === 0n ? certain : new Map(certain));
        continue;
      }
      const key = effectKey(operation);
      if (key === undefined) continue;
      const earlier = certain.get(key);
      if (earlier !== undefined) this.repeated.add(earlier);
      certain.set(key, id);
    }
  }

  /** Finds whole calls in a row of pushes and calls. */
  #splitRun(run: readonly OpId[]): void {
    for (let start = 0; start < run.length; start += 1) {
      const first = operationAt(this.#module, run[start]);
      if (first?.kind !== "fifo-push" && first?.kind !== "call") continue;
      const ports = this.#system.modules[first.module]?.ports.length ?? 0;
      const members = run.slice(start, start + ports + 1);
      const pushes: { port: PortId; value: OpId }[] = [];
      let calls = 0;
      for (const id of members) {
        const operation = operationAt(this.#module, id);
        if (operation?.kind === "call" && operation.module === first.module) calls += 1;
        if (operation?.kind === "fifo-push" && operation.module === first.module)
          pushes.push({ port: operation.port, value: operation.value });
      }
      const last = members.at(-1);
      if (calls !== 1 || pushes.length !== ports || last === undefined) continue;
      if (members.some((id) => this.repeated.has(id))) continue;
      if (new Set(pushes.map((each) => each.port)).size !== ports) continue;
      for (const id of members) this.groups.set(id, { module: first.module, pushes, last });
      start += ports;
    }
  }

  /** A slot is the name of its value if the value is made in the same region and nothing can end the body between the two. */
  #bindSlots(region: Region, inArm = false): void {
    for (const [position, id] of region.operations.entries()) {
      const operation = operationOf(this.#module, id);
      if (operation.kind === "if") {
        this.#bindSlots(operation.then, inArm || operation.type !== null);
        this.#bindSlots(operation.else, inArm || operation.type !== null);
      }
      if (operation.kind !== "expose") continue;
      this.exposed.add(operation.slot);
      if (inArm) continue;
      const made = region.operations.indexOf(operation.value);
      if (made < 0) continue;
      const between = region.operations.slice(made + 1, position);
      if (between.some((each) => this.#ends(operationOf(this.#module, each)))) continue;
      const port = this.taken.get(operation.value);
      const slotName = this.#module.exposed[operation.slot]?.name;
      if (port !== undefined && this.#module.ports[port]?.name !== slotName) continue;
      const value = operationOf(this.#module, operation.value);
      if (this.slotOf.has(operation.value) || value.kind === "const") continue;
      this.slotOf.set(operation.value, operation.slot);
      this.silent.add(id);
    }
  }
}

/** What may happen once a cycle in a module. */
function effectKey(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "array-write":
      return `array ${operation.array}`;
    case "fifo-push":
      return `push ${operation.module}.${operation.port}`;
    case "fifo-pop":
      return `pop ${operation.port}`;
    default:
      return undefined;
  }
}

function operationAt(module: Module, id: OpId | undefined): Operation | undefined {
  return id === undefined ? undefined : operationOf(module, id);
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
