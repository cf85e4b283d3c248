/**
 * The reference interpreter: the execution semantics written down as plainly as possible, in canonical order, on BigInt.
 * It is the oracle of the tests, not a fast simulator.
 */
import type {
  ArrayId,
  Module,
  ModuleId,
  OpId,
  RunSummary,
  Simulation,
  SimulationOptions,
  Snapshot,
  Stop,
  System,
} from "@assassyn/ir";
import {
  arrayIds,
  arrayOf,
  canonicalOrder,
  downstreamUses,
  faultText,
  moduleIds,
  moduleOf,
  toNumeric,
  walk,
} from "@assassyn/ir";
import type { RunContext, OperationObserver } from "./body.js";
import { runBody } from "./body.js";
import { PendingCycle } from "./cycle.js";
import type { State } from "./state.js";
import { initialState } from "./state.js";

/** A simulation that also tells what the semantics leave open. */
export interface ReferenceSimulation extends Simulation {
  /** False when a module faulted in the last cycle: state and counters mean nothing then, even if an earlier `finish` decides. */
  readonly stateSpecified: boolean;
}

/** Options of the reference interpreter. */
export interface ReferenceOptions extends SimulationOptions {
  /** Called for every operation that runs, for tests of what an analysis claims. */
  readonly onOperation?: OperationObserver;
}

/**
 * Makes a simulation of a verified system.
 *
 * @throws StateTooLarge if the arrays have too many elements to be held (2^25 together).
 * @throws Error if the system has a loop of downstreams or an extern function without a body in `options.externs`.
 * @example
 * const simulation = createInterpreter(system, { onLog: (record) => console.log(record.text) });
 * simulation.run().stop; // { kind: "limit" }
 */
export function createInterpreter(system: System, options: ReferenceOptions = {}): ReferenceSimulation {
  return new Interpreter(system, options);
}

class Interpreter implements ReferenceSimulation {
  readonly #system: System;
  readonly #options: ReferenceOptions;
  readonly #stages: readonly ModuleId[];
  readonly #downstreams: readonly ModuleId[];
  /** Writer order of arrays: stages by declaration, then downstreams by declaration. */
  readonly #writerRank = new Map<ModuleId, number>();
  readonly #canonicalIndex = new Map<ModuleId, number>();
  readonly #activators = new Map<ModuleId, ReadonlySet<ModuleId>>();
  readonly #positions = new Map<ModuleId, Map<OpId, number>>();
  readonly #arrayNames = new Map<string, ArrayId>();
  readonly #moduleNames = new Map<string, ModuleId>();
  #state: State;
  #stop: Stop | undefined;
  /** The last cycle, for `exposed` and `triggered`. */
  #last = new PendingCycle();

