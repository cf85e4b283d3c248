import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";

interface LockEntry {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);
const semver: { satisfies(version: string, range: string): boolean } = require("semver");

/** The oldest Node that package.json's `engines` promises. */
const oldestNode = "20.19.0";

const { packages }: { readonly packages: Readonly<Record<string, LockEntry>> } = JSON.parse(
  readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"),
);
const entries = Object.entries(packages);

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

// npm leaves out an optional package that the registry does not have yet, such as another system's binary of a
// release of today; `npm ci` then refuses the lock file everywhere. Choose a release that is complete.
test("the lock file has every dependency, those of other systems too", () => {
  const missing = entries.flatMap(([location, { dependencies, optionalDependencies }]) =>
    Object.entries({ ...dependencies, ...optionalDependencies })
      .filter(([name]) => !isLocked(location, name))
      .map(([name, range]) => `${location || "package.json"} needs ${name} ${range}`),
  );
  expect(missing).toEqual([]);
});

/** Looks a dependency up the way Node does: beside the dependent, then in each folder above. */
function isLocked(location: string, name: string): boolean {
  let folder = location;
  while (folder !== "") {
    if (`${folder}/node_modules/${name}` in packages) return true;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")));
  }
  return `node_modules/${name}` in packages;
}
