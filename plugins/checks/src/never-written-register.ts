import type { CheckDefinition } from "@assassyn/plugin-api";
import { arrayOf, defineCheck } from "@assassyn/plugin-api";
import { arrayUses } from "./array-uses.js";
import { isMeant, listNames, messages } from "./messages.js";

/**
 * Finds registers without an initial value that nothing writes, and registers that nothing uses.
 *
 * ```
 * reg limit: u8
 * driver { when count < limit { … } }   // never: limit is 0
 * ```
 */
export const neverWrittenRegister: CheckDefinition = defineCheck({
  name: "never-written-register",
  description: "Finds registers that are always 0, because nothing writes them, and unused ones",
  run({ system, report }) {
    for (const [id, { readers, writers }] of arrayUses(system)) {
      const { name, loc, initial, fill, file } = arrayOf(system, id);
      if (writers.size > 0 || isMeant(name)) continue;
      if (readers.size === 0) {
        report(messages["unused-register"], { register: name }, loc, { help: "remove it" });
        continue;
      }
      // With a value of its own it is a table.
      if (initial.length > 0 || fill !== 0n || file !== undefined) continue;
      report(messages["never-written-register"], { register: name, readers: listNames([...readers]) }, loc, {
        help: "write it, or give it an initial value: `= 0` where a host program writes it",
      });
    }
  },
});
