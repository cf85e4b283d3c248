/**
 * How a parallel simulator protects shared state: what the passes of the parallel ladder write into a system. A system without it is for
 * one thread.
 *
 * - A {@link Location} is the unit of protection. Every location that two modules can touch is guarded by a lock, atomic, or owned.
 * - Under a lock, an operation stands between an `acquire` and a `release` of that lock, or it is an effect whose lock is in the module's
 *   {@link Module.commits}: then the body keeps the effect to itself and publishes it when it ends, under all locks of that set.
 * - {@link Concurrency.steps} is one cycle: what may run at once, and where everybody waits for everybody.
 */
import type { ArrayId, Id, ModuleId, PortId, SlotId } from "./ir.js";

/** Index into {@link Concurrency.locks}. */
export type LockId = Id<"lock">;
/** Index into {@link Concurrency.clusters}. */
export type ClusterId = Id<"cluster">;

/* oxlint-disable typescript/consistent-type-assertions -- marked helpers: a brand exists in the types alone */
/** The id of the entry at `index` of {@link Concurrency.locks}, an integer ≥ 0; not checked. */
export const lockId = (index: number): LockId => index as LockId;
/** The id of the entry at `index` of {@link Concurrency.clusters}, an integer ≥ 0; not checked. */
export const clusterId = (index: number): ClusterId => index as ClusterId;
/* oxlint-enable typescript/consistent-type-assertions */

/**
 * State that is protected as a whole: a register array with its pending writes; a FIFO with its pending push and pop; the activations
 * owed to a stage with those asked for in this cycle; the triggered flag of a module; an exposed value; the number of the cycle.
 */
export type Location =
  | { readonly kind: "array"; readonly array: ArrayId }
  | { readonly kind: "fifo"; readonly module: ModuleId; readonly port: PortId }
  | { readonly kind: "credit"; readonly module: ModuleId }
  | { readonly kind: "flag"; readonly module: ModuleId }
  | { readonly kind: "value"; readonly module: ModuleId; readonly slot: SlotId }
  | { readonly kind: "stamp" };

/** A lock around one location. `rwlock` admits several readers at once. */
export interface Lock {
  /** Unique among the locks of the system. */
  readonly name: string;
  readonly type: "mutex" | "rwlock";
  readonly location: Location;
  /** Why the location needs it, and why this type: a sentence part for reports. */
  readonly reason: string;
}

/** A location of machine words that are read and written as atomics. */
export interface AtomicLocation {
  readonly location: Location;
  /** The proof, in words: why no lock is needed. */
  readonly reason: string;
}

/** A location that nobody but its owner touches while modules run. */
export interface OwnedLocation {
  readonly location: Location;
  readonly owner:
    | { readonly kind: "module"; readonly module: ModuleId }
    | { readonly kind: "cluster"; readonly cluster: ClusterId };
  /** The proof, in words. */
  readonly reason: string;
}

/** Modules that always run on the same worker, one after the other. */
export interface Cluster {
  readonly modules: readonly ModuleId[];
  /** Estimated work of a cycle in units of one simple operation, ≥ 0. */
  readonly cost: number;
}

/**
 * Carries the effects of one module on one location to the clusters that keep a copy of the location, the writer's own among them. What was
 * sent before a barrier is received behind it. An array write, a push and calls are received as the commit of their cycle, flags and values
 * before the downstreams.
 */
export interface Mailbox {
  readonly location: Location;
  readonly writer: ModuleId;
  readonly to: readonly ClusterId[];
}

/**
 * A part of the cycle. `run`: these modules, at once but for those of one cluster. `barrier`: everybody waits for everybody. `commit`:
 * pending effects become committed state, each location by one thread. `receive`: the mail is taken in; `effects` are those that commit,
 * `values` the flags and exposed values.
 */
export type Step =
  | { readonly kind: "run"; readonly modules: readonly ModuleId[] }
  | { readonly kind: "barrier" }
  | { readonly kind: "commit" }
  | { readonly kind: "receive"; readonly mail: "effects" | "values" };

/** The parallel form of a system. */
export interface Concurrency {
  /** How functions of modules take the simulator: `exclusive` is `&mut self`, one at a time; `shared` is `&self`. */
  readonly receiver: "exclusive" | "shared";
  readonly locks: readonly (Lock | null)[];
  readonly atomics: readonly AtomicLocation[];
  readonly owned: readonly OwnedLocation[];
  /** Empty until the design is cut into clusters. */
  readonly clusters: readonly Cluster[];
  readonly mailboxes: readonly Mailbox[];
  readonly steps: readonly Step[];
}

/** A text that is equal for equal locations, for maps and sets. */
export function locationKey(location: Location): string {
  switch (location.kind) {
    case "array":
      return `array ${location.array}`;
    case "fifo":
      return `fifo ${location.module} ${location.port}`;
    case "value":
      return `value ${location.module} ${location.slot}`;
    case "credit":
    case "flag":
      return `${location.kind} ${location.module}`;
    case "stamp":
      return "stamp";
    default:
      throw new Error(`unexpected ${JSON.stringify(location satisfies never)}`);
  }
}
