import type { DiagnosticExtras, Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic, suggestNearest } from "@assassyn/diagnostics";
import { messages } from "./messages.js";

/** What a configuration file may say. Every key is optional; the command line overrides each. */
export interface AssassynConfig {
  /** The design, relative to the configuration file. */
  readonly entry?: string;
  /** Target of `compile` and `run` where the command line names none. */
  readonly target?: "wasm" | "rust" | "rust-parallel" | "interpreter" | "ir";
  /** Plugins by exact specifier, resolved from the configuration file, or the plugins themselves. */
  readonly plugins?: readonly (string | object)[];
  /** Passes inserted into the target's pipeline, as `--pass` does. */
  readonly passes?: readonly string[];
  /** Steps left out of the target's pipeline, as `--skip-pass` does. */
  readonly skipPasses?: readonly string[];
  /** Last cycle that runs, ≥ 1. */
  readonly cycles?: number;
  /** Cycles in a row without a triggered stage that stop the run, ≥ 1. */
  readonly idle?: number;
  /** How log lines are printed. */
  readonly log?: "located" | "json" | "plain" | "none";
  /** JavaScript module with the bodies of extern functions, relative to the configuration file. */
  readonly externs?: string;
  /**
   * Run and compile for several threads, by the target `rust-parallel`, where nothing names another target than `rust`. Default: what the
   * design's own `config` says, else false. Results never depend on it.
   */
  readonly parallel?: boolean;
  /** Threads of the target `rust-parallel`; 0 is automatic. Default: what the design's own `config` says, else 0. */
  readonly threads?: number;
}

/**
 * Gives a configuration its type; returns it unchanged.
 *
 * @example export default defineConfig({ entry: "cpu.asyn", plugins: ["./my-plugin.mjs"] });
 */
export function defineConfig(config: AssassynConfig): AssassynConfig {
  return config;
}

/** A check of one value: whether it fits, and how the message calls what does. */
interface ValueRule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const isString = (value: unknown): value is string => typeof value === "string" && value !== "";
const words = (...allowed: readonly string[]): ValueRule => ({
  expected: `one of ${allowed.map((word) => `"${word}"`).join(", ")}`,
  accepts: (value) => typeof value === "string" && allowed.includes(value),
});
const wholeNumber = (minimum: number): ValueRule => ({
  expected: `a whole number from ${minimum} on`,
  accepts: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= minimum,
});
const stringList: ValueRule = {
  expected: "a list of names",
  accepts: (value) => Array.isArray(value) && value.every(isString),
};

const RULES: { readonly [Key in keyof Required<AssassynConfig>]: ValueRule } = {
  entry: { expected: "a path", accepts: isString },
  target: words("wasm", "rust", "rust-parallel", "interpreter", "ir"),
  plugins: {
    expected: "a list of plugins or their specifiers",
    accepts: (value) =>
      Array.isArray(value) &&
      value.every((one) => isString(one) || (typeof one === "object" && one !== null && !Array.isArray(one))),
  },
  passes: stringList,
  skipPasses: stringList,
  cycles: wholeNumber(1),
  idle: wholeNumber(1),
  log: words("located", "json", "plain", "none"),
  externs: { expected: "a path", accepts: isString },
  parallel: { expected: "true or false", accepts: (value) => typeof value === "boolean" },
  threads: wholeNumber(0),
};

/** The keys that a configuration may have. */
export const configKeys: readonly string[] = Object.keys(RULES);

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
    const rule = isKey(key) ? RULES[key] : undefined;
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
  return Object.hasOwn(RULES, key);
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
