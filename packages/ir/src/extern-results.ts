/** What the body of an `extern` returned, as the bits of its results. */
import type { Type } from "./types.js";

/**
 * Joins the results of an `extern`, the first one most significant, each reduced to its width.
 *
 * @param returned whatever the body returned; foreign code may return anything
 * @throws Error with the reason if it is not a bigint (for one result) or an array with one bigint for each result
 * @example
 * packExternResults([uint(8), uint(4)], [1n, 2n]) // 0x12n
 */
export function packExternResults(types: readonly Pick<Type, "width">[], returned: unknown): bigint {
  const values: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  const wanted = types.length === 1 ? "a bigint" : `an array of ${types.length} bigints`;
  if (!Array.isArray(returned) && (typeof returned !== "bigint" || types.length !== 1)) {
    throw new Error(`it returned ${describe(returned)} instead of ${wanted}`);
  }
  if (values.length !== types.length) {
    throw new Error(`it returned an array of ${values.length} instead of ${wanted}`);
  }
  let bits = 0n;
  types.forEach(({ width }, index) => {
    const value = values[index];
    if (typeof value !== "bigint") {
      throw new Error(`result ${index + 1} is ${describe(value)} instead of a bigint`);
    }
    bits = (bits << BigInt(width)) | BigInt.asUintN(width, value);
  });
  return bits;
}

function describe(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return "a single bigint";
    case "number":
      return `the number ${value}`;
    case "string":
      return "a string";
    case "boolean":
      return `the boolean ${value}`;
    case "undefined":
      return "nothing";
    case "object":
      if (value === null) return "null";
      if (value instanceof Promise) return "a promise (bodies are called synchronously)";
      return Array.isArray(value) ? "an array" : "an object";
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
  }
}
