/** Who reads and who writes each array. */
import type { ArrayId, System } from "@assassyn/plugin-api";
import { arrayIds, moduleIds, moduleOf, walk } from "@assassyn/plugin-api";

/** Names of modules, in declaration order. */
export interface ArrayUses {
  readonly readers: ReadonlySet<string>;
  readonly writers: ReadonlySet<string>;
}

/** The uses of every array, those of unused ones empty. */
export function arrayUses(system: System): ReadonlyMap<ArrayId, ArrayUses> {
  const result = new Map(
    arrayIds(system).map((id) => [id, { readers: new Set<string>(), writers: new Set<string>() }]),
  );
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    walk(module, (operation) => {
      if (operation.kind === "array-read") result.get(operation.array)?.readers.add(module.name);
      else if (operation.kind === "array-write") result.get(operation.array)?.writers.add(module.name);
    });
  }
  return result;
}
