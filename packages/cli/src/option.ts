import { InvalidArgumentError } from "commander";

/**
 * One option of a command, as data: help, shell completion and parsing are all made from it.
 * `Value` is the type of what the command gets; `undefined` in it where the option may be absent.
 */
export interface OptionSpec<Value> {
  /** As in the help: `-o, --output <path>`. */
  readonly flags: string;
  readonly description: string;
  /** What the option has when it is not given. */
  readonly initial: Value;
  /** Adds the next occurrence to what came before; absent for a flag. */
  parse?(text: string, previous: Value): Value;
  /** Description of the flag with `--no-` in front, where there is one. */
  readonly negative?: string;
  /** The values that the shell may complete; absent: a file name. */
  readonly choices?: readonly string[];
}

/** What a command reads its options from. */
export type OptionsOf<Specs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer Value> ? Value : never;
};

/** An option that is there or not. */
export function flag(flags: string, description: string): OptionSpec<boolean> {
  return { flags, description, initial: false };
}

/** A flag that is on unless `--no-…` says otherwise. */
export function defaultOn(flags: string, description: string, negative: string): OptionSpec<boolean> {
  return { flags, description, initial: true, negative };
}

/** An option with any text that is not empty: an empty one is most often an unset variable of a shell script. */
export function text(flags: string, description: string): OptionSpec<string | undefined> {
  return {
    flags,
    description,
    initial: undefined,
    parse(value) {
      if (value === "") throw new InvalidArgumentError("It cannot be empty.");
      return value;
    },
  };
}

/** An option with one of a few words. */
export function choice<const Choice extends string>(
  flags: string,
  choices: readonly Choice[],
  description: string,
): OptionSpec<Choice | undefined> {
  return {
    flags,
    description: `${description} (${choices.join(", ")})`,
    initial: undefined,
    parse(value) {
      const found = choices.find((candidate) => candidate === value);
      if (found === undefined) throw new InvalidArgumentError(`Allowed are ${choices.join(", ")}.`);
      return found;
    },
    choices,
  };
}

/** An option with a word of which the shell completes the known ones; plugins may add others. */
export function openChoice(
  flags: string,
  choices: readonly string[],
  description: string,
): OptionSpec<string | undefined> {
  const known = `${description} (${choices.join(", ")}, or one of a plugin)`;
  return { flags, description: known, initial: undefined, parse: (value) => value, choices };
}

/** An option with a whole number; `_` may group digits. */
export function count(flags: string, description: string, minimum: number): OptionSpec<number | undefined> {
  return {
    flags,
    description,
    initial: undefined,
    parse(value) {
      const digits = value.replaceAll("_", "");
      const number = Number(digits);
      if (!/^\d+$/.test(digits) || !Number.isSafeInteger(number) || number < minimum) {
        throw new InvalidArgumentError(`A whole number from ${minimum} to 2^53 - 1 is wanted.`);
      }
      return number;
    },
  };
}

/** An option with a whole number from 1 on, or the word `auto`. */
export function countOrAuto(flags: string, description: string): OptionSpec<number | "auto" | undefined> {
  const { parse } = count(flags, description, 1);
  return {
    flags,
    description,
    initial: undefined,
    parse(value, previous) {
      if (value === "auto") return value;
      if (/^0+$/.test(value))
        throw new InvalidArgumentError("At least one is needed; auto takes as many as pay.");
      if (!/^[\d_]+$/.test(value))
        throw new InvalidArgumentError("A whole number from 1 on is wanted, or auto.");
      return parse?.(value, typeof previous === "number" ? previous : undefined);
    },
    choices: ["auto"],
  };
}

/** An option that may be given several times. */
export function list(flags: string, description: string): OptionSpec<readonly string[]> {
  return { flags, description, initial: [], parse: (value, previous) => [...previous, value] };
}

/** An option with names between commas, that may also be given several times; undefined when it is absent. */
export function names(flags: string, description: string): OptionSpec<readonly string[] | undefined> {
  return {
    flags,
    description,
    initial: undefined,
    parse(value, previous) {
      const added = value
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
      return [...(previous ?? []), ...added];
    },
  };
}

/** An option that may stand alone or have a value (`--print-ir-before`, `--print-ir-before=inline`): `true`, or the names. */
export function optionalNames(
  flags: string,
  description: string,
): OptionSpec<readonly string[] | true | undefined> {
  return {
    flags,
    description,
    initial: undefined,
    parse(value, previous) {
      return [
        ...(Array.isArray(previous) ? previous : []),
        ...value.split(",").filter((name) => name !== ""),
      ];
    },
  };
}
