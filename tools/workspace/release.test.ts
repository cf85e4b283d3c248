/** The packages as a release would publish them: packed once by `npm run release:dry`, checked one by one, installed as a user would. */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { CommonFacts } from "./check-packed.js";
import { checkPacked } from "./check-packed.js";
import type { PackedRegistry } from "./packed-registry.js";
import { startPackedRegistry } from "./packed-registry.js";
import { publicPackages } from "./public-packages.js";
import { testWithRust } from "./requirements.js";

/** Targets whose simulators the installed command builds with cargo. */
const rustTargets = ["rust", "rust-parallel"];

/** What the installed command runs: a design that reads two memory files. */
const example = "examples/memory-engine";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packages = publicPackages(root);
const run = promisify(execFile);

const rootManifest: { license: string; engines: { node: string } } = JSON.parse(
  readFileSync(path.join(root, "package.json"), "utf8"),
);
const common: CommonFacts = {
  license: rootManifest.license,
  licenseText: readFileSync(path.join(root, "LICENSE"), "utf8"),
  node: rootManifest.engines.node,
  published: new Set(packages.map(({ manifest }) => manifest.name)),
};

const tarballs = mkdtempSync(path.join(tmpdir(), "assassyn-tarballs-"));
afterAll(() => rmSync(tarballs, { recursive: true, force: true }));

let packing: Promise<string> | undefined;

/** Runs `npm run release:dry` once for all tests of this file. @returns what it printed */
function packOnce(): Promise<string> {
  packing ??= run("npm", ["run", "--silent", "release:dry", "--", tarballs], { cwd: root }).then(
    ({ stdout }) => stdout,
  );
  return packing;
}

/** What a release changes in a checkout: manifests, changesets, changelogs. */
function releaseState(): Record<string, string> {
  const files = ["package.json", "package-lock.json"];
  for (const folder of [".changeset", ...packages.map((one) => one.folder)]) {
    const names = readdirSync(path.join(root, folder), { withFileTypes: true });
    files.push(...names.filter((one) => one.isFile()).map((one) => `${folder}/${one.name}`));
  }
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));
}

test("release:dry packs every public package with its next version and changes nothing", async () => {
  const before = releaseState();
  const printed = await packOnce();
  expect(releaseState()).toEqual(before);

  const pending = readdirSync(path.join(root, ".changeset")).some((name) => name.endsWith(".md"));
  const rows = printed.split("\n").filter((line) => line.startsWith("@"));
  const listed = rows.map((row) => row.split(/ {2,}/));
  expect(listed.map(([name]) => name)).toEqual(packages.map(({ manifest }) => manifest.name));
  expect(listed.map((cells) => cells[4]).toSorted()).toEqual(readdirSync(tarballs).toSorted());
  // One version for all, and not the one of the checkout as long as changesets wait.
  const versions = new Set(listed.map(([, version]) => version));
  expect(versions.size).toBe(1);
  expect(versions.has(packages[0]?.manifest.version)).toBe(!pending);
  for (const row of rows) expect(row).toMatch(/ {2}[1-9]\d*\.\d kB {2,}[1-9]\d* files {2}/);
});

test.for(packages.map(({ manifest }) => manifest.name))("%s is fit for a registry", async (name) => {
  await packOnce();
  const start = `${name.replace("@", "").replace("/", "-")}-`;
  const file = readdirSync(tarballs).find(
    (one) => one.startsWith(start) && /^\d/.test(one.slice(start.length)),
  );
  expect(await checkPacked(readFileSync(path.join(tarballs, file ?? "")), common)).toEqual([]);
});

test("our plugins depend on nothing: the plugin API comes from whoever loads them", () => {
  const plugins = packages.filter(({ folder }) => folder.startsWith("plugins/"));
  expect(plugins.length).toBeGreaterThan(4);
  for (const { manifest } of plugins) {
    const peers = Object.keys(manifest.peerDependencies ?? {});
    expect([manifest.name, manifest.dependencies, peers]).toEqual([
      manifest.name,
      undefined,
      ["@assassyn/plugin-api"],
    ]);
  }
});

