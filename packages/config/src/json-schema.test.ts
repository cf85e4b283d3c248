import type { OptionSpecs } from "@assassyn/plugin-api";
import { defineEmitter, definePlugin } from "@assassyn/plugin-api";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { checkConfigTarget, configJsonSchema, configKeys, loadConfig } from "./index.js";

const options = {
  limit: { type: "integer", description: "Most of them", default: 8, minimum: 1, maximum: 64 },
  any: { type: "integer", description: "Any number", default: 0 },
  loud: { type: "boolean", description: "Say more", default: false },
  mode: { type: "choice", description: "How", choices: ["fast", "small"], default: "fast" },
  tag: { type: "string", description: "A word", default: "" },
} as const satisfies OptionSpecs;

test("the schema that is packed is the one of the code: `npx vitest run packages/config -u` writes it", async () => {
  const schema = configJsonSchema();
  expect(Object.keys(Object(schema["properties"])).sort()).toEqual([...configKeys].sort());
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
    "../generated/config.schema.json",
  );
});

test("the README names every key", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  for (const key of configKeys) expect(readme).toContain(key);
});

test("with contributions it has their names, and their options as they are declared", () => {
  const { properties } = configJsonSchema({
    passes: [
      { name: "work", description: "Works", options },
      { name: "plain", description: "Has no options", options: {} },
    ],
    targets: [{ name: "dot", description: "Draws", options: { tag: options.tag } }],
  });
  expect(properties).toMatchObject({
    target: { enum: ["wasm", "rust", "rust-parallel", "interpreter", "ir", "dot"] },
    passes: { type: "array", items: { enum: ["work", "plain"] } },
    passOptions: {
      type: "object",
      additionalProperties: false,
      properties: {
        work: {
          description: "Works",
          type: "object",
          additionalProperties: false,
          properties: {
            limit: { description: "Most of them", default: 8, type: "integer", minimum: 1, maximum: 64 },
            any: { description: "Any number", default: 0, type: "integer" },
            loud: { description: "Say more", default: false, type: "boolean" },
            mode: { description: "How", default: "fast", enum: ["fast", "small"] },
            tag: { description: "A word", default: "", type: "string" },
          },
        },
      },
    },
    emitOptions: { properties: { dot: { properties: { tag: { type: "string" } } } } },
  });
  expect(Object.keys(Object(properties).passOptions.properties)).toEqual(["work"]);
});

test("a target of the configuration is one of the command or of a plugin", async () => {
  const dot = definePlugin({
    name: "graph",
    emitters: [defineEmitter({ target: "dot", description: "", emit: () => [] })],
  });
  const checked = async (target: string) => {
    const folder = mkdtempSync(path.join(tmpdir(), "assassyn-config-"));
    writeFileSync(path.join(folder, "assassyn.config.json"), `{ "cycles": 3, "target": "${target}" }`);
    const result = await loadConfig(folder, folder);
    if (result.kind === "error") throw new Error("it loads");
    return checkConfigTarget(result.loaded, [dot]);
  };
  expect(await checked("interpreter")).toBe(undefined);
  expect(await checked("dot")).toBe(undefined);
  expect(await checked("dto")).toEqual({
    diagnostic: expect.objectContaining({
      code: "config/unknown-target",
      message: 'assassyn.config.json names the target "dto", which neither assassyn nor a plugin has',
      span: { file: 0, start: 15, end: 23 },
      help: 'did you mean "dot"?',
    }),
    sources: [{ path: "assassyn.config.json", text: '{ "cycles": 3, "target": "dto" }' }],
  });
  expect((await checked("verilog"))?.diagnostic.help).toBe(
    "the targets are wasm, rust, rust-parallel, interpreter, ir, dot",
  );
});
