import type { Command } from "commander";
import type { Io } from "./io/io.js";
import type { OptionSpec, OptionsOf } from "./option.js";

/** What a command runs with. */
export interface CommandContext<Options> {
  readonly options: Options;
  /** The arguments that are not options. */
  readonly positional: readonly string[];
  readonly io: Io;
  /** Whether messages are coloured. */
  readonly color: boolean;
}

/** An option whose value type nobody needs to know. */
export type AnyOptionSpec = OptionSpec<unknown>;

/** The options of one command, erased. */
export type AnyOptionSpecs = Readonly<Record<string, AnyOptionSpec>>;

/** What the shell completes where an argument stands. */
export type ArgumentKind = "design" | "sources" | "code" | "name" | "shell";

/** An example of the help: a command line without `assassyn`, and what it does. */
export type Example = readonly [line: string, explanation: string];

/** A command as data; its implementation is loaded when it runs. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A few sentences for its own help. */
  readonly description: string;
  /** As in the usage line, e.g. `[design]`. */
  readonly argument?: {
    readonly usage: string;
    readonly kind: ArgumentKind;
    readonly description: string;
    readonly choices?: readonly string[];
  };
  /** A second argument, which the shell does not complete. */
  readonly secondArgument?: { readonly usage: string; readonly description: string };
  readonly options: AnyOptionSpecs;
  readonly examples: readonly Example[];
  /** Runs it on what commander has parsed; resolves to the exit status. */
  readonly run: (command: Command, io: Io, color: boolean) => Promise<number>;
}

/** The implementation of a command. */
export type CommandAction<Options> = (context: CommandContext<Options>) => Promise<number>;

/**
 * Declares a command. `load` imports the implementation, so that `assassyn --help` loads none.
 *
 * @example
 * defineCommand({ name: "check", …, options: { json: flag("--json", "…") }, load: async () => (await import("./check.js")).check });
 */
export function defineCommand<Specs extends AnyOptionSpecs>(
  spec: Omit<CommandSpec, "run" | "options"> & {
    readonly options: Specs;
    readonly load: () => Promise<CommandAction<OptionsOf<Specs>>>;
  },
): CommandSpec {
  const { load, ...rest } = spec;
  return {
    ...rest,
    run: async (command, io, color) => {
      const action = await load();
      return action({ options: command.opts<OptionsOf<Specs>>(), positional: command.args, io, color });
    },
  };
}
