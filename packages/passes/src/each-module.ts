import type { Module, ModuleId, PassContext } from "@assassyn/plugin-api";
import { moduleIds, moduleOf } from "@assassyn/plugin-api";

/** Replaces every module by what `rewrite` makes of it; the same object means no change. */
export function eachModule<Options>(
  cx: PassContext<Options>,
  rewrite: (module: Module, id: ModuleId) => Module,
): void {
  for (const id of moduleIds(cx.base)) {
    const module = moduleOf(cx.base, id);
    cx.updateModule(id, rewrite(module, id));
  }
}
