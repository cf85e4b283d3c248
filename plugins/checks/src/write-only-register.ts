import type { CheckDefinition } from "@assassyn/plugin-api";
import { arrayOf, defineCheck } from "@assassyn/plugin-api";
import { arrayUses } from "./array-uses.js";
import { isMeant, listNames, messages } from "./messages.js";

/**
 * Finds registers that are written and never read.
 *
 * ```
 * reg seen: u8
 * driver { seen <= seen_before + 1 }   // seen_before was meant to be seen
 * ```
 */
export const writeOnlyRegister: CheckDefinition = defineCheck({
  name: "write-only-register",
  description: "Finds registers that are written, but never read",
  run({ system, report }) {
    for (const [id, { readers, writers }] of arrayUses(system)) {
      const { name, loc } = arrayOf(system, id);
      if (readers.size > 0 || writers.size === 0 || isMeant(name)) continue;
      report(messages["write-only-register"], { register: name, writers: listNames([...writers]) }, loc, {
        help: `read it, remove it, or call it _${name} if only a host looks at it`,
      });
    }
  },
});
