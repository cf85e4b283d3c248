import { CommandError, EXIT } from "./errors.js";
import type { Io } from "./io/io.js";
import { BrokenPipeError } from "./io/io.js";
import { versionText } from "./version.js";

/**
 * The whole command: parses `argv` (without `node` and the script), runs, prints. Never throws.
 *
 * @returns the exit status, see {@link EXIT}
 * @example process.exitCode = await main(process.argv.slice(2), io);
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
      io.stdout.write(`${versionText}\n`);
      return EXIT.ok;
    }
    const { runProgram } = await import("./program.js");
    return await runProgram(argv, io);
  } catch (error) {
    return reportFailure(error, argv, io);
  }
}

async function reportFailure(error: unknown, argv: readonly string[], io: Io): Promise<number> {
  if (error instanceof BrokenPipeError) return EXIT.ok;
  if (error instanceof CommandError) {
    const [{ wantsColor }, { printFailure }] = await Promise.all([
      import("./color.js"),
      import("./failure.js"),
    ]);
    printFailure(error, io, wantsColor(io, colorOption(argv)));
    return error.status;
  }
  const reason = error instanceof Error ? error.message : String(error);
  const trace = error instanceof Error && io.env["ASSASSYN_DEBUG"] !== undefined ? `${error.stack}\n` : "";
  io.stderr.write(
    `internal error: ${reason}\n${trace}` +
      `This is a bug of assassyn (${versionText}), not of your design. Please report it with\n` +
      `  - the command: assassyn ${argv.map(quote).join(" ")}\n` +
      "  - the design, as small as it still fails, or its IR (`assassyn compile --target ir`)\n" +
      (trace === "" ? "  - the trace that the same command prints with ASSASSYN_DEBUG=1\n" : ""),
  );
  return EXIT.internal;
}

/** `--color` as far as it can be told without parsing the whole line. */
function colorOption(argv: readonly string[]): "always" | "never" | undefined {
  const at = argv.findIndex((word) => word === "--color" || word.startsWith("--color="));
  const value = argv[at]?.split("=")[1] ?? argv[at + 1];
  return at >= 0 && (value === "always" || value === "never") ? value : undefined;
}

/** A word as a shell would need it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
