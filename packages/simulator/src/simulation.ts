import type {
  LogRecord,
  RunSummary,
  Simulation,
  SimulationDescription,
  SimulationOptions,
  Snapshot,
  Stop,
} from "@assassyn/ir";
import { CONTROL, toNumeric } from "@assassyn/ir";
import { readCell, typeOfText, writeCell } from "./cells.js";
import type { ExternFailures } from "./externs.js";
import { LogDecoder } from "./log-decoder.js";
import { Names } from "./names.js";
import type { WasmExports } from "./platform.js";
import { yieldToHost } from "./platform.js";
import { readStop } from "./stops.js";
import type { Crew } from "./threads/crew.js";
import { now } from "./threads/environment.js";
import type { Team } from "./threads/team.js";

/** Cycles of the first calls into the module; then twice as many each time, so that engines can put in faster code between calls. */
const FIRST_SLICE = 256;
const LARGEST_SLICE = 65_536;
/** Time between two breaks of an asynchronous run. */
const MILLISECONDS_PER_SLICE = 16;

/** Options of an asynchronous run. */
export interface RunOptions {
  /** Called for each line of this run, instead of the simulation's own. */
  readonly onLog?: (record: LogRecord) => void;
  /** Cycles between two breaks. Absent: as many as take about 16 ms. */
  readonly slice?: number;
  /** Called after each slice with the number of cycles run so far. */
  readonly onProgress?: (cycle: number) => void;
  /** Ends the run between two slices; the promise is rejected with the signal's reason, the simulation can go on. */
  readonly signal?: { readonly aborted: boolean; readonly reason?: unknown };
}

/** What a snapshot holds: the state at fixed addresses and the used part of the heap. */
interface SnapshotData {
  readonly owner: WasmSimulation;
  readonly state: Uint8Array;
  readonly heap: Uint8Array;
  readonly stop: Stop | undefined;
}

const snapshots = new WeakMap<object, SnapshotData>();

/**
 * A design that runs as WebAssembly. Made by `load`.
 *
 * Lines reach `onLog` in order, but in batches: when the simulation is asked for its state inside `onLog`, it may be ahead of the line.
 */
export class WasmSimulation implements Simulation {
  /** Names, types and files of the design. */
  readonly description: SimulationDescription;
  readonly #names: Names;
  readonly #decoder: LogDecoder;
  readonly #failures: ExternFailures;
  #onLog: ((record: LogRecord) => void) | undefined;
  #exports: WasmExports | undefined;
  #view: DataView;
  #stop: Stop | undefined;
  /** A cycle ran since the state was set from outside, so there is a last cycle to tell about. */
  #hasLastCycle = false;
  #slice = FIRST_SLICE;
  #crew: Crew | undefined;

  constructor(
    exports: WasmExports,
    description: SimulationDescription,
    options: SimulationOptions,
    failures: ExternFailures,
    crew?: Crew,
  ) {
    this.description = description;
    this.#crew = crew;
    this.#exports = exports;
    this.#view = new DataView(exports.memory.buffer);
    this.#names = new Names(description);
    this.#decoder = new LogDecoder(description);
    this.#failures = failures;
    this.#onLog = options.onLog;
    this.#view.setBigUint64(CONTROL.cycleLimit, toLimit(options.cycles ?? description.config.cycles), true);
    this.#view.setBigUint64(CONTROL.idleLimit, toLimit(options.idle ?? description.config.idle), true);
    this.#view.setUint32(CONTROL.logPosition, description.memory.logStart, true);
  }

  /** Threads that run the design, the caller's included. */
  get threads(): number {
    return this.#crew?.team.size ?? 1;
  }

