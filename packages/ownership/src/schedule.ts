/** The steps of a cycle as the checks ask for them: who runs when, and where barriers are. */
import type { Concurrency, ModuleId, Step, System } from "@assassyn/ir";
import { moduleIds } from "@assassyn/ir";
import { ownershipMessages } from "./messages.js";
import type { Report } from "./report.js";

/** Where a module runs: the number of its step, and its place there. */
export interface Slot {
  readonly step: number;
  readonly place: number;
}

/** The steps of a cycle, which follows itself: behind the last step comes the first one of the next cycle. */
export class Schedule {
  readonly steps: readonly Step[];
  readonly #slots = new Map<ModuleId, Slot>();
  /** By step: barriers before it. */
  readonly #barriersBefore: number[] = [];
  readonly barriers: number;

  /** Refuses modules that run twice or not at all. */
  constructor(system: System, { steps }: Concurrency, report: Report) {
    this.steps = steps;
    let barriers = 0;
    steps.forEach((step, index) => {
      this.#barriersBefore.push(barriers);
      if (step.kind === "barrier") barriers += 1;
      if (step.kind !== "run") return;
      step.modules.forEach((module, place) => {
        const first = this.#slots.get(module);
        if (first === undefined) this.#slots.set(module, { step: index, place });
        else
          report.refuse(ownershipMessages.steps, {
            subject: report.module(module),
            reason: `runs twice in a cycle, in step ${first.step} and in step ${index}`,
          });
      });
    });
    this.barriers = barriers;
    for (const id of moduleIds(system))
      if (!this.#slots.has(id))
        report.refuse(ownershipMessages.steps, {
          subject: report.module(id),
          reason: "runs in no step of the cycle",
        });
  }

  /** Where the module runs; undefined if it does not, which was refused. */
  slot(module: ModuleId): Slot | undefined {
    return this.#slots.get(module);
  }

  /** A barrier stands behind `first` and before `second`, both in one cycle, `first < second`. */
  isSeparated(first: number, second: number): boolean {
    return (this.#barriersBefore[second] ?? 0) > (this.#barriersBefore[first] ?? 0);
  }

  /** A barrier stands behind `last` of one cycle and before `next` of the following one. */
  isSeparatedAround(last: number, next: number): boolean {
    return this.barriers > (this.#barriersBefore[last] ?? 0) || (this.#barriersBefore[next] ?? 0) > 0;
  }

  /** Numbers of the steps of one kind. */
  find(isWanted: (step: Step) => boolean): number[] {
    return this.steps.flatMap((step, index) => (isWanted(step) ? [index] : []));
  }
}
