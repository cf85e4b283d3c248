import { openSync, ftruncateSync, closeSync, symlinkSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

test("a good design is fine; stdout stays empty", async () => {
  const cwd = project({ "counter.asyn": counter() });
  expect(await assassyn(["check", "counter.asyn"], { cwd })).toEqual({
    status: 0,
    stdout: "",
    stderr: "counter.asyn: no errors (1 module)\n",
  });
  expect((await assassyn(["check", "-q"], { cwd })).stderr).toBe("");
});

test("an error has code, place, frame and exit status 1", async () => {
  const cwd = project({ "a.asyn": counter().replace("n + 1", "nn + 1") });
  const { status, stdout, stderr } = await assassyn(["check", "a.asyn"], { cwd });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error\[frontend\/[\w-]+\]: .*nn/);
  expect(stderr).toContain("--> a.asyn:5:10\n");
  expect(stderr).toContain("5 |     n <= nn + 1\n");
});

test.each([
  ["the only design", { "x.asyn": counter(), "notes.txt": "" }, "x.asyn"],
  ["the one named like the folder", { "main/a.asyn": "bad", "main/main.asyn": counter() }, "main/main.asyn"],
  [
    "the entry of the configuration",
    {
      "a.asyn": "bad",
      "b.asyn": "bad",
      "src/c.asyn": counter(),
      "assassyn.config.json": '{"entry":"src/c.asyn"}',
    },
    "src/c.asyn",
  ],
])("without a file the design is %s", async (_, files, expected) => {
  const cwd = project(files);
  const folder = expected.startsWith("main/") ? "main" : undefined;
  const { status, stderr } = await assassyn(folder === undefined ? ["check"] : ["check", folder], { cwd });
  expect([status, stderr]).toEqual([0, `${expected}: no errors (1 module)\n`]);
  expect((await assassyn(["check", "./"], { cwd: path.join(cwd, folder ?? "") })).status).toBe(0);
});

test("the entry of a configuration further up does not capture a folder that is named", async () => {
  const cwd = project({
    "assassyn.config.json": '{"entry":"main.asyn"}',
    "main.asyn": "bad",
    "lib/other.asyn": counter(),
  });
  expect((await assassyn(["check", "lib"], { cwd })).stderr).toContain("lib/other.asyn: no errors");
  expect((await assassyn(["check"], { cwd: path.join(cwd, "lib") })).stderr).toContain("../main.asyn:1:1");
});

test.each([
  ["missing.asyn", "error[cli/cannot-read]: cannot read missing.asyn: no such file or folder\n"],
  ["empty", "error[cli/no-design]: the folder empty has no .asyn file\n"],
  [
    "several",
    "error[cli/ambiguous-design]: the folder several has 2 .asyn files, and none is named like the folder\n",
  ],
  ["entry", 'error[cli/missing-entry]: the entry "gone.asyn" of entry/assassyn.config.json does not exist\n'],
  ["configured", 'error[config/unknown-key]: unknown key "targt" in configured/assassyn.config.json\n'],
  ["a.txt/x", "error[cli/cannot-read]: cannot read a.txt/x: a part of the path is not a folder\n"],
])("%s cannot be checked: status 2", async (argument, message) => {
  const cwd = project({
    "empty/readme.txt": "",
    "several/a.asyn": "",
    "several/b.asyn": "",
    "entry/assassyn.config.json": '{"entry":"gone.asyn"}',
    "configured/assassyn.config.json": '{"targt":"wasm"}',
    "configured/a.asyn": counter(),
    "a.txt": "",
  });
  const { status, stdout, stderr } = await assassyn(["check", argument], { cwd });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr.startsWith(message)).toBe(true);
  const json = await assassyn(["check", "--json", argument], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, ok: false, diagnostics: [{}] });
});

test("--json prints one document with places as lines and columns", async () => {
  const cwd = project({ "a.asyn": counter().replace("n + 1", "nn + 1"), "good/b.asyn": counter() });
  const bad = await assassyn(["check", "--json", "a.asyn"], { cwd });
  expect([bad.status, bad.stderr]).toEqual([1, ""]);
  const document: unknown = JSON.parse(bad.stdout);
  expect(document).toMatchObject({
    schemaVersion: 1,
    ok: false,
    diagnostics: [
      {
        severity: "error",
        span: { file: "a.asyn", start: { line: 5, column: 10 }, end: { line: 5, column: 12 } },
        labels: expect.any(Array),
        notes: expect.any(Array),
        origin: null,
      },
    ],
  });
  const good = await assassyn(["check", "--json", "good"], { cwd });
  expect(JSON.parse(good.stdout)).toEqual({ schemaVersion: 1, ok: true, diagnostics: [] });
});

test("standard input is a design too, and its imports start in the current folder", async () => {
  const cwd = project({ "lib/values.asyn": "const START = 7\n" });
  const stdin = `import "lib/values.asyn"\n${counter().replace("reg n: u32", "reg n: u32 = START")}`;
  expect(await assassyn(["check", "-"], { cwd, stdin })).toMatchObject({
    status: 0,
    stderr: "<stdin>: no errors (1 module, 2 files)\n",
  });
  const { stderr } = await assassyn(["check", "-"], { cwd, stdin: "system" });
  expect(stderr).toContain("--> <stdin>:1:");
});

