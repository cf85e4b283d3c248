import type { Locate } from "../src/index.js";

/** What a locator says so many calls below the caller, all of them in this file. */
export function locateBelow(levels: number, locate: Locate): ReturnType<Locate> {
  return levels === 0 ? locate() : locateBelow(levels - 1, locate);
}
