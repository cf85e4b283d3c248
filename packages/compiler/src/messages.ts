import { defineCatalogue, message } from "@assassyn/diagnostics";

/** What the compiler reports about the inputs as a whole. */
export const messages = defineCatalogue("compiler", {
  "cannot-read": message<{ path: string; reason: string }>(
    "error",
    ({ path, reason }) => `cannot read ${path}: ${reason}`,
    "The design that was to be compiled cannot be read. Check the spelling of the path.",
  ),
  "wrong-assumption": message<{ fact: string; target: string; reason: string }>(
    "error",
    ({ fact, target, reason }) =>
      `the target ${target} needs "${fact}", which was assumed and does not hold: ${reason}`,
    "`--assume-facts` says what IR text given as the design is known to be, so that no pass has to make it so again. Leave the fact out, and let the passes of the target run.",
  ),
  "emit-failed": message<{ target: string; reason: string }>(
    "error",
    ({ target, reason }) => `the target ${target} cannot express this design: ${reason}`,
    "The design is correct, but this target has a limit that it exceeds. Another target may do; the message says what the limit is.",
  ),
  "emit-option": message<{ target: string; reason: string }>(
    "error",
    ({ target, reason }) => `target "${target}": ${reason}`,
    "An option of the target is unknown or has a value that does not fit. `assassyn passes` lists the options of each target with their ranges.",
  ),
  "emit-crashed": message<{ target: string; plugin: string; reason: string }>(
    "error",
    ({ target, plugin, reason }) => `the emitter of the target "${target}" of "${plugin}" crashed: ${reason}`,
    "This is a bug of the plugin, not of the design. Please report it to the plugin's authors.",
  ),
});
