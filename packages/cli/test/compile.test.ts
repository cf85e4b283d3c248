import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

test("IR text goes to stdout, checks clean, and compiles to itself", async () => {
  const cwd = project({ "counter.asyn": counter() });
  const first = await assassyn(["compile", "counter.asyn", "--target", "ir"], { cwd });
  expect([first.status, first.stderr]).toEqual([0, ""]);
  expect(first.stdout).toMatch(/^ir 1\nsystem counter \{\n/);
  const checked = await assassyn(["check", "-"], { cwd, stdin: first.stdout });
  expect([checked.status, checked.stderr]).toEqual([0, "<stdin>: no errors (1 module)\n"]);
  const again = await assassyn(["compile", "-", "--target", "ir", "--pipeline", ""], {
    cwd,
    stdin: first.stdout,
  });
  expect(again.stdout).toBe(first.stdout);
});

test("WebAssembly goes to a file named like the system, or to -o", async () => {
  const cwd = project({ "main.asyn": counter() });
  const { status, stdout, stderr } = await assassyn(["compile"], { cwd });
  expect([status, stdout, stderr]).toEqual([0, "", "wrote counter.wasm\n"]);
  expect([...readFileSync(path.join(cwd, "counter.wasm")).subarray(0, 4)]).toEqual([0, 0x61, 0x73, 0x6d]);
  await assassyn(["compile", "-o", "x.wasm", "-q"], { cwd });
  expect(readFileSync(path.join(cwd, "x.wasm"))).toEqual(readFileSync(path.join(cwd, "counter.wasm")));
  expect(readdirSync(cwd).sort()).toEqual(["counter.wasm", "main.asyn", "x.wasm"]);
});

test("a crate replaces an earlier one: same files keep their time, files of others stay, old files go", async () => {
  const cwd = project({ "main.asyn": counter() });
  const compile = () => assassyn(["compile", "--target", "rust", "-o", "crate"], { cwd });
  const first = await compile();
  expect([first.status, first.stderr]).toEqual([0, expect.stringMatching(/^wrote crate \(\d+ files\)\n$/)]);
  const crate = (name: string) => path.join(cwd, "crate", name);
  utimesSync(crate("Cargo.toml"), 1_000_000_000, 1_000_000_000);
  const cargo = statSync(crate("Cargo.toml"));
  mkdirSync(crate("target/release"), { recursive: true });
  writeFileSync(crate("target/release/x"), "built");
  writeFileSync(crate("Cargo.lock"), "lock");
  const manifest: unknown = JSON.parse(readFileSync(crate(".assassyn-output.json"), "utf8"));
  const files = (manifest as { files: string[] }).files;
  writeFileSync(crate("stale.rs"), "");
  writeFileSync(crate(".assassyn-output.json"), JSON.stringify({ files: [...files, "stale.rs"] }));
  writeFileSync(path.join(cwd, "main.asyn"), counter(7));
  expect((await compile()).status).toBe(0);
  expect(statSync(crate("Cargo.toml")).mtimeMs).toBeCloseTo(cargo.mtimeMs, 0);
  expect(readFileSync(crate("target/release/x"), "utf8")).toBe("built");
  expect(existsSync(crate("stale.rs"))).toBe(false);
  expect(readdirSync(cwd).sort()).toEqual(["crate", "main.asyn"]);
});

test.each([
  [
    ["-t", "wasm", "-o", "sub"],
    2,
    "error[cli/output-is-folder]: cannot write sub: it is a folder, and this target writes one file",
  ],
  [
    ["-t", "rust", "-o", "file"],
    2,
    "error[cli/output-is-file]: cannot write file: it is a file, and this target writes a folder",
  ],
  [
    ["-t", "rust", "-o", "sub"],
    2,
    "error[cli/foreign-folder]: cannot write sub: the folder is not empty and was not written by assassyn",
  ],
  [["-t", "rust", "-o", "."], 2, "error[cli/foreign-folder]"],
  [["-t", "rust", "-o", "-"], 2, "--output: the target rust writes a folder, which cannot go to stdout"],
  [
    ["-t", "wasm", "-o", "gone/x.wasm"],
    1,
    "error[cli/cannot-write]: cannot write gone/x.wasm: no such file or folder",
  ],
  [["-t", "rust", "-o", "gone/x"], 1, "error[cli/cannot-write]: cannot write gone/x: no such file or folder"],
  [
    ["-t", "ir", "-o", "file/x"],
    1,
    "error[cli/cannot-write]: cannot write file/x: a part of the path is not a folder",
  ],
])("compile %j is refused", async (argv, expected, text) => {
  const cwd = project({ "main.asyn": counter(), "sub/precious": "1", file: "2" });
  const { status, stdout, stderr } = await assassyn(["compile", "main.asyn", ...argv], { cwd });
  expect([status, stdout]).toEqual([expected, ""]);
  expect(stderr).toContain(text);
  expect(readdirSync(cwd).sort()).toEqual(["file", "main.asyn", "sub"]);
  expect(readFileSync(path.join(cwd, "sub/precious"), "utf8")).toBe("1");
});

test.skipIf(!existsSync("/dev/full"))("a full disk and a device are written as what they are", async () => {
  const cwd = project({ "main.asyn": counter() });
  const full = await assassyn(["compile", "-t", "ir", "-o", "/dev/full"], { cwd });
  expect([full.status, full.stderr]).toEqual([
    1,
    "error[cli/cannot-write]: cannot write /dev/full: no space is left on the device\n",
  ]);
  const vcd = await assassyn(["run", "-t", "interpreter", "-q", "--log", "none", "--vcd", "/dev/full"], {
    cwd,
  });
  expect([vcd.status, vcd.stderr]).toEqual([1, full.stderr]);
  expect((await assassyn(["compile", "-t", "wasm", "-o", "/dev/null"], { cwd })).status).toBe(0);
  expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
});

test.skipIf(process.getuid?.() === 0)(
  "an unwritable folder is a clear error (not for root, who may write it)",
  async () => {
    const cwd = project({ "main.asyn": counter(), "closed/x": "" });
    chmodSync(path.join(cwd, "closed"), 0o555);
    for (const target of ["wasm", "rust"]) {
      const { status, stderr } = await assassyn(["compile", "-t", target, "-o", "closed/out"], { cwd });
      expect(status).toBe(1);
      expect(stderr).toContain("cannot write closed/out: permission denied");
    }
  },
);

test.skipIf(!existsSync("/proc/self"))(
  "a folder in which not even root may write is a clear error",
  async () => {
    const cwd = project({ "main.asyn": counter() });
    for (const target of ["wasm", "rust", "ir"]) {
      const { status, stdout, stderr } = await assassyn(["compile", "-t", target, "-o", "/proc/out"], {
        cwd,
      });
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^error\[cli\/cannot-write\]: cannot write \/proc\/out: .+\n$/);
    }
  },
);

