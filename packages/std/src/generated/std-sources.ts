// Written by generate.mjs from ../*.asyn; do not edit.

/** Text of each file of the standard library by the path that an import names. */
export const standardSources: Readonly<Record<string, string>> = {
};
