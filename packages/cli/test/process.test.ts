import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { counter, project } from "./harness.js";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const bundle = mkdtempSync(path.join(tmpdir(), "assassyn-bundle-"));
const command = path.join(bundle, "assassyn.js");
const posix = process.platform !== "win32";

beforeAll(() => {
  const built = spawnSync(process.execPath, ["build.mjs", bundle], { cwd: packageFolder, encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
});

/** Runs the bundled command as a process. */
function assassyn(argv: readonly string[], cwd: string, input = "") {
  return spawnSync(process.execPath, [command, ...argv], { cwd, input, encoding: "utf8" });
}

/** Runs a line of shell in which `assassyn` is the bundled command. */
function shell(line: string, cwd: string) {
  const script = `assassyn() { "${process.execPath}" "${command}" "$@"; }\n${line}`;
  return spawnSync("bash", ["--norc", "-c", script], { cwd, encoding: "utf8" });
}

test("the bundle starts with a shebang and holds version and commit", () => {
  expect(readFileSync(command, "utf8").startsWith("#!/usr/bin/env node\n")).toBe(true);
  const { status, stdout, stderr } = assassyn(["--version"], bundle);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+ \([\da-f]{12}\)\n$|^\d+\.\d+\.\d+ \(unknown\)\n$/);
});

test("--version loads nothing but the entry and what it imports statically", () => {
  const entry = readFileSync(command, "utf8");
  const loaded = [...entry.matchAll(/^(?:import|\} from) "\.\/chunks\/([^"]+)";$/gm)].map(
    ([, name = ""]) => name,
  );
  expect(loaded.length).toBeGreaterThan(0);
  const size = loaded.reduce(
    (sum, name) => sum + readFileSync(path.join(bundle, "chunks", name)).length,
    entry.length,
  );
  expect(size).toBeLessThan(80_000);
});

test.each(["wasm", "interpreter"])("every command works in the bundle: run on %s", (target) => {
  const cwd = project({ "a.asyn": counter(2) });
  const { status, stdout } = assassyn(["run", "--target", target, "--log", "plain"], cwd);
  expect([status, stdout]).toEqual([0, "n = 0\nn = 1\n"]);
});

test.each([
  ["check", "a.asyn"],
  ["fmt", "--check", "a.asyn"],
  ["compile", "--target", "ir"],
  ["compile", "--target", "rust", "-o", "crate"],
  ["plan"],
  ["passes"],
  ["explain", "cli/no-design"],
  ["new", "x"],
  ["completion", "bash"],
  ["--help"],
])("every command works in the bundle: %s %s", (...argv) => {
  const { status, stderr } = assassyn(argv, project({ "a.asyn": counter() }));
  expect([status, stderr.includes("internal error")]).toEqual([0, false]);
});

test("errors end the process with their status", () => {
  const cwd = project({ "a.asyn": "system {" });
  expect(assassyn(["check"], cwd).status).toBe(1);
  expect(assassyn(["check", "gone"], cwd).status).toBe(2);
  expect(assassyn(["chekc"], cwd).status).toBe(2);
});

test.skipIf(!posix)("compile and check work as two ends of a pipe", () => {
  const cwd = project({ "a.asyn": counter() });
  const { status, stdout, stderr } = shell(
    "set -o pipefail; assassyn compile a.asyn --target ir | assassyn check -",
    cwd,
  );
  expect([status, stdout, stderr]).toEqual([0, "", "<stdin>: no errors (1 module)\n"]);
});

test.skipIf(!posix)("a reader that goes away is no error", () => {
  const cwd = project({ "a.asyn": counter(10_000_000) });
  const { status, stdout, stderr } = shell("set -o pipefail; assassyn run --log plain | head -n 2", cwd);
  expect([status, stdout, stderr]).toEqual([0, "n = 0\nn = 1\n", ""]);
});

test.skipIf(!posix)("a slow reader gets every line", () => {
  const cwd = project({ "a.asyn": counter(200_000) });
  const { status, stdout } = shell(
    "set -o pipefail; assassyn run -q --log plain | (read -r first; wc -l)",
    cwd,
  );
  expect([status, stdout.trim()]).toEqual([0, "199999"]);
});

test.skipIf(!existsSync("/dev/full"))("a full disk behind stdout is a clear error", () => {
  const cwd = project({ "a.asyn": counter(100_000) });
  for (const line of ["run", "compile --target ir", "check --json", "fmt - < a.asyn", "--help"]) {
    const { status, stderr } = shell(`assassyn ${line} > /dev/full`, cwd);
    expect([line, status]).toEqual([line, 1]);
    expect(stderr).toBe("error[cli/cannot-write]: cannot write <stdout>: no space is left on the device\n");
  }
});

test.skipIf(!posix)("a file size limit leaves the earlier output and nothing half-written", () => {
  const cwd = project({ "a.asyn": counter(100_000), "out.vcd": "old" });
  const { status, stderr } = shell("ulimit -f 8; assassyn run -q --log none --vcd out.vcd", cwd);
  expect(status).toBe(1);
  expect(stderr).toBe(
    "error[cli/cannot-write]: cannot write out.vcd: the file would be larger than this process may write (`ulimit -f`)\n",
  );
  expect(readFileSync(path.join(cwd, "out.vcd"), "utf8")).toBe("old");
  expect(readdirSync(cwd).sort()).toEqual(["a.asyn", "out.vcd"]);
});

test.skipIf(!posix)("closed stdin, stdout and stderr do not crash", () => {
  const cwd = project({ "a.asyn": counter(3) });
  expect(shell("assassyn check - <&-", cwd).stderr).not.toContain("internal error");
  expect(shell("assassyn run 2>&-", cwd)).toMatchObject({ status: 0 });
  expect(shell("assassyn run >&-", cwd).stderr).not.toContain("internal error");
});

test.skipIf(!posix)("the first Ctrl-C ends a run with its summary and its waveform", async () => {
  const cwd = project({ "a.asyn": counter(2 ** 40) });
  const child = spawn(process.execPath, [command, "run", "--log", "plain", "--vcd", "out.vcd"], { cwd });
  let stderr = "";
  let interrupted = false;
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.on("data", () => {
    if (!interrupted) child.kill("SIGINT");
    interrupted = true;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  expect([status, stderr]).toEqual([130, expect.stringContaining("; interrupted\n")]);
  expect(readFileSync(path.join(cwd, "out.vcd"), "utf8")).toMatch(/#\d+\n/);
  expect(readdirSync(cwd).sort()).toEqual(["a.asyn", "out.vcd"]);
});
