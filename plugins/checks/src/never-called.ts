import type { CheckDefinition, ModuleId, System } from "@assassyn/plugin-api";
import { defineCheck, moduleIds, moduleOf } from "@assassyn/plugin-api";
import { walkLive } from "./live-operations.js";
import { listNames, messages } from "./messages.js";

/**
 * Finds stages that no call can ever reach, starting at the modules that run by themselves.
 *
 * ```
 * module first(a: u8) { take a; second(a: a) }   // nobody calls it,
 * module second(a: u8) { take a; log("{}", a) }  // so this one never runs either
 * ```
 */
export const neverCalled: CheckDefinition = defineCheck({
  name: "never-called",
  description: "Finds stages that never run, because nothing that runs calls them",
  run({ system, report }) {
    const callers = callersOf(system);
    const live = reachable(system);
    for (const id of moduleIds(system)) {
      const { kind, name, loc } = moduleOf(system, id);
      if (kind !== "stage" || live.has(id)) continue;
      const by = [...(callers.get(id) ?? [])];
      // The front end says so itself where a source has no call at all.
      if (by.length === 0 && system.files[loc.file]?.endsWith(".asyn") === true) continue;
      report(messages["never-called"], { stage: name, reason: reasonOf(system, id, by, live) }, loc, {
        help: "call it from a module that runs, or remove it",
      });
    }
  },
});

function reasonOf(
  system: System,
  id: ModuleId,
  callers: readonly ModuleId[],
  live: ReadonlySet<ModuleId>,
): string {
  if (callers.length === 0) return "nothing calls it";
  if (callers.every((caller) => caller === id)) return "only it itself calls it";
  const running = callers.filter((caller) => live.has(caller));
  const shown = (ids: readonly ModuleId[]): string => listNames(ids.map((one) => moduleOf(system, one).name));
  return running.length === 0
    ? `its only callers, ${shown(callers)}, never run`
    : `the calls in ${shown(running)} never happen`;
}

/** Who has a call of each module, whether it can happen or not. */
function callersOf(system: System): ReadonlyMap<ModuleId, ReadonlySet<ModuleId>> {
  const result = new Map<ModuleId, Set<ModuleId>>();
  for (const id of moduleIds(system)) {
    for (const operation of moduleOf(system, id).operations) {
      if (operation?.kind !== "call") continue;
      const known = result.get(operation.module) ?? new Set();
      result.set(operation.module, known.add(id));
    }
  }
  return result;
}

/** Modules that may run: those that do so by themselves, downstreams, and what they call. */
function reachable(system: System): ReadonlySet<ModuleId> {
  const live = new Set(moduleIds(system).filter((id) => moduleOf(system, id).kind !== "stage"));
  // A set hands out what is added while it is gone through.
  for (const id of live) {
    walkLive(moduleOf(system, id), (operation) => {
      if (operation.kind === "call") live.add(operation.module);
    });
  }
  return live;
}
