import type { FifoDescription, SimulationDescription, ThreadsDescription } from "@assassyn/ir";
import { CONTROL, STOP_KIND, THREADS } from "@assassyn/ir";
import type { LogPart } from "../log-decoder.js";
import type { WasmExports, WasmImports, WasmModule } from "../platform.js";
import { instantiateShared } from "../platform.js";
import type { SharedMemory, Thread } from "./environment.js";
import { pause, processors, shareMemory, startThread } from "./environment.js";

const PAGE = 65_536;
const MAX_PAGES = 65_536;
/**
 * Polls of a thread at the barrier before it sleeps: some 100 µs, about what a sleep and a wake-up cost. Measured on two cores: with 8 000,
 * threads slept in most cycles (34 µs a cycle of a five-stage pipeline); with 100 000 they meet within 0.5 µs.
 */
const SPINS = 100_000;
/** Milliseconds after which threads that do not start are given up. */
const PATIENCE = 60_000;
const GLANCE = 500;

/** What {@link Team} is made of. */
export interface TeamParts {
  /** The module for several threads. */
  readonly module: WasmModule;
  readonly threads: ThreadsDescription;
  readonly description: SimulationDescription;
  /** By thread: indices of its clusters. */
  readonly packs: readonly (readonly number[])[];
  readonly externs: WasmImports;
  /** The simulation on one thread, whose state is the one that a host sees. */
  readonly home: WasmExports;
}

/** A FIFO whose ring can move, and the thread that has it. */
interface MovingFifo {
  readonly fifo: FifoDescription;
  readonly thread: number;
}

/**
 * Threads that run a design together. Each has a copy of the whole state in a shared memory, and between runs the state can be brought home:
 * to the simulation on one thread, where the host reads and writes it.
 *
 * The first thread is the caller's own, so that `run` is synchronous and functions of the embedder need not cross threads.
 */
export class Team {
  readonly #parts: TeamParts;
  readonly #memory: SharedMemory;
  readonly #threads: Thread[] = [];
  readonly #work: (count: number) => void;
  readonly #origins: readonly number[];
  readonly #heapStart: number;
  readonly #moving: readonly MovingFifo[];
  /** `home`: the host's is the newer state. `abroad`: that of the threads. `both`: they are equal. */
  #newest: "home" | "abroad" | "both" = "home";
  #isReady = false;
  /** Dropped writes before the threads began to count. */
  #droppedBefore = 0n;
  #homeView: DataView;

