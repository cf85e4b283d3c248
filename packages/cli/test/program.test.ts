import { expect, test } from "vitest";
import { commandSpecs } from "../src/commands/index.js";
import { assassyn, counter, project } from "./harness.js";

const cwd = project({ "counter.asyn": counter() });

test("--version prints version and commit, in every spelling", async () => {
  for (const argv of [["--version"], ["-V"], ["--version", "check"]]) {
    const { status, stdout, stderr } = await assassyn(argv, { cwd });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+ \(.+\)\n$/);
  }
});

test("--help goes to stdout with status 0, no command at all is a mistake", async () => {
  const help = await assassyn(["--help"], { cwd });
  expect([help.status, help.stderr]).toEqual([0, ""]);
  for (const { name } of commandSpecs) expect(help.stdout).toContain(`\n  ${name} `);
  const nothing = await assassyn([], { cwd });
  expect([nothing.status, nothing.stdout]).toEqual([2, ""]);
  expect(nothing.stderr).toContain("Usage: assassyn");
});

test.each(commandSpecs.map((spec) => [spec.name, spec] as const))(
  "%s --help has examples and every option",
  async (name, spec) => {
    const { status, stdout } = await assassyn([name, "--help"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("Examples:\n  $ assassyn ");
    for (const option of Object.values(spec.options)) expect(stdout).toContain(option.flags);
  },
);

test("each option is read under the name that its flag has", () => {
  for (const spec of commandSpecs) {
    for (const [name, { flags }] of Object.entries(spec.options)) {
      const long = /--([\w-]+)/.exec(flags)?.[1] ?? "";
      expect(long.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())).toBe(name);
    }
  }
});

test.each([
  [["chekc"], "unknown command 'chekc'\n(Did you mean check?)"],
  [["help", "chekc"], "unknown command 'chekc'\n(Did you mean check?)"],
  [["help", "nosuch"], "unknown command 'nosuch'"],
  [["run", "--vcd", ""], "option '--vcd <file>' argument '' is invalid. It cannot be empty."],
  [["compile", "-o", ""], "argument '' is invalid. It cannot be empty."],
  [["run", "--cylces", "5"], "unknown option '--cylces'\n(Did you mean --cycles?)"],
  [["run", "--cycles", "-3"], "A whole number from 1 to 2^53 - 1 is wanted."],
  [["run", "--cycles", "0"], "A whole number from 1"],
  [["run", "--cycles", "1e3"], "A whole number from 1"],
  [["run", "--target", "verilog"], "Allowed are wasm, interpreter, rust, rust-parallel."],
  [["run", "--log"], "argument missing"],
  [["run", "a", "b"], "too many arguments"],
  [["new"], "missing required argument 'name'"],
  [["new", "a", "b"], "new: it takes one name, or the word plugin and a name"],
  [["new", "plugin"], "new plugin: the name of the plugin is missing"],
  [["new", "plugin", "a", "b"], "new: it takes one name"],
  [["new", "plugin", "Drop_logs"], '"Drop_logs" cannot name a plugin'],
  [["completion", "tcsh"], '"tcsh" is not a shell it knows'],
  [["run", "--trace", "a"], "--trace: it chooses signals of a waveform; --vcd names its file"],
  [["run", "--layout", "classic"], "--layout: only the rust target has layouts"],
  [["run", "--json", "--log", "plain"], "--json: stdout is JSON lines then"],
  [["compile", "--target", "wasm", "--layout", "classic"], "--layout: only the rust target has layouts"],
  [["compile", "-O", "--target", "ir"], "--optimize: the target ir has no further optimiser"],
  [["run", "-O", "--target", "interpreter"], "--optimize: the target interpreter has no further optimiser"],
  [["compile", "--target", "ir", "--pass-option", "x"], "is not of the form pass.option=value"],
])("%j is wrong usage: status 2 and one clear message", async (argv, text) => {
  const { status, stdout, stderr } = await assassyn(argv, { cwd });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(text);
});

test("an error of our own is status 70, without a trace unless it is asked for", async () => {
  const broken = { cwd, env: {} };
  Object.defineProperty(broken, "stdin", {
    get() {
      throw new Error("injected");
    },
  });
  const quiet = await assassyn(["check", "-"], broken);
  expect(quiet.status).toBe(70);
  expect(quiet.stderr).toMatch(/^internal error: injected\nThis is a bug of assassyn/);
  expect(quiet.stderr).toContain("assassyn check -\n");
  expect(quiet.stderr).not.toContain("    at ");
  Object.assign(broken, { env: { ASSASSYN_DEBUG: "1" } });
  expect((await assassyn(["check", "-"], broken)).stderr).toContain("    at ");
});

test("colours follow --color, then NO_COLOR and FORCE_COLOR, then the terminal", async () => {
  const wrong = { cwd: project({ "a.asyn": "system {" }) };
  const colored = async (argv: string[], more: object) =>
    (await assassyn(["check", ...argv], { ...wrong, ...more })).stderr.includes("\u001B[");
  expect(await colored([], {})).toBe(false);
  expect(await colored([], { terminal: true })).toBe(true);
  expect(await colored([], { terminal: true, env: { NO_COLOR: "1" } })).toBe(false);
  expect(await colored([], { env: { FORCE_COLOR: "1" } })).toBe(true);
  expect(await colored(["--color", "always"], { env: { NO_COLOR: "1" } })).toBe(true);
  expect(await colored(["--color", "never"], { terminal: true })).toBe(false);
});
