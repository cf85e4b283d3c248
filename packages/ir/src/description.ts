/**
 * What the host of a WebAssembly simulation must know about the module it runs. The emitter writes it as JSON into the custom section
 * {@link DESCRIPTION_SECTION}; the host reads it from there.
 */
import type { Loc, LogFormat, ModuleKind } from "./ir.js";
import type { LogPiece } from "./format.js";

/** Name of the custom section that holds the description. */
export const DESCRIPTION_SECTION = "assassyn";

/** Raised when an older host would misread a newer module. */
export const DESCRIPTION_VERSION = 1;

/**
 * Byte addresses of the control block at the start of the module's memory. What comes before `cycle` belongs to the host and is not part
 * of the state; from `cycle` on it is.
 */
export const CONTROL = {
  /** u64: last cycle that runs. */
  cycleLimit: 16,
  /** u64: idle cycles in a row that stop the run. */
  idleLimit: 24,
  /** u32: 1 when logs are recorded. */
  logEnabled: 32,
  /** u32: address behind the last log record. */
  logPosition: 36,
  /** u32: 1 when memory could not grow; the state is no longer to be trusted. */
  outOfMemory: 40,
  /** u64: cycles run so far. */
  cycle: 64,
  /** u64: cycles in a row without a triggered stage. */
  idle: 72,
  /** u64. */
  droppedWrites: 80,
  /** u32: 1 + the site of the stop with the smallest key, or 0. */
  stopSite: 88,
  /** u32: which of its faults the site has, see {@link SiteDescription}. */
  stopCode: 92,
  /** u64: an index, or 1 + another site. */
  stopDetail: 96,
  /** u32, a member of {@link STOP_KIND}. */
  stopKind: 104,
  /** u32: end of the used part of the heap. */
  heapTop: 108,
  /** u32: 1 when some module faulted in the last cycle, even if an earlier `finish` decides. */
  faulted: 112,
  /** The design's own state starts here. */
  end: 120,
} as const;

/** Values of `stopKind` in the control block. */
export const STOP_KIND = { none: 0, limit: 1, idle: 2, site: 3 } as const;

/** What the exported function `run` returns. */
export const RUN_RESULT = {
  /** All the cycles asked for were run. */
  done: 0,
  /** The simulation has stopped; `stopKind` says why. */
  stopped: 1,
  /** The log buffer must be emptied before the next cycle. */
  drain: 2,
  /** Memory could not grow. */
  outOfMemory: 3,
} as const;

/** The first word of the record that starts a cycle in the log buffer; the cycle's number follows as a u64. */
export const LOG_CYCLE_MARK = 0xffff_ffff;

/** Values of `stopCode`: which of its faults a site has, and a stop that is no fault. */
export const FAULT_CODE = { empty: 0, twice: 1, overflow: 2, finish: 3 } as const;

/** A value in memory: little endian, zero-extended to `bytes`, which is 1, 2, 4 or a multiple of 8. */
export interface CellDescription {
  /** The type in the notation of the source, e.g. `i32`. */
  readonly type: string;
  readonly address: number;
  readonly bytes: number;
}

/** An array: `size` cells side by side. */
export interface ArrayDescription extends CellDescription {
  readonly name: string;
  readonly size: number;
  readonly scalar: boolean;
}

/** A FIFO: a ring whose capacity is a power of two. The number of elements is `tail - head`, modulo 2^32. */
export interface FifoDescription {
  readonly name: string;
  readonly type: string;
  /** Bytes of one element. */
  readonly bytes: number;
  /** Addresses of two u32: elements ever popped and pushed. */
  readonly head: number;
  readonly tail: number;
  /** Where the ring lies: fixed, or the addresses of two u32 that hold its address and its capacity - 1. */
  readonly ring:
    | { readonly kind: "fixed"; readonly address: number; readonly mask: number }
    | { readonly kind: "moving"; readonly address: number; readonly mask: number };
}

/** An exposed value; present if bit `bit` of the u32 at `mask` is set and the module was triggered in the last cycle. */
export interface ExposedDescription extends CellDescription {
  readonly name: string;
  readonly mask: number;
  readonly bit: number;
}

/** Where the state of a module lies in the memory of its simulation. */
export interface ModuleDescription {
  readonly name: string;
  readonly kind: ModuleKind;
  /** Address of a u64; only stages have credits. */
  readonly credits?: number;
  /** Address of a u64: the last cycle in which the module was triggered. */
  readonly triggered: number;
  readonly fifos: readonly FifoDescription[];
  readonly exposed: readonly ExposedDescription[];
}

