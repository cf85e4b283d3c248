import { defineCatalogue, message } from "@assassyn/diagnostics";

/** What the compiler reports about the inputs as a whole. */
export const messages = defineCatalogue("compiler", {
  "cannot-read": message<{ path: string; reason: string }>(
    "error",
    ({ path, reason }) => `cannot read ${path}: ${reason}`,
    "The design that was to be compiled cannot be read. Check the spelling of the path.",
  ),
  "emit-failed": message<{ target: string; reason: string }>(
    "error",
    ({ target, reason }) => `the target ${target} cannot express this design: ${reason}`,
    "The design is correct, but this target has a limit that it exceeds. Another target may do; the message says what the limit is.",
  ),
});
