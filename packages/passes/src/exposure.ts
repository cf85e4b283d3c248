/** The pass `exposure`. */
import type { Module, SlotId, System } from "@assassyn/plugin-api";
import { definePass, moduleIds, moduleOf, rewriteModule, slotId, walk } from "@assassyn/plugin-api";

const NAME = "exposure";

/**
 * Drops exposed values that no downstream reads, and numbers the rest anew.
 *
 *     exposes a: u8                       exposes b: u8
 *     exposes b: u8
 *     %3 expose a = %1
 *     %4 expose b = %2                    %4 expose b = %2
 */
export const exposure = definePass({
  name: NAME,
  description: "Drops exposed values that nothing reads",
  // Locks name exposed values by their numbers, which change.
  before: ["lock-insertion"],
  provides: ["slots-used"],
  run(cx) {
    const used = usedSlots(cx.base);
    // New numbers by module; undefined for a dropped slot.
    const numbers = cx.base.modules.map((module, index) => {
      let next = 0;
      return (module?.exposed ?? []).map((_, slot) =>
        used[index]?.has(slot) === true ? slotId(next++) : undefined,
      );
    });
    const isRenumbered = numbers.map((list) => list.some((to, from) => to !== from));
    if (!isRenumbered.includes(true)) return;
    for (const id of moduleIds(cx.base)) {
      const own = numbers[id] ?? [];
      const rewritten = rewriteModule(moduleOf(cx.base, id), NAME, {
        operation: (operation) => {
          if (operation.kind === "expose") return renumber(operation, own);
          if (operation.kind !== "exposed-get" && operation.kind !== "exposed-valid") return operation;
          return renumber(operation, numbers[operation.module] ?? []);
        },
      });
      const exposed = rewritten.exposed.filter((_, slot) => own[slot] !== undefined);
      const result: Module =
        exposed.length === rewritten.exposed.length ? rewritten : { ...rewritten, exposed };
      cx.updateModule(id, result);
    }
  },
});

function renumber<Op extends { readonly slot: SlotId }>(
  operation: Op,
  numbers: readonly (SlotId | undefined)[],
): Op | null {
  const slot = numbers[operation.slot];
  if (slot === undefined) return null;
  return slot === operation.slot ? operation : { ...operation, slot };
}

/** By module: the slots that some downstream reads. */
function usedSlots(system: System): Set<number>[] {
  const used = system.modules.map(() => new Set<number>());
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    if (module.kind !== "downstream") continue;
    walk(module, (operation) => {
      if (operation.kind === "exposed-get" || operation.kind === "exposed-valid")
        used[operation.module]?.add(operation.slot);
    });
  }
  return used;
}
