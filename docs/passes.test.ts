/** passes.md says what the passes are and do; `npx vitest run docs -u` writes it again. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { expect, test } from "vitest";
import { commandSpecs } from "../packages/cli/src/commands/index.js";
import { generatePasses, orphanExamples } from "./passes-page.js";

const file = fileURLToPath(new URL("passes.md", import.meta.url));
const START = "<!-- generated from the passes; `npx vitest run docs -u` writes it -->\n";
const END = "<!-- end of what is generated -->\n";

test("the list of passes is what the passes say and do", async () => {
  const text = readFileSync(file, "utf8");
  const [before, rest = ""] = text.split(START);
  const [, after = ""] = rest.split(END);
  const page = `${before}${START}\n${generatePasses()}\n${END}${after}`;
  const formatted = await format(page, { ...(await resolveConfig(file)), parser: "markdown" });
  await expect(formatted).toMatchFileSnapshot(file);
  expect(text).toContain(START);
  expect(text).toContain(END);
});

test("every example belongs to a pass", () => {
  expect(orphanExamples()).toEqual([]);
});

test("the page names every option that chooses or watches passes, and none that is gone", () => {
  const text = readFileSync(file, "utf8");
  const options = new Set(
    commandSpecs.flatMap((spec) =>
      Object.values(spec.options).flatMap(({ flags, negative }) => {
        const long = /--[\w-]+/.exec(flags)?.[0] ?? "";
        return negative === undefined ? [long] : [long, long.replace("--", "--no-")];
      }),
    ),
  );
  const named = new Set(text.match(/--[a-z][\w-]+/g) ?? []);
  expect([...named].filter((name) => !options.has(name))).toEqual([]);
  const compile = commandSpecs.find(({ name }) => name === "compile");
  const watching = Object.values(compile?.options ?? {})
    .map(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? "")
    .filter((name) => /ir-|pass|pipeline|bisect|reproducer|timing|dump|stop|facts|verify/.test(name));
  expect(watching.filter((name) => !named.has(name))).toEqual([]);
});
