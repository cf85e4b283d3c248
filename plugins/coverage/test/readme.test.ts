/** The command line of README.md, as it is typed there, but with the plugin from its source. */
import { Buffer } from "node:buffer";
import { copyFileSync, existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "@assassyn/cli";
import type { Sink } from "@assassyn/cli";
import { expect, test } from "vitest";
import { parseLcov } from "./lcov-parser.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const source = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const design = fileURLToPath(new URL("../../../examples/fifo-depth/fifo-depth.asyn", import.meta.url));

/** A sink that keeps what is written. */
function capture(): Sink & { readonly text: () => string } {
  const written: string[] = [];
  return {
    isTerminal: false,
    descriptor: undefined,
    columns: 80,
    write: (data) => void written.push(typeof data === "string" ? data : Buffer.from(data).toString()),
    text: () => written.join(""),
  };
}

const noInput = () => Promise.resolve(new Uint8Array());

/** Runs the command in this process. */
async function assassyn(argv: readonly string[], cwd: string) {
  const [stdout, stderr] = [capture(), capture()];
  const { signal: interrupted } = new AbortController();
  const status = await main(argv, { cwd, env: {}, stdout, stderr, readStdin: noInput, interrupted });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

/** A new folder with the design of the README. */
function folder(): string {
  const cwd = mkdtempSync(path.join(tmpdir(), "assassyn-coverage-"));
  copyFileSync(design, path.join(cwd, "fifo-depth.asyn"));
  return cwd;
}

test.each(["wasm", "interpreter"])(
  "the README's command shows its table and writes the tracefile on %s",
  async (target) => {
    const [, command = ""] = /^npx assassyn (run .*)$/m.exec(readme) ?? [];
    const [, table = ""] = /^```text\n([^]*?)^```$/m.exec(readme) ?? [];
    const words = command.split(" ").map((word) => (word === "@assassyn/plugin-coverage" ? source : word));
    const cwd = folder();
    const { status, stderr } = await assassyn([...words, "--target", target], cwd);
    expect(status).toBe(0);
    expect(stderr.slice(stderr.indexOf("\n\n") + 2)).toBe(table);
    const [file] = parseLcov(readFileSync(path.join(cwd, "coverage/lcov.info"), "utf8"));
    expect([file?.path, file?.lines.length, file?.branches.length]).toEqual(["fifo-depth.asyn", 14, 12]);
  },
);

test("without --report-dir no file is written; the log is that of the design", async () => {
  const cwd = folder();
  const plain = await assassyn(["run", "fifo-depth.asyn"], cwd);
  const counted = await assassyn(
    ["run", "fifo-depth.asyn", "--plugin", source, "--pass", "count-coverage"],
    cwd,
  );
  expect(counted.stdout).toBe(plain.stdout);
  expect(existsSync(path.join(cwd, "coverage"))).toBe(false);
});
