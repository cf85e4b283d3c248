import { createDiagnostic, renderText } from "@assassyn/diagnostics";
import { CommandError, EXIT } from "./errors.js";
import type { Io } from "./io/io.js";
import { messages } from "./messages.js";

/** Prints the messages of a failed command. */
export function printFailure(error: CommandError, io: Io, color: boolean): void {
  io.stderr.write(renderText(error.diagnostics, error.sources, { color }));
}

/** Ends the command because an option does not fit. @throws CommandError always */
export function refuseOption(option: string, reason: string): never {
  throw new CommandError(EXIT.usage, createDiagnostic(messages["bad-option"], { option, reason }));
}