test("an output behind a symbolic link is written where the link points", async () => {
  const cwd = project({ "main.asyn": counter(), "real.ir": "old" });
  symlinkSync("real.ir", path.join(cwd, "link.ir"));
  await assassyn(["compile", "-t", "ir", "-o", "link.ir"], { cwd });
  expect(lstatSync(path.join(cwd, "link.ir")).isSymbolicLink()).toBe(true);
  expect(readFileSync(path.join(cwd, "real.ir"), "utf8")).toContain("system counter");
});

test("an error in the design writes nothing and leaves an earlier output", async () => {
  const cwd = project({ "main.asyn": "system {", "out.wasm": "old" });
  expect((await assassyn(["compile", "-o", "out.wasm"], { cwd })).status).toBe(1);
  expect(readFileSync(path.join(cwd, "out.wasm"), "utf8")).toBe("old");
  expect(readdirSync(cwd).sort()).toEqual(["main.asyn", "out.wasm"]);
});

test("instruments print to stderr and dump into a folder", async () => {
  const cwd = project({ "main.asyn": counter() });
  const compile = (...argv: string[]) =>
    assassyn(["compile", "-t", "ir", "--pipeline", "fold-constants,eliminate-dead-code", ...argv], { cwd });
  expect((await compile("--print-ir-before")).stderr.match(/^\/\/ ---- before /gm)).toHaveLength(2);
  expect((await compile("--print-ir-after=fold-constants")).stderr.match(/^\/\/ ---- /gm)).toHaveLength(1);
  expect((await compile("--print-ir-diff")).stderr).toMatch(/changed by fold-constants/);
  expect((await compile("--timing")).stderr).toMatch(
    /^pass +time +verifying +changed\nfold-constants +[\d.]+ \S+ /,
  );
  await compile("--dump-dir", "dumps");
  expect(readdirSync(path.join(cwd, "dumps")).sort()).toEqual([
    "0-input.ir",
    "1-fold-constants.ir",
    "2-eliminate-dead-code.ir",
  ]);
});

