/** What protects each access of a system in the form with locks, and which accesses nothing protects. */
import type {
  Concurrency,
  Loc,
  Location,
  LockId,
  Module,
  ModuleId,
  Operation,
  OpId,
  Region,
  System,
} from "@assassyn/plugin-api";
import {
  accessesOf,
  implicitAccesses,
  isDeferrable,
  locationKey,
  locationPrinter,
  lockId,
  moduleIds,
  moduleOf,
  operationOf,
  operationPrinter,
} from "@assassyn/plugin-api";

/** An access that another module can come in between. */
export interface Unprotected {
  readonly module: ModuleId;
  /** Absent for an access around the body. */
  readonly operation?: OpId;
  readonly location: Location;
  readonly mode: "read" | "write";
  /** A sentence part behind the location: `without its lock "cnt"`. */
  readonly reason: string;
  /** What to do about it. */
  readonly help: string;
  readonly loc: Loc;
}

const NOTHING = "although it has no lock, is not atomic, and has no owner";
const REPEAT = "let `lock-insertion` run behind the pass that made this access";

/**
 * Every access that is neither under a lock of its location, nor a deferrable effect under a lock of its module's `commits`, nor atomic, nor
 * owned by its module. Accesses around bodies are protected by whatever protects the location, so for them something has to.
 *
 * A system that is cut into clusters is not looked at: there, mailboxes protect, and the ownership certificate judges them.
 */
export function unprotectedAccesses(system: System, concurrency: Concurrency): Unprotected[] {
  if (concurrency.clusters.length > 0) return [];
  const protection = new Protection(concurrency);
  const found: Unprotected[] = [];
  for (const id of moduleIds(system)) new Walk(moduleOf(system, id), id, protection, found).run();
  return found;
}

/** An access in words, as arguments of the message `not-protected`. */
export interface UnprotectedText {
  readonly access: string;
  readonly module: string;
  readonly location: string;
  readonly reason: string;
}

/** Puts accesses of a system into words: the operation as in IR text, the location as `fifo(adder.a)`. */
export function describeUnprotected(system: System): (access: Unprotected) => UnprotectedText {
  const printLocation = locationPrinter(system);
  const printOperation = operationPrinter(system);
  return ({ module, operation, location, reason }) => ({
    access: operation === undefined ? "a run" : `\`${printOperation(module, operation)}\``,
    module: moduleOf(system, module).name,
    location: printLocation(location),
    reason,
  });
}

/** What protects locations, by location. */
class Protection {
  readonly #locks = new Map<string, { readonly id: LockId; readonly name: string }>();
  readonly #atomic: ReadonlySet<string>;
  readonly #owners = new Map<string, ModuleId>();

  constructor({ locks, atomics, owned }: Concurrency) {
    locks.forEach((lock, index) => {
      if (lock !== null) this.#locks.set(locationKey(lock.location), { id: lockId(index), name: lock.name });
    });
    this.#atomic = new Set(atomics.map(({ location }) => locationKey(location)));
    for (const { location, owner } of owned)
      if (owner.kind === "module") this.#owners.set(locationKey(location), owner.module);
  }

  /** Whether every access of `module` is fine without a lock. */
  isFree(key: string, module: ModuleId): boolean {
    return this.#atomic.has(key) || this.#owners.get(key) === module;
  }

  owner(key: string): ModuleId | undefined {
    return this.#owners.get(key);
  }

  lock(key: string): { readonly id: LockId; readonly name: string } | undefined {
    return this.#locks.get(key);
  }
}

/** One module in program order. */
class Walk {
  readonly #module: Module;
  readonly #id: ModuleId;
  readonly #protection: Protection;
  readonly #found: Unprotected[];
  readonly #commits: ReadonlySet<LockId>;
  readonly #held = new Map<LockId, "read" | "write">();

  constructor(module: Module, id: ModuleId, protection: Protection, found: Unprotected[]) {
    this.#module = module;
    this.#id = id;
    this.#protection = protection;
    this.#found = found;
    this.#commits = new Set(module.commits);
  }

  run(): void {
    for (const { location, mode } of implicitAccesses(this.#module, this.#id)) {
      const key = locationKey(location);
      if (this.#protection.isFree(key, this.#id) || this.#protection.lock(key) !== undefined) continue;
      const reason = `${mode === "read" ? "before" : "behind"} its body, ${NOTHING}`;
      this.#found.push({ module: this.#id, location, mode, reason, help: REPEAT, loc: this.#module.loc });
    }
    this.#region(this.#module.body);
  }

  #region(region: Region): void {
    for (const id of region.operations) {
      const operation = operationOf(this.#module, id);
      if (operation.kind === "acquire") this.#held.set(operation.lock, operation.mode);
      else if (operation.kind === "release") this.#held.delete(operation.lock);
      else if (operation.kind === "if") {
        this.#region(operation.then);
        this.#region(operation.else);
      } else this.#operation(operation, id);
    }
  }

  #operation(operation: Operation, id: OpId): void {
    for (const { location, mode } of accessesOf(operation, this.#id)) {
      const key = locationKey(location);
      if (this.#protection.isFree(key, this.#id)) continue;
      const lock = this.#protection.lock(key);
      const held = lock === undefined ? undefined : this.#held.get(lock.id);
      if (held === "write" || (held === "read" && mode === "read")) continue;
      if (lock !== undefined && isDeferrable(operation) && this.#commits.has(lock.id)) continue;
      this.#found.push({
        module: this.#id,
        operation: id,
        location,
        mode,
        ...this.#explain(key, lock?.name, held),
        loc: operation.loc,
      });
    }
  }

  #explain(
    key: string,
    lock: string | undefined,
    held: "read" | "write" | undefined,
  ): { readonly reason: string; readonly help: string } {
    if (lock !== undefined && held === "read")
      return {
        reason: `while it holds the lock "${lock}" for reading only`,
        help: `acquire "${lock}" in mode write`,
      };
    if (lock !== undefined)
      return {
        reason: `without its lock "${lock}"`,
        help: `acquire "${lock}" before the operation and release it behind, or: ${REPEAT}`,
      };
    if (this.#protection.owner(key) !== undefined)
      return {
        reason: "although another module owns it",
        help: "give the location a lock instead of an owner",
      };
    return { reason: NOTHING, help: REPEAT };
  }
}
