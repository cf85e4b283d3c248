/** Where everything lies in linear memory. One struct a module: credit, trigger stamp, FIFOs, exposed values, side by side. */
import type { ArrayId, Module, ModuleId, PortId, System, Type } from "@assassyn/ir";
import { arrayIds, arrayOf, CONTROL, moduleOf } from "@assassyn/ir";
import type { Schedule } from "@assassyn/emit-core";

/** Largest memory of a WebAssembly module without 64-bit addresses, in bytes. */
export const MEMORY_LIMIT = 2 ** 32;

/** FIFOs with a declared depth up to this get a ring of their final size. */
const FIXED_RING_DEPTH = 16;
/** First capacity of the other FIFOs, in elements. */
const INITIAL_CAPACITY = 4;
/** Arrays of more bytes lie behind all else, so that the small state stays close together. */
const LARGE_ARRAY = 4096;

/** Where an array lies, and the pending slots of its writers. */
export interface ArrayLayout {
  readonly type: Type;
  readonly size: number;
  readonly address: number;
  /** Bytes of one element. */
  readonly bytes: number;
  /** One for each writer, in writer order; empty when writes take place at once. */
  readonly pending: readonly PendingWrite[];
}

/** A write that waits for the commit. */
export interface PendingWrite {
  readonly writer: ModuleId;
  /** u32: 1 + the index, or 0. */
  readonly index: number;
  readonly value: number;
}

/** Where a FIFO lies. */
export interface FifoLayout {
  readonly type: Type;
  readonly bytes: number;
  /** Most elements after a commit. */
  readonly limit: number;
  readonly head: number;
  readonly tail: number;
  /** The ring, or the addresses of its address and its capacity - 1. */
  readonly ring:
    | { readonly kind: "fixed"; readonly address: number; readonly mask: number }
    | {
        readonly kind: "moving";
        readonly address: number;
        readonly mask: number;
        readonly initialAddress: number;
        readonly initialMask: number;
      };
  /** u32: 1 + site of the push of this cycle, or 0. Present when pushes are deferred or can collide across modules. */
  readonly pushSite?: number;
  /** u64: cycle of the push noted in `pushSite`. Present when pushes are immediate and can collide across modules. */
  readonly pushCycle?: number;
  /** The value of a deferred push. */
  readonly pushValue?: number;
  /** u32: 1 when a deferred pop is pending. */
  readonly pendingPop?: number;
}

/** Where the state of a module lies. */
export interface ModuleLayout {
  /** u64; stages only. */
  readonly credits?: number;
  /** u64: calls of this cycle, when they become credits at the commit. */
  readonly pendingCredits?: number;
  /** u64: last cycle in which the module was triggered. */
  readonly stamp: number;
  readonly fifos: readonly FifoLayout[];
  /** u32 words: which slots have a value. */
  readonly masks: readonly number[];
  readonly exposed: readonly { readonly type: Type; readonly address: number; readonly bytes: number }[];
}

/** The state of a design outgrows the memory of a module, 4 GiB. */
export class StateTooLarge extends RangeError {
  /** @param bytes what is needed, at least */
  constructor(readonly bytes: number) {
    super("the design's state does not fit the 4 GiB of a WebAssembly memory; use the Rust target");
    this.name = "StateTooLarge";
  }
}

/** Hands out addresses from low to high. */
export class Allocator {
  #next: number;

  constructor(start: number) {
    this.#next = start;
  }

  /** End of what was handed out. */
  get end(): number {
    return this.#next;
  }

