import type { CheckDefinition } from "@assassyn/plugin-api";
import { defineCheck, moduleIds, moduleOf, walk } from "@assassyn/plugin-api";
import { isMeant, messages } from "./messages.js";

/** Finds values that a module exposes, but that no downstream reads or asks for. */
export const unreadExposedValue: CheckDefinition = defineCheck({
  name: "unread-exposed-value",
  description: "Finds exposed values that no downstream uses",
  run({ system, report }) {
    const ids = moduleIds(system);
    const read = new Set<string>();
    for (const id of ids) {
      walk(moduleOf(system, id), (operation) => {
        if (operation.kind === "exposed-get" || operation.kind === "exposed-valid")
          read.add(`${operation.module}.${operation.slot}`);
      });
    }
    for (const id of ids) {
      const module = moduleOf(system, id);
      for (const [slot, { name }] of module.exposed.entries()) {
        if (read.has(`${id}.${slot}`) || isMeant(name)) continue;
        const expose = module.operations.find(
          (operation) => operation?.kind === "expose" && operation.slot === slot,
        );
        report(
          messages["unread-exposed-value"],
          { module: module.name, value: name },
          expose?.loc ?? module.loc,
          {
            help: "use it in a downstream, or do not expose it",
          },
        );
      }
    }
  },
});
