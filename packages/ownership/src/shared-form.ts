/** The certificate of the form in which threads share one simulator: locks, atomics, owners, and barriers around the commit. */
import type { Concurrency, Location, LockId, ModuleId, System } from "@assassyn/ir";
import { assertNever, locationKey, lockId, moduleIds, moduleOf } from "@assassyn/ir";
import type { Access, Derivation, LocationTable } from "./accesses.js";
import type { Protection, ProvenLocation } from "./certificate.js";
import { checkLockDiscipline, lockName } from "./locks.js";
import { ownershipMessages } from "./messages.js";
import type { Report } from "./report.js";
import { Schedule } from "./schedule.js";
import { distinctModules, isPublished, readersOf, writersOf } from "./tables.js";

/** Checks the system; refuses through `report`. The result means something only if nothing was refused. */
export function certifyShared(
  system: System,
  concurrency: Concurrency,
  derivation: Derivation,
  report: Report,
): { readonly barriers: number; readonly locations: readonly ProvenLocation[] } {
  const form = new SharedForm(system, concurrency, report);
  checkLockDiscipline(system, concurrency, derivation, report);
  form.checkSteps(derivation);
  const locations = [...derivation.locations.values()].flatMap((table) => form.prove(table) ?? []);
  return { barriers: form.barriers, locations };
}

/** What the system says protects a location. */
type Declared =
  | { readonly kind: "lock"; readonly lock: LockId }
  | { readonly kind: "atomic" }
  | { readonly kind: "module"; readonly module: ModuleId }
  | { readonly kind: "cluster" };

class SharedForm {
  readonly #concurrency: Concurrency;
  readonly #report: Report;
  readonly #schedule: Schedule;
  readonly #declared = new Map<string, Declared>();
  /** By module: the locks under which its body publishes. */
  readonly #commits = new Map<ModuleId, ReadonlySet<LockId>>();

  constructor(system: System, concurrency: Concurrency, report: Report) {
    this.#concurrency = concurrency;
    this.#report = report;
    this.#schedule = new Schedule(system, concurrency, report);
    for (const id of moduleIds(system)) this.#commits.set(id, new Set(moduleOf(system, id).commits));
    concurrency.locks.forEach((lock, index) => {
      if (lock !== null) this.#declare(lock.location, { kind: "lock", lock: lockId(index) });
    });
    for (const { location } of concurrency.atomics) this.#declare(location, { kind: "atomic" });
    for (const { location, owner } of concurrency.owned) this.#declare(location, owner);
  }

  get barriers(): number {
    return this.#schedule.barriers;
  }

