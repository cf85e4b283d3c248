import type { CheckDefinition, ModuleId, System } from "@assassyn/plugin-api";
import { defineCheck, moduleIds, moduleOf } from "@assassyn/plugin-api";
import { walkLive } from "./live-operations.js";
import { messages } from "./messages.js";
import type { SteadyActivity } from "./steady-activity.js";
import { findSteadyActivity, fifoKey } from "./steady-activity.js";

/**
 * Finds FIFOs with a declared depth that are pushed in every cycle, but not popped in every cycle.
 *
 * ```
 * module consumer(item: u8 depth 4) { wait_until rest == 0; take item }
 * driver { consumer(item: n) }
 * ```
 */
export const fifoOverflow: CheckDefinition = defineCheck({
  name: "fifo-overflow",
  description: "Finds FIFOs that are filled faster than they are emptied",
  run({ system, report }) {
    const steady = findSteadyActivity(system);
    for (const id of moduleIds(system)) {
      const module = moduleOf(system, id);
      for (const [port, { name, depth, loc }] of module.ports.entries()) {
        const fifo = fifoKey(id, port);
        const pusher = steady.pushers.get(fifo);
        // A run that is shorter than the FIFO is deep cannot fill it.
        if (depth === undefined || depth >= system.config.cycles || pusher === undefined) continue;
        if (steady.popped.has(fifo)) continue;
        const reason = whyNotPopped(system, id, port, steady);
        if (reason === undefined) continue;
        const args = { fifo: `${module.name}.${name}`, depth, pusher: moduleOf(system, pusher).name, reason };
        report(messages["fifo-overflow"], args, loc, {
          help: "push only where there is room, or take an element in every cycle",
        });
      }
    }
  },
});

/** Why the elements are not taken in every cycle; undefined where the front end has said so already. */
function whyNotPopped(
  system: System,
  id: ModuleId,
  port: number,
  steady: SteadyActivity,
): string | undefined {
  const module = moduleOf(system, id);
  let reason: string | undefined;
  let isPopped = false;
  walkLive(module, (operation, _, { isConditional, waits }) => {
    if (operation.kind !== "fifo-pop" || operation.port !== port) return;
    isPopped = true;
    const blocking = waits.find((wait) => !steady.passes(id, wait));
    reason ??= isConditional
      ? `"${module.name}" takes from it under a condition`
      : blocking === undefined
        ? undefined
        : `"${module.name}" waits in line ${blocking.loc.line} for something else`;
  });
  if (!isPopped) {
    return system.files[module.loc.file]?.endsWith(".asyn") === true
      ? undefined
      : `"${module.name}" never takes from it`;
  }
  return steady.runs.has(id) ? reason : `"${module.name}" is not called in every cycle`;
}
