import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { API_VERSION, definePlugin } from "@assassyn/plugin-api";
import { loadPlugins } from "./index.js";

/** A project with these files; returns what resolves plugins from its configuration. */
function project(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(path.join(tmpdir(), "assassyn-plugins-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  const from = { from: path.join(root, "assassyn.config.json"), shownFrom: "assassyn.config.json" };
  return (...plugins: readonly (string | object)[]) =>
    loadPlugins(plugins.map((plugin) => ({ plugin, ...from })));
}

const packageJson = (apiVersion: unknown) =>
  JSON.stringify({
    name: "some-plugin",
    type: "module",
    exports: { ".": { import: "./main.js" } },
    assassyn: { apiVersion },
  });
const source = (name: string) =>
  `export default { name: ${JSON.stringify(name)}, apiVersion: ${API_VERSION} };\n`;

test("packages, own files in JavaScript and TypeScript, and objects are loaded in their order", async () => {
  const load = project({
    "node_modules/some-plugin/package.json": packageJson(API_VERSION),
    "node_modules/some-plugin/main.js": source("some-plugin"),
    "own.mjs": source("own"),
    "typed.ts": `const version: number = ${API_VERSION};\nexport default { name: "typed", apiVersion: version };\n`,
  });
  const { plugins, diagnostics } = await load(
    "some-plugin",
    "./own.mjs",
    "./typed.ts",
    definePlugin({ name: "inline" }),
  );
  expect(diagnostics).toEqual([]);
  expect(plugins.map(({ plugin, specifier }) => [plugin.name, specifier])).toEqual([
    ["some-plugin", "some-plugin"],
    ["own", "./own.mjs"],
    ["typed", "./typed.ts"],
    ["inline", "inline"],
  ]);
});

test.each([
  [
    "other-plugin",
    "config/plugin-not-found",
    'the plugin "other-plugin" is not found from assassyn.config.json',
  ],
  ["./missing.mjs", "config/plugin-not-found", 'the plugin "./missing.mjs" is not found'],
  ["./throws.mjs", "config/plugin-failed", "failed to load: out of luck"],
  ["./needs.mjs", "config/plugin-failed", "failed to load: Cannot find package 'not-installed'"],
  ["./empty.mjs", "config/plugin-invalid", "no default export"],
  ["./nameless.mjs", "config/plugin-invalid", "it has no name"],
  ["./scalar.mjs", "config/plugin-invalid", "its `passes` is not a list"],
  ["./hollow.mjs", "config/plugin-invalid", "an entry of its `checks` has no `name`"],
  ["./idle.mjs", "config/plugin-invalid", "an entry of its `passes` has no `run`"],
  ["./blank.mjs", "config/plugin-invalid", "an entry of its `emitters` has no `emit`"],
  [
    "./old.mjs",
    "config/plugin-version",
    `made for plugin API version 0; this assassyn offers ${API_VERSION}`,
  ],
  ["some-plugin", "config/plugin-version", "made for plugin API version 99"],
  ["not-a-plugin", "config/plugin-no-version", '"not-a-plugin" has no "assassyn"'],
])("%s is %s", async (specifier, code, text) => {
  const load = project({
    "node_modules/some-plugin/package.json": packageJson(99),
    "node_modules/some-plugin/main.js": 'throw new Error("must not run");\n',
    "node_modules/not-a-plugin/package.json": '{ "name": "not-a-plugin", "main": "index.js" }',
    "node_modules/not-a-plugin/index.js": 'throw new Error("must not run");\n',
    "throws.mjs": 'throw new Error("out of luck");\n',
    "needs.mjs": 'import "not-installed";\n',
    "empty.mjs": "export const plugin = 1;\n",
    "nameless.mjs": "export default { apiVersion: 1 };\n",
    "scalar.mjs": 'export default { name: "a", apiVersion: 1, passes: {} };\n',
    "hollow.mjs": 'export default { name: "a", apiVersion: 1, passes: [], checks: [null] };\n',
    "idle.mjs": 'export default { name: "a", apiVersion: 1, passes: [{ name: "b" }] };\n',
    "blank.mjs": 'export default { name: "a", apiVersion: 1, emitters: [{ target: "b", run() {} }] };\n',
    "old.mjs": 'export default { name: "old", apiVersion: 0 };\n',
  });
  const { plugins, diagnostics } = await load(specifier);
  expect(plugins).toEqual([]);
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  expect(diagnostics[0]?.message).toContain(text);
});

test("a plugin that fails to load shows its error, and where it was thrown", async () => {
  const load = project({
    "plugin/main.mjs": 'import { work } from "./more.mjs";\nwork();\n',
    "plugin/more.mjs": "export function work() {\n  undefined.name;\n}\n",
    "text.mjs": 'throw "a text";\n',
  });
  const { diagnostics } = await load("./plugin/main.mjs", "./text.mjs");
  expect(diagnostics.map(({ message, notes }) => [message, notes])).toEqual([
    [
      "the plugin \"./plugin/main.mjs\" failed to load: TypeError: Cannot read properties of undefined (reading 'name')",
      ["thrown at more.mjs:2:13"],
    ],
    ['the plugin "./text.mjs" failed to load: a text', []],
  ]);
});

test("two plugins of one name are an error, one plugin named twice is not", async () => {
  const load = project({ "a.mjs": source("same"), "b.mjs": source("same") });
  const twice = await load("./a.mjs", "./a.mjs");
  expect([twice.plugins.length, twice.diagnostics.length]).toEqual([1, 0]);
  const clash = await load("./a.mjs", "./b.mjs");
  expect(clash.diagnostics.map(({ message }) => message)).toEqual([
    'two plugins have the name "same": ./a.mjs and ./b.mjs',
  ]);
});
