import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generateSources } from "../generate.mjs";
import { STANDARD_PREFIX, standardLibrary } from "./index.js";

test("the embedded sources are those of src/*.asyn (else: npm run generate -w @assassyn/std)", () => {
  const embedded = readFileSync(new URL("./generated/std-sources.ts", import.meta.url), "utf8");
  expect(embedded).toBe(generateSources());
});

test("every file is found under the path that an import names", () => {
  for (const [path, text] of standardLibrary) {
    expect(path.startsWith(STANDARD_PREFIX) && path.endsWith(".asyn")).toBe(true);
    expect(text.length).toBeGreaterThan(0);
  }
});
