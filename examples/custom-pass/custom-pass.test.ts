/** Types the commands of README.md, in this process: what an `output` block shows is how the output of the command before begins. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { assassyn } from "../../packages/cli/test/harness.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const readme = readFileSync(`${folder}README.md`, "utf8");
const blocks = [...readme.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

/** Runs a line of the README. The first one goes into the folder where all of this happens. */
async function type(line: string): Promise<string> {
  if (line === "cd examples/custom-pass") return "";
  const [, command] = /^npx assassyn (.*)$/.exec(line) ?? [];
  if (command === undefined) throw new Error(`cannot type ${line}`);
  const { status, stdout, stderr } = await assassyn(command.split(" "), { cwd: folder });
  expect({ line, status, stderr: status === 0 ? "" : stderr }).toEqual({ line, status: 0, stderr: "" });
  return stdout;
}

test("the README works as it is written", { timeout: 120_000 }, async () => {
  let printed = "";
  let commands = 0;
  const shown: { readonly wanted: string; readonly printed: string }[] = [];
  for (const { language, text } of blocks) {
    if (language === "output") shown.push({ wanted: text, printed: printed.slice(0, text.length) });
    else {
      for (const line of text.trimEnd().split("\n")) printed = await type(line);
      commands += 1;
    }
  }
  expect(commands).toBe(4);
  expect(shown.map((block) => block.printed)).toEqual(shown.map(({ wanted }) => wanted));
});

test("the package imports nothing but the API of plugins", () => {
  const sources = ["src/index.ts", "src/log-writes.ts"].map((file) => readFileSync(folder + file, "utf8"));
  const imported = sources.flatMap((text) =>
    [...text.matchAll(/from "(.*)"/g)].map(([, specifier]) => specifier),
  );
  expect(new Set(imported)).toEqual(new Set(["@assassyn/plugin-api", "./log-writes.js"]));
});