  constructor(system: System, options: ReferenceOptions) {
    const order = canonicalOrder(system);
    if (order.kind === "loop") throw new Error("the downstreams form a loop");
    for (const declaration of system.externs) {
      if (declaration !== null && options.externs?.[declaration.name] === undefined) {
        throw new Error(`extern ${declaration.name} has no body; pass one in the option "externs"`);
      }
    }
    this.#system = system;
    this.#options = options;
    this.#stages = order.stages;
    this.#downstreams = order.downstreams;
    [...order.stages, ...order.downstreams].forEach((id, index) => this.#canonicalIndex.set(id, index));
    [...order.stages, ...order.downstreams.toSorted((a, b) => a - b)].forEach((id, rank) =>
      this.#writerRank.set(id, rank),
    );
    for (const id of order.downstreams) this.#activators.set(id, downstreamUses(moduleOf(system, id)).values);
    for (const id of moduleIds(system)) this.#moduleNames.set(moduleOf(system, id).name, id);
    for (const id of arrayIds(system)) this.#arrayNames.set(arrayOf(system, id).name, id);
    this.#state = initialState(system);
  }

  get cycle(): number {
    return this.#state.cycle;
  }

  get stop(): Stop | undefined {
    return this.#stop;
  }

  get droppedWrites(): number {
    return this.#state.droppedWrites;
  }

  get stateSpecified(): boolean {
    return !this.#last.faulted;
  }

  step(count = 1): Stop | undefined {
    for (let ran = 0; ran < count && this.#stop === undefined; ran += 1) this.#runCycle();
    return this.#stop;
  }

  run(): RunSummary {
    for (;;) {
      const stop = this.step();
      if (stop !== undefined)
        return { cycles: this.#state.cycle, stop, droppedWrites: this.#state.droppedWrites };
    }
  }

  #runCycle(): void {
    const state = this.#state;
    const pending = new PendingCycle();
    state.cycle += 1;
    const context: RunContext = {
      system: this.#system,
      state,
      pending,
      formatLogs: this.#options.onLog !== undefined,
      externs: this.#options.externs ?? {},
      canonicalIndex: this.#canonicalIndex,
      positions: (id) => this.#positionsOf(id),
      ...(this.#options.onOperation === undefined ? {} : { onOperation: this.#options.onOperation }),
    };
    for (const id of this.#stages) {
      const module = moduleOf(this.#system, id);
      const always = module.kind !== "stage";
      if (!always && (state.credits[id] ?? 0n) === 0n) continue;
      this.#runModule(context, id);
      if (!always && pending.triggered.has(id)) state.credits[id] = (state.credits[id] ?? 0n) - 1n;
    }
    const anyStage = pending.triggered.size > 0;
    for (const id of this.#downstreams) {
      const activators = this.#activators.get(id) ?? new Set<ModuleId>();
      if ([...activators].some((used) => pending.triggered.has(used))) this.#runModule(context, id);
    }
    this.#commit(pending);
    this.#last = pending;
    for (const { key, record } of pending.logs) {
      const stopKey = pending.stop?.key;
      const printed =
        stopKey === undefined ||
        key.module < stopKey.module ||
        (key.module === stopKey.module && key.operation < stopKey.operation);
      if (printed) this.#options.onLog?.(record);
    }
    state.idle = anyStage ? 0 : state.idle + 1;
    this.#stop = this.#decideStop(pending);
  }

  #runModule(context: RunContext, id: ModuleId): void {
    const outcome = runBody(context, id);
    if (outcome === "triggered") context.pending.triggered.add(id);
    else context.pending.exposed.delete(id);
  }

  #commit(pending: PendingCycle): void {
    const state = this.#state;
    for (const pop of pending.pops) state.fifos[pop.module]?.[pop.port]?.shift();
    for (const push of pending.pushes) {
      const queue = state.fifos[push.module]?.[push.port];
      const owner = moduleOf(this.#system, push.module);
      const port = owner.ports[push.port];
      if (queue === undefined || port === undefined) continue;
      queue.push(push.value);
      const limit = port.depth ?? this.#system.config.fifoLimit;
      if (queue.length > limit) {
        const pusher = moduleOf(this.#system, push.pusher);
        const fault = {
          message: faultText.overflow(`${owner.name}.${port.name}`, limit),
          module: pusher.name,
          cycle: state.cycle,
          loc: this.#locationAt(pusher, push.pusher, push.key.operation),
        };
        pending.requestStop({ kind: "fault", key: push.key, fault });
      }
    }
    const writes = pending.writes.toSorted(
      (a, b) => (this.#writerRank.get(a.writer) ?? 0) - (this.#writerRank.get(b.writer) ?? 0),
    );
    for (const write of writes) {
      const elements = state.arrays[write.array];
      if (elements === undefined || write.index >= BigInt(elements.length)) state.droppedWrites += 1;
      else elements[Number(write.index)] = write.value;
    }
    for (const callee of pending.calls) state.credits[callee] = (state.credits[callee] ?? 0n) + 1n;
  }

  #decideStop(pending: PendingCycle): Stop | undefined {
    const keyed = pending.stop;
    if (keyed?.kind === "fault") return { kind: "fault", fault: keyed.fault };
    if (keyed?.kind === "finish") return { kind: "finish", module: keyed.module, loc: keyed.loc };
    if (this.#state.idle >= (this.#options.idle ?? this.#system.config.idle)) return { kind: "idle" };
    if (this.#state.cycle >= (this.#options.cycles ?? this.#system.config.cycles)) return { kind: "limit" };
    return undefined;
  }

  #positionsOf(id: ModuleId): ReadonlyMap<OpId, number> {
    let positions = this.#positions.get(id);
    if (positions === undefined) {
      positions = new Map<OpId, number>();
      const found = positions;
      walk(moduleOf(this.#system, id), (_, operation) => found.set(operation, found.size));
      this.#positions.set(id, positions);
    }
    return positions;
  }

  #locationAt(module: Module, id: ModuleId, position: number): Module["loc"] {
    for (const [operation, at] of this.#positionsOf(id)) {
      if (at === position) return module.operations[operation]?.loc ?? module.loc;
    }
    return module.loc;
  }

  #array(name: string): ArrayId {
    const id = this.#arrayNames.get(name);
    if (id === undefined) throw new RangeError(`no register is called ${name}`);
    return id;
  }

  #module(name: string): ModuleId {
    const id = this.#moduleNames.get(name);
    if (id === undefined) throw new RangeError(`no module is called ${name}`);
    return id;
  }

  #element(name: string, index: number): { id: ArrayId; elements: bigint[] } {
    const id = this.#array(name);
    const elements = this.#state.arrays[id] ?? [];
    if (!Number.isInteger(index) || index < 0 || index >= elements.length) {
      throw new RangeError(
        `${name}[${index}] is out of range: ${name} has ${elements.length} element${elements.length === 1 ? "" : "s"}`,
      );
    }
    return { id, elements };
  }

  read(name: string, index = 0): bigint {
    const { id, elements } = this.#element(name, index);
    return toNumeric(elements[index] ?? 0n, arrayOf(this.#system, id).type);
  }

  readArray(name: string): bigint[] {
    const id = this.#array(name);
    return (this.#state.arrays[id] ?? []).map((bits) => toNumeric(bits, arrayOf(this.#system, id).type));
  }

  write(name: string, value: bigint | number, index = 0): void {
    const { id, elements } = this.#element(name, index);
    const { type } = arrayOf(this.#system, id);
    const bits = BigInt.asUintN(type.width, BigInt(value));
    if (toNumeric(bits, type) !== BigInt(value)) {
      throw new RangeError(`${value} does not fit ${name}, which is ${type.class}${type.width}`);
    }
    elements[index] = bits;
  }

  fifo(name: string): { readonly length: number; readonly head: bigint | undefined } {
    const { module, member } = this.#member(name);
    const owner = moduleOf(this.#system, module);
    const port = owner.ports.findIndex((candidate) => candidate.name === member);
    const declared = owner.ports[port];
    if (declared === undefined) throw new RangeError(`no FIFO is called ${name}`);
    const queue = this.#state.fifos[module]?.[port] ?? [];
    const head = queue[0];
    return { length: queue.length, head: head === undefined ? undefined : toNumeric(head, declared.type) };
  }

  exposed(name: string): bigint | undefined {
    const { module, member } = this.#member(name);
    const slots = moduleOf(this.#system, module).exposed;
    const slot = slots.findIndex((candidate) => candidate.name === member);
    const declared = slots[slot];
    if (declared === undefined) throw new RangeError(`no exposed value is called ${name}`);
    for (const [id, bits] of this.#last.exposed.get(module) ?? []) {
      if (id === slot) return toNumeric(bits, declared.type);
    }
    return undefined;
  }

  #member(name: string): { module: ModuleId; member: string } {
    const dot = name.lastIndexOf(".");
    if (dot < 0) throw new RangeError(`${name} is not of the form module.name`);
    return { module: this.#module(name.slice(0, dot)), member: name.slice(dot + 1) };
  }

  triggered(name: string): boolean {
    return this.#last.triggered.has(this.#module(name));
  }

  credits(name: string): bigint {
    return this.#state.credits[this.#module(name)] ?? 0n;
  }

  reset(): void {
    this.#state = initialState(this.#system);
    this.#stop = undefined;
    this.#last = new PendingCycle();
  }

  snapshot(): Snapshot {
    return { kind: "snapshot", data: structuredClone({ state: this.#state, stop: this.#stop }) };
  }

  restore(snapshot: Snapshot): void {
    // oxlint-disable-next-line typescript/consistent-type-assertions -- opaque to callers; only `snapshot` above makes one
    const { state, stop } = structuredClone(snapshot.data) as { state: State; stop: Stop | undefined };
    this.#state = state;
    this.#stop = stop;
    this.#last = new PendingCycle();
  }

  dispose(): void {}
}
