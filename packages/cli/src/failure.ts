import { createDiagnostic, renderText } from "@assassyn/diagnostics";
import { CommandError, EXIT } from "./errors.js";
import type { Io } from "./io/io.js";
import { messages } from "./messages.js";

/** Prints the messages of a failed command. */
export function printFailure(error: CommandError, io: Io, color: boolean): void {
  io.stderr.write(renderText(error.diagnostics, error.sources, { color }));
}

/** The interpreter's refusal of a design that is too large for it as a message; any other error as it is. */
export function refusalOfInterpreter(error: unknown): unknown {
  // Told by its name, so that the interpreter is loaded only where it runs.
  if (!(error instanceof RangeError) || error.name !== "StateTooLarge") return error;
  const diagnostic = createDiagnostic(messages["state-too-large"], { reason: error.message });
  return new CommandError(EXIT.failure, diagnostic);
}

/** Ends the command because an option does not fit. @throws CommandError always */
export function refuseOption(option: string, reason: string): never {
  throw new CommandError(EXIT.usage, createDiagnostic(messages["bad-option"], { option, reason }));
}
