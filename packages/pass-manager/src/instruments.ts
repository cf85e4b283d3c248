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
  /** Last step that runs. */
  readonly stopAfter?: string;
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
