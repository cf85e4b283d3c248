import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

/** A plugin whose passes go wrong in several ways. */
const wrong = `export default {
  name: "wrong",
  apiVersion: 1,
  passes: [
    {
      name: "drop-log",
      description: "Drops every log",
      options: {
        loud: { type: "boolean", description: "Say so", default: false },
        most: { type: "integer", description: "Logs dropped at most", default: 8, minimum: 1, maximum: 64 },
        mode: { type: "choice", description: "Which of them", choices: ["all", "none"], default: "all" },
        tag: { type: "string", description: "A word", default: "" },
      },
      after: ["fold-constants"],
      before: ["legalize-widths"],
      run(cx) {
        if (cx.options.mode === "none") return;
        cx.base.modules.forEach((module, id) => {
          const isLog = (op) => module.operations[op].kind === "log";
          const operations = module.operations.map((op) => (op?.kind === "log" ? null : op));
          const body = { operations: module.body.operations.filter((op) => !isLog(op)) };
          cx.updateModule(id, { ...module, operations, body });
        });
      },
    },
    {
      name: "break",
      description: "Leaves a reference to nothing",
      provides: ["broken"],
      run(cx) { cx.draft.modules[0].body.operations.push(9999); },
    },
    { name: "crash", description: "Fails", run() { throw new Error("boom"); } },
  ],
};
`;

const files = { "main.asyn": counter(), "wrong.mjs": wrong };
const PLUGIN = ["--plugin", "./wrong.mjs"];

test("--bisect names the pass that drops a log, the module and what it changed", async () => {
  const cwd = project(files);
  const argv = ["compile", "main.asyn", ...PLUGIN, "--pass", "drop-log"];
  const { status, stdout, stderr } = await assassyn([...argv, "--bisect"], { cwd });
  expect([status, stderr]).toEqual([1, ""]);
  expect(stdout).toMatch(
    /^bisect: drop-log of wrong changes what the design does: step \d+ of 11 \(11 steps, \d tests\)\nwhy: line 1 of the log is missing: "n = 0" of Driver in cycle 1 \(main\.asyn:6\)\nmodule: Driver\nwhat it changed:\n@@ Driver\n/,
  );
  expect(stdout.split("\n").filter((line) => line.startsWith("-"))).toEqual([
    expect.stringContaining('log("n = {}", '),
  ]);
  expect(readdirSync(cwd).sort()).toEqual(["main.asyn", "wrong.mjs"]);
  const harmless = await assassyn([...argv, "--bisect", "--pass-option", "drop-log.mode=none"], { cwd });
  expect([harmless.status, harmless.stdout]).toEqual([
    0,
    "bisect: no pass changes what the design does (11 steps, 2 tests)\n",
  ]);
});

test("--bisect-command lets a command judge the IR; --reproducer keeps the step", async () => {
  const cwd = project(files);
  const argv = ["compile", "main.asyn", ...PLUGIN, "--pass", "drop-log", "--bisect-command"];
  const found = await assassyn([...argv, "grep -q 'log(' {}", "--reproducer", "kept"], { cwd });
  expect(found.status).toBe(1);
  expect(found.stdout).toMatch(/^bisect: drop-log of wrong .*\nwhy: the command ended with status 1\n/);
  expect(readdirSync(path.join(cwd, "kept")).sort()).toEqual([
    ".assassyn-output.json",
    "before.ir",
    "plan.json",
    "reproduce.sh",
  ]);
  const line = /^ {2}assassyn (.*)$/m.exec(found.stderr)?.[1] ?? "";
  const again = await assassyn([...line.split(" "), "--bisect"], { cwd });
  expect(again.stdout).toMatch(/^bisect: drop-log of wrong .*: step 1 of /);
  const none = await assassyn([...argv, "grep -q reg {}"], { cwd });
  expect([none.status, none.stdout]).toEqual([0, expect.stringContaining("bisect: no pass changes")]);
  const never = await assassyn([...argv, "grep -q nowhere {}"], { cwd });
  expect([never.status, never.stdout]).toEqual([
    1,
    "bisect: the design is wrong before the first pass already: the command ended with status 1\n",
  ]);
  const missing = await assassyn([...argv, "no-such-command-here {}"], { cwd });
  expect([missing.status, missing.stderr]).toEqual([
    2,
    expect.stringContaining("could not judge the design: it ended with status 127"),
  ]);
});