  #declare(location: Location, protection: Declared): void {
    const key = locationKey(location);
    const first = this.#declared.get(key);
    if (first !== undefined)
      this.#report.refuse(ownershipMessages["protected-twice"], {
        location: this.#report.location(location),
        first: this.#words(first),
        second: this.#words(protection),
      });
    this.#declared.set(key, protection);
  }

  #words(protection: Declared): string {
    switch (protection.kind) {
      case "lock":
        return `the lock "${lockName(this.#concurrency, protection.lock)}"`;
      case "atomic":
        return "being atomic";
      case "module":
        return `belonging to ${this.#report.module(protection.module)}`;
      case "cluster":
        return "belonging to a cluster";
      default:
        return assertNever(protection);
    }
  }

  // ---- steps

  /** One commit, all runs before it, barriers around it; readers of flags and values behind a barrier behind their producers. */
  checkSteps({ locations }: Derivation): void {
    const refuse = (subject: string, reason: string): void =>
      this.#report.refuse(ownershipMessages.steps, { subject, reason });
    for (const step of this.#schedule.find(({ kind }) => kind === "receive"))
      refuse(`step ${step}`, "receives mail, but the design is not cut into clusters");
    if (this.#concurrency.mailboxes.length > 0)
      refuse("a mailbox", "exists, but the design is not cut into clusters");
    const [commit, second] = this.#schedule.find(({ kind }) => kind === "commit");
    if (commit === undefined) refuse("the cycle", "has no step `commit`: pending effects never take place");
    if (second !== undefined) refuse(`step ${second}`, "commits a second time in one cycle");
    const runs = this.#schedule.find(({ kind }) => kind === "run");
    if (commit !== undefined) for (const run of runs) this.#checkCommit(run, commit, locations);
    for (const table of locations.values()) this.#checkPhases(table);
  }

  #checkCommit(run: number, commit: number, locations: ReadonlyMap<string, LocationTable>): void {
    if (run > commit)
      this.#report.refuse(ownershipMessages.steps, {
        subject: `step ${run}`,
        reason: `runs modules behind the commit of step ${commit}: half of the cycle would see the other half's effects`,
      });
    const before = run > commit || this.#schedule.isSeparated(run, commit);
    const behind = this.#schedule.isSeparatedAround(commit, run);
    if (before && behind) return;
    const [access, other] = this.#collision(run, locations);
    const change = before
      ? `the commit of the cycle before (step ${commit}) is still going on`
      : `step ${commit} commits`;
    if (access === undefined)
      this.#report.refuse(ownershipMessages.steps, {
        subject: `step ${commit}`,
        reason: `commits without a barrier between it and the modules of step ${run}`,
      });
    else
      this.#report.refuse(
        ownershipMessages["pending-state"],
        { access: this.#report.place(access), location: this.#report.location(access.location), change },
        other,
      );
  }

  /** An access of a module of this step to something that a commit changes, and an access that makes it change. */
  #collision(
    run: number,
    locations: ReadonlyMap<string, LocationTable>,
  ): readonly [Access | undefined, Access | undefined] {
    const isHere = ({ module }: Access): boolean => this.#schedule.slot(module)?.step === run;
    let fallback: Access | undefined;
    for (const { accesses, location } of locations.values()) {
      if (location.kind === "flag" || location.kind === "value" || location.kind === "stamp") continue;
      const writer = accesses.find(({ mode, by }) => mode === "write" && by !== "run");
      if (writer === undefined) continue;
      const reader = accesses.find(
        (access) => access.mode === "read" && access.by !== "run" && isHere(access),
      );
      if (reader !== undefined) return [reader, writer];
      fallback ??= accesses.find(isHere);
    }
    return [fallback, undefined];
  }

  /** Whoever reads a flag or a value runs behind a barrier behind its producer. */
  #checkPhases({ location, accesses }: LocationTable): void {
    if (location.kind !== "flag" && location.kind !== "value") return;
    const producer = this.#schedule.slot(location.module)?.step;
    const writer = accesses.find(({ mode }) => mode === "write");
    if (producer === undefined) return;
    for (const access of accesses) {
      if (access.mode === "write") continue;
      const reader = this.#schedule.slot(access.module)?.step;
      if (reader === undefined || (producer < reader && this.#schedule.isSeparated(producer, reader)))
        continue;
      this.#report.refuse(
        ownershipMessages["same-phase"],
        {
          access: this.#report.place(access),
          location: this.#report.location(location),
          reason: `${this.#report.module(location.module)} publishes in ${reader === producer ? "the same step" : `step ${producer}; no barrier stands between that and step ${reader}`}`,
        },
        writer,
      );
    }
  }

  // ---- locations

  /** The proof of one location; undefined if it was refused, or if nobody but the executor touches it. */
  prove(table: LocationTable): ProvenLocation | undefined {
    const { location, accesses } = table;
    const declared = this.#declared.get(locationKey(location));
    const [first, next] = accesses;
    if (first === undefined) return undefined;
    if (declared === undefined) {
      this.#report.refuse(
        ownershipMessages.unprotected,
        { access: this.#report.place(first), location: this.#report.location(location) },
        accesses.find(({ module }) => module !== first.module) ?? next,
      );
      return undefined;
    }
    const proof = this.#proveAs(table, declared);
    return proof === undefined
      ? undefined
      : {
          location,
          protection: proof.protection,
          writers: distinctModules(writersOf(table)),
          readers: distinctModules(readersOf(table)),
          argument: proof.argument,
        };
  }

  #proveAs(table: LocationTable, declared: Declared): Proof | undefined {
    switch (declared.kind) {
      case "lock":
        return this.#proveLocked(table, declared.lock);
      case "atomic":
        return this.#proveAtomic(table);
      case "module":
        return this.#proveOwned(table, declared.module);
      case "cluster":
        this.#report.refuse(ownershipMessages.clusters, {
          subject: this.#report.location(table.location),
          reason: "belongs to a cluster, but the design is not cut into clusters",
        });
        return undefined;
      default:
        return assertNever(declared);
    }
  }

  #proveLocked({ accesses }: LocationTable, lock: LockId): Proof | undefined {
    const { name = "", type = "mutex" } = this.#concurrency.locks[lock] ?? {};
    const committing = new Set<ModuleId>();
    let brackets = 0;
    let isProven = true;
    for (const access of accesses) {
      // Around its body, a module uses whatever protects the location: the emitter sees to it.
      if (access.by === "run") continue;
      const held = access.held.find((entry) => entry.lock === lock);
      if (held !== undefined && (held.mode === "write" || access.mode === "read")) {
        brackets += 1;
      } else if (isPublished(access.by) && this.#commits.get(access.module)?.has(lock) === true) {
        committing.add(access.module);
      } else {
        isProven = false;
        this.#refuseUnlocked(access, accesses, name, held);
      }
    }
    if (!isProven) return undefined;
    const ways = [
      ...(brackets > 0 ? [`${brackets} of its accesses stand in a bracket`] : []),
      ...(committing.size > 0
        ? [`${committing.size} of its modules publish under it when their bodies end`]
        : []),
    ];
    return {
      protection: { kind: "lock", lock, name, type, brackets, commits: committing.size },
      argument: `every access holds the ${type} "${name}": ${ways.length === 0 ? "all stand around bodies" : ways.join(", ")}`,
    };
  }

  #refuseUnlocked(
    access: Access,
    accesses: readonly Access[],
    lock: string,
    held: Access["held"][number] | undefined,
  ): void {
    const other = accesses.find(
      ({ module, mode }) => module !== access.module && (mode === "write" || access.mode === "write"),
    );
    const places = {
      access: this.#report.place(access),
      location: this.#report.location(access.location),
      lock,
    };
    if (held !== undefined) {
      this.#report.refuse(ownershipMessages["lock-mode"], places, other);
      return;
    }
    const names = access.held.map((entry) => `"${lockName(this.#concurrency, entry.lock)}"`);
    this.#report.refuse(
      ownershipMessages["lock-not-held"],
      { ...places, held: names.length === 0 ? "" : `; it holds ${names.join(", ")}` },
      other,
    );
  }

  #proveAtomic(table: LocationTable): Proof | undefined {
    const { location, accesses } = table;
    switch (location.kind) {
      case "stamp":
        return atomic("the executor alone writes it, between the cycles");
      case "credit":
        return atomic("calls only add to it, in any order, and the sum counts from the commit on");
      case "flag":
        return atomic(
          `only ${this.#report.name(location.module)} writes it, and readers run behind a barrier`,
        );
      case "value": {
        const second = this.#secondWriter(
          table,
          accesses.filter(({ mode }) => mode === "write"),
        );
        return second
          ? undefined
          : atomic(`only ${this.#report.name(location.module)} writes it, and readers run behind a barrier`);
      }
      case "array": {
        const writes = accesses.filter(({ mode }) => mode === "write");
        if (this.#secondWriter(table, writes)) return undefined;
        const [writer] = writes;
        return atomic(
          writer === undefined
            ? "nobody writes it"
            : `only ${this.#report.name(writer.module)} writes it, into one slot; readers see committed elements`,
        );
      }
      case "fifo": {
        const pushes = accesses.filter(({ by }) => by === "fifo-push");
        const observer = accesses.find(({ by, module }) => by !== "fifo-push" && module !== location.module);
        if (this.#secondWriter(table, pushes)) return undefined;
        const owner = this.#report.name(location.module);
        if (observer !== undefined) {
          this.#report.refuse(
            ownershipMessages["foreign-access"],
            {
              access: this.#report.place(observer),
              location: this.#report.location(location),
              owner: `${this.#report.module(location.module)}, because it has no lock`,
            },
            accesses.find(({ module }) => module === location.module),
          );
          return undefined;
        }
        const [push] = pushes;
        return atomic(
          push === undefined
            ? `nobody pushes it, and only ${owner} looks at it`
            : `only ${this.#report.name(push.module)} pushes, into one slot; only ${owner} looks at it and pops`,
        );
      }
      default:
        return assertNever(location);
    }
  }

  /** Refuses a second writer of a location that has one slot. */
  #secondWriter({ location }: LocationTable, writes: readonly Access[]): boolean {
    const [first] = writes;
    const second = writes.find(({ module }) => module !== first?.module);
    if (first === undefined || second === undefined) return false;
    this.#report.refuse(
      ownershipMessages["two-writers"],
      { location: this.#report.location(location), access: this.#report.place(second) },
      first,
    );
    return true;
  }

  #proveOwned({ location, accesses }: LocationTable, owner: ModuleId): Proof | undefined {
    const foreign = accesses.find(({ module }) => module !== owner);
    if (foreign !== undefined) {
      this.#report.refuse(
        ownershipMessages["foreign-access"],
        {
          access: this.#report.place(foreign),
          location: this.#report.location(location),
          owner: this.#report.module(owner),
        },
        accesses.find(({ module }) => module === owner),
      );
      return undefined;
    }
    return {
      protection: { kind: "module", module: owner },
      argument: `all its accesses are in ${this.#report.name(owner)}`,
    };
  }
}

/** The proof of an atomic location. */
const atomic = (argument: string): Proof => ({ protection: { kind: "atomic" }, argument });

interface Proof {
  readonly protection: Protection;
  readonly argument: string;
}
