/**
 * Follows writing-a-plugin.md as a reader does, in a folder outside the workspace, with the packages as they would be published:
 * `sh` blocks are typed line by line, blocks with `file=` are saved, `output` blocks are what the last `sh` block must have printed.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import type { PackedRegistry } from "../tools/workspace/packed-registry.js";
import { startPackedRegistry } from "../tools/workspace/packed-registry.js";

const guide = readFileSync(new URL("writing-a-plugin.md", import.meta.url), "utf8");
const run = promisify(execFile);

interface Block {
  /** Line of the guide. */
  readonly line: number;
  readonly language: string;
  /** Where to save it. */
  readonly file: string | undefined;
  readonly text: string;
}

const blocks: readonly Block[] = [...guide.matchAll(/^```(\w+)(?: file=(\S+))?\n([^]*?)^```$/gm)].map(
  ({ index, 1: language = "", 2: file, 3: text = "" }) => ({
    line: guide.slice(0, index).split("\n").length,
    language,
    file,
    text,
  }),
);

let registry: PackedRegistry | undefined;
afterAll(() => registry?.close());

/** Types lines into a shell that stops at the first failure; returns what it printed and the folder that it ended in. */
async function type(lines: string, cwd: string, env: PackedRegistry["env"]) {
  const script = `set -e\n${lines}\npwd > "$ASSASSYN_GUIDE_FOLDER"\n`;
  const note = path.join(path.dirname(registry?.folder ?? cwd), "folder");
  try {
    const { stdout, stderr } = await run("bash", ["--norc", "-c", script], {
      cwd,
      env: { ...env, ASSASSYN_GUIDE_FOLDER: note },
    });
    return { printed: stderr + stdout, folder: readFileSync(note, "utf8").trim() };
  } catch (error) {
    const output =
      error instanceof Error && "stdout" in error && "stderr" in error ? [error.stdout, error.stderr] : [];
    throw new Error(`${lines}failed: ${String(error)}\n${output.join("\n")}`, { cause: error });
  }
}

/** An output as a pattern: `…` stands for anything on a line, and alone on a line for any lines. */
function patternOf(output: string): RegExp {
  const escaped = output.trimEnd().replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  return new RegExp(escaped.replaceAll(/^…\n/gm, "[^]*?").replaceAll(/ ?… ?/g, ".*"));
}

test("the guide works as it is written", { timeout: 180_000 }, async () => {
  registry = await startPackedRegistry();
  const { env } = registry;
  let { folder } = registry;
  let printed = "";
  const wrong: string[] = [];
  for (const { line, language, file, text } of blocks) {
    if (file !== undefined) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    } else if (language === "sh") {
      ({ printed, folder } = await type(text, folder, env));
    } else if (language === "output") {
      if (!patternOf(text).test(printed)) wrong.push(`line ${line}: not this, but\n${printed}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("the steps are numbered, and every kind of block is known", () => {
  const steps = [...guide.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number));
  expect(steps).toEqual(steps.map((_, index) => index + 1));
  expect(steps.length).toBeGreaterThan(5);
  const odd = blocks.filter(
    ({ language, file }) => file === undefined && !["sh", "output", "text"].includes(language),
  );
  expect(odd.map(({ line }) => line)).toEqual([]);
});
