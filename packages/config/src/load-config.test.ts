import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { renderText } from "@assassyn/diagnostics";
import type { ConfigResult } from "./index.js";
import { configKeys, defineConfig, loadConfig } from "./index.js";

/** A fresh folder with these files; returns its path. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), "assassyn-config-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

/** The messages of a failed load as the user reads them. */
function messagesOf(result: ConfigResult): string {
  return result.kind === "ok" ? "" : renderText(result.diagnostics, result.sources);
}

test("the nearest configuration from a folder upward counts", async () => {
  const root = folderWith({
    "assassyn.config.json": '{ "cycles": 1 }',
    "a/assassyn.config.json": '{ "cycles": 2, "entry": "x.asyn" }',
    "a/b/x.asyn": "",
    "c/x.asyn": "",
  });
  const cyclesFrom = async (folder: string) => {
    const result = await loadConfig(path.join(root, folder), root);
    return result.kind === "ok" ? result.loaded.config.cycles : undefined;
  };
  expect(await cyclesFrom("a/b")).toBe(2);
  expect(await cyclesFrom("c")).toBe(1);
  expect(await loadConfig(path.join(root, "a"), root)).toMatchObject({
    loaded: { shownPath: "a/assassyn.config.json", file: path.join(root, "a/assassyn.config.json") },
  });
});

test("a TypeScript and a JavaScript module are loaded by their default export", async () => {
  const typescript = folderWith({
    "assassyn.config.ts":
      'interface Limits { cycles: number }\nconst limits: Limits = { cycles: 7 };\nexport default { ...limits, target: "rust" };\n',
  });
  expect(await loadConfig(typescript, typescript)).toMatchObject({
    loaded: { config: { cycles: 7, target: "rust" } },
  });
  const javascript = folderWith({ "assassyn.config.mjs": "export default { idle: 3 };\n" });
  expect(await loadConfig(javascript, javascript)).toMatchObject({ loaded: { config: { idle: 3 } } });
});

test("an unknown key is an error that points at it and names the nearest key", async () => {
  const root = folderWith({
    "assassyn.config.json": '{\n  "entry": "a.asyn",\n  "cyles": 3,\n  "zzz": 1\n}\n',
  });
  const text = messagesOf(await loadConfig(root, root));
  expect(text).toContain('error[config/unknown-key]: unknown key "cyles" in assassyn.config.json');
  expect(text).toContain("assassyn.config.json:3:3");
  expect(text).toContain('help: did you mean "cycles"?');
  expect(text).toContain(`help: the keys are ${configKeys.join(", ")}`);
});

test.each([
  ['{ "cycles": 0 }', '"cycles" in assassyn.config.json must be a whole number from 1 on, not 0'],
  ['{ "cycles": "9" }', 'must be a whole number from 1 on, not "9"'],
  ['{ "target": 3 }', '"target" in assassyn.config.json must be the name of a target, not 3'],
  ['{ "log": "loud" }', 'must be one of "located", "json", "plain", "none", not "loud"'],
  ['{ "passOptions": { "a": 1 } }', "must be an object of objects with the options, not an object"],
  ['{ "emitOptions": { "a": { "b": [] } } }', "must be an object of objects with the options, not an object"],
  ['{ "plugins": ["a", 3] }', "must be a list of plugins or their specifiers, not a list"],
  ['{ "parallel": null }', "must be true or false, not null"],
  ["[]", "a configuration is an object, not a list"],
  ['{ "entry": ', "cannot load assassyn.config.json: "],
])("%s is refused", async (text, message) => {
  const root = folderWith({ "assassyn.config.json": text });
  expect(messagesOf(await loadConfig(root, root))).toContain(message);
});

test("a module without default export, one that throws, and two files at once are errors", async () => {
  const empty = folderWith({ "assassyn.config.mjs": "export const entry = 1;\n" });
  expect(messagesOf(await loadConfig(empty, empty))).toContain("has no default export");
  const throwing = folderWith({ "assassyn.config.ts": 'throw new Error("no luck");\n' });
  expect(messagesOf(await loadConfig(throwing, throwing))).toContain("assassyn.config.ts: no luck");
  const both = folderWith({ "assassyn.config.mjs": "export default {};\n", "assassyn.config.json": "{}" });
  expect(messagesOf(await loadConfig(both, both))).toContain("assassyn.config.mjs, assassyn.config.json");
});

test("a JSON file may name its schema", async () => {
  const root = folderWith({ "assassyn.config.json": '{ "$schema": "./schema.json", "cycles": 2 }' });
  expect(await loadConfig(root, root)).toMatchObject({ kind: "ok", loaded: { config: { cycles: 2 } } });
});

test("a file named by the user must exist", async () => {
  const root = folderWith({});
  expect(messagesOf(await loadConfig(root, root, path.join(root, "my.json")))).toContain(
    "my.json does not exist",
  );
});

test("without any file everything is default", async () => {
  const root = folderWith({});
  expect(await loadConfig(root, root)).toEqual({
    kind: "ok",
    loaded: { config: {}, file: undefined, shownPath: "" },
  });
  const config = { entry: "a.asyn" };
  expect(defineConfig(config)).toBe(config);
});
