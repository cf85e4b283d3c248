/** What a configuration says about plugins, their passes, targets and options. */
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

/** A pass and a target, each with an option that shows up in the output. */
const PLUGIN = `export default {
  name: "shows",
  apiVersion: 1,
  passes: [{
    name: "limit-cycles", description: "Sets the cycle limit",
    options: { to: { type: "integer", description: "The limit", default: 5, minimum: 1 } },
    run(cx) { cx.draft.config.cycles = cx.options.to; },
  }],
  emitters: [{
    target: "words", description: "Writes a word",
    options: { word: { type: "choice", description: "Which", choices: ["yes", "no"], default: "no" } },
    emit: ({ system, options }) => [{ path: "out.txt", content: options.word + " " + system.config.cycles }],
  }],
};`;

const withConfig = (config: object) =>
  project({
    "main.asyn": counter(),
    "plugin.mjs": PLUGIN,
    "assassyn.config.json": JSON.stringify({
      plugins: ["./plugin.mjs"],
      passes: ["limit-cycles"],
      ...config,
    }),
  });
const compile = (config: object, ...options: string[]) =>
  assassyn(["compile", "-o", "-", ...options], { cwd: withConfig(config) });

test("target, options of passes and options of targets; the command line overrides each", async () => {
  const config = {
    target: "words",
    passOptions: { "limit-cycles": { to: 7 } },
    emitOptions: { words: { word: "yes" } },
  };
  expect(await compile({ target: "words" })).toMatchObject({ status: 0, stdout: "no 5" });
  expect(await compile(config)).toMatchObject({ status: 0, stdout: "yes 7" });
  expect(
    await compile(config, "--pass-option", "limit-cycles.to=9", "--emit-option", "word=no"),
  ).toMatchObject({ status: 0, stdout: "no 9" });
  const ir = await compile(config, "--target", "ir");
  expect([ir.status, ir.stdout]).toEqual([0, expect.stringContaining("cycles: 7,")]);
});

test("options are checked by their declarations", async () => {
  const wrong = await compile({ target: "words", passOptions: { "limit-cycles": { to: 0 } } });
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('pass "limit-cycles": option "to" needs a whole number from 1, not 0');
  const unknown = await compile({ target: "words", passOptions: { "limit-cycle": { to: 1 } } });
  expect([unknown.status, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('did you mean "limit-cycles"?'),
  ]);
});

test("a target that nobody has is an error of the configuration, whatever the command", async () => {
  const cwd = withConfig({ target: "wrds" });
  for (const command of ["compile", "run", "check", "plan", "passes"]) {
    const { status, stderr } = await assassyn([command], { cwd });
    expect([command, status]).toEqual([command, 2]);
    expect(stderr).toContain("error[config/unknown-target]: assassyn.config.json names the target");
    expect(stderr).toContain('help: did you mean "words"?');
  }
});

test("a target that is only compiled does not keep a design from running", async () => {
  const { status, stderr } = await assassyn(["run", "--stats"], { cwd: withConfig({ target: "words" }) });
  expect([status, stderr]).toEqual([0, expect.stringContaining(" on wasm")]);
});

test("`passes --schema` has the passes and targets of plugins, with their options", async () => {
  const { status, stdout } = await assassyn(["passes", "--schema"], { cwd: withConfig({}) });
  expect(status).toBe(0);
  const { properties } = JSON.parse(stdout);
  expect(properties.target.enum).toContain("words");
  expect(properties.passes.items.enum).toEqual(expect.arrayContaining(["fold-constants", "limit-cycles"]));
  expect(properties.passOptions.properties["limit-cycles"].properties).toEqual({
    to: { description: "The limit", default: 5, type: "integer", minimum: 1 },
  });
  expect(properties.emitOptions.properties.words.properties.word.enum).toEqual(["yes", "no"]);
});