  /**
   * The address of `bytes` bytes.
   *
   * @throws StateTooLarge when the state outgrows what 32-bit addresses reach.
   */
  take(bytes: number, align: number): number {
    const address = Math.ceil(this.#next / align) * align;
    this.#next = address + bytes;
    if (this.#next > MEMORY_LIMIT) {
      throw new StateTooLarge(this.#next);
    }
    return address;
  }
}

/** Bytes of a value in memory: 1, 2, 4, or a multiple of 8. */
export function cellBytes(type: Type): number {
  if (type.width <= 8) return 1;
  if (type.width <= 16) return 2;
  if (type.width <= 32) return 4;
  return 8 * Math.ceil(type.width / 64);
}

const alignment = (bytes: number): number => Math.min(bytes, 8);

/** The layout of a system. `allocator` stands behind all of it and may be used further. */
export interface Layout {
  readonly allocator: Allocator;
  /** By array id. */
  readonly arrays: readonly (ArrayLayout | null)[];
  /** By module id. */
  readonly modules: readonly (ModuleLayout | null)[];
  /** Where each module and each array lies, from low to high. */
  readonly extents: readonly Extent[];
}

/** The bytes of a module's struct, of its credits where they lie apart, or of an array with its pending slots. */
export interface Extent {
  readonly of:
    | { readonly kind: "module"; readonly module: ModuleId }
    | { readonly kind: "array"; readonly array: ArrayId };
  readonly start: number;
  readonly end: number;
}

/**
 * Lays out a system.
 *
 * @param together stages whose credits lie side by side, in the order in which the stages run, and not in their structs
 */
export function computeLayout(
  system: System,
  schedule: Schedule,
  together: ReadonlySet<ModuleId> = new Set(),
): Layout {
  const allocator = new Allocator(Math.ceil(CONTROL.end / 64) * 64);
  const modules = system.modules.map((): ModuleLayout | null => null);
  const arrays = system.arrays.map((): ArrayLayout | null => null);
  const extents: Extent[] = [];
  const placeArray = (id: ArrayId): void => {
    const array = arrayOf(system, id);
    const plan = schedule.arrays[id];
    const bytes = cellBytes(array.type);
    // Equal arrays get equal distances between their parts, so that one function can serve their modules.
    const start = plan?.commit === "deferred" ? allocator.take(0, 8) : allocator.end;
    const pending =
      plan?.commit === "deferred"
        ? plan.writers.map((writer) => ({
            writer,
            index: allocator.take(4, 4),
            value: allocator.take(bytes, alignment(bytes)),
          }))
        : [];
    const address = allocator.take(array.size * bytes, alignment(bytes));
    arrays[id] = { type: array.type, size: array.size, address, bytes, pending };
    extents.push({ of: { kind: "array", array: id }, start, end: allocator.end });
  };
  const isLarge = (id: ArrayId): boolean =>
    arrayOf(system, id).size * cellBytes(arrayOf(system, id).type) > LARGE_ARRAY;
  const owned = new Map<ModuleId, ArrayId[]>();
  const shared: ArrayId[] = [];
  for (const id of arrayIds(system)) {
    const plan = schedule.arrays[id];
    const owner = plan?.writers[0] ?? plan?.readers[0];
    if (isLarge(id) || owner === undefined) shared.push(id);
    else owned.set(owner, [...(owned.get(owner) ?? []), id]);
  }
  const credits = new Map<ModuleId, number>();
  for (const id of schedule.stages) {
    if (!together.has(id)) continue;
    const start = allocator.take(8, 8);
    credits.set(id, start);
    extents.push({ of: { kind: "module", module: id }, start, end: allocator.end });
  }
  // Groups are looked at whole, also the last one.
  if (credits.size > 0) allocator.take(64, 8);
  for (const id of [...schedule.stages, ...schedule.downstreams]) {
    const start = allocator.end;
    modules[id] = layoutModule(system, schedule, allocator, id, credits.get(id));
    extents.push({ of: { kind: "module", module: id }, start, end: allocator.end });
    for (const array of owned.get(id) ?? []) placeArray(array);
  }
  for (const id of shared) placeArray(id);
  return { allocator, arrays, modules, extents };
}

function layoutModule(
  system: System,
  schedule: Schedule,
  allocator: Allocator,
  id: ModuleId,
  credits: number | undefined,
): ModuleLayout {
  const module = moduleOf(system, id);
  const stamp = allocator.take(8, 8);
  const isStage = module.kind === "stage";
  const masks = Array.from({ length: Math.ceil(module.exposed.length / 32) }, () => allocator.take(4, 4));
  return {
    stamp,
    ...(isStage ? { credits: credits ?? allocator.take(8, 8) } : {}),
    ...(isStage && schedule.credits[id]?.commit === "deferred"
      ? { pendingCredits: allocator.take(8, 8) }
      : {}),
    fifos: module.ports.map((_, port) => layoutFifo(system, schedule, allocator, module, id, port)),
    masks,
    exposed: module.exposed.map(({ type }) => {
      const bytes = cellBytes(type);
      return { type, bytes, address: allocator.take(bytes, alignment(bytes)) };
    }),
  };
}

function layoutFifo(
  system: System,
  schedule: Schedule,
  allocator: Allocator,
  module: Module,
  id: ModuleId,
  index: number,
): FifoLayout {
  const port = module.ports[index];
  const plan = schedule.ports[id]?.[index];
  if (port === undefined || plan === undefined)
    throw new Error(`module ${module.name} has no port #${index}`);
  const bytes = cellBytes(port.type);
  const limit = port.depth ?? system.config.fifoLimit;
  const head = allocator.take(4, 4);
  const tail = allocator.take(4, 4);
  const deferred = plan.push === "deferred";
  const acrossModules = plan.pushers.length > 1;
  const slots = {
    ...(deferred || acrossModules ? { pushSite: allocator.take(4, 4) } : {}),
    ...(!deferred && acrossModules ? { pushCycle: allocator.take(8, 8) } : {}),
    ...(deferred ? { pushValue: allocator.take(bytes, alignment(bytes)) } : {}),
    ...(plan.pop === "deferred" ? { pendingPop: allocator.take(4, 4) } : {}),
  };
  const common = { type: port.type, bytes, limit, head, tail, ...slots };
  const ring = (capacity: number): number => allocator.take(capacity * bytes, alignment(bytes));
  if (limit <= FIXED_RING_DEPTH) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(limit, 1)));
    return { ...common, ring: { kind: "fixed", address: ring(capacity), mask: capacity - 1 } };
  }
  const address = allocator.take(4, 4);
  const mask = allocator.take(4, 4);
  return {
    ...common,
    ring: {
      kind: "moving",
      address,
      mask,
      initialAddress: ring(INITIAL_CAPACITY),
      initialMask: INITIAL_CAPACITY - 1,
    },
  };
}

/** The layout of a module. */
export function moduleLayout(layout: Layout, id: ModuleId): ModuleLayout {
  const found = layout.modules[id];
  if (found == null) throw new Error(`module #${id} has no layout`);
  return found;
}

/** The layout of a FIFO. */
export function fifoLayout(layout: Layout, id: ModuleId, port: PortId): FifoLayout {
  const found = moduleLayout(layout, id).fifos[port];
  if (found === undefined) throw new Error(`module #${id} has no port #${port}`);
  return found;
}

/** The layout of an array. */
export function arrayLayout(layout: Layout, id: ArrayId): ArrayLayout {
  const found = layout.arrays[id];
  if (found == null) throw new Error(`array #${id} has no layout`);
  return found;
}
