import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";

interface LockEntry {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly engines?: { readonly node?: string };
}

const require = createRequire(import.meta.url);
const semver: { satisfies(version: string, range: string): boolean } = require("semver");

/** The oldest Node that package.json's `engines` promises. */
const oldestNode = "20.19.0";

const lockFile: { readonly packages: Readonly<Record<string, LockEntry>> } = JSON.parse(
  readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"),
);
const entries = Object.entries(lockFile.packages);

test("the lock file names no registry but the public one", () => {
  const foreign = entries.filter(
    ([, { resolved, link }]) =>
      resolved !== undefined && link !== true && !resolved.startsWith("https://registry.npmjs.org/"),
  );
  expect(foreign.map(([location, { resolved }]) => `${location}: ${resolved}`)).toEqual([]);
});

test(`everything in the lock file runs on Node ${oldestNode}`, () => {
  const tooNew = entries.filter(
    ([, { engines }]) => engines?.node !== undefined && !semver.satisfies(oldestNode, engines.node),
  );
  expect(tooNew.map(([location, { engines }]) => `${location}: ${engines?.node}`)).toEqual([]);
});
