/** The JSON Schema of configuration files. */
import type { OptionSpec, OptionSpecs } from "@assassyn/plugin-api";
import { BUILT_IN_TARGETS, CONFIG_RULES } from "./schema.js";
import type { JsonSchema } from "./value-rules.js";

/** A pass or a target with its options, as `describeContributions` of `@assassyn/pass-manager` has them. */
export interface OptionOwner {
  readonly name: string;
  readonly description: string;
  readonly options: OptionSpecs;
}

/** What plugins contribute, as far as a configuration names it. */
export interface SchemaContributions {
  readonly passes: readonly OptionOwner[];
  readonly targets: readonly OptionOwner[];
}

/**
 * The JSON Schema, draft 7, of `assassyn.config.json`.
 *
 * @param contributions the passes and targets there are; with them, the schema knows their names and options; without, it takes any
 * @example configJsonSchema(describeContributions(registry)) // what `assassyn passes --schema` prints
 */
export function configJsonSchema(contributions?: SchemaContributions): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(CONFIG_RULES).map(([key, { description, schema }]) => [key, { description, ...schema }]),
  );
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of assassyn",
    type: "object",
    additionalProperties: false,
    properties: {
      ...properties,
      ...(contributions === undefined
        ? { target: { ...properties["target"], anyOf: [{ enum: BUILT_IN_TARGETS }, {}] } }
        : contributed(properties, contributions)),
    },
  };
}

/** The keys about which plugins have a say. */
function contributed(
  properties: Readonly<Record<string, JsonSchema>>,
  { passes, targets }: SchemaContributions,
): Readonly<Record<string, JsonSchema>> {
  const targetNames = new Set([...BUILT_IN_TARGETS, ...targets.map(({ name }) => name)]);
  return {
    target: { ...properties["target"], enum: [...targetNames] },
    passes: { ...properties["passes"], items: { enum: passes.map(({ name }) => name) } },
    passOptions: { ...properties["passOptions"], ...optionsOf(passes) },
    emitOptions: { ...properties["emitOptions"], ...optionsOf(targets) },
  };
}

function optionsOf(owners: readonly OptionOwner[]): JsonSchema {
  const entries = owners
    .filter(({ options }) => Object.keys(options).length > 0)
    .map(({ name, description, options }) => [
      name,
      {
        description,
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(
          Object.entries(options).map(([option, spec]) => [option, optionSchema(spec)]),
        ),
      },
    ]);
  return { additionalProperties: false, properties: Object.fromEntries(entries) };
}

function optionSchema(spec: OptionSpec): JsonSchema {
  const { description, default: initial } = spec;
  const common = { description, default: initial };
  switch (spec.type) {
    case "boolean":
    case "string":
      return { ...common, type: spec.type };
    case "integer": {
      const { minimum, maximum } = spec;
      return {
        ...common,
        type: "integer",
        ...(minimum === undefined ? {} : { minimum }),
        ...(maximum === undefined ? {} : { maximum }),
      };
    }
    case "choice":
      return { ...common, enum: spec.choices };
  }
}
