/** The pass `self-signature`. */
import { definePass } from "@assassyn/plugin-api";
import { passMessages } from "../messages.js";
import { describeUnprotected, unprotectedAccesses } from "./protection.js";
import { PARALLEL_TARGETS } from "./targets.js";

const NAME = "self-signature";
/** More complaints of one kind than these say no more. */
const SHOWN = 10;

/**
 * Lets functions of modules share the simulator, so that several can run at once: `&mut self` becomes `&self`.
 *
 *     receiver exclusive                  receiver shared
 *
 * Refuses where an access is neither under a lock of its location, nor an effect under a lock of the module's `commits`, nor atomic, nor
 * owned by the module.
 */
export const selfSignature = definePass({
  name: NAME,
  description: "Lets the functions of modules share the simulator; refuses where an access is not protected",
  requires: ["locks-explicit"],
  provides: ["self-shared"],
  targets: PARALLEL_TARGETS,
  run(cx) {
    const { concurrency } = cx.base;
    if (concurrency === undefined) {
      cx.report(passMessages["no-parallel-form"], { pass: NAME });
      return;
    }
    const found = unprotectedAccesses(cx.base, concurrency);
    const describe = describeUnprotected(cx.base);
    found.slice(0, SHOWN).forEach((access, index) => {
      const more = index === SHOWN - 1 ? found.length - SHOWN : 0;
      cx.report(passMessages["not-protected"], describe(access), access.loc, {
        help: access.help,
        notes: more > 0 ? [`${more} more such ${more === 1 ? "access" : "accesses"} in the system`] : [],
      });
    });
    if (found.length === 0 && concurrency.receiver !== "shared")
      cx.updateConcurrency({ ...concurrency, receiver: "shared" });
  },
});
