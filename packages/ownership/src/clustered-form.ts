/** The certificate of the form in which each worker has its own part of the state: owners, copies, mail, and barriers between the phases. */
import type { ClusterId, Concurrency, Location, ModuleId, System } from "@assassyn/ir";
import { assertNever, clusterId, locationKey, moduleIds } from "@assassyn/ir";
import type { Access, BodyEvent, Derivation, LocationTable } from "./accesses.js";
import type { ProvenLocation } from "./certificate.js";
import { Mail } from "./mail.js";
import { ownershipMessages } from "./messages.js";
import type { Report } from "./report.js";
import { Schedule } from "./schedule.js";
import { distinctModules, readersOf, writersOf } from "./tables.js";

/** Checks the system; refuses through `report`. The result means something only if nothing was refused. */
export function certifyClustered(
  system: System,
  concurrency: Concurrency,
  derivation: Derivation,
  report: Report,
): { readonly barriers: number; readonly locations: readonly ProvenLocation[] } {
  const form = new ClusteredForm(system, concurrency, report);
  form.checkForm(derivation.events);
  form.checkSteps(derivation.locations);
  const locations = [...derivation.locations.values()].flatMap((table) => form.prove(table) ?? []);
  form.checkMail(derivation.locations);
  return { barriers: form.barriers, locations };
}

class ClusteredForm {
  readonly #system: System;
  readonly #concurrency: Concurrency;
  readonly #report: Report;
  readonly #schedule: Schedule;
  readonly #clusterOf = new Map<ModuleId, ClusterId>();
  readonly #ownerOf = new Map<string, ClusterId>();
  readonly #mail: Mail;

  constructor(system: System, concurrency: Concurrency, report: Report) {
    this.#system = system;
    this.#concurrency = concurrency;
    this.#report = report;
    this.#schedule = new Schedule(system, concurrency, report);
    concurrency.clusters.forEach(({ modules }, index) => {
      for (const module of modules) this.#join(module, clusterId(index));
    });
    for (const { location, owner } of concurrency.owned) this.#own(location, owner);
    this.#mail = new Mail(concurrency, report);
  }

  get barriers(): number {
    return this.#schedule.barriers;
  }

