import { Command, CommanderError, Option } from "commander";
import type { CommandSpec } from "./command.js";
import { commandSpecs } from "./commands/index.js";
import { wantsColor } from "./color.js";
import { EXIT } from "./errors.js";
import type { Io } from "./io/io.js";
import { versionText } from "./version.js";

/** Parses the command line and runs one command; resolves to the exit status. */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let status: number = EXIT.ok;
  const program = configure(new Command("assassyn"), io)
    .description("Compiles and simulates asynchronous pipelined hardware designs.")
    .version(versionText, "-V, --version", "print the version and the commit it was built from")
    .addHelpText("after", helpExamples(PROGRAM_EXAMPLES))
    .addHelpText(
      "after",
      "\nExit status: 0 fine, 1 errors in the design or a fault of the simulation, 2 wrong usage, 70 a bug of assassyn.\n",
    );
  for (const spec of commandSpecs) {
    program.addCommand(
      createCommand(spec, io, async (command) => {
        const { color } = command.opts<{ color?: "auto" | "always" | "never" }>();
        status = await spec.run(command, io, wantsColor(io, color));
      }),
    );
  }
  try {
    await program.parseAsync(withKnownHelp(argv, program), { from: "user" });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end the parse by an error with status 0; `assassyn` alone prints the help as a mistake.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

/** `help chekc` is wrong as `chekc` is; commander would print the help of everything, and be content. */
function withKnownHelp(argv: readonly string[], program: Command): string[] {
  const [first, wanted] = argv;
  if (first !== "help" || wanted === undefined || wanted.startsWith("-") || wanted === "help")
    return [...argv];
  return program.commands.some((command) => command.name() === wanted) ? [...argv] : [wanted];
}

const PROGRAM_EXAMPLES: CommandSpec["examples"] = [
  ["new counter", "make the folder counter with a first design"],
  ["run counter", "compile it and run it"],
  ["check counter --watch", "check it again after each change"],
  ["explain frontend/width-mismatch", "what a message means, with an example"],
];

function createCommand(spec: CommandSpec, io: Io, action: (command: Command) => Promise<void>): Command {
  const command = configure(new Command(spec.name), io)
    .summary(spec.summary)
    .description(spec.description)
    .addHelpText("after", helpExamples(spec.examples));
  if (spec.argument === undefined) command.allowExcessArguments(false);
  else command.argument(spec.argument.usage, spec.argument.description);
  if (spec.secondArgument !== undefined)
    command.argument(spec.secondArgument.usage, spec.secondArgument.description);
  for (const option of Object.values(spec.options)) {
    const built = new Option(option.flags, option.description);
    if (option.parse !== undefined) {
      built.argParser((text, previous: unknown) => option.parse?.(text, previous));
      // An option with a value is no negation, whatever its name begins with.
      built.negate = false;
    }
    command.addOption(built);
    if (option.negative !== undefined) {
      command.addOption(new Option(option.flags.replace("--", "--no-"), option.negative));
    }
    // Not by `built.default`: the help would print every "(default: false)".
    command.setOptionValueWithSource(built.attributeName(), option.initial, "default");
  }
  command.action(() => action(command));
  return command;
}

function configure(command: Command, io: Io): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .helpOption("-h, --help", "print this help")
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => (io.stdout.isTerminal ? io.stdout.columns : 100),
      getErrHelpWidth: () => (io.stderr.isTerminal ? io.stderr.columns : 100),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => {
        const name = command.parent === null ? "assassyn" : `assassyn ${command.name()}`;
        write(`${text}Try \`${name} --help\`.\n`);
      },
    });
}

function helpExamples(examples: CommandSpec["examples"]): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, explanation]) => `  $ assassyn ${line.padEnd(width)}  # ${explanation}`);
  return `\nExamples:\n${lines.join("\n")}\n`;
}