test.each([
  [["--bisect-command", "true"], "--bisect-command: it needs {}"],
  [["--bisect-cycles", "5"], "--bisect-cycles: it goes with --bisect"],
  [["--externs", "x.mjs"], "--externs: it goes with --bisect"],
])("compile %j is refused", async (argv, text) => {
  const { status, stderr } = await assassyn(["compile", ...argv], { cwd: project(files) });
  expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
});

test("--bisect-cycles bounds the comparison, and --bisect names a step that breaks the IR", async () => {
  const cwd = project(files);
  const argv = ["compile", "main.asyn", ...PLUGIN, "--bisect"];
  expect((await assassyn([...argv, "--pass", "break"], { cwd })).stdout).toMatch(
    /^bisect: break of wrong leaves a broken system: step 1 of \d+ .*\nwhy: the pass "break" of "wrong" left a broken system: .*\nmodule: Driver\n/,
  );
  expect((await assassyn([...argv, "--pass", "crash"], { cwd })).stdout).toMatch(
    /^bisect: crash of wrong crashes: step 1 of \d+ .*\nwhy: the pass "crash" of "wrong" crashed: boom\n$/,
  );
  // The first log comes in cycle 4.
  writeFileSync(path.join(cwd, "main.asyn"), counter().replace("    log(", "    wait_until n > 2\n    log("));
  const late = [...argv, "--pass", "drop-log"];
  expect((await assassyn(late, { cwd })).stdout).toContain('"n = 3" of Driver in cycle 4');
  expect((await assassyn([...late, "--bisect-cycles", "3"], { cwd })).stdout).toContain("no pass changes");
});

test.each(["crash", "break"])(
  "--reproducer keeps the bug of the pass %s, and a script repeats it",
  async (pass) => {
    const cwd = project(files);
    const { status, stderr } = await assassyn(
      ["compile", "main.asyn", "-t", "wasm", ...PLUGIN, "--pass", pass, "--reproducer", "kept"],
      { cwd },
    );
    expect([status, stderr]).toEqual([
      70,
      expect.stringContaining("This is a bug of wrong, not of your design."),
    ]);
    const kept = (name: string): string => readFileSync(path.join(cwd, "kept", name), "utf8");
    expect(kept("before.ir")).toMatch(/^ir 1\nsystem counter \{\n/);
    expect(JSON.parse(kept("plan.json"))).toMatchObject({
      step: pass,
      plugin: "wrong",
      target: "wasm",
      rest: expect.arrayContaining([expect.objectContaining({ id: pass, plugin: "wrong" })]),
    });
    expect(existsSync(path.join(cwd, "kept/stack.txt"))).toBe(pass === "crash");
    // The script calls whatever `assassyn` is on the path: here one that writes down its arguments.
    writeFileSync(path.join(cwd, "assassyn"), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    chmodSync(path.join(cwd, "assassyn"), 0o755);
    const words = execFileSync("sh", ["kept/reproduce.sh", "--timing"], {
      cwd,
      encoding: "utf8",
      env: { PATH: `${cwd}:${process.env["PATH"] ?? ""}` },
    });
    const again = await assassyn(words.trimEnd().split("\n"), { cwd });
    expect([again.status, again.stderr]).toEqual([
      70,
      expect.stringContaining(`the pass "${pass}" of "wrong"`),
    ]);
  },
);

const WIDE = `system wide {
  reg a: u100
  reg b: u100
  driver {
    a <= a + b
    log("{}", a)
  }
}
`;

test("blame prints the operations with pass and line", async () => {
  const cwd = project({ "wide.asyn": WIDE });
  const { status, stdout, stderr } = await assassyn(["blame", "wide.asyn"], { cwd });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^driver Driver \(wide\.asyn:4:3\)\n {2}%/);
  expect(stdout).toMatch(/^ {2}%\d+: b64 = .* by legalize-widths from wide\.asyn:5:10 {2}`a <= a \+ b`$/m);
  expect(stdout).toMatch(
    /^ {2}%\d+ log\("\{\}", %\d+\) +by source,? .*from wide\.asyn:6:5 {2}`log\("\{\}", a\)`$/m,
  );
  const one = await assassyn(["blame", "wide.asyn", "wide.asyn:6"], { cwd });
  expect(one.stdout.split("\n").filter((line) => line.startsWith("  ")).length).toBeLessThan(
    stdout.split("\n").length - 4,
  );
  const json = await assassyn(["blame", "wide.asyn", "Driver", "--by", "legalize-widths", "--json"], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({
    schemaVersion: 1,
    ok: true,
    modules: [
      {
        name: "Driver",
        operations: expect.arrayContaining([
          expect.objectContaining({
            by: { pass: "legalize-widths", step: "legalize-widths", plugin: "@assassyn/passes" },
            place: { file: "wide.asyn", line: 5, column: 10, text: "a <= a + b" },
          }),
        ]),
      },
    ],
  });
});

test("blame reads IR text too: what passes made earlier keeps their names", async () => {
  const cwd = project({ "wide.asyn": WIDE });
  const lowered = await assassyn(["compile", "wide.asyn", "-t", "ir", "--pipeline", "default"], { cwd });
  const { status, stdout } = await assassyn(["blame", "-", "-t", "ir", "--by", "legalize-widths"], {
    cwd,
    stdin: lowered.stdout,
  });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/ by legalize-widths from wide\.asyn:5:10\n/)]);
});