  /** @throws RangeError when there is not enough memory for the copies */
  constructor(parts: TeamParts) {
    this.#parts = parts;
    const { threads, description, packs, module } = parts;
    this.#homeView = new DataView(parts.home.memory.buffer);
    const first = align(threads.mailEnd, 128);
    this.#origins = packs.map((_, index) => first + index * threads.copyBytes);
    this.#heapStart = first + packs.length * threads.copyBytes;
    this.#moving = packs.flatMap((pack, thread) =>
      pack.flatMap((cluster) =>
        (threads.clusters[cluster]?.modules ?? []).flatMap((index) =>
          (description.modules[index]?.fifos ?? [])
            .filter(({ ring }) => ring.kind === "moving")
            .map((fifo) => ({ fifo, thread })),
        ),
      ),
    );
    const pages = Math.ceil(this.#heapStart / PAGE);
    if (pages > MAX_PAGES)
      throw new RangeError(`${packs.length} copies of the state do not fit the 4 GiB of a memory`);
    this.#memory = shareMemory(pages, this.#moving.length > 0 ? MAX_PAGES : pages);
    const words = this.#words();
    words[THREADS.members / 4] = packs.length;
    // Where threads outnumber processors, one that spins keeps another one from working.
    words[THREADS.spins / 4] = packs.length > processors() ? 0 : SPINS;
    const masks = packs.map((pack) => pack.reduce((mask, cluster) => mask | (1n << BigInt(cluster)), 0n));
    this.#work = instantiateShared(module, {
      ...parts.externs,
      memory: this.#memory,
      origin: this.#origins[0] ?? 0,
      clusters: BigInt.asIntN(64, masks[0] ?? 0n),
    }).work;
    const waited = [THREADS.command, THREADS.ready, THREADS.done, THREADS.word].map((address) => address / 4);
    try {
      for (let index = 1; index < packs.length; index += 1) {
        const start = {
          module,
          memory: this.#memory,
          origin: this.#origins[index] ?? 0,
          clusters: BigInt.asIntN(64, masks[index] ?? 0n),
          externs: Object.keys(parts.externs),
        };
        this.#threads.push(startThread(start, THREADS.failed / 4, waited));
      }
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Number of threads, the caller's included. */
  get size(): number {
    return this.#parts.packs.length;
  }

  /** A view of the shared memory, for functions of the embedder. */
  view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  /** Waits until all threads are there, letting events have their turn. @throws Error when one cannot start */
  async ready(): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (!this.#haveStarted(end)) await pause();
  }

  #waitUntilReady(): void {
    const end = Date.now() + PATIENCE;
    while (!this.#isReady && !this.#haveStarted(end)) {
      const words = this.#words();
      const ready = THREADS.ready / 4;
      Atomics.wait(words, ready, Atomics.load(words, ready), GLANCE);
    }
  }

  #haveStarted(end: number): boolean {
    const words = this.#words();
    this.#isReady = Atomics.load(words, THREADS.ready / 4) === this.#threads.length;
    if (Atomics.load(words, THREADS.failed / 4) !== 0 || (!this.#isReady && Date.now() > end)) {
      this.dispose();
      throw new Error("the threads of the simulation could not be started");
    }
    return this.#isReady;
  }

  /**
   * Runs up to `count` cycles, fewer where a log buffer fills; the control block of the home state then says how far and why.
   *
   * @param hasLog whether logs are recorded
   * @throws Error when a thread has failed
   */
  run(count: number, hasLog: boolean): void {
    this.#waitUntilReady();
    if (this.#newest === "home") this.#sendOut();
    const home = this.#home();
    const shared = this.view();
    const { logStart } = this.#parts.threads;
    for (const origin of this.#origins) {
      shared.setBigUint64(origin + CONTROL.cycleLimit, home.getBigUint64(CONTROL.cycleLimit, true), true);
      shared.setBigUint64(origin + CONTROL.idleLimit, home.getBigUint64(CONTROL.idleLimit, true), true);
      shared.setUint32(origin + CONTROL.logEnabled, hasLog ? 1 : 0, true);
      shared.setUint32(origin + CONTROL.logPosition, origin + logStart, true);
    }
    const words = this.#words();
    const done = THREADS.done / 4;
    words[THREADS.count / 4] = count;
    Atomics.store(words, done, 0);
    this.#command();
    this.#newest = "abroad";
    try {
      this.#work(count);
    } catch (error) {
      // Where a thread has failed, the others leave the barrier by a trap.
      throw this.#lost(error);
    }
    for (;;) {
      const seen = Atomics.load(words, done);
      if (seen === this.#threads.length) break;
      if (Atomics.load(words, THREADS.failed / 4) !== 0) throw this.#lost();
      Atomics.wait(words, done, seen, GLANCE);
    }
    this.#reportHome();
  }

  #lost(cause?: unknown): Error {
    this.dispose();
    return new Error("a thread of the simulation has failed, and with it the state", { cause });
  }

  #command(): void {
    const words = this.#words();
    Atomics.add(words, THREADS.command / 4, 1);
    Atomics.notify(words, THREADS.command / 4);
  }

  /** Copies cycle, idleness, stop and counters to the home state. */
  #reportHome(): void {
    const home = this.#home();
    const shared = this.view();
    const [first = 0] = this.#origins;
    home.setBigUint64(CONTROL.cycle, shared.getBigUint64(first + CONTROL.cycle, true), true);
    home.setBigUint64(CONTROL.idle, shared.getBigUint64(first + CONTROL.idle, true), true);
    let dropped = this.#droppedBefore;
    let stopSite = 0;
    for (const origin of this.#origins) {
      dropped += shared.getBigUint64(origin + CONTROL.droppedWrites, true);
      for (const flag of [CONTROL.faulted, CONTROL.outOfMemory])
        if (shared.getUint32(origin + flag, true) !== 0) home.setUint32(flag, 1, true);
      const site = shared.getUint32(origin + CONTROL.stopSite, true);
      if (site === 0 || (stopSite !== 0 && site > stopSite)) continue;
      stopSite = site;
      home.setUint32(CONTROL.stopSite, site, true);
      home.setUint32(CONTROL.stopCode, shared.getUint32(origin + CONTROL.stopCode, true), true);
      home.setBigUint64(CONTROL.stopDetail, shared.getBigUint64(origin + CONTROL.stopDetail, true), true);
    }
    home.setBigUint64(CONTROL.droppedWrites, dropped, true);
    const reached = (value: number, limit: number): boolean =>
      home.getBigUint64(value, true) >= home.getBigUint64(limit, true);
    const kind =
      stopSite !== 0
        ? STOP_KIND.site
        : reached(CONTROL.idle, CONTROL.idleLimit)
          ? STOP_KIND.idle
          : reached(CONTROL.cycle, CONTROL.cycleLimit)
            ? STOP_KIND.limit
            : STOP_KIND.none;
    home.setUint32(CONTROL.stopKind, kind, true);
  }

  /** The lines that the threads have left, one part a thread, with the cycle behind which nothing counts. */
  takeLogs(): LogPart[] {
    const { logStart } = this.#parts.threads;
    const shared = this.view();
    return this.#origins.flatMap((origin): LogPart[] => {
      const start = origin + logStart;
      const end = shared.getUint32(origin + CONTROL.logPosition, true);
      if (end <= start) return [];
      shared.setUint32(origin + CONTROL.logPosition, start, true);
      // A copy: the callback may run the simulation further.
      return [{ view: new DataView(new Uint8Array(shared.buffer, start, end - start).slice().buffer) }];
    });
  }

  /** To be called before the home state is read: copies each cluster's part of the state home, unless it is there. */
  bringHome(): void {
    if (this.#newest !== "abroad") return;
    this.#newest = "both";
    const { threads, packs, description } = this.#parts;
    const from = new Uint8Array(this.#memory.buffer);
    const to = new Uint8Array(this.#parts.home.memory.buffer);
    packs.forEach((pack, thread) => {
      const origin = this.#origins[thread] ?? 0;
      for (const cluster of pack) {
        for (const [start, end] of threads.clusters[cluster]?.parts ?? [])
          to.set(from.subarray(origin + start, origin + end), start);
      }
    });
    // The heap holds nothing but rings, so it is made anew.
    let top = description.memory.heapStart;
    for (const { fifo, thread } of this.#moving) {
      const origin = this.#origins[thread] ?? 0;
      const home = this.#home();
      const place = home.getUint32(fifo.ring.address, true);
      if (place < this.#heapStart) {
        home.setUint32(fifo.ring.address, place - origin, true);
        continue;
      }
      const bytes = (home.getUint32(fifo.ring.mask, true) + 1) * fifo.bytes;
      home.setUint32(fifo.ring.address, top, true);
      growHome(this.#parts.home, top + bytes);
      new Uint8Array(this.#parts.home.memory.buffer).set(
        new Uint8Array(this.#memory.buffer, place, bytes),
        top,
      );
      top = align(top + bytes, 8);
    }
    this.#home().setUint32(CONTROL.heapTop, top, true);
  }

  /** To be called when the home state was changed: the threads get it before they run again. */
  changedHome(): void {
    this.#newest = "home";
  }

  /** Copies the home state to all threads. */
  #sendOut(): void {
    this.#newest = "both";
    const { threads, description } = this.#parts;
    const home = this.#home();
    const all = new Uint8Array(this.#memory.buffer);
    const state = new Uint8Array(home.buffer, 0, threads.stateEnd).subarray(CONTROL.cycle);
    const shared = this.view();
    all.fill(0, THREADS.end, threads.mailEnd);
    for (const origin of this.#origins) {
      all.set(state, origin + CONTROL.cycle);
      shared.setBigUint64(origin + CONTROL.droppedWrites, 0n, true);
      shared.setUint32(origin + CONTROL.outOfMemory, 0, true);
    }
    this.#droppedBefore = home.getBigUint64(CONTROL.droppedWrites, true);
    let top = align(this.#heapStart, 8);
    for (const { fifo, thread } of this.#moving) {
      const origin = this.#origins[thread] ?? 0;
      const place = home.getUint32(fifo.ring.address, true);
      if (place < description.memory.heapStart) {
        shared.setUint32(origin + fifo.ring.address, origin + place, true);
        continue;
      }
      const bytes = (home.getUint32(fifo.ring.mask, true) + 1) * fifo.bytes;
      this.#growShared(top + bytes);
      new Uint8Array(this.#memory.buffer).set(new Uint8Array(home.buffer, place, bytes), top);
      this.view().setUint32(origin + fifo.ring.address, top, true);
      top = align(top + bytes, 8);
    }
    this.view().setBigUint64(THREADS.heapTop, BigInt(top), true);
  }

  #growShared(end: number): void {
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.#memory.grow(missing);
  }

  /** Ends the threads. */
  dispose(): void {
    const words = this.#words();
    words[THREADS.count / 4] = 0;
    this.#command();
    for (const thread of this.#threads.splice(0)) thread.terminate();
  }

  #words(): Int32Array {
    return new Int32Array(this.#memory.buffer, 0, THREADS.end / 4);
  }

  #home(): DataView {
    const { buffer } = this.#parts.home.memory;
    if (this.#homeView.buffer !== buffer) this.#homeView = new DataView(buffer);
    return this.#homeView;
  }
}

function align(address: number, bytes: number): number {
  return Math.ceil(address / bytes) * bytes;
}

function growHome(home: WasmExports, end: number): void {
  const missing = Math.ceil((end - home.memory.buffer.byteLength) / PAGE);
  if (missing > 0) home.memory.grow(missing);
}