  get cycle(): number {
    return Number(this.#control().getBigUint64(CONTROL.cycle, true));
  }

  get stop(): Stop | undefined {
    return this.#stop;
  }

  get droppedWrites(): number {
    return Number(this.#control().getBigUint64(CONTROL.droppedWrites, true));
  }

  /** False when a module faulted in the last cycle: state and counters mean nothing then, even if an earlier `finish` decides. */
  get stateSpecified(): boolean {
    return this.#control().getUint32(CONTROL.faulted, true) === 0;
  }

  step(count = 1): Stop | undefined {
    let left = Math.ceil(count);
    const isLong = left >= (this.#crew?.leastCycles ?? Infinity);
    while (left > 0 && this.#stop === undefined) {
      const before = this.cycle;
      this.#runSlice(Math.min(left, this.#slice), isLong);
      left -= this.cycle - before;
      this.#slice = Math.min(2 * this.#slice, LARGEST_SLICE);
    }
    return this.#stop;
  }

  /** Runs to the stop. With options it does so asynchronously, in slices, so that a page or a server stays responsive. */
  run(): RunSummary;
  run(options: RunOptions): Promise<RunSummary>;
  run(options?: RunOptions): RunSummary | Promise<RunSummary> {
    if (options !== undefined) return this.#runAsync(options);
    return this.#summary(this.step(Infinity));
  }

  async #runAsync(options: RunOptions): Promise<RunSummary> {
    const own = this.#onLog;
    this.#onLog = options.onLog ?? own;
    try {
      let slice = options.slice ?? FIRST_SLICE;
      for (;;) {
        if (options.signal?.aborted === true) throw options.signal.reason ?? new Error("the run was aborted");
        const start = Date.now();
        const stop = this.step(slice);
        options.onProgress?.(this.cycle);
        if (stop !== undefined) return this.#summary(stop);
        if (options.slice === undefined) {
          const factor = MILLISECONDS_PER_SLICE / Math.max(Date.now() - start, 1);
          slice = Math.max(1, Math.round(slice * Math.min(Math.max(factor, 0.25), 4)));
        }
        await yieldToHost();
      }
    } finally {
      this.#onLog = own;
    }
  }

  #summary(stop: Stop | undefined): RunSummary {
    if (stop === undefined) throw new Error("the run ended without a stop");
    return { cycles: this.cycle, stop, droppedWrites: this.droppedWrites };
  }

  /** Runs up to `count` cycles, fewer when a log buffer fills, and delivers their lines. Threads that do not pay are given up. */
  #runSlice(count: number, isLong: boolean): void {
    const crew = isLong ? this.#crew : undefined;
    const attempt = crew?.trial?.next() ?? { together: true, cycles: count };
    const size = Math.min(count, attempt.cycles);
    const before = this.cycle;
    const begin = now();
    const team = attempt.together ? crew?.team : undefined;
    if (team === undefined) this.#runAlone(size);
    else team.run(size, this.#onLog !== undefined);
    const isTooSlow = crew?.trial?.note(this.cycle - before, now() - begin) === true;
    if (this.cycle !== before) this.#hasLastCycle = true;
    if (this.#control().getUint32(CONTROL.outOfMemory, true) !== 0) {
      this.dispose();
      throw new RangeError(
        "the simulation ran out of memory: its FIFOs no longer fit; declare depths, or use the Rust target",
      );
    }
    this.#stop = readStop(this.#control(), this.description, this.#failures);
    if (isTooSlow) this.#giveUpThreads();
    if (team === undefined) this.#deliverLogs();
    else this.#deliverThreadLogs(team);
  }

  #runAlone(count: number): void {
    const memory = this.#ownMemory();
    memory.setUint32(CONTROL.logEnabled, this.#onLog === undefined ? 0 : 1, true);
    this.#live().run(count);
  }

  #giveUpThreads(): void {
    this.#crew?.team.bringHome();
    this.#crew?.team.dispose();
    this.#crew = undefined;
  }

