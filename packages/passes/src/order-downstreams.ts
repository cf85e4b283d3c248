/** The pass `order-downstreams`. */
import { canonicalOrder, definePass, moduleOf } from "@assassyn/plugin-api";
import { passMessages } from "./messages.js";

/**
 * Checks that the downstreams can be ordered by their use of each other. It changes nothing: the order itself is computed by
 * `canonicalOrder` wherever it is needed, so it can never be out of date.
 */
export const orderDownstreams = definePass({
  name: "order-downstreams",
  description: "Checks that downstreams do not use each other's values in a loop",
  provides: ["downstreams-ordered"],
  run(cx) {
    const order = canonicalOrder(cx.base);
    if (order.kind === "ok") return;
    const modules = order.modules.map((id) => moduleOf(cx.base, id));
    cx.report(
      passMessages["downstream-loop"],
      { names: modules.map((module) => module.name) },
      modules[0]?.loc,
    );
  },
});
