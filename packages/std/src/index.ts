import { standardSources } from "./generated/std-sources.js";

/**
 * The standard library: the text of each file by the path that an `import` names.
 *
 * @example
 * standardLibrary.get("std/memory.asyn"); // its source, or undefined when there is no such file
 */
export const standardLibrary: ReadonlyMap<string, string> = new Map(Object.entries(standardSources));

/** What the path of every import from the standard library starts with. */
export const STANDARD_PREFIX = "std/";