  #deliverThreadLogs(team: Team): void {
    const parts = team.takeLogs();
    const emit = this.#onLog;
    if (emit !== undefined && parts.length > 0)
      this.#decoder.decodeParts(parts, this.cycle, this.#stopKey(), emit);
  }

  /** Lines of this cycle from this site on are not shown. */
  #stopKey(): { readonly cycle: number; readonly site: number } | undefined {
    const site = this.#control().getUint32(CONTROL.stopSite, true);
    return site === 0 ? undefined : { cycle: this.cycle, site: site - 1 };
  }

  #deliverLogs(): void {
    const view = this.#memory();
    const { logStart } = this.description.memory;
    const end = view.getUint32(CONTROL.logPosition, true);
    if (end === logStart) return;
    // A copy, and the buffer emptied first: the callback may throw, or run the simulation further.
    const copy = new DataView(view.buffer.slice(logStart, end));
    view.setUint32(CONTROL.logPosition, logStart, true);
    const emit = this.#onLog;
    if (emit !== undefined) this.#decoder.decode(copy, 0, end - logStart, this.#stopKey(), emit);
  }

  read(name: string, index = 0): bigint {
    const { array, address } = this.#names.element(name, index);
    return toNumeric(readCell(this.#memory(), address, array.bytes), typeOfText(array.type));
  }

  readArray(name: string): bigint[] {
    const array = this.#names.array(name);
    const view = this.#memory();
    const type = typeOfText(array.type);
    return Array.from({ length: array.size }, (_, index) =>
      toNumeric(readCell(view, array.address + index * array.bytes, array.bytes), type),
    );
  }

  write(name: string, value: bigint | number, index = 0): void {
    const { array, address } = this.#names.element(name, index);
    const type = typeOfText(array.type);
    const bits = BigInt.asUintN(type.width, BigInt(value));
    if (toNumeric(bits, type) !== BigInt(value)) {
      throw new RangeError(`${value} does not fit ${name}, which is ${array.type}`);
    }
    writeCell(this.#ownMemory(), address, array.bytes, bits);
  }

  fifo(name: string): { readonly length: number; readonly head: bigint | undefined } {
    const { head, tail, ring, bytes, type } = this.#names.fifo(name);
    const view = this.#memory();
    const first = view.getUint32(head, true);
    const length = (view.getUint32(tail, true) - first) >>> 0;
    if (length === 0) return { length, head: undefined };
    const fixed = ring.kind === "fixed";
    const base = fixed ? ring.address : view.getUint32(ring.address, true);
    const mask = fixed ? ring.mask : view.getUint32(ring.mask, true);
    const address = base + ((first & mask) >>> 0) * bytes;
    return { length, head: toNumeric(readCell(view, address, bytes), typeOfText(type)) };
  }

  exposed(name: string): bigint | undefined {
    const { module, slot } = this.#names.exposed(name);
    const view = this.#memory();
    const present =
      this.#wasTriggered(module.triggered) && ((view.getUint32(slot.mask, true) >>> slot.bit) & 1) === 1;
    return present ? toNumeric(readCell(view, slot.address, slot.bytes), typeOfText(slot.type)) : undefined;
  }

  triggered(name: string): boolean {
    return this.#wasTriggered(this.#names.module(name).triggered);
  }

  #wasTriggered(stamp: number): boolean {
    const view = this.#memory();
    return this.#hasLastCycle && view.getBigUint64(stamp, true) === view.getBigUint64(CONTROL.cycle, true);
  }

  credits(name: string): bigint {
    const { credits } = this.#names.module(name);
    return credits === undefined ? 0n : this.#memory().getBigUint64(credits, true);
  }

  reset(): void {
    this.#ownMemory();
    this.#live().reset();
    this.#stop = undefined;
    this.#hasLastCycle = false;
  }

  snapshot(): Snapshot {
    const view = this.#memory();
    const { stateEnd, heapStart } = this.description.memory;
    const data = {};
    snapshots.set(data, {
      owner: this,
      state: new Uint8Array(view.buffer.slice(CONTROL.cycle, stateEnd)),
      heap: new Uint8Array(view.buffer.slice(heapStart, view.getUint32(CONTROL.heapTop, true))),
      stop: this.#stop,
    });
    return { kind: "snapshot", data };
  }

  /** @throws Error if another simulation made the snapshot. */
  restore(snapshot: Snapshot): void {
    const { data } = snapshot;
    const found = typeof data === "object" && data !== null ? snapshots.get(data) : undefined;
    if (found?.owner !== this) throw new Error("this snapshot was not made by this simulation");
    const memory = new Uint8Array(this.#ownMemory().buffer);
    memory.set(found.state, CONTROL.cycle);
    memory.set(found.heap, this.description.memory.heapStart);
    this.#stop = found.stop;
    this.#hasLastCycle = false;
  }

  /** Frees the memory and ends the threads. The simulation cannot be used any more. */
  dispose(): void {
    this.#crew?.team.dispose();
    this.#crew = undefined;
    this.#exports = undefined;
    this.#view = new DataView(new ArrayBuffer(0));
  }

  #live(): WasmExports {
    if (this.#exports === undefined)
      throw new Error("the simulation was disposed of and cannot be used any more");
    return this.#exports;
  }

  /** The memory with the state of the last cycle, to be read. */
  #memory(): DataView {
    this.#crew?.team.bringHome();
    return this.#control();
  }

  /** The same to be changed, by the host or by running on one thread. */
  #ownMemory(): DataView {
    const memory = this.#memory();
    this.#crew?.team.changedHome();
    return memory;
  }

  /** A view of the memory as it is now: growing replaces its buffer. Of the state, its control block alone is sure to be up to date. */
  #control(): DataView {
    const { buffer } = this.#live().memory;
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }
}

/** A limit as the module takes it; what is no limit becomes the largest number. */
function toLimit(value: number): bigint {
  const largest = (1n << 64n) - 1n;
  if (Number.isNaN(value) || value >= Number(largest)) return largest;
  return BigInt(Math.max(0, Math.ceil(value)));
}
