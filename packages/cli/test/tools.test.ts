import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { commandSpecs } from "../src/commands/index.js";
import { assassyn, project } from "./harness.js";

test("explain prints the long form, by code, by name, and by what is pasted", async () => {
  const cwd = project();
  const { status, stdout } = await assassyn(["explain", "cli/no-design"], { cwd });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^cli\/no-design \(error\)\n\nWithout a file on the command line, /);
  expect((await assassyn(["explain", "error[cli/no-design]:"], { cwd })).stdout).toBe(stdout);
  expect((await assassyn(["explain", "no-design"], { cwd })).stdout).toBe(stdout);
  expect(JSON.parse((await assassyn(["explain", "no-design", "--json"], { cwd })).stdout)).toMatchObject({
    schemaVersion: 1,
    code: "cli/no-design",
    severity: "error",
  });
});

test("explain lists the codes of every package, and suggests the nearest", async () => {
  const cwd = project();
  const { stdout } = await assassyn(["explain"], { cwd });
  for (const scope of ["cli", "compiler", "config", "frontend", "ir", "pass-manager", "syntax"]) {
    expect(stdout).toMatch(new RegExp(`^${scope}/[\\w-]+ +\\S`, "m"));
  }
  const { status, stderr } = await assassyn(["explain", "cli/no-desing"], { cwd });
  expect(status).toBe(2);
  expect(stderr).toContain('did you mean "cli/no-design"?');
});

test("new makes a folder whose design checks, is formatted, and runs", async () => {
  const cwd = project();
  const { status, stdout, stderr } = await assassyn(["new", "my-counter"], { cwd });
  expect([status, stdout, stderr]).toEqual([0, "", "created my-counter; next: assassyn run my-counter\n"]);
  expect(readdirSync(path.join(cwd, "my-counter")).sort()).toEqual([
    ".gitignore",
    "assassyn.config.json",
    "my-counter.asyn",
  ]);
  expect((await assassyn(["check", "my-counter"], { cwd })).status).toBe(0);
  expect((await assassyn(["fmt", "--check", "my-counter"], { cwd })).status).toBe(0);
  const run = await assassyn(["run", "my-counter", "--log", "plain"], { cwd });
  expect([run.status, run.stdout.split("\n").slice(0, 3)]).toEqual([
    0,
    ["total = 0", "total = 1", "total = 3"],
  ]);
});

test("new makes a design that checks also where the name is a keyword", async () => {
  const cwd = project();
  expect((await assassyn(["new", "reg"], { cwd })).status).toBe(0);
  expect((await assassyn(["check", "reg"], { cwd })).stderr).toBe("reg/reg.asyn: no errors (2 modules)\n");
  expect((await assassyn(["fmt", "--check", "reg"], { cwd })).status).toBe(0);
});

test("the examples in the help of plan work", async () => {
  const cwd = project({ "a.asyn": "system a { driver { } }" });
  const examples = commandSpecs.find(({ name }) => name === "plan")?.examples ?? [];
  for (const [line] of examples) {
    expect(await assassyn(line.split(" "), { cwd })).toMatchObject({ status: 0, stderr: "" });
  }
});

test("new touches nothing that is there and refuses odd names", async () => {
  const cwd = project({ "taken/precious": "1" });
  const taken = await assassyn(["new", "taken"], { cwd });
  expect([taken.status, taken.stderr]).toEqual([2, "error[cli/exists]: taken exists already\n"]);
  for (const name of ["..", "1st", "a b", "", "ü", "x/..", "-"]) {
    expect((await assassyn(["new", name], { cwd })).stderr).toContain("cannot name a design");
  }
  expect((await assassyn(["new", "gone/deep"], { cwd })).status).toBe(0);
  expect(readdirSync(cwd).sort()).toEqual(["gone", "taken"]);
  expect(readFileSync(path.join(cwd, "taken/precious"), "utf8")).toBe("1");
});

test.each(["bash", "zsh", "fish"])("the %s completion knows every command and option", async (shell) => {
  const { status, stdout } = await assassyn(["completion", shell], { cwd: project() });
  expect(status).toBe(0);
  for (const { name, options } of commandSpecs) {
    expect(stdout).toContain(name);
    for (const { flags } of Object.values(options)) {
      const long = /--([\w-]+)/.exec(flags)?.[1] ?? "";
      expect(stdout).toContain(shell === "fish" ? `-l ${long}` : `--${long}`);
    }
  }
});

const hasBash = existsSync("/bin/bash") || existsSync("/usr/bin/bash");

test.skipIf(!hasBash)("the bash completion completes commands, options, values and designs", async () => {
  const cwd = project({ "cpu.asyn": "", "notes.txt": "" });
  const { stdout } = await assassyn(["completion", "bash"], { cwd });
  writeFileSync(path.join(cwd, "completion.sh"), stdout);
  const complete = (...words: string[]): string[] => {
    const script = `source ./completion.sh; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _assassyn; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const result = spawnSync("bash", ["--norc", "-c", script, "bash", ...words], { cwd, encoding: "utf8" });
    expect(result.stderr).toBe("");
    return result.stdout.split("\n").filter((line) => line !== "");
  };
  expect(complete("assassyn", "co")).toEqual(["compile", "completion"]);
  expect(complete("assassyn", "run", "--cy")).toEqual(["--cycles"]);
  expect(complete("assassyn", "run", "--target", "")).toEqual([
    "wasm",
    "interpreter",
    "rust",
    "rust-parallel",
  ]);
  expect(complete("assassyn", "run", "-t", "w")).toEqual(["wasm"]);
  expect(complete("assassyn", "run", "c")).toEqual(["cpu.asyn"]);
  expect(complete("assassyn", "run", "n")).toEqual([]);
  expect(complete("assassyn", "completion", "")).toEqual(["bash", "zsh", "fish"]);
});