  #refuseCluster(subject: string, reason: string): void {
    this.#report.refuse(ownershipMessages.clusters, { subject, reason });
  }

  #join(module: ModuleId, cluster: ClusterId): void {
    const first = this.#clusterOf.get(module);
    if (first !== undefined)
      this.#refuseCluster(this.#report.module(module), `is in cluster ${first} and in cluster ${cluster}`);
    this.#clusterOf.set(module, cluster);
  }

  #own(location: Location, owner: Concurrency["owned"][number]["owner"]): void {
    const key = locationKey(location);
    const name = this.#report.location(location);
    if (owner.kind === "module") {
      this.#refuseCluster(name, `belongs to ${this.#report.module(owner.module)}, not to a cluster`);
      return;
    }
    const first = this.#ownerOf.get(key);
    if (first !== undefined)
      this.#report.refuse(ownershipMessages["protected-twice"], {
        location: name,
        first: `belonging to cluster ${first}`,
        second: `belonging to cluster ${owner.cluster}`,
      });
    this.#ownerOf.set(key, owner.cluster);
  }

  // ---- form and steps

  /** No locks and atomics, every module in a cluster, all callers of externs in one. */
  checkForm(events: readonly BodyEvent[]): void {
    const { locks, atomics } = this.#concurrency;
    for (const lock of locks)
      if (lock !== null)
        this.#refuseCluster(`the lock "${lock.name}"`, "protects nothing: clusters share no memory");
    for (const { location } of atomics)
      this.#refuseCluster(this.#report.location(location), "is atomic: clusters share no memory");
    for (const id of moduleIds(this.#system)) {
      if (!this.#clusterOf.has(id)) this.#refuseCluster(this.#report.module(id), "is in no cluster");
      if (this.#system.modules[id]?.commits !== undefined)
        this.#refuseCluster(this.#report.module(id), "commits under locks: clusters have none");
    }
    let caller: BodyEvent | undefined;
    for (const event of events) {
      if (event.what.kind === "acquire" || event.what.kind === "release")
        this.#refuseCluster(this.#report.place(event), "uses a lock: clusters have none");
      if (event.what.kind !== "extern") continue;
      caller ??= event;
      if (this.#clusterOf.get(event.module) !== this.#clusterOf.get(caller.module))
        this.#report.refuse(
          ownershipMessages.clusters,
          {
            subject: this.#report.place(event),
            reason: `calls an extern in cluster ${this.#clusterOf.get(event.module)}, others call them in cluster ${this.#clusterOf.get(caller.module)}`,
          },
          caller,
        );
    }
  }

  /** Effects are received once, before all modules, and behind a barrier behind all modules of the cycle before. */
  checkSteps(locations: ReadonlyMap<string, LocationTable>): void {
    const refuse = (subject: string, reason: string): void =>
      this.#report.refuse(ownershipMessages.steps, { subject, reason });
    for (const step of this.#schedule.find(({ kind }) => kind === "commit"))
      refuse(`step ${step}`, "commits for all at once; clusters commit when they receive effects");
    const [effects, second] = this.#receives("effects");
    if (second !== undefined) refuse(`step ${second}`, "receives effects a second time in one cycle");
    const [, again] = this.#receives("values");
    if (again !== undefined) refuse(`step ${again}`, "receives values a second time in one cycle");
    if (effects === undefined) {
      refuse("the cycle", "has no step `receive effects`: effects never take place");
      return;
    }
    for (const run of this.#schedule.find(({ kind }) => kind === "run")) {
      if (run < effects)
        refuse(
          `step ${run}`,
          `runs modules before step ${effects} receives effects: half of the cycle would see the other half's`,
        );
      else if (!this.#schedule.isSeparatedAround(run, effects)) this.#refuseEarly(run, effects, locations);
    }
  }

  /** Effects of a step are received while it may still be running; names one of them and who would see it too early. */
  #refuseEarly(run: number, effects: number, locations: ReadonlyMap<string, LocationTable>): void {
    for (const { location, writer } of this.#concurrency.mailboxes) {
      if (location.kind === "flag" || location.kind === "value") continue;
      if (this.#schedule.slot(writer)?.step !== run) continue;
      const accesses = locations.get(locationKey(location))?.accesses ?? [];
      const write = accesses.find(({ module, mode }) => module === writer && mode === "write");
      if (write === undefined) continue;
      this.#report.refuse(
        ownershipMessages["pending-state"],
        {
          access: this.#report.place(write),
          location: this.#report.location(location),
          change: `step ${effects} of the next cycle receives it`,
        },
        accesses.find(({ module }) => module !== writer),
      );
      return;
    }
    this.#report.refuse(ownershipMessages.steps, {
      subject: `step ${effects}`,
      reason: `receives the effects of step ${run} of the cycle before without a barrier between them`,
    });
  }

  #receives(mail: "effects" | "values"): number[] {
    return this.#schedule.find((step) => step.kind === "receive" && step.mail === mail);
  }

  // ---- locations

  /** The proof of one location; undefined if it was refused. */
  prove(table: LocationTable): ProvenLocation | undefined {
    const { location, accesses } = table;
    const [first] = accesses;
    if (first === undefined) return undefined;
    const common = {
      location,
      writers: distinctModules(writersOf(table)),
      readers: distinctModules(readersOf(table)),
    };
    // The stamp is no memory of the design: every worker counts the cycles that it runs.
    if (location.kind === "stamp") {
      const copies = this.#clusters(accesses);
      const [cluster = clusterId(0)] = copies;
      return {
        ...common,
        protection: { kind: "cluster", cluster, copies, mail: [] },
        argument: "every worker counts the cycles itself",
      };
    }
    const owner = this.#ownerOf.get(locationKey(location));
    if (owner === undefined) {
      this.#report.refuse(
        ownershipMessages.unprotected,
        { access: this.#report.place(first), location: this.#report.location(location) },
        accesses.find(({ module }) => module !== first.module),
      );
      return undefined;
    }
    const proof = this.#proveOwned(table, owner);
    return proof === undefined
      ? undefined
      : {
          ...common,
          protection: { kind: "cluster", cluster: owner, copies: proof.copies, mail: proof.mail },
          argument: proof.argument,
        };
  }

  #clusters(accesses: readonly Access[]): ClusterId[] {
    const found = new Set<ClusterId>();
    for (const { module } of accesses) {
      const cluster = this.#clusterOf.get(module);
      if (cluster !== undefined) found.add(cluster);
    }
    return [...found].toSorted((left, right) => left - right);
  }

  #isOutside({ module }: Access, cluster: ClusterId): boolean {
    return this.#clusterOf.get(module) !== cluster;
  }

  #proveOwned(table: LocationTable, owner: ClusterId): Proof | undefined {
    const { location } = table;
    switch (location.kind) {
      case "array":
        return this.#proveArray(table, owner);
      case "fifo":
        return this.#proveFifo(table, owner, location.module);
      case "credit":
        return this.#proveCredit(table, owner, location.module);
      case "flag":
      case "value":
        return this.#provePublished(table, owner, location.module);
      case "stamp":
        throw new Error("the stamp has no owner");
      default:
        return assertNever(location);
    }
  }

  #proveArray(table: LocationTable, owner: ClusterId): Proof | undefined {
    const writes = writersOf(table);
    const copies = [...new Set([owner, ...this.#clusters(readersOf(table))])].toSorted((a, b) => a - b);
    const boxes = this.#mail.boxes(table.location);
    if (!boxes.size && table.accesses.every((access) => !this.#isOutside(access, owner)))
      return { copies, mail: [], argument: `all its accesses are in cluster ${owner}` };
    if (writes.length === 0) return { copies, mail: [], argument: "nobody writes it, so copies stay equal" };
    if (!this.#mail.reaches(table.location, writes, copies)) return undefined;
    const mail = distinctModules(writes);
    return {
      copies,
      mail,
      argument: `every write of ${this.#names(mail)} goes by mail to every copy: cluster ${copies.join(", ")}`,
    };
  }

  #proveFifo(table: LocationTable, owner: ClusterId, module: ModuleId): Proof | undefined {
    if (!this.#isHome(table, owner, module)) return undefined;
    const pushes = table.accesses.filter(({ by }) => by === "fifo-push");
    const observer = table.accesses.find(
      (access) => access.by !== "fifo-push" && this.#isOutside(access, owner),
    );
    if (observer !== undefined) {
      this.#refuseForeign(table, observer, owner);
      return undefined;
    }
    const name = this.#report.name(module);
    if (this.#mail.boxes(table.location).size === 0 && pushes.every((push) => !this.#isOutside(push, owner)))
      return { copies: [owner], mail: [], argument: `all its accesses are in cluster ${owner}, ${name}'s` };
    if (!this.#mail.reaches(table.location, pushes, [owner])) return undefined;
    const mail = distinctModules(pushes);
    return {
      copies: [owner],
      mail,
      argument: `only cluster ${owner}, ${name}'s, looks at it; every push of ${this.#names(mail)} comes by mail`,
    };
  }

  #proveCredit(table: LocationTable, owner: ClusterId, module: ModuleId): Proof | undefined {
    if (!this.#isHome(table, owner, module)) return undefined;
    const foreign = table.accesses.filter((access) => this.#isOutside(access, owner));
    if (!this.#mail.reaches(table.location, foreign, [owner])) return undefined;
    const mail = distinctModules(foreign);
    return {
      copies: [owner],
      mail,
      argument:
        mail.length === 0
          ? `all its accesses are in cluster ${owner}`
          : `only cluster ${owner} keeps it; calls of ${this.#names(mail)} come by mail`,
    };
  }

  /** Flags and exposed values: written by one module, read behind it by its cluster, and behind a barrier by others. */
  #provePublished(table: LocationTable, owner: ClusterId, module: ModuleId): Proof | undefined {
    if (!this.#isHome(table, owner, module)) return undefined;
    const readers = readersOf(table);
    const [write] = writersOf(table);
    const at = this.#schedule.slot(module);
    const box = this.#mail.boxes(table.location).get(module);
    const [values] = this.#receives("values");
    let isProven = true;
    const refuse = (access: Access, reason: string): void => {
      isProven = false;
      this.#report.refuse(
        ownershipMessages["same-phase"],
        { access: this.#report.place(access), location: this.#report.location(table.location), reason },
        write,
      );
    };
    for (const access of readers) {
      const slot = this.#schedule.slot(access.module);
      const cluster = this.#clusterOf.get(access.module);
      if (slot === undefined || at === undefined || cluster === undefined) continue;
      if (cluster === owner) {
        const isBehind = slot.step > at.step || (slot.step === at.step && slot.place > at.place);
        if (!isBehind) refuse(access, `${this.#report.module(module)} publishes only behind it`);
      } else if (box?.to.includes(cluster) !== true) {
        isProven = false;
        this.#report.refuse(
          ownershipMessages["missing-mail"],
          {
            access: write === undefined ? this.#report.module(module) : this.#report.place(write),
            location: this.#report.location(table.location),
            cluster,
          },
          access,
        );
      } else if (values === undefined) {
        refuse(access, "comes by mail, but the cycle has no step `receive values`");
      } else if (values < at.step || !this.#schedule.isSeparated(at.step, values)) {
        refuse(access, `step ${values} receives without a barrier behind step ${at.step}, which sends it`);
      } else if (slot.step < values) {
        refuse(access, `comes by mail in step ${values}, behind its reader in step ${slot.step}`);
      }
      // The next cycle sends anew behind the barrier that the effects of the reader ask for.
    }
    if (!isProven) return undefined;
    const copies = [...new Set([owner, ...this.#clusters(readers)])].toSorted((a, b) => a - b);
    return {
      copies,
      mail: copies.length > 1 ? [module] : [],
      argument:
        copies.length > 1
          ? `only ${this.#report.name(module)} writes it; other clusters receive a copy behind a barrier`
          : `all its accesses are in cluster ${owner}, reads behind the write`,
    };
  }

  #refuseForeign(table: LocationTable, access: Access, owner: ClusterId): void {
    this.#report.refuse(
      ownershipMessages["foreign-access"],
      {
        access: this.#report.place(access),
        location: this.#report.location(table.location),
        owner: `cluster ${owner}`,
      },
      table.accesses.find((other) => !this.#isOutside(other, owner)),
    );
  }

  /** The location of a module belongs to the module's own cluster. */
  #isHome(table: LocationTable, owner: ClusterId, module: ModuleId): boolean {
    const home = this.#clusterOf.get(module);
    if (home === undefined) return false;
    if (home === owner) return true;
    this.#refuseCluster(
      this.#report.location(table.location),
      `belongs to cluster ${owner}, but ${this.#report.module(module)} is in cluster ${home}`,
    );
    return false;
  }

  /** Refuses mailboxes that nobody needs. */
  checkMail(locations: ReadonlyMap<string, LocationTable>): void {
    this.#mail.check(locations, this.#ownerOf);
  }

  #names(modules: readonly ModuleId[]): string {
    const SHOWN = 4;
    const names = modules.slice(0, SHOWN).map((id) => this.#report.name(id));
    return modules.length > SHOWN
      ? `${names.join(", ")} and ${modules.length - SHOWN} more`
      : names.join(", ");
  }
}

interface Proof {
  readonly copies: readonly ClusterId[];
  readonly mail: readonly ModuleId[];
  readonly argument: string;
}
