/** What values a key of the configuration takes: for the check, for its message, and for the schema of editors. */

/** A part of a JSON Schema, draft 7. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What one key takes. */
export interface ValueRule {
  /** For editors, one sentence. */
  readonly description: string;
  /** How messages call what fits. */
  readonly expected: string;
  readonly schema: JsonSchema;
  readonly accepts: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const text: JsonSchema = { type: "string", minLength: 1 };

/** A path. */
export const pathRule = (description: string): ValueRule => nameRule(description, "a path");

/** Any text that is not empty. */
export const nameRule = (description: string, expected: string): ValueRule => ({
  description,
  expected,
  schema: text,
  accepts: isText,
});

/** One of a few words. */
export const words = (description: string, allowed: readonly string[]): ValueRule => ({
  description,
  expected: `one of ${allowed.map((word) => `"${word}"`).join(", ")}`,
  schema: { enum: allowed },
  accepts: (value) => typeof value === "string" && allowed.includes(value),
});

/** A whole number, at least `minimum`. */
export const wholeNumber = (description: string, minimum: number): ValueRule => ({
  description,
  expected: `a whole number from ${minimum} on`,
  schema: { type: "integer", minimum },
  accepts: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= minimum,
});

/** True or false. */
export const flagRule = (description: string): ValueRule => ({
  description,
  expected: "true or false",
  schema: { type: "boolean" },
  accepts: (value) => typeof value === "boolean",
});

/** A list of names. */
export const listRule = (description: string): ValueRule => ({
  description,
  expected: "a list of names",
  schema: { type: "array", items: text },
  accepts: (value) => Array.isArray(value) && value.every(isText),
});

/** Values of options in two levels; whether they fit is for the declarations of the options to say. */
export const optionsRule = (description: string): ValueRule => ({
  description,
  expected: "an object of objects with the options",
  schema: {
    type: "object",
    additionalProperties: {
      type: "object",
      additionalProperties: { type: ["string", "number", "boolean"] },
    },
  },
  accepts: (value) =>
    isObject(value) &&
    Object.values(value).every(
      (options) =>
        isObject(options) &&
        Object.values(options).every((one) => ["string", "number", "boolean"].includes(typeof one)),
    ),
});

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