test("--stop-after prints the IR behind that pass whatever the target", async () => {
  const cwd = project({ "main.asyn": counter() });
  const { status, stdout } = await assassyn(["compile", "-t", "wasm", "--stop-after", "fold-constants"], {
    cwd,
  });
  expect([status, stdout.slice(0, 5)]).toEqual([0, "ir 1\n"]);
  expect(readdirSync(cwd)).toEqual(["main.asyn"]);
});

test.each<[argv: string[], status: number, text: string]>([
  [["--pipeline", "no-such-pass"], 2, 'no pass or pipeline named "no-such-pass"'],
  [["--pass", "fold-constant"], 2, 'did you mean "fold-constants"?'],
  [["--pass", "xyz"], 2, "`assassyn passes` lists"],
  [["--skip-pass", "fold-constant"], 2, 'did you mean "fold-constants"?'],
  [["--skip-pass", "xyz"], 2, "`assassyn plan` shows the steps"],
  [["--stop-after", "fold-constant"], 2, 'did you mean "fold-constants"?'],
  [["--print-ir-after=fold-constant"], 2, 'did you mean "fold-constants"?'],
  [["--pass-option", "fold-constant.x=1"], 2, 'did you mean "fold-constants"?'],
  [["--pass-option", "fold-constants.nope=1"], 2, 'there is no option "nope"'],
  [["--skip-pass", "legalize-widths", "-t", "wasm"], 1, 'do not skip "legalize-widths"'],
  [["--rung", "legalize-width", "-t", "wasm"], 2, 'did you mean "legalize-widths"?'],
  [["--rung", "lock-insertion", "-t", "wasm"], 2, "target wasm has no step"],
  [["--rung", "exposure", "--pipeline", "exposure"], 2, "`--pipeline` takes its place"],
  [["--rung", "explicit-operands", "-t", "wasm"], 1, 'end at "legalize-widths" or behind it'],
  [["--pass", "lock-batching", "-t", "rust"], 1, "for the target rust-parallel or ir, not for rust"],
])("%j names what is wrong with the passes", async (argv, wanted, text) => {
  const cwd = project({ "main.asyn": counter() });
  const { status, stderr } = await assassyn(["compile", "main.asyn", ...argv], { cwd });
  expect(status).toBe(wanted);
  expect(stderr).toContain(text);
  expect(stderr.match(/^error/gm)).toHaveLength(1);
});

test("--rung ends the pipeline of the target", async () => {
  const cwd = project({ "main.asyn": counter() });
  const { status, stdout } = await assassyn(["plan", "--rung", "legalize-widths", "-t", "wasm", "--json"], {
    cwd,
  });
  expect(status).toBe(0);
  const { steps }: { steps: readonly { pass: string }[] } = JSON.parse(stdout);
  expect(steps.map(({ pass }) => pass)).toEqual([
    "fold-constants",
    "eliminate-common-subexpressions",
    "eliminate-dead-code",
    "exposure",
    "order-downstreams",
    "explicit-operands",
    "legalize-widths",
  ]);
});