test("blame says when nothing matches, when the design is wrong, and when a pass fails", async () => {
  const cwd = project({ ...files, "bad.asyn": "system {" });
  const nothing = await assassyn(["blame", "main.asyn", "nobody"], { cwd });
  expect([nothing.status, nothing.stdout, nothing.stderr]).toEqual([
    2,
    "",
    'error[cli/no-operations]: no operation matches the pattern "nobody"\n',
  ]);
  expect((await assassyn(["blame", "bad.asyn"], { cwd })).status).toBe(1);
  const crashed = await assassyn(
    ["blame", "main.asyn", ...PLUGIN, "--pass", "crash", "--reproducer", "kept"],
    { cwd },
  );
  expect([crashed.status, crashed.stderr]).toEqual([70, expect.stringContaining("crashed: boom")]);
  expect(readdirSync(cwd)).toContain("kept");
});

const GOLDENS: Readonly<Record<string, readonly string[]>> = {
  "plan-wasm": ["plan", "--target", "wasm"],
  "plan-plugin": [
    "plan",
    ...PLUGIN,
    "--target=rust",
    "--pass=drop-log,break",
    "--skip-pass=fold-constants#2",
    "--pass-option=drop-log.most=3",
  ],
  passes: ["passes", ...PLUGIN],
};

test.each(Object.entries(GOLDENS))("the output of %s is as it was", async (name, argv) => {
  const { status, stdout, stderr } = await assassyn(argv, { cwd: project(files) });
  expect([status, stderr]).toEqual([0, ""]);
  await expect(stdout).toMatchFileSnapshot(`goldens/${name}.expect.txt`);
});

test("every golden belongs to a command", () => {
  const names = readdirSync(new URL("goldens/", import.meta.url));
  expect(names.sort()).toEqual(
    Object.keys(GOLDENS)
      .map((name) => `${name}.expect.txt`)
      .sort(),
  );
});

test("the plan as JSON says what ties each step to its place", async () => {
  const { stdout } = await assassyn(["plan", "--target", "wasm", "--json"], { cwd: project(files) });
  expect(JSON.parse(stdout)).toMatchObject({
    steps: expect.arrayContaining([
      expect.objectContaining({
        id: "legalize-widths",
        place: {
          requires: [{ fact: "operands-explicit", from: "explicit-operands" }],
          provides: [{ fact: "widths-legal", neededBy: ["the target wasm"] }],
          ends: [],
          after: [],
          before: [],
        },
      }),
    ]),
  });
});
