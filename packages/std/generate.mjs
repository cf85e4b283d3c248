// Embeds src/*.asyn as src/generated/std-sources.ts: `npm run generate -w @assassyn/std`.
// The test `standard-library.test.ts` compares the two, so a forgotten run is noticed.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const sourceFolder = fileURLToPath(new URL("src", import.meta.url));

/** @returns {string} the text that src/generated/std-sources.ts must have */
export function generateSources() {
  const names = readdirSync(sourceFolder)
    .filter((name) => name.endsWith(".asyn"))
    .sort();
  const entries = names.map((name) => {
    const text = readFileSync(path.join(sourceFolder, name), "utf8");
    return `  ${JSON.stringify(`std/${name}`)}:\n    ${JSON.stringify(text)},\n`;
  });
  return `// Written by generate.mjs from ../*.asyn; do not edit.

/** Text of each file of the standard library by the path that an import names. */
export const standardSources: Readonly<Record<string, string>> = {
${entries.join("")}};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(path.join(sourceFolder, "generated", "std-sources.ts"), generateSources());
}
