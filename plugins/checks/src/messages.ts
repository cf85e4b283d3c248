import { defineCatalogue, message } from "@assassyn/plugin-api";

/** Ends every text about a name that may be left alone on purpose. */
const UNDERSCORE = "A name that starts with `_` is left alone: it says that this is meant.";

/** Everything that the checks report. All of it is legal, so all of it is a warning. */
export const messages = defineCatalogue("checks", {
  "never-called": message<{ stage: string; reason: string }>(
    "warning",
    ({ stage, reason }) => `the stage "${stage}" never runs: ${reason}`,
    "A stage runs when a call has given it a credit. Here no call can ever happen: there is none, every caller never runs itself, or every call stands under a condition that is always false.\n\nCall the stage from a module that runs, or remove it.",
  ),
  "write-only-register": message<{ register: string; writers: string }>(
    "warning",
    ({ register, writers }) => `"${register}" is written by ${writers}, but nothing reads it`,
    `What nothing reads has no effect on the run; often a read names another register by mistake. A host program may still look at the register between cycles: then give it a name that says so.\n\n${UNDERSCORE}`,
  ),
  "never-written-register": message<{ register: string; readers: string }>(
    "warning",
    ({ register, readers }) =>
      `"${register}" is read by ${readers}, but nothing writes it, so it is always 0`,
    `A register without an initial value that nothing writes is zero for ever. Registers with an initial value or a memory file are tables, or inputs that a host program writes, and are left alone.\n\nWrite the register, give it a value (\`= 0\` is one), or use \`const\`.\n\n${UNDERSCORE}`,
  ),
  "unused-register": message<{ register: string }>(
    "warning",
    ({ register }) => `nothing reads or writes "${register}"`,
    `The declaration can go.\n\n${UNDERSCORE}`,
  ),
  "fifo-overflow": message<{ fifo: string; depth: number; pusher: string; reason: string }>(
    "warning",
    ({ fifo, depth, pusher, reason }) =>
      `the FIFO "${fifo}" can overflow its depth of ${depth}: "${pusher}" pushes in every cycle, but ${reason}`,
    "More elements than the declared depth are a fault. The check looks for one pattern only: a push that happens in every cycle, and a pop that does not. It does not see what happens under conditions, so silence is no proof.\n\nPush only where there is room (count what is under way, as `examples/fifo-depth` does), or take an element in every cycle.",
  ),
  "constant-condition": message<{ what: string; value: boolean }>(
    "warning",
    ({ what, value }) => `the condition of this ${what} is always ${value ? "true" : "false"}`,
    "The condition follows from widths and constants alone: a `u8` is never below 0 and never above 255. For a declaration with several instances, all of them agree.\n\nOften a comparison has the wrong sign, width or operand. Where the choice is meant to be made while compiling, use `if` in place of `when`.",
  ),
  "unread-exposed-value": message<{ module: string; value: string }>(
    "warning",
    ({ module, value }) => `"${module}" exposes "${value}", but no downstream uses it`,
    `An exposed value that no downstream reads costs time in every cycle. In \`.asyn\` a value is exposed by its use, so this is found in IR text, in designs built in code, and in imported ones.\n\n${UNDERSCORE}`,
  ),
});

/** Whether a name says that what looks like a mistake is meant. */
export function isMeant(name: string): boolean {
  return name.startsWith("_");
}

/** `"a", "b" and 3 more`, for messages. */
export function listNames(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  if (quoted.length <= 3) return quoted.join(", ").replace(/, ("[^"]*")$/, " and $1");
  return `${quoted.slice(0, 2).join(", ")} and ${quoted.length - 2} more`;
}
