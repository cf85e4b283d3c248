import { defineCatalogue, message } from "@assassyn/plugin-api";

/** What the pass reports. */
export const messages = defineCatalogue("coverage", {
  "name-taken": message<{ name: string }>(
    "error",
    ({ name }) => `the design has a register "${name}" already, so its coverage cannot be counted`,
    "The pass `count-coverage` adds registers whose names start with `_coverage_`. Either it ran before on this design, or the design uses such a name: give that register another one.",
  ),
});