/** A function that the embedder supplies. Arguments and result are passed in memory, each in cells of whole 64-bit words. */
export interface ExternDescription {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

/** What every site has. */
interface SiteBase {
  /** Index into {@link SimulationDescription.modules}. */
  readonly module: number;
  readonly loc: Loc;
}

/**
 * An operation that prints or can stop the run. Sites are numbered in the order of their keys (canonical index of the module, index of
 * the operation), so a smaller number is an earlier key.
 */
export type SiteDescription =
  | (SiteBase & {
      readonly kind: "log";
      readonly pieces: readonly LogPiece[];
      readonly types: readonly string[];
    })
  | (SiteBase & { readonly kind: "finish" })
  /** A fault with a fixed text. */
  | (SiteBase & { readonly kind: "fault"; readonly text: string })
  /** `stopCode`: `empty` or `twice`. */
  | (SiteBase & { readonly kind: "pop"; readonly fifo: string })
  /** `stopCode`: `twice`, with 1 + the site of the earlier push as detail, or `overflow`. */
  | (SiteBase & { readonly kind: "push"; readonly fifo: string; readonly limit: number })
  /** The detail is the index. */
  | (SiteBase & { readonly kind: "read"; readonly array: string; readonly size: number })
  | (SiteBase & { readonly kind: "extern"; readonly name: string });

/** Everything the host knows about a design. Plain data that survives JSON. */
export interface SimulationDescription {
  readonly version: number;
  readonly name: string;
  readonly files: readonly string[];
  readonly config: { readonly cycles: number; readonly idle: number; readonly log: LogFormat };
  readonly memory: {
    /** End of the state that lies at fixed addresses; it starts at {@link CONTROL}.cycle. */
    readonly stateEnd: number;
    /** The log buffer. */
    readonly logStart: number;
    /** Start of the heap, into which FIFOs grow. It ends at {@link CONTROL}.heapTop. */
    readonly heapStart: number;
  };
  readonly arrays: readonly ArrayDescription[];
  /** In declaration order. */
  readonly modules: readonly ModuleDescription[];
  readonly externs: readonly ExternDescription[];
  readonly sites: readonly SiteDescription[];
}

/** Name of the custom section that holds the module for several threads, which has a {@link ThreadsDescription} in a section of that name. */
export const THREADS_SECTION = "assassyn-threads";

/** Addresses in the memory that the threads share, of words that all of them use. The host clears them before it starts the threads. */
export const THREADS = {
  /** u32: counts commands of the host, which waits on nothing and wakes who waits on this. */
  command: 0,
  /** u32: what the command asks for: so many cycles at most; 0 is the end of the thread. */
  count: 4,
  /** u32: threads that wait for commands. */
  ready: 8,
  /** u32: not 0 when a thread has failed, so that nobody waits for it. */
  failed: 12,
  /** u64: end of the heap. */
  heapTop: 16,
  /** u32: threads at the barrier, 1 to 64. */
  members: 24,
  /** u32: how often a thread looks at the barrier before it sleeps. */
  spins: 28,
  /** u32: threads that have obeyed the last command. */
  done: 64,
  /** u64: arrivals at the barrier, and what they say. */
  arrived: 128,
  /** u32: what the barrier has told everybody last. */
  word: 256,
  /** u32: threads that sleep at the barrier. */
  sleeping: 384,
  /** The mailboxes start here. */
  end: 512,
} as const;

/** A cluster: modules that one thread runs. */
export interface ClusterDescription {
  /** Estimated nanoseconds of a cycle. */
  readonly work: number;
  /** Mailboxes that leave or enter it. */
  readonly mail: number;
  /** Its modules call functions of the embedder, so that it runs on the thread of the host. */
  readonly hasExterns: boolean;
  /** Indices into {@link SimulationDescription.modules}. */
  readonly modules: readonly number[];
  /** The state that is the cluster's own: start and end of stretches, from low to high. */
  readonly parts: readonly (readonly [start: number, end: number])[];
}

/**
 * What the host must know of the module for several threads. It imports a shared `memory`, the i32 `origin`, where the thread's own copy of the state
 * starts, the i64 `clusters`, a bit for each cluster that it runs, and extern functions; it exports `work(cycles)` for the thread of the
 * host and `serve()`, which obeys commands until the end. Addresses of the state count from the origin and are those of the module for
 * one thread.
 */
export interface ThreadsDescription {
  readonly version: number;
  /** End of the mailboxes, which start at {@link THREADS}.end. */
  readonly mailEnd: number;
  /** Bytes of each thread's copy: the state, scratch memory and the log buffer. */
  readonly copyBytes: number;
  /** End of the part of the state that is copied to the threads; it starts at {@link CONTROL}.cycle. */
  readonly stateEnd: number;
  /** The log buffer of a thread. */
  readonly logStart: number;
  /** Barriers of a cycle, 1 or 2. */
  readonly barriers: number;
  readonly clusters: readonly ClusterDescription[];
}
