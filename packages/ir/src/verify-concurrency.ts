/**
 * The part of the verifier that looks at locks, clusters and mailboxes: that all they name exists. Whether they protect what they should is
 * for the ownership certificate.
 */
import type { Breakages } from "./breakages.js";
import type { ClusterId, Concurrency, Location } from "./concurrency.js";
import type { ModuleId, System } from "./ir.js";
import { irMessages } from "./messages.js";
import { assertNever } from "./operations.js";

/** Reports every reference that leads nowhere, and every module that two clusters have. */
export function verifyConcurrency(system: System, breakages: Breakages): void {
  const { concurrency } = system;
  if (concurrency === undefined) return;
  new ConcurrencyVerifier(system, concurrency, breakages).run();
}

class ConcurrencyVerifier {
  readonly #system: System;
  readonly #concurrency: Concurrency;
  readonly #breakages: Breakages;

  constructor(system: System, concurrency: Concurrency, breakages: Breakages) {
    this.#system = system;
    this.#concurrency = concurrency;
    this.#breakages = breakages;
  }

  run(): void {
    const { locks, atomics, owned, clusters, mailboxes, steps } = this.#concurrency;
    const names = new Set<string>();
    for (const lock of locks) {
      if (lock === null) continue;
      if (names.has(lock.name)) this.#broken(`lock ${lock.name}`, "the name is used twice");
      names.add(lock.name);
      this.#location(`lock ${lock.name}`, lock.location);
    }
    atomics.forEach(({ location }, index) => this.#location(`atomic #${index}`, location));
    owned.forEach(({ location, owner }, index) => {
      this.#location(`owned #${index}`, location);
      if (owner.kind === "module") this.#module(`owned #${index}`, owner.module);
      else this.#cluster(`owned #${index}`, owner.cluster);
    });
    const clusterOf = new Map<ModuleId, number>();
    clusters.forEach(({ modules, cost }, index) => {
      if (!(cost >= 0)) this.#broken(`cluster ${index}`, `its cost is ${cost}`);
      for (const module of modules) {
        this.#module(`cluster ${index}`, module);
        const other = clusterOf.get(module);
        if (other !== undefined)
          this.#broken(`cluster ${index}`, `it has module #${module}, which cluster ${other} has too`);
        clusterOf.set(module, index);
      }
    });
    mailboxes.forEach(({ location, writer, to }, index) => {
      this.#location(`mailbox #${index}`, location);
      this.#module(`mailbox #${index}`, writer);
      for (const cluster of to) this.#cluster(`mailbox #${index}`, cluster);
    });
    steps.forEach((step, index) => {
      if (step.kind === "run") for (const module of step.modules) this.#module(`step ${index}`, module);
    });
  }

  #broken(what: string, reason: string): void {
    this.#breakages.add(irMessages.concurrency, what, reason);
  }

  #module(what: string, id: ModuleId): void {
    if (this.#system.modules[id] == null) this.#broken(what, `module #${id} was deleted or never existed`);
  }

  #cluster(what: string, id: ClusterId): void {
    if (this.#concurrency.clusters[id] === undefined) this.#broken(what, `there is no cluster ${id}`);
  }

  #location(what: string, location: Location): void {
    switch (location.kind) {
      case "array":
        if (this.#system.arrays[location.array] == null)
          this.#broken(what, `register #${location.array} was deleted or never existed`);
        return;
      case "fifo":
        if (this.#system.modules[location.module]?.ports[location.port] === undefined)
          this.#broken(what, `there is no port #${location.port} of module #${location.module}`);
        return;
      case "value":
        if (this.#system.modules[location.module]?.exposed[location.slot] === undefined)
          this.#broken(what, `module #${location.module} exposes no value #${location.slot}`);
        return;
      case "credit":
      case "flag":
        return this.#module(what, location.module);
      case "stamp":
        return;
      default:
        return assertNever(location);
    }
  }
}
