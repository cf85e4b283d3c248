import type { FactDefinition } from "@assassyn/plugin-api";
import { createDiagnostic, defineFact, moduleIds, moduleOf, operationPrinter } from "@assassyn/plugin-api";
import { findBatch, lockTable } from "./lock-batching.js";
import { messages } from "./messages.js";

/** Effects are published when a body ends. */
export const locksBatched: FactDefinition = defineFact({
  name: "locks-batched",
  description: "No lock is taken for a write, a push, a call or an exposed value alone",
  check(system) {
    const locks = lockTable(system);
    const print = operationPrinter(system);
    return moduleIds(system).flatMap((id) => {
      const module = moduleOf(system, id);
      const [left] = findBatch(module, id, locks).brackets;
      if (left === undefined) return [];
      const args = { module: module.name, operation: `\`${print(id, left)}\`` };
      return [createDiagnostic(messages["not-batched"], args)];
    });
  },
});
