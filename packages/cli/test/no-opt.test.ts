import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

/** A target with one switch that writes what it was told. */
const plugin = `export default {
  apiVersion: 1,
  name: "echo",
  emitters: [{
    target: "echo",
    description: "writes its options",
    requires: [],
    options: { "loud-words": { type: "boolean", description: "shouts", default: true } },
    emit: ({ options }) => [{ path: "echo.txt", content: JSON.stringify(options) + "\\n" }],
  }],
};
`;
const options = ["--plugin", "./echo.mjs", "-t", "echo", "-o", "-"];
const design = () => project({ "main.asyn": counter(), "echo.mjs": plugin });

test("--no-opt turns a switch of the target off", async () => {
  const cwd = design();
  expect((await assassyn(["compile", ...options], { cwd })).stdout).toBe('{"loud-words":true}\n');
  const { stdout, stderr } = await assassyn(["compile", ...options, "--no-opt", "loud-words"], { cwd });
  expect([stdout, stderr]).toEqual(['{"loud-words":false}\n', ""]);
});

test("--no-opt leaves out a pass, wherever it stands in the pipeline", async () => {
  const cwd = project({ "main.asyn": counter() });
  const argv = ["compile", "-t", "ir", "--timing"];
  expect((await assassyn(argv, { cwd })).stderr).toMatch(/^fold-constants /m);
  const { status, stderr } = await assassyn([...argv, "--no-opt", "fold-constants,eliminate-dead-code"], {
    cwd,
  });
  expect(status).toBe(0);
  expect(stderr).not.toMatch(/^(fold-constants|eliminate-dead-code)/m);
  expect(stderr).toMatch(/^eliminate-common-subexpressions/m);
});

test("a run without an optimisation prints the same", async () => {
  const cwd = project({ "main.asyn": counter() });
  const usual = await assassyn(["run"], { cwd });
  for (const name of ["fold-constants", "immediate-commit"]) {
    const { status, stdout } = await assassyn(["run", "--no-opt", name], { cwd });
    expect([status, stdout]).toEqual([0, usual.stdout]);
  }
});

test.each<[argv: string[], text: string]>([
  [
    [...options, "--no-opt", "loud-word"],
    'the target echo has no optimisation "loud-word"; it has loud-words, ',
  ],
  [
    ["-t", "ir", "--no-opt", "legalise"],
    'the target ir has no optimisation "legalise"; it has fold-constants, ',
  ],
  // What a target cannot do without is none.
  [["-t", "wasm", "--no-opt", "legalize-widths"], 'the target wasm has no optimisation "legalize-widths"'],
])("%j names what can be left out", async (argv, text) => {
  const { status, stderr } = await assassyn(["compile", ...argv], { cwd: design() });
  expect([status, stderr]).toEqual([2, expect.stringContaining(`--no-opt: ${text}`)]);
});
