/** Who touches what: the edges of the graph, before anything is drawn. */
import type { ArrayId, ExternId, ModuleId, Operation, PortId, System } from "@assassyn/plugin-api";
import { assertNever, moduleIds, moduleOf, walk } from "@assassyn/plugin-api";

/** One relation between a module and something else. */
export type Edge =
  /** `from` pushes into a FIFO of `to`. */
  | { readonly kind: "push"; readonly from: ModuleId; readonly to: ModuleId; readonly port: PortId }
  /** `from` gives `to` a credit. */
  | { readonly kind: "call"; readonly from: ModuleId; readonly to: ModuleId }
  /** `to` looks at a FIFO of `from` without taking anything. */
  | { readonly kind: "look"; readonly from: ModuleId; readonly port: PortId; readonly to: ModuleId }
  /** `to` uses values that `from` exposes; `names` in the order of the slots, `triggered` for the trigger itself. */
  | {
      readonly kind: "use";
      readonly from: ModuleId;
      readonly to: ModuleId;
      readonly names: readonly string[];
      /** A value is used, so that `from` activates `to`. */
      readonly activates: boolean;
    }
  /** A module reads or writes an array. */
  | {
      readonly kind: "array";
      readonly array: ArrayId;
      readonly module: ModuleId;
      readonly reads: boolean;
      readonly writes: boolean;
    }
  /** A module calls a function of the embedder. */
  | { readonly kind: "extern"; readonly extern: ExternId; readonly module: ModuleId };

interface Uses {
  /** Slots whose value or presence is used. */
  readonly slots: Set<number>;
  triggered: boolean;
}

/**
 * Every relation of the design once, modules in declaration order and within one in the order of the ids, so that the order of
 * operations in a body makes no difference.
 */
export function collectEdges(system: System): Edge[] {
  return moduleIds(system).flatMap((id) => collectModule(system, id));
}

function collectModule(system: System, id: ModuleId): Edge[] {
  const pushes = new Map<ModuleId, Set<PortId>>();
  const looks = new Map<ModuleId, Set<PortId>>();
  const calls = new Set<ModuleId>();
  const uses = new Map<ModuleId, Uses>();
  const arrays = new Map<ArrayId, { reads: boolean; writes: boolean }>();
  const externs = new Set<ExternId>();
  const usesOf = (module: ModuleId): Uses =>
    entry(uses, module, () => ({ slots: new Set(), triggered: false }));
  const accessOf = (array: ArrayId) => entry(arrays, array, () => ({ reads: false, writes: false }));
  const collect = (operation: Operation): void => {
    switch (operation.kind) {
      case "fifo-push":
        entry(pushes, operation.module, () => new Set()).add(operation.port);
        break;
      case "fifo-valid":
      case "fifo-peek":
        if (operation.module !== id) entry(looks, operation.module, () => new Set()).add(operation.port);
        break;
      case "call":
        calls.add(operation.module);
        break;
      case "exposed-get":
      case "exposed-valid":
        usesOf(operation.module).slots.add(operation.slot);
        break;
      case "triggered":
        usesOf(operation.module).triggered = true;
        break;
      case "array-read":
        accessOf(operation.array).reads = true;
        break;
      case "array-write":
        accessOf(operation.array).writes = true;
        break;
      case "extern-call":
        externs.add(operation.extern);
        break;
      case "const":
      case "unary":
      case "binary":
      case "cast":
      case "slice":
      case "concat":
      case "select":
      case "select1hot":
      case "cycle":
      case "fifo-pop":
      case "wait":
      case "finish":
      case "assert":
      case "log":
      case "expose":
      case "acquire":
      case "release":
      case "if":
        break;
      default:
        assertNever(operation);
    }
  };
  walk(moduleOf(system, id), collect);
  return [
    ...sorted(pushes.keys()).flatMap((to) =>
      sorted(pushes.get(to) ?? []).map((port): Edge => ({ kind: "push", from: id, to, port })),
    ),
    ...sorted(calls).map((to): Edge => ({ kind: "call", from: id, to })),
    ...sorted(looks.keys()).flatMap((from) =>
      sorted(looks.get(from) ?? []).map((port): Edge => ({ kind: "look", from, port, to: id })),
    ),
    ...sorted(uses.keys()).map((from): Edge => {
      const { slots = new Set<number>(), triggered = false } = uses.get(from) ?? {};
      const names = sorted(slots).map((slot) => moduleOf(system, from).exposed[slot]?.name ?? "?");
      const all = triggered ? [...names, "triggered"] : names;
      return { kind: "use", from, to: id, names: all, activates: slots.size > 0 };
    }),
    ...sorted(arrays.keys()).map((array): Edge => {
      const { reads = false, writes = false } = arrays.get(array) ?? {};
      return { kind: "array", array, module: id, reads, writes };
    }),
    ...sorted(externs).map((extern): Edge => ({ kind: "extern", extern, module: id })),
  ];
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function sorted<Index extends number>(ids: Iterable<Index>): Index[] {
  return [...ids].toSorted((a, b) => a - b);
}