test("lock-batching comes with the command, and gives way to a plugin of the same name", async () => {
  const cwd = project({
    "main.asyn": counter(),
    "own.mjs": `export default {
      apiVersion: 1,
      name: "@assassyn/plugin-lock-batching",
      passes: [{ name: "lock-batching", description: "another one", run() {} }],
    };`,
  });
  const compile = (...argv: string[]) =>
    assassyn(["compile", "main.asyn", "-t", "ir", "--pipeline", "lock-insertion,lock-batching", ...argv], {
      cwd,
    });
  const own = await compile();
  expect([own.status, own.stderr]).toEqual([0, ""]);
  expect(own.stdout).toContain("    commits ");
  const other = await compile("--plugin", "./own.mjs");
  expect([other.status, other.stderr]).toEqual([0, ""]);
  expect(other.stdout).not.toContain("    commits ");
});

test.each([["run"], ["plan"], ["blame"], ["compile", "--bisect"]])(
  "a pass that does not exist is wrong usage of %s, too",
  async (...argv) => {
    const cwd = project({ "main.asyn": counter() });
    const { status, stderr } = await assassyn([...argv, "--pass", "fold-constant"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain('did you mean "fold-constants"?');
  },
);

const breaking = `export default {
  name: "breaking",
  apiVersion: 1,
  passes: [
    {
      name: "break",
      description: "Leaves a reference to nothing",
      run(cx) { cx.draft.modules[0].body.operations.push(9999); },
    },
  ],
};
`;

test("the IR is verified behind every pass, unless --no-verify-each says not to", async () => {
  const cwd = project({ "main.asyn": counter(), "break.mjs": breaking });
  const argv = ["compile", "main.asyn", "-t", "ir", "--plugin", "./break.mjs", "--pipeline", "break"];
  for (const more of [[], ["--verify-each"]]) {
    const { status, stderr } = await assassyn([...argv, ...more, "--stop-after", "break"], { cwd });
    expect([status, stderr.includes('the pass "break" of "breaking" left a broken system')]).toEqual([
      70,
      true,
    ]);
  }
  expect((await assassyn([...argv, "--no-verify-each", "-o", "/dev/null"], { cwd })).stderr).not.toContain(
    "left a broken system",
  );
});

const plugin = `export default {
  name: "drop",
  apiVersion: 1,
  passes: [
    { name: "crash", description: "Fails", run() { throw new Error("boom"); } },
    { name: "nothing", description: "Does nothing", run() {} },
  ],
};
`;

test("a plugin contributes passes, by --plugin and by configuration", async () => {
  const cwd = project({ "main.asyn": counter(), "drop.mjs": plugin });
  const listed = await assassyn(["passes", "--json", "--plugin", "./drop.mjs"], { cwd });
  expect(JSON.parse(listed.stdout)).toMatchObject({
    passes: expect.arrayContaining([expect.objectContaining({ name: "nothing", plugin: "drop" })]),
  });
  writeFileSync(path.join(cwd, "assassyn.config.json"), '{"plugins":["./drop.mjs"],"passes":["nothing"]}');
  const plan = await assassyn(["plan", "--json", "-t", "wasm"], { cwd });
  expect(JSON.parse(plan.stdout)).toMatchObject({
    ok: true,
    target: "wasm",
    steps: expect.arrayContaining([expect.objectContaining({ id: "nothing", plugin: "drop" })]),
  });
  expect((await assassyn(["plan", "-t", "wasm"], { cwd })).stdout).toMatch(
    /^target wasm: \d+ steps\n +1 {2}/,
  );
  const missing = await assassyn(["plan", "--plugin", "gone"], { cwd });
  expect([missing.status, missing.stdout]).toEqual([2, ""]);
  expect(missing.stderr).toContain('the plugin "gone" is not found from the current folder');
});

test("a crash in a pass is a bug of its plugin: status 70 and a reproducer that crashes again", async () => {
  const cwd = project({ "main.asyn": counter(), "drop.mjs": plugin });
  const argv = ["compile", "main.asyn", "-t", "ir", "--plugin", "./drop.mjs"];
  const { status, stdout, stderr } = await assassyn([...argv, "--pass", "crash"], { cwd });
  expect([status, stdout]).toEqual([70, ""]);
  expect(stderr).toContain('the pass "crash" of "drop" crashed: boom');
  expect(stderr).not.toContain("    at ");
  const line = /^ {2}assassyn (.*)$/m.exec(stderr)?.[1] ?? "";
  const again = await assassyn(line.split(" "), { cwd });
  expect([again.status, again.stderr.includes("crashed: boom")]).toEqual([70, true]);
});

test("an output never replaces what the design is read from", async () => {
  const files = {
    "main.asyn":
      'import "part.asyn"\nsystem s { reg a: [b8; 1] = file("a.hex")\ndriver { log("{}", a[N]) } }',
    "part.asyn": "const N = 0",
    "a.hex": "7",
  };
  const cwd = project(files);
  symlinkSync("part.asyn", path.join(cwd, "link.wasm"));
  for (const argv of [
    ["compile", "main.asyn", "-o", "main.asyn"],
    ["compile", "main.asyn", "-o", "./part.asyn"],
    ["compile", "main.asyn", "-o", "link.wasm"],
    ["compile", "main.asyn", "--target", "ir", "-o", "a.hex"],
    ["run", "main.asyn", "--target", "interpreter", "--vcd", "main.asyn"],
  ]) {
    const { status, stderr } = await assassyn(argv, { cwd });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("error[cli/output-is-input]: cannot write "),
    ]);
  }
  for (const [name, text] of Object.entries(files))
    expect(readFileSync(path.join(cwd, name), "utf8")).toBe(text);
});

