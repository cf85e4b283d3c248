import type { Io, Sink } from "./io/io.js";

/**
 * Whether a text is coloured: `--color` decides, else `NO_COLOR` and `FORCE_COLOR`, else whether it goes to a terminal.
 *
 * @param sink where it goes; messages go to stderr
 */
export function wantsColor(
  io: Io,
  option: "auto" | "always" | "never" | undefined,
  sink: Sink = io.stderr,
): boolean {
  if (option === "always") return true;
  if (option === "never") return false;
  const { NO_COLOR: off, FORCE_COLOR: on, TERM: terminal } = io.env;
  if (off !== undefined && off !== "") return false;
  if (on !== undefined && on !== "" && on !== "0") return true;
  return sink.isTerminal && terminal !== "dumb";
}
