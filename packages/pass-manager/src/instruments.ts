/** What can be watched while passes run. Everything goes through callbacks: this package touches no file. */
import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import { diffSystems } from "./diff.js";
import type { PlannedStep } from "./plan.js";

/** Which steps: all, or those named as in the plan (`x` means every step of the pass x). */
export type StepFilter = boolean | readonly string[];

/** Instruments of a run; all off by default. */
export interface Instruments {
  readonly printIrBefore?: StepFilter;
  readonly printIrAfter?: StepFilter;
  /** Print behind every step that changed something. */
  readonly printIrAfterChange?: boolean;
  /** Print what changed, as a difference of lines with a little context. */
  readonly printIrDiff?: StepFilter;
  /** Receives what the instruments above print, a text with a line break at the end. */
  readonly print?: (text: string) => void;
  /** Receives the system before the first and behind every step, under a file name such as `03-fold-constants.ir`. */
  readonly dump?: (name: string, text: string) => void;
  /**
   * Receives each step that did not crash with the system before and behind it. A module that the step left alone is the same object in both.
   * `ok` is false where the step reported an error or its result was refused; nothing can be relied on in `after` then.
   */
  readonly observe?: (step: PlannedStep, before: System, after: System, ok: boolean) => void;
  /** Last step that runs, by its id: `x` is the first step of the pass x. */
  readonly stopAfter?: string;
}

/** Names in the instruments that no step of the plan has, each with the instrument that it was given to. */
export function unknownSteps(
  instruments: Instruments,
  steps: readonly PlannedStep[],
): { readonly name: string; readonly instrument: string }[] {
  const result: { readonly name: string; readonly instrument: string }[] = [];
  const look = (instrument: string, names: StepFilter | undefined): void => {
    if (names === undefined || typeof names === "boolean") return;
    for (const name of names) {
      if (!steps.some((step) => step.id === name || step.pass.name === name))
        result.push({ name, instrument });
    }
  };
  look("print-ir-before", instruments.printIrBefore);
  look("print-ir-after", instruments.printIrAfter);
  look("print-ir-diff", instruments.printIrDiff);
  look("stop-after", instruments.stopAfter === undefined ? undefined : [instruments.stopAfter]);
  return result;
}

const selects = (filter: StepFilter | undefined, step: PlannedStep): boolean =>
  filter === true || (Array.isArray(filter) && (filter.includes(step.id) || filter.includes(step.pass.name)));

/** Shows the system before a step. */
export function showBefore(instruments: Instruments, step: PlannedStep, system: System): void {
  if (selects(instruments.printIrBefore, step))
    instruments.print?.(heading(`before ${step.id}`) + printSystem(system));
}

/** Shows the system behind a step. */
export function showAfter(instruments: Instruments, step: PlannedStep, before: System, after: System): void {
  const { print } = instruments;
  const changed = before !== after;
  if (selects(instruments.printIrAfter, step) || (changed && instruments.printIrAfterChange === true)) {
    print?.(heading(`behind ${step.id}`) + printSystem(after));
  }
  if (selects(instruments.printIrDiff, step)) {
    print?.(
      heading(changed ? `changed by ${step.id}` : `unchanged by ${step.id}`) + diffSystems(before, after),
    );
  }
}

const heading = (text: string): string => `// ---- ${text}\n`;
