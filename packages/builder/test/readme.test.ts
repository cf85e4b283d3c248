import { readFileSync } from "node:fs";
import { createInterpreter } from "@assassyn/interpreter";
import { expect, test } from "vitest";
import { system } from "./readme-example.js";

const textOf = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

test("the example of the README runs as it is written, and logs lines of the generator", () => {
  const [, shown = ""] = /```ts\n([^]*?)```/.exec(textOf("../README.md")) ?? [];
  const code = textOf("readme-example.ts");
  expect(code.replace('"../src/index.js"', '"@assassyn/builder"').replace("export const", "const")).toBe(
    shown,
  );
  const lines: string[] = [];
  createInterpreter(system, {
    onLog: ({ text, loc }) => lines.push(`${system.files[loc.file]}:${loc.line} ${text}`),
  }).run();
  expect(lines).toHaveLength(100);
  const line = code.split("\n").findIndex((each) => each.includes("m.log")) + 1;
  expect(lines.at(-1)).toBe(`readme-example.ts:${line} 99 + 99 = 198`);
});
