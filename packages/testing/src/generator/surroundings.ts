/** What the body of one module of a random design needs to know about the others. */
import type { ArrayId, ModuleBuilder, ModuleId, PortId, SlotId, Type } from "@assassyn/ir";
import type { ModulePlan, StatementPlan, SystemPlan } from "./plan.js";

/** A declared array. */
export interface KnownArray {
  readonly id: ArrayId;
  readonly type: Type;
  readonly size: number;
}

/** A declared stage and who pushes into it, in the order of declaration. */
export interface KnownStage {
  readonly builder: ModuleBuilder;
  readonly ports: readonly { readonly id: PortId; readonly type: Type }[];
  readonly pushers: readonly ModuleId[];
}

/** A value that a downstream may read. */
export interface KnownValue {
  readonly module: ModuleId;
  readonly slot: SlotId;
  readonly type: Type;
}

/** The declarations of the system under construction. */
export interface Surroundings {
  readonly plan: SystemPlan;
  /** Cycle from which late risks are taken. */
  readonly late: number;
  /** Wider results are cut to this. */
  readonly maxResultWidth: number;
  /** Number of the instance: the copies of a module call different stages. */
  readonly copy: number;
  readonly arrays: readonly KnownArray[];
  readonly stages: readonly KnownStage[];
  /** Values and modules that a downstream may name; empty for the others. */
  readonly values: readonly KnownValue[];
  readonly modules: readonly ModuleId[];
}

/** `choices[pick]`, counted around; `undefined` only for no choices. */
export function pickFrom<T>(choices: readonly T[], pick: number): T | undefined {
  return choices[pick % choices.length];
}

/** Numbers of the stages, among `stageCount`, into which the body of instance `copy` pushes. */
export function pushedStages(plan: ModulePlan, copy: number, stageCount: number): ReadonlySet<number> {
  const result = new Set<number>();
  const visit = (statements: readonly StatementPlan[]): void => {
    for (const statement of statements) {
      if (statement.kind === "call" || statement.kind === "push")
        result.add((statement.callee + copy) % stageCount);
      if (statement.kind === "when") {
        visit(statement.then);
        visit(statement.else);
      }
    }
  };
  if (stageCount > 0) visit(plan.body);
  return result;
}
