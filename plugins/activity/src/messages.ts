import { defineCatalogue, message } from "@assassyn/plugin-api";

/** What the pass reports. */
export const messages = defineCatalogue("activity", {
  "name-taken": message<{ name: string }>(
    "error",
    ({ name }) => `the design has a register "${name}" already, so its activity cannot be counted`,
    "The pass `count-activity` adds registers whose names start with `_activity_`. Either it ran before on this design, or the design uses such a name: give that register another one.",
  ),
});
