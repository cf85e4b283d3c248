/** Every design of the repository is formatted: `npx assassyn fmt <file>` changes nothing. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "@assassyn/syntax";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "dist", "target"]);

/** The paths of the .asyn files below a folder, hidden folders and those of {@link SKIPPED} left out. */
function designsIn(folder: string): string[] {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return entry.name.startsWith(".") || SKIPPED.has(entry.name) ? [] : designsIn(path);
    return entry.name.endsWith(".asyn") ? [path] : [];
  });
}

const designs = designsIn("");

test("the designs of the examples and of the standard library are found", () => {
  expect(designs).toContain("examples/riscv/cpu.asyn");
  expect(designs).toContain("packages/std/src/memory.asyn");
});

test.each(designs)("%s is formatted", (path) => {
  const text = readFileSync(root + path, "utf8");
  const { text: formatted, diagnostics } = format(text);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  expect(formatted, `npx assassyn fmt ${path}`).toBe(text);
});
