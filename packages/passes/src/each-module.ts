import type { Module, ModuleId, PassContext } from "@assassyn/plugin-api";
import { moduleIds, moduleOf } from "@assassyn/plugin-api";

/**
 * Replaces every module by what `rewrite` makes of it; the same object means no change.
 *
 * @param settled for a rewriting that finds nothing new in its own result and looks at the module alone: remembers results, which are
 * frozen, so that a later step of the pass skips them
 */
export function eachModule<Options>(
  cx: PassContext<Options>,
  rewrite: (module: Module, id: ModuleId) => Module,
  settled?: WeakSet<Module>,
): void {
  for (const id of moduleIds(cx.base)) {
    const module = moduleOf(cx.base, id);
    if (settled?.has(module) === true) continue;
    const result = rewrite(module, id);
    settled?.add(result);
    cx.updateModule(id, result);
  }
}
