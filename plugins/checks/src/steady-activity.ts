/** What happens in every cycle, once the pipeline has filled. */
import type { ModuleId, OpId, System, WaitOp } from "@assassyn/plugin-api";
import { moduleIds, moduleOf, operationOf } from "@assassyn/plugin-api";
import { walkLive } from "./live-operations.js";

/** A FIFO as a key of sets and maps. */
export function fifoKey(module: ModuleId, port: number): string {
  return `${module}.${port}`;
}

/** Everything here is a proof: what is not in it may happen in every cycle too. */
export interface SteadyActivity {
  /** Modules that start their body in every cycle. */
  readonly runs: ReadonlySet<ModuleId>;
  /** FIFOs that receive an element in every cycle, with who pushes it. */
  readonly pushers: ReadonlyMap<string, ModuleId>;
  /** FIFOs from which an element is taken in every cycle. */
  readonly popped: ReadonlySet<string>;
  /** Whether a `wait_until` never holds its module up: it waits for own FIFOs that are fed in every cycle. */
  passes(module: ModuleId, wait: WaitOp): boolean;
}

/**
 * Finds what happens in every cycle: drivers and testbenches run, what they call without a condition runs too, and so on.
 * The sets only grow, so the search ends.
 */
export function findSteadyActivity(system: System): SteadyActivity {
  const ids = moduleIds(system);
  const runs = new Set(
    ids.filter((id) => {
      const { kind } = moduleOf(system, id);
      return kind === "driver" || kind === "testbench";
    }),
  );
  const pushers = new Map<string, ModuleId>();
  const popped = new Set<string>();
  /** Whether a condition is that own FIFOs have elements, all of which are fed in every cycle. */
  const isFed = (id: ModuleId, condition: OpId): boolean => {
    const operation = operationOf(moduleOf(system, id), condition);
    if (operation.kind === "fifo-valid") return pushers.has(fifoKey(operation.module, operation.port));
    return (
      operation.kind === "binary" &&
      operation.operator === "and" &&
      isFed(id, operation.left) &&
      isFed(id, operation.right)
    );
  };
  const passes = (id: ModuleId, wait: WaitOp): boolean => isFed(id, wait.condition);
  let size = -1;
  while (size !== runs.size + pushers.size + popped.size) {
    size = runs.size + pushers.size + popped.size;
    for (const id of runs) {
      walkLive(moduleOf(system, id), (operation, _, { isConditional, waits }) => {
        if (isConditional || waits.some((wait) => !passes(id, wait))) return;
        if (operation.kind === "call") runs.add(operation.module);
        else if (operation.kind === "fifo-pop") popped.add(fifoKey(id, operation.port));
        else if (operation.kind === "fifo-push" && !pushers.has(fifoKey(operation.module, operation.port)))
          pushers.set(fifoKey(operation.module, operation.port), id);
      });
    }
  }
  return { runs, pushers, popped, passes };
}
