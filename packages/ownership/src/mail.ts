/** The mailboxes of the clustered form. */
import type { ClusterId, Concurrency, Location, Mailbox, ModuleId } from "@assassyn/ir";
import { assertNever, locationKey } from "@assassyn/ir";
import type { Access, LocationTable } from "./accesses.js";
import { ownershipMessages } from "./messages.js";
import type { Report } from "./report.js";

const NONE: ReadonlyMap<ModuleId, Mailbox> = new Map<ModuleId, Mailbox>();

/** Who sends what where. */
export class Mail {
  readonly #concurrency: Concurrency;
  readonly #report: Report;
  /** By location and writer. */
  readonly #boxes = new Map<string, Map<ModuleId, Mailbox>>();

  /** Refuses what would arrive twice. */
  constructor(concurrency: Concurrency, report: Report) {
    this.#concurrency = concurrency;
    this.#report = report;
    for (const mailbox of concurrency.mailboxes) {
      const key = locationKey(mailbox.location);
      const boxes = this.#boxes.get(key) ?? new Map<ModuleId, Mailbox>();
      if (boxes.has(mailbox.writer)) this.#refuse(mailbox, "exists twice: the effect would arrive twice");
      boxes.set(mailbox.writer, mailbox);
      this.#boxes.set(key, boxes);
      if (new Set(mailbox.to).size !== mailbox.to.length) this.#refuse(mailbox, "leads to one cluster twice");
    }
  }

  #refuse({ location, writer }: Mailbox, reason: string): void {
    const subject = `the mailbox of ${this.#report.location(location)} from ${this.#report.name(writer)}`;
    this.#report.refuse(ownershipMessages["wrong-mail"], { subject, reason });
  }

  /** By writer: the mailboxes of a location. */
  boxes(location: Location): ReadonlyMap<ModuleId, Mailbox> {
    return this.#boxes.get(locationKey(location)) ?? NONE;
  }

  /** Whether every writer's mail reaches every cluster; refuses, for each writer and cluster, the first write that does not. */
  reaches(location: Location, writes: readonly Access[], clusters: readonly ClusterId[]): boolean {
    const boxes = this.boxes(location);
    const refused = new Set<ModuleId>();
    for (const write of writes) {
      if (refused.has(write.module)) continue;
      for (const cluster of clusters) {
        if (boxes.get(write.module)?.to.includes(cluster) === true) continue;
        refused.add(write.module);
        this.#report.refuse(
          ownershipMessages["missing-mail"],
          { access: this.#report.place(write), location: this.#report.location(location), cluster },
          writes.find(({ module }) => module !== write.module),
        );
      }
    }
    return refused.size === 0;
  }

  /** Mail leads only where the location is kept: of an array every cluster may keep a copy, all else belongs to owners and users. */
  check(locations: ReadonlyMap<string, LocationTable>, ownerOf: ReadonlyMap<string, ClusterId>): void {
    for (const mailbox of this.#concurrency.mailboxes) {
      const key = locationKey(mailbox.location);
      for (const cluster of mailbox.to)
        if (cluster >= this.#concurrency.clusters.length)
          this.#refuse(mailbox, `leads to cluster ${cluster}, which does not exist`);
      this.#checkPlaces(mailbox, ownerOf.get(key));
      const isWriter = locations
        .get(key)
        ?.accesses.some(({ module, mode }) => module === mailbox.writer && mode === "write");
      // A value may be declared and never exposed: then its mail says that it is absent.
      if (isWriter !== true && mailbox.location.kind !== "value")
        this.#refuse(mailbox, "has a writer who never writes the location");
    }
  }

  #checkPlaces(mailbox: Mailbox, owner: ClusterId | undefined): void {
    const { location, writer, to } = mailbox;
    switch (location.kind) {
      case "array":
        return;
      case "stamp":
        return this.#refuse(mailbox, "carries nothing: every worker counts the cycles itself");
      case "fifo":
      case "credit":
        for (const cluster of to)
          if (cluster !== owner)
            this.#refuse(mailbox, `leads to cluster ${cluster}, which does not keep the location`);
        return;
      case "flag":
      case "value":
        if (writer !== location.module) this.#refuse(mailbox, "has a writer who is not the producer");
        if (owner !== undefined && to.includes(owner))
          this.#refuse(mailbox, "leads to its own cluster, which needs no copy");
        return;
      default:
        return assertNever(location);
    }
  }
}
