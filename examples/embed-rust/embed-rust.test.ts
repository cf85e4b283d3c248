/** Types the commands of README.md in a copy of this folder: the output block is what the last one prints. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { assassyn } from "../../packages/cli/test/harness.js";
import { testWithRust } from "../../tools/workspace/requirements.js";

const source = fileURLToPath(new URL(".", import.meta.url));
const readme = readFileSync(`${source}README.md`, "utf8");
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(readme)?.[1] ?? "";

testWithRust("the README works as it is written", { timeout: 180_000 }, async (cargo) => {
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-embed-rust-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["Cargo.toml", "regulator.asyn", "src"])
    cpSync(source + part, path.join(folder, part), { recursive: true });

  /** Runs a line of the README. The first one goes into the folder of which this is a copy. */
  const type = async (line: string): Promise<string> => {
    if (line === "cd examples/embed-rust") return "";
    const [command = "", ...words] = line.split(" ");
    if (command === "cargo") {
      const env = { ...process.env, CARGO_TARGET_DIR: path.join(folder, "target") };
      return execFileSync(cargo, words, { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
    }
    expect([command, words[0]]).toEqual(["npx", "assassyn"]);
    const { status, stdout, stderr } = await assassyn(words.slice(1), { cwd: folder });
    expect({ line, status, stderr: status === 0 ? "" : stderr }).toEqual({ line, status: 0, stderr: "" });
    return stdout;
  };

  let printed = "";
  for (const line of block("sh").trimEnd().split("\n")) printed = await type(line);
  expect(printed).toBe(block("output"));
});
