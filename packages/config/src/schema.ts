import type { DiagnosticExtras, Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic, suggestNearest } from "@assassyn/diagnostics";
import { messages } from "./messages.js";
import type { ValueRule } from "./value-rules.js";
import { flagRule, listRule, nameRule, optionsRule, pathRule, wholeNumber, words } from "./value-rules.js";

/** What a configuration file may say. Every key is optional; the command line overrides each. */
export interface AssassynConfig {
  /** The design, relative to the configuration file. */
  readonly entry?: string;
  /** Target of `compile` and `run` where the command line names none; `compile` also takes the targets of plugins. */
  readonly target?: BuiltInTarget | (string & Record<never, never>);
  /** Plugins by exact specifier, resolved from the configuration file, or the plugins themselves. */
  readonly plugins?: readonly (string | object)[];
  /** Passes inserted into the target's pipeline, as `--pass` does. */
  readonly passes?: readonly string[];
  /** Steps left out of the target's pipeline, as `--skip-pass` does. */
  readonly skipPasses?: readonly string[];
  /** Options of passes, as `--pass-option` gives them: `{ "inline": { "limit": 20 } }`. */
  readonly passOptions?: GivenOptions;
  /** Options of targets, as `--emit-option` gives them: `{ "dot": { "fifos": false } }`. */
  readonly emitOptions?: GivenOptions;
  /** Last cycle that runs, ≥ 1. */
  readonly cycles?: number;
  /** Cycles in a row without a triggered stage that stop the run, ≥ 1. */
  readonly idle?: number;
  /** How log lines are printed. */
  readonly log?: "located" | "json" | "plain" | "none";
  /** JavaScript module with the bodies of extern functions, relative to the configuration file. */
  readonly externs?: string;
  /**
   * Run and compile for several threads: by the target `rust-parallel` where nothing names another target than `rust`; `wasm` gets threads,
   * too. Default: what the design's own `config` says, else false. Results never depend on it.
   */
  readonly parallel?: boolean;
  /** Threads of the target `rust-parallel`, and of `wasm` with `parallel`; 0 is automatic. Default: what the design's own `config` says, else 0. */
  readonly threads?: number;
  /** A JSON Schema for editors: `./node_modules/@assassyn/config/generated/config.schema.json`. */
  readonly $schema?: string;
}

/** Values of options by name of the pass or target, then by name of the option. */
export type GivenOptions = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

/** The targets that the command has without plugins. */
export const BUILT_IN_TARGETS = ["wasm", "rust", "rust-parallel", "interpreter", "ir"] as const;

/** One of {@link BUILT_IN_TARGETS}. */
export type BuiltInTarget = (typeof BUILT_IN_TARGETS)[number];

/**
 * Gives a configuration its type; returns it unchanged.
 *
 * @example export default defineConfig({ entry: "cpu.asyn", plugins: ["./my-plugin.mjs"] });
 */
export function defineConfig(config: AssassynConfig): AssassynConfig {
  return config;
}

/** What each key takes. */
export const CONFIG_RULES: { readonly [Key in keyof Required<AssassynConfig>]: ValueRule } = {
  entry: pathRule("The design, relative to this file"),
  target: nameRule("Target of `compile` and `run` where the command line names none", "the name of a target"),
  plugins: {
    description: "Plugins by exact specifier, resolved from this file",
    expected: "a list of plugins or their specifiers",
    schema: { type: "array", items: { type: "string", minLength: 1 } },
    accepts: (value) =>
      Array.isArray(value) &&
      value.every(
        (one) =>
          (typeof one === "string" && one !== "") ||
          (typeof one === "object" && one !== null && !Array.isArray(one)),
      ),
  },
  passes: listRule("Passes inserted into the target's pipeline, as `--pass` does"),
  skipPasses: listRule("Steps left out of the target's pipeline, as `--skip-pass` does"),
  passOptions: optionsRule("Options of passes by pass and name, as `--pass-option` gives them"),
  emitOptions: optionsRule("Options of targets by target and name, as `--emit-option` gives them"),
  cycles: wholeNumber("Last cycle that runs", 1),
  idle: wholeNumber("Cycles in a row without a triggered stage that stop the run", 1),
  log: words("How log lines are printed", ["located", "json", "plain", "none"]),
  externs: pathRule("JavaScript module with the bodies of extern functions, relative to this file"),
  parallel: flagRule(
    "Whether to run and compile for several threads where nothing names another target than `rust`",
  ),
  threads: wholeNumber("Threads of the target `rust-parallel`; 0 is automatic", 0),
  $schema: nameRule("Where editors find this schema", "an address"),
};

/** The keys that a configuration may have. */
export const configKeys: readonly string[] = Object.keys(CONFIG_RULES);

/**
 * Checks a loaded value key by key.
 *
 * @param path how messages call the file
 * @param locate the place of a key in the file, where it can be told
 * @returns everything that is wrong; none means that `value` is an {@link AssassynConfig}
 */
export function checkConfig(
  value: unknown,
  path: string,
  locate: (key: string) => Diagnostic["span"],
): Diagnostic[] {
  if (!isRecord(value)) {
    const args = { path, reason: `a configuration is an object, not ${describe(value)}` };
    return [createDiagnostic(messages.unreadable, args)];
  }
  const result: Diagnostic[] = [];
  for (const [key, member] of Object.entries(value)) {
    const rule = isKey(key) ? CONFIG_RULES[key] : undefined;
    if (rule === undefined) {
      const nearest = suggestNearest(key, configKeys);
      const extras: DiagnosticExtras = {
        help: nearest === undefined ? `the keys are ${configKeys.join(", ")}` : `did you mean "${nearest}"?`,
      };
      result.push(createDiagnostic(messages["unknown-key"], { key, path }, locate(key), extras));
    } else if (member !== undefined && !rule.accepts(member)) {
      const args = { key, path, expected: rule.expected, actual: describe(member) };
      result.push(createDiagnostic(messages["wrong-type"], args, locate(key)));
    }
  }
  return result;
}

/** Whether {@link checkConfig} finds nothing wrong. */
export function isConfig(value: unknown): value is AssassynConfig {
  return checkConfig(value, "", () => undefined).length === 0;
}

function isKey(key: string): key is keyof AssassynConfig {
  return Object.hasOwn(CONFIG_RULES, key);
}

/** Whether a value is an object with string keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null || value === undefined) return String(value);
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return JSON.stringify(value);
    case "object":
      return "an object";
    default:
      return `a ${typeof value}`;
  }
}
