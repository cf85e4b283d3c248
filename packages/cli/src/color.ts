import type { Io } from "./io/io.js";

/** Whether messages are coloured: `--color` decides, else `NO_COLOR` and `FORCE_COLOR`, else whether stderr is a terminal. */
export function wantsColor(io: Io, option: "auto" | "always" | "never" | undefined): boolean {
  if (option === "always") return true;
  if (option === "never") return false;
  const { NO_COLOR: off, FORCE_COLOR: on, TERM: terminal } = io.env;
  if (off !== undefined && off !== "") return false;
  if (on !== undefined && on !== "" && on !== "0") return true;
  return io.stderr.isTerminal && terminal !== "dumb";
}
