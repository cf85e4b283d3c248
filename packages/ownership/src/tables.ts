/** Questions about the accesses of one location. */
import type { ModuleId, OperationKind } from "@assassyn/ir";
import type { Access, LocationTable } from "./accesses.js";

/** Accesses that change the location. */
export const writersOf = ({ accesses }: LocationTable): Access[] =>
  accesses.filter(({ mode }) => mode === "write");
/** Accesses that only read it. */
export const readersOf = ({ accesses }: LocationTable): Access[] =>
  accesses.filter(({ mode }) => mode === "read");

/** Their modules, each once, ascending. */
export function distinctModules(accesses: readonly Access[]): ModuleId[] {
  return [...new Set(accesses.map(({ module }) => module))].toSorted((left, right) => left - right);
}

/** What a body can keep to itself until it ends: nothing in the body depends on it having happened. A pop's result is needed at once. */
export function isPublished(by: OperationKind | "run"): boolean {
  return by === "array-write" || by === "fifo-push" || by === "call" || by === "expose";
}
