/** The operations of a body that can happen, and what stands before each. */
import type { Module, Operation, OpId, Region, WaitOp } from "@assassyn/plugin-api";
import { operationOf } from "@assassyn/plugin-api";
import { constantCondition } from "./value-range.js";

/** Where an operation stands. */
export interface Place {
  /** It stands in an arm that is not always taken. */
  readonly isConditional: boolean;
  /** The `wait_until`s that control must have passed. */
  readonly waits: readonly WaitOp[];
}

/**
 * Calls `visit` for every operation that can happen, in program order: not those in an arm that is never taken, nor those behind a
 * `wait_until` that is never true or behind a `finish` that always happens.
 */
export function walkLive(
  module: Module,
  visit: (operation: Operation, id: OpId, place: Place) => void,
): void {
  const waits: WaitOp[] = [];
  /** False when control never comes out at the end of the region. */
  const region = ({ operations }: Region, isConditional: boolean): boolean => {
    for (const id of operations) {
      const operation = operationOf(module, id);
      visit(operation, id, { isConditional, waits: [...waits] });
      if (operation.kind === "wait") {
        const condition = constantCondition(module, operation.condition);
        if (condition === false) return false;
        if (condition === undefined) waits.push(operation);
      } else if (operation.kind === "finish") {
        return false;
      } else if (operation.kind === "if") {
        const condition = constantCondition(module, operation.condition);
        const open = isConditional || condition === undefined;
        const isThenOpen = condition === false || region(operation.then, open);
        const isElseOpen = condition === true || region(operation.else, open);
        if (condition === undefined ? !isThenOpen && !isElseOpen : !(condition ? isThenOpen : isElseOpen))
          return false;
      }
    }
    return true;
  };
  region(module.body, false);
}
