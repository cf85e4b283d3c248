/**
 * The accesses of a system, derived from its operations alone, each with the locks that are held there. This table is deliberately not the
 * one that the passes use: a mistake in one of them must show as a difference.
 */
import type {
  Loc,
  Location,
  LockId,
  Module,
  ModuleId,
  Operation,
  OperationKind,
  OpId,
  Region,
  System,
} from "@assassyn/ir";
import { assertNever, locationKey, moduleIds, moduleOf, operationOf } from "@assassyn/ir";

/** A lock that is held at some operation. */
export interface Held {
  readonly lock: LockId;
  readonly mode: "read" | "write";
}

/** One access of one module to one location. */
export interface Access {
  readonly module: ModuleId;
  /** Absent where a module touches its credit and flags around its body. */
  readonly operation?: OpId;
  /** What does it; `run` is the module itself, around its body. */
  readonly by: OperationKind | "run";
  readonly location: Location;
  readonly mode: "read" | "write";
  /** What the body holds there; in the order of acquisition. */
  readonly held: readonly Held[];
  readonly loc: Loc;
}

/** All accesses of one location, module by module in program order. */
export interface LocationTable {
  readonly location: Location;
  readonly accesses: readonly Access[];
}

/** What a walk over a body meets besides accesses. */
export interface BodyEvent {
  readonly module: ModuleId;
  readonly operation: OpId;
  readonly loc: Loc;
  readonly held: readonly Held[];
  readonly what:
    | { readonly kind: "acquire"; readonly lock: LockId; readonly mode: "read" | "write" }
    | { readonly kind: "release"; readonly lock: LockId; readonly isHeld: boolean }
    | { readonly kind: "point"; readonly name: string }
    | { readonly kind: "extern" };
}

/** Locks that a module still holds where a region or the body ends; `operation` is the last one of the region. */
export interface LeftHeld {
  readonly module: ModuleId;
  readonly operation: OpId;
  readonly loc: Loc;
  readonly locks: readonly LockId[];
}

/** Everything the certificate is derived from. */
export interface Derivation {
  /** In the order in which modules first touch them. */
  readonly locations: ReadonlyMap<string, LocationTable>;
  readonly events: readonly BodyEvent[];
  readonly leftHeld: readonly LeftHeld[];
}

const NO_LOCKS: readonly Held[] = [];

/** Walks every body once. */
export function derive(system: System): Derivation {
  const walk = new Walk();
  for (const id of moduleIds(system)) walk.module(moduleOf(system, id), id);
  return walk;
}

class Walk implements Derivation {
  readonly locations = new Map<string, { readonly location: Location; readonly accesses: Access[] }>();
  readonly events: BodyEvent[] = [];
  readonly leftHeld: LeftHeld[] = [];
  #held: readonly Held[] = NO_LOCKS;
  /** What was held when the region at hand began: that it must not release. */
  #outer: readonly Held[] = NO_LOCKS;
  /** Producers whose flags the downstream at hand asks before its body. */
  readonly #activators = new Map<ModuleId, Loc>();

  module(module: Module, id: ModuleId): void {
    const around = (location: Location, mode: "read" | "write"): void =>
      this.#add({ module: id, by: "run", location, mode, held: NO_LOCKS, loc: module.loc });
    if (module.kind === "stage") {
      around({ kind: "credit", module: id }, "read");
      around({ kind: "credit", module: id }, "write");
    }
    around({ kind: "flag", module: id }, "write");
    this.#held = NO_LOCKS;
    this.#activators.clear();
    this.#region(module, id, module.body);
    for (const producer of this.#activators.keys()) around({ kind: "flag", module: producer }, "read");
  }

  #add(access: Access): void {
    const key = locationKey(access.location);
    const table = this.locations.get(key);
    if (table === undefined) this.locations.set(key, { location: access.location, accesses: [access] });
    else table.accesses.push(access);
  }

  #region(module: Module, id: ModuleId, region: Region): void {
    const before = this.#held;
    const outer = this.#outer;
    this.#outer = before;
    for (const operation of region.operations)
      this.#operation(module, id, operation, operationOf(module, operation));
    const last = region.operations.at(-1);
    const left = this.#held.filter(({ lock }) => !before.some((held) => held.lock === lock));
    if (left.length > 0 && last !== undefined)
      this.leftHeld.push({
        module: id,
        operation: last,
        loc: operationOf(module, last).loc,
        locks: left.map(({ lock }) => lock),
      });
    this.#held = before;
    this.#outer = outer;
  }

  #operation(module: Module, id: ModuleId, operationId: OpId, operation: Operation): void {
    const touch = (location: Location, mode: "read" | "write"): void =>
      this.#add({
        module: id,
        operation: operationId,
        by: operation.kind,
        location,
        mode,
        held: this.#held,
        loc: operation.loc,
      });
    const event = (what: BodyEvent["what"]): void => {
      this.events.push({ module: id, operation: operationId, loc: operation.loc, held: this.#held, what });
    };
    switch (operation.kind) {
      case "array-read":
        return touch({ kind: "array", array: operation.array }, "read");
      case "array-write":
        return touch({ kind: "array", array: operation.array }, "write");
      case "fifo-valid":
      case "fifo-peek":
        return touch({ kind: "fifo", module: operation.module, port: operation.port }, "read");
      case "fifo-pop":
        return touch({ kind: "fifo", module: id, port: operation.port }, "write");
      case "fifo-push":
        return touch({ kind: "fifo", module: operation.module, port: operation.port }, "write");
      case "call":
        return touch({ kind: "credit", module: operation.module }, "write");
      case "exposed-get":
      case "exposed-valid":
        // A value stands only if its producer was triggered, and activates who names it.
        touch({ kind: "value", module: operation.module, slot: operation.slot }, "read");
        touch({ kind: "flag", module: operation.module }, "read");
        this.#activators.set(operation.module, operation.loc);
        return;
      case "triggered":
        return touch({ kind: "flag", module: operation.module }, "read");
      case "expose":
        return touch({ kind: "value", module: id, slot: operation.slot }, "write");
      case "cycle":
        return touch({ kind: "stamp" }, "read");
      case "extern-call":
        return event({ kind: "extern" });
      case "wait":
        return event({ kind: "point", name: "a `wait_until`" });
      case "log":
        return event({ kind: "point", name: "a log" });
      case "finish":
        return event({ kind: "point", name: "the end of a body" });
      case "acquire":
        event({ kind: "acquire", lock: operation.lock, mode: operation.mode });
        this.#held = [...this.#held, { lock: operation.lock, mode: operation.mode }];
        return;
      case "release":
        event({
          kind: "release",
          lock: operation.lock,
          isHeld:
            this.#held.some(({ lock }) => lock === operation.lock) &&
            !this.#outer.some(({ lock }) => lock === operation.lock),
        });
        this.#held = this.#held.filter(({ lock }) => lock !== operation.lock);
        return;
      case "if":
        this.#region(module, id, operation.then);
        this.#region(module, id, operation.else);
        return;
      case "const":
      case "unary":
      case "binary":
      case "cast":
      case "slice":
      case "concat":
      case "select":
      case "select1hot":
      case "assert":
        return;
      default:
        return assertNever(operation);
    }
  }
}