test("an import is shown as the user would type it, and a missing one names the reason", async () => {
  const cwd = project({
    "cpu/cpu.asyn": `import "parts/alu.asyn"\n${counter()}`,
    "cpu/parts/alu.asyn": "const A = B\n",
  });
  const { status, stderr } = await assassyn(["check", "cpu"], { cwd });
  expect(status).toBe(1);
  expect(stderr).toContain("cpu/parts/alu.asyn:1:11");
  const missing = project({ "a.asyn": `import "gone.asyn"\n${counter()}` });
  const second = await assassyn(["check"], { cwd: missing });
  expect(second.status).toBe(1);
  expect(second.stderr).toContain("gone.asyn");
  expect(second.stderr).toContain("no such file or folder");
});

test("a file of shared declarations needs no system", async () => {
  const cwd = project({ "values.asyn": "const A = 1\n" });
  expect(await assassyn(["check"], { cwd })).toMatchObject({
    status: 0,
    stderr: "values.asyn: no errors (no system)\n",
  });
});

test.each([
  ["missing", {}, "no such file or folder"],
  ["binary", { "prog.hex": new Uint8Array([0xff, 0xfe, 0x00, 0x80]) }, "not valid UTF-8"],
  ["a folder", { "prog.hex/x": "" }, "it is a folder"],
])("a memory file that is %s is an error of the design", async (_, files, reason) => {
  const design = counter().replace("reg n: u32", 'reg n: u32\n  reg rom: [b32; 16] = file("prog.hex")');
  const cwd = project({ "a.asyn": design, ...files });
  const { status, stderr } = await assassyn(["check"], { cwd });
  expect(status).toBe(1);
  expect(stderr).toContain("prog.hex");
  expect(stderr).toContain(reason);
});

test("binary garbage, odd texts and deep nesting are diagnostics", async () => {
  const garbage = Uint8Array.from({ length: 4096 }, (_, index) => (index * 197 + 13) & 0xff);
  const cwd = project({
    "garbage.asyn": garbage,
    "nul.asyn": "\0\0system\0",
    "empty.asyn": "",
    "deep.asyn": `system a { driver { let x = ${"(".repeat(10_000)}1${")".repeat(10_000)} } }`,
    "blocks.asyn": `system a { driver ${"{ when 1 == 1 ".repeat(10_000)}`,
    "garbage.ir": Buffer.concat([Buffer.from("ir 1\n"), Buffer.from("%%%\0\u0001 system { \n".repeat(50))]),
  });
  const wrong = await assassyn(["check", "garbage.asyn"], { cwd });
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toMatch(
    /^error\[cli\/not-text\]: garbage\.asyn is not text: the byte at offset \d+ is not valid/,
  );
  for (const name of ["nul.asyn", "deep.asyn", "blocks.asyn", "garbage.ir"]) {
    const { status, stderr } = await assassyn(["check", name], { cwd });
    expect([name, status]).toEqual([name, 1]);
    expect(stderr).toMatch(/^error\[[a-z]+\/[\w-]+\]: /);
    expect(stderr).not.toContain("internal error");
    expect(stderr).not.toContain("    at ");
    expect(stderr).not.toContain("\0");
  }
  expect((await assassyn(["run", "empty.asyn"], { cwd })).status).toBe(1);
});

test("a file of 100 MB is refused before it is parsed", async () => {
  const cwd = project();
  const file = openSync(path.join(cwd, "big.asyn"), "w");
  ftruncateSync(file, 100_000_000);
  closeSync(file);
  const { status, stderr } = await assassyn(["check", "big.asyn"], { cwd });
  expect(status).toBe(1);
  expect(stderr).toContain("error[cli/too-large]: big.asyn is too large: it has 95 MiB, the limit is 64 MiB");
});

test("a design behind a symbolic link keeps the name that the user gave", async () => {
  const cwd = project({ "real/a.asyn": counter() });
  symlinkSync("real/a.asyn", path.join(cwd, "link.asyn"));
  expect((await assassyn(["check", "link.asyn"], { cwd })).stderr).toContain("link.asyn: no errors");
});

const linter = `const rule = {
  code: "house/no-log",
  severity: "warning",
  message: ({ module }) => module + " logs",
  explain: "Modules of this house are silent. Remove the log.",
};
export default {
  name: "house",
  apiVersion: 1,
  catalogues: [{ "no-log": rule }],
  checks: [
    {
      name: "no-log",
      description: "Finds logs",
      run({ system, report }) {
        for (const { name, operations } of system.modules) {
          const log = operations.find(({ kind }) => kind === "log");
          if (log !== undefined) report(rule, { module: name }, log.loc);
          if (name === "Crash") throw new Error("lost count");
        }
      },
    },
  ],
};
`;

test("check runs the checks of plugins, and explain knows their messages", async () => {
  const cwd = project({ "main.asyn": counter(), "house.mjs": linter });
  const argv = ["--plugin", "./house.mjs"];
  const checked = await assassyn(["check", "main.asyn", ...argv], { cwd });
  expect([checked.status, checked.stderr]).toEqual([
    0,
    expect.stringMatching(/^warning\[house\/no-log\]: Driver logs\n +--> main\.asyn:6:5\n/),
  ]);
  expect((await assassyn(["explain", "house/no-log", ...argv], { cwd })).stdout).toBe(
    "house/no-log (warning)\n\nModules of this house are silent. Remove the log.\n",
  );
});

test("a crash of a check is a bug of its plugin", async () => {
  const cwd = project({ "main.asyn": counter().replace("driver", "driver Crash"), "house.mjs": linter });
  for (const command of ["check", "compile", "run"]) {
    const { status, stderr } = await assassyn([command, "main.asyn", "--plugin", "./house.mjs"], { cwd });
    expect([command, status]).toEqual([command, 70]);
    expect(stderr).toContain('the check "no-log" of "house" crashed: lost count');
  }
});
