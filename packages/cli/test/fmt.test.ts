import { chmodSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { assassyn, project } from "./harness.js";

const messy = "system   a {\ndriver { finish   }\n}\n";

/** The formatted text of {@link messy}, as the command prints it. */
async function formatted(): Promise<string> {
  return (await assassyn(["fmt", "-"], { cwd: project(), stdin: messy })).stdout;
}

test("a folder means every .asyn file below it; a formatted file is not touched", async () => {
  const clean = await formatted();
  const cwd = project({
    "a.asyn": messy,
    "sub/b.asyn": clean,
    "sub/deep/c.asyn": messy,
    "node_modules/d.asyn": messy,
    "target/e.asyn": messy,
    "note.txt": messy,
  });
  const before = statSync(path.join(cwd, "sub/b.asyn"));
  const { status, stdout, stderr } = await assassyn(["fmt"], { cwd });
  expect([status, stdout, stderr]).toEqual([0, "", "formatted a.asyn\nformatted sub/deep/c.asyn\n"]);
  const read = (name: string) => readFileSync(path.join(cwd, name), "utf8");
  expect([read("a.asyn"), read("sub/deep/c.asyn"), read("node_modules/d.asyn")]).toEqual([
    clean,
    clean,
    messy,
  ]);
  const after = statSync(path.join(cwd, "sub/b.asyn"));
  expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino]);
  expect((await assassyn(["fmt"], { cwd })).stderr).toBe("3 files formatted already\n");
});

test("--check writes nothing and lists what would change", async () => {
  const cwd = project({ "a.asyn": messy, "b.asyn": await formatted() });
  expect(await assassyn(["fmt", "--check", "."], { cwd })).toEqual({
    status: 1,
    stdout: "a.asyn\n",
    stderr: "1 of 2 files would change\n",
  });
  expect(readFileSync(path.join(cwd, "a.asyn"), "utf8")).toBe(messy);
  expect((await assassyn(["fmt", "--check", "b.asyn"], { cwd })).status).toBe(0);
});

test("standard input is formatted to standard output, by - and by --stdin", async () => {
  const clean = await formatted();
  expect(clean).not.toBe(messy);
  const cwd = project();
  expect(await assassyn(["fmt", "--stdin"], { cwd, stdin: messy })).toEqual({
    status: 0,
    stdout: clean,
    stderr: "",
  });
  expect((await assassyn(["fmt", "-", "--check"], { cwd, stdin: messy })).status).toBe(1);
  expect((await assassyn(["fmt", "-", "--check"], { cwd, stdin: clean })).status).toBe(0);
  expect((await assassyn(["fmt", "-", "x.asyn"], { cwd })).status).toBe(2);
});

test("a file with syntax errors stays as it is, and the others are formatted", async () => {
  const cwd = project({ "bad.asyn": "system {{{\n", "good.asyn": messy });
  const { status, stderr } = await assassyn(["fmt", "bad.asyn", "good.asyn"], { cwd });
  expect(status).toBe(1);
  expect(stderr).toContain("--> bad.asyn:1:");
  expect(stderr).toContain("formatted good.asyn");
  expect(readFileSync(path.join(cwd, "bad.asyn"), "utf8")).toBe("system {{{\n");
  const stdin = await assassyn(["fmt", "-"], { cwd, stdin: "system {{{\n" });
  expect([stdin.status, stdin.stdout]).toEqual([1, ""]);
});

test("a file that is missing is wrong usage", async () => {
  const { status, stderr } = await assassyn(["fmt", "gone.asyn"], { cwd: project() });
  expect([status, stderr]).toEqual([
    2,
    "error[cli/cannot-read]: cannot read gone.asyn: no such file or folder\n",
  ]);
});

test("permissions of a file survive", async () => {
  const cwd = project({ "a.asyn": messy });
  chmodSync(path.join(cwd, "a.asyn"), 0o640);
  await assassyn(["fmt", "a.asyn"], { cwd });
  expect(statSync(path.join(cwd, "a.asyn")).mode & 0o777).toBe(0o640);
});