test("what is wrong with a tarball is told with what to do", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-bad-package-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const manifest = {
    name: "@assassyn/bad",
    version: "1.2.3",
    type: "module",
    main: "./lost.js",
    exports: {
      ".": { types: "./index.d.cts", default: "./index.js" },
      "./more": { default: "./index.js" },
    },
    dependencies: { "@assassyn/ir": "^1.0.0", "@assassyn/workspace": "^1.2.3" },
    peerDependencies: { "@assassyn/plugin-api": "^1.2.3" },
  };
  mkdirSync(path.join(folder, "package"));
  for (const [file, text] of Object.entries({
    "package.json": JSON.stringify(manifest),
    "index.js": "export const one = 1;\n",
    "index.d.cts": "export declare const one: 1;\n",
    "index.test.js": "",
    LICENSE: "All yours.\n",
  })) {
    writeFileSync(path.join(folder, "package", file), text);
  }
  const file = path.join(folder, "bad.tgz");
  execFileSync("tar", ["-czf", file, "-C", folder, "package"]);
  const wrong = await checkPacked(readFileSync(file), common);
  expect(wrong.filter((line) => !/^(?:publint|are-the-types-wrong):/.test(line))).toEqual([
    'package.json: write a "description"',
    'package.json: "license" must be "Apache-2.0"',
    'package.json: "engines.node" must be ">=20.19"',
    'package.json: list what to pack in "files"',
    'package.json: say in "sideEffects" whether bundlers may drop modules',
    "write a README.md",
    "copy LICENSE from the root into the package",
    'package.json: "exports" needs "types" that are packed for "./more"',
    'package.json: exclude in "files": index.test.js',
    'package.json: the range of @assassyn/ir must be "^1.2.3", not "^1.0.0"',
    "package.json: @assassyn/workspace is not published, so nobody can install this package",
    'package.json: the range of @assassyn/plugin-api must be ">=1.2.3", not "^1.2.3"',
  ]);
  const others = wrong.join("\n");
  expect(others).toContain("publint: pkg.main is ./lost.js but the file does not exist");
  expect(others).toContain("are-the-types-wrong: Masquerading as CJS");
});

let installation: Promise<PackedRegistry> | undefined;
afterAll(async () => (await installation?.catch(() => undefined))?.close());

/** An empty folder outside the workspace in which only the command is installed, and beside it an example. */
function installOnce(): Promise<PackedRegistry> {
  installation ??= (async () => {
    await packOnce();
    const registry = await startPackedRegistry(tarballs);
    await run("npm", ["install", "@assassyn/cli"], { cwd: registry.folder, env: registry.env });
    cpSync(path.join(root, example), path.join(registry.folder, example), { recursive: true });
    return registry;
  })();
  return installation;
}

/** Runs the example with the installed command and holds its log against the one that is committed. */
async function runExample(target: string, env: Readonly<Record<string, string>>): Promise<void> {
  const registry = await installOnce();
  const { stdout } = await run("npx", ["--no-install", "assassyn", "run", example, "--target", target], {
    cwd: registry.folder,
    env: { ...registry.env, ...env },
  });
  expect(stdout).toBe(readFileSync(path.join(root, example, "memory-engine.expect.log"), "utf8"));
}

test("the packed command runs an example on wasm", async () => {
  await runExample("wasm", {});
});

for (const target of rustTargets) {
  testWithRust(
    `the packed command runs an example on ${target}, offline`,
    { timeout: 180_000 },
    async (cargo) => {
      await runExample(target, { CARGO: cargo, CARGO_NET_OFFLINE: "true" });
    },
  );
}

test("a packed plugin is installed, and one line of a configuration adds it", async () => {
  const { folder, env } = await installOnce();
  await run("npm", ["install", "@assassyn/plugin-checks"], { cwd: folder, env });
  const design = "system s {\n  reg seen: bool\n  driver Idle { seen <= 1 }\n}\n";
  mkdirSync(path.join(folder, "checked"));
  writeFileSync(path.join(folder, "checked/s.asyn"), design);
  writeFileSync(
    path.join(folder, "checked/assassyn.config.ts"),
    'import { defineConfig } from "@assassyn/config";\nexport default defineConfig({ plugins: ["@assassyn/plugin-checks"] });\n',
  );
  const { stderr } = await run("npx", ["--no-install", "assassyn", "check", "checked"], { cwd: folder, env });
  expect(stderr).toContain("warning[checks/write-only-register]");
  // One copy of the API for all of them.
  const { stdout } = await run("npm", ["ls", "--parseable", "@assassyn/plugin-api"], { cwd: folder, env });
  expect(stdout.trim().split("\n")).toEqual([path.join(folder, "node_modules/@assassyn/plugin-api")]);
});
