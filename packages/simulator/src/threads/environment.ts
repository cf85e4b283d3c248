/**
 * What threads need of the host environment, found at run time: workers, a clock, and whether this thread may wait. The package needs
 * neither the types of Node nor those of a browser.
 */
import type { WasmModule } from "../platform.js";

/** A memory that several threads share. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** What a thread is given when it starts. */
export interface ThreadStart {
  readonly module: WasmModule;
  readonly memory: SharedMemory;
  /** Where its copy of the state starts. */
  readonly origin: number;
  /** A bit for each cluster that it runs. */
  readonly clusters: bigint;
  /** Names of the imported functions, which it never calls. */
  readonly externs: readonly string[];
}

/** A running thread. */
export interface Thread {
  /** Ends it, whatever it does. */
  terminate(): void;
}

interface NodeWorker {
  on(event: "error", listener: (error: unknown) => void): unknown;
  unref(): void;
  terminate(): unknown;
}

interface WebWorker {
  addEventListener(event: "error", listener: (event: { preventDefault(): void }) => void): void;
  postMessage(message: unknown): void;
  terminate(): void;
}

interface NodeThreads {
  readonly Worker: new (
    source: string,
    options: { readonly eval: true; readonly workerData: unknown },
  ) => NodeWorker;
}

interface Environment {
  readonly crossOriginIsolated?: boolean;
  readonly SharedArrayBuffer?: unknown;
  readonly Worker?: new (url: string) => WebWorker;
  readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => unknown;
  readonly URL?: { createObjectURL?(blob: unknown): string; revokeObjectURL(url: string): void };
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly performance?: { now(): number };
  readonly setTimeout: (run: () => void, milliseconds: number) => unknown;
  readonly process?: {
    getBuiltinModule?(name: "node:worker_threads"): NodeThreads;
    getBuiltinModule?(name: "node:os"): { availableParallelism(): number };
  };
  readonly WebAssembly: {
    readonly Memory: new (limits: {
      readonly initial: number;
      readonly maximum: number;
      readonly shared: true;
    }) => SharedMemory;
  };
}

// oxlint-disable-next-line typescript/consistent-type-assertions -- names what the standards say is there
const environment = globalThis as unknown as Environment;

/** A memory for several threads. @throws RangeError when there is not enough of it */
export function shareMemory(initial: number, maximum: number): SharedMemory {
  return new environment.WebAssembly.Memory({ initial, maximum, shared: true });
}

/** Milliseconds since some moment. */
export function now(): number {
  return environment.performance?.now() ?? Date.now();
}

/** Processors that the process may use, at least 1. */
export function processors(): number {
  const node = environment.process?.getBuiltinModule?.("node:os");
  return Math.max(1, node?.availableParallelism() ?? environment.navigator?.hardwareConcurrency ?? 1);
}

/** Lets events have their turn for a millisecond. */
export function pause(): Promise<void> {
  return new Promise((resolve) => environment.setTimeout(resolve, 1));
}

/** True where threads start although the one that makes them waits for them, as in Node. */
export function startsAtOnce(): boolean {
  return environment.process?.getBuiltinModule?.("node:worker_threads") !== undefined;
}

/** Why there can be no threads here; undefined when there can. */
export function whyNoThreads(): string | undefined {
  if (environment.crossOriginIsolated === false || environment.SharedArrayBuffer === undefined) {
    return "this page is not cross-origin isolated, so that threads cannot share memory; serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";
  }
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
  } catch {
    return "the main thread of a page may not wait for others; load the simulation in a worker";
  }
  if (startsAtOnce()) return undefined;
  if (environment.Worker === undefined || environment.Blob === undefined) return "there are no workers here";
  return undefined;
}

/** What a thread runs: it needs nothing but its start, and says in the word `failed` when it cannot go on. */
const BODY = `const begin = ({ start: { module, memory, origin, clusters, externs }, failed, words }) => {
  const env = { memory, origin, clusters };
  for (const name of externs) env[name] = () => { throw new Error(name + " was called on another thread than the host's"); };
  try {
    new WebAssembly.Instance(module, { env }).exports.serve();
  } catch (error) {
    const view = new Int32Array(memory.buffer);
    Atomics.store(view, failed, 1);
    for (const word of words) Atomics.notify(view, word);
  }
};
`;

const NODE_SOURCE = `${BODY}begin(require("node:worker_threads").workerData);`;
const WEB_SOURCE = `${BODY}onmessage = ({ data }) => { begin(data); close(); };`;

/**
 * Starts a thread.
 *
 * @param failed index of the u32 that is set when the thread cannot go on
 * @param words indices of those u32 on which somebody may wait for it
 */
export function startThread(start: ThreadStart, failed: number, words: readonly number[]): Thread {
  const data = { start, failed, words };
  const node = environment.process?.getBuiltinModule?.("node:worker_threads");
  const fail = (): void => {
    const view = new Int32Array(start.memory.buffer);
    Atomics.store(view, failed, 1);
    for (const word of words) Atomics.notify(view, word);
  };
  if (node !== undefined) {
    const worker = new node.Worker(NODE_SOURCE, { eval: true, workerData: data });
    worker.on("error", fail);
    // A process ends although nobody has disposed of its simulations.
    worker.unref();
    return { terminate: () => void worker.terminate() };
  }
  const { Worker, Blob, URL } = environment;
  if (Worker === undefined || Blob === undefined || URL?.createObjectURL === undefined)
    throw new Error("there are no workers here");
  const url = URL.createObjectURL(new Blob([WEB_SOURCE], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    fail();
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(data);
  return {
    terminate: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
