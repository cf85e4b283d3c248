/** The orders that the execution semantics define. */
import type { ArrayId, Module, ModuleId, System } from "./ir.js";
import { arrayId, moduleId } from "./ir.js";
import { walk } from "./operations.js";

/** Ids of the modules that exist, in declaration order. */
export function moduleIds(system: System): ModuleId[] {
  const result: ModuleId[] = [];
  for (let index = 0; index < system.modules.length; index += 1) {
    if (system.modules[index] != null) result.push(moduleId(index));
  }
  return result;
}

/** Ids of the arrays that exist, in declaration order. */
export function arrayIds(system: System): ArrayId[] {
  const result: ArrayId[] = [];
  for (let index = 0; index < system.arrays.length; index += 1) {
    if (system.arrays[index] != null) result.push(arrayId(index));
  }
  return result;
}

/** What a downstream uses of other modules. `values`: modules whose values it names, which activate it; `all`: also those of which it only asks `triggered`. */
export interface DownstreamUses {
  readonly values: ReadonlySet<ModuleId>;
  readonly all: ReadonlySet<ModuleId>;
}

/** Collects {@link DownstreamUses} from the body of a module. */
export function downstreamUses(module: Module): DownstreamUses {
  const values = new Set<ModuleId>();
  const all = new Set<ModuleId>();
  walk(module, (operation) => {
    if (operation.kind === "exposed-get" || operation.kind === "exposed-valid") {
      values.add(operation.module);
      all.add(operation.module);
    } else if (operation.kind === "triggered") {
      all.add(operation.module);
    }
  });
  return { values, all };
}

/** The outcome of {@link canonicalOrder}: stages by declaration, downstreams in topological order of use, or the members of a loop. */
export type CanonicalOrder =
  | { readonly kind: "ok"; readonly stages: readonly ModuleId[]; readonly downstreams: readonly ModuleId[] }
  | { readonly kind: "loop"; readonly modules: readonly ModuleId[] };

/**
 * Canonical order of the modules: Kahn's algorithm with a first-in-first-out queue over the downstreams. Sources enter in declaration
 * order; on removal, successors are decremented in declaration order and appended when they reach zero.
 */
export function canonicalOrder(system: System): CanonicalOrder {
  const stages: ModuleId[] = [];
  const pending = new Map<ModuleId, number>();
  const successors = new Map<ModuleId, ModuleId[]>();
  for (const id of moduleIds(system)) {
    const module = system.modules[id];
    if (module == null) continue;
    if (module.kind !== "downstream") {
      stages.push(id);
      continue;
    }
    let degree = 0;
    for (const used of downstreamUses(module).all) {
      if (system.modules[used]?.kind !== "downstream") continue;
      degree += 1;
      const list = successors.get(used);
      if (list === undefined) successors.set(used, [id]);
      else list.push(id);
    }
    pending.set(id, degree);
  }
  const queue: ModuleId[] = [];
  for (const [id, degree] of pending) if (degree === 0) queue.push(id);
  for (let head = 0; head < queue.length; head += 1) {
    const id = queue[head];
    if (id === undefined) break;
    for (const successor of successors.get(id) ?? []) {
      const degree = (pending.get(successor) ?? 0) - 1;
      pending.set(successor, degree);
      if (degree === 0) queue.push(successor);
    }
  }
  if (queue.length === pending.size) return { kind: "ok", stages, downstreams: queue };
  return { kind: "loop", modules: findLoop(system, pending) };
}

/** Walks backwards along unresolved uses until a module repeats: every module left by Kahn's algorithm has one. */
function findLoop(system: System, pending: ReadonlyMap<ModuleId, number>): ModuleId[] {
  const path: ModuleId[] = [];
  let current = [...pending].find(([, degree]) => degree > 0)?.[0];
  while (current !== undefined) {
    const seen = path.indexOf(current);
    if (seen >= 0) return path.slice(seen).toReversed();
    path.push(current);
    const module: Module | null | undefined = system.modules[current];
    if (module == null) break;
    current = [...downstreamUses(module).all].find((used) => (pending.get(used) ?? 0) > 0);
  }
  return path;
}
