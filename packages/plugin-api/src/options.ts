/** Options of passes and emitters: declared once, they drive types, command-line flags, config checks and help. */

/** `--name` / `--no-name`. */
export interface BooleanOption {
  readonly type: "boolean";
  readonly description: string;
  readonly default: boolean;
}
/** A whole number in a range, both ends included. */
export interface IntegerOption {
  readonly type: "integer";
  readonly description: string;
  readonly default: number;
  readonly minimum?: number;
  readonly maximum?: number;
}
/** Any text. */
export interface StringOption {
  readonly type: "string";
  readonly description: string;
  readonly default: string;
}
/** One of several words. */
export interface ChoiceOption {
  readonly type: "choice";
  readonly description: string;
  readonly choices: readonly string[];
  readonly default: string;
}

/** How one option is declared. */
export type OptionSpec = BooleanOption | IntegerOption | StringOption | ChoiceOption;
/** The options of a pass or emitter by name, in kebab case as on the command line. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
/** What an option can be set to; an integer option holds a number. */
export type OptionValue = string | number | boolean;
/** Values by name, every declared option present. */
export type OptionRecord = Readonly<Record<string, OptionValue>>;

/** The type of the value that a declaration describes. */
export type OptionValueOf<Spec extends OptionSpec> = Spec extends BooleanOption
  ? boolean
  : Spec extends IntegerOption
    ? number
    : Spec extends { readonly type: "choice"; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : string;

/** What `run` or `emit` receives for declared options. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: OptionValueOf<Specs[Name]>;
};

/** The outcome of {@link resolveOptions}: all values, or the reasons why not, as sentences. */
export type ResolvedOptions =
  | { readonly kind: "ok"; readonly values: OptionRecord }
  | { readonly kind: "error"; readonly reasons: readonly string[] };

/**
 * Fills in defaults and checks given values. Text is accepted for every type, as it comes from a command line.
 *
 * @example resolveOptions({ limit: { type: "integer", description: "…", default: 8 } }, { limit: "16" }) // values { limit: 16 }
 */
export function resolveOptions(
  specs: OptionSpecs,
  given: Readonly<Record<string, unknown>> = {},
): ResolvedOptions {
  const values: Record<string, OptionValue> = {};
  const reasons: string[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    if (!Object.hasOwn(given, name)) {
      values[name] = spec.default;
      continue;
    }
    const value = optionValue(spec, given[name]);
    if (value === undefined)
      reasons.push(`option "${name}" needs ${expectedValue(spec)}, not ${JSON.stringify(given[name])}`);
    else values[name] = value;
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(specs, name)) continue;
    const known = Object.keys(specs);
    reasons.push(`there is no option "${name}"${known.length === 0 ? "" : `; known: ${known.join(", ")}`}`);
  }
  return reasons.length > 0 ? { kind: "error", reasons } : { kind: "ok", values };
}

/** What values an option takes, for messages and help: `a whole number from 1 to 8`. */
export function expectedValue(spec: OptionSpec): string {
  switch (spec.type) {
    case "boolean":
      return "true or false";
    case "integer": {
      const from = spec.minimum === undefined ? "" : ` from ${spec.minimum}`;
      return `a whole number${from}${spec.maximum === undefined ? "" : ` up to ${spec.maximum}`}`;
    }
    case "string":
      return "a text";
    case "choice":
      return `one of ${spec.choices.join(", ")}`;
  }
}

function optionValue(spec: OptionSpec, given: unknown): OptionValue | undefined {
  switch (spec.type) {
    case "boolean":
      if (typeof given === "boolean") return given;
      return given === "true" ? true : given === "false" ? false : undefined;
    case "integer": {
      const value = typeof given === "string" && /^-?\d+$/.test(given) ? Number(given) : given;
      if (typeof value !== "number" || !Number.isSafeInteger(value)) return undefined;
      return value < (spec.minimum ?? -Infinity) || value > (spec.maximum ?? Infinity) ? undefined : value;
    }
    case "string":
      return typeof given === "string" ? given : undefined;
    case "choice":
      return typeof given === "string" && spec.choices.includes(given) ? given : undefined;
  }
}