const emitter = `export default {
  name: "lister",
  apiVersion: 1,
  emitters: [
    {
      target: "list",
      description: "Names of the modules",
      options: { separator: { type: "string", description: "Between two names", default: "," } },
      emit: ({ system, options }) => {
        if (options.separator === "!") throw new TypeError("cannot shout");
        if (options.separator === "?") throw new RangeError("cannot ask");
        return [{ path: "list.txt", content: system.modules.map(({ name }) => name).join(options.separator) }];
      },
    },
  ],
};
`;

test("a plugin contributes a target, with options; a crash of its emitter is a bug of its own", async () => {
  const cwd = project({ "main.asyn": counter(), "lister.mjs": emitter });
  const compile = (...argv: string[]) =>
    assassyn(["compile", "main.asyn", "--plugin", "./lister.mjs", "-t", "list", ...argv], { cwd });
  expect(await compile("-o", "-")).toEqual({ status: 0, stdout: "Driver", stderr: "" });
  expect((await compile("--emit-option", "separator= and ")).stderr).toBe("wrote counter.txt\n");
  const unknown = await compile("--emit-option", "separatr=;");
  expect([unknown.status, unknown.stderr]).toEqual([
    2,
    'error[compiler/emit-option]: target "list": there is no option "separatr"; known: separator\n',
  ]);
  const malformed = await compile("--emit-option", "separator");
  expect([malformed.status, malformed.stderr]).toEqual([2, expect.stringContaining("option=value")]);
  const crash = await compile("--emit-option", "separator=!");
  expect([crash.status, crash.stdout, crash.stderr]).toEqual([
    70,
    "",
    'error[compiler/emit-crashed]: the emitter of the target "list" of "lister" crashed: cannot shout\n',
  ]);
  // A limit of our own targets is no bug; that of a plugin is, for it could have been reported.
  const limit = await compile("--emit-option", "separator=?");
  expect([limit.status, limit.stderr]).toEqual([70, expect.stringContaining("crashed: cannot ask")]);
});

test("a target that nobody has is wrong usage, with the nearest name", async () => {
  const cwd = project({ "main.asyn": counter(), "lister.mjs": emitter });
  for (const command of ["compile", "plan"]) {
    const { status, stderr } = await assassyn([command, "-t", "lits", "--plugin", "./lister.mjs"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain(
      '--target: there is no target "lits" (did you mean "list"?); known: rust, rust-parallel, wasm, ir, list',
    );
  }
});
