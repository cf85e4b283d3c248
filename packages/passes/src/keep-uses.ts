/** Which modules a downstream names is part of its meaning: their triggers activate it, and its place in the order follows from them. */
import type { Module, OpId } from "@assassyn/plugin-api";
import { BOOL, downstreamUses, opId, walk } from "@assassyn/plugin-api";

/**
 * The module with a use of every other module that `before` used: where a pass removed the last one, the body starts with a test of presence
 * or of the trigger, whose result nothing needs.
 */
export function keepUses(before: Module, after: Module, origin: string): Module {
  if (before === after || before.kind !== "downstream") return after;
  const wanted = downstreamUses(before);
  const found = downstreamUses(after);
  const operations = [...after.operations];
  const added: OpId[] = [];
  const done = new Set<number>();
  walk(before, (operation) => {
    if (
      operation.kind !== "exposed-get" &&
      operation.kind !== "exposed-valid" &&
      operation.kind !== "triggered"
    )
      return;
    const { module, loc } = operation;
    const isValue = operation.kind !== "triggered";
    if (
      done.has(module) ||
      (isValue ? found.values.has(module) : found.all.has(module) || wanted.values.has(module))
    )
      return;
    done.add(module);
    added.push(opId(operations.length));
    operations.push(
      isValue
        ? { kind: "exposed-valid", module, slot: operation.slot, type: BOOL, loc, origin }
        : { kind: "triggered", module, type: BOOL, loc, origin },
    );
  });
  return done.size === 0
    ? after
    : { ...after, operations, body: { ...after.body, operations: [...added, ...after.body.operations] } };
}
