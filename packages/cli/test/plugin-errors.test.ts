import { existsSync } from "node:fs";
import path from "node:path";
import { API_VERSION } from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

/** A package in node_modules with one pass. */
function plugin(name: string, pass: string, apiVersion: unknown = API_VERSION) {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({
      name,
      type: "module",
      exports: "./main.js",
      assassyn: { apiVersion },
    }),
    [`node_modules/${name}/main.js`]: `globalThis.evaluatedPlugins?.push(${JSON.stringify(name)});
export default { name: ${JSON.stringify(name)}, apiVersion: ${JSON.stringify(apiVersion)}, passes: [${pass}] };
`,
  };
}

/** A project whose configuration names a plugin, and its pass `work` if it is to run. */
const projectWith = (
  name: string,
  files: Readonly<Record<string, string>>,
  passes: readonly string[] = ["work"],
) =>
  project({
    "main.asyn": counter(),
    "assassyn.config.json": JSON.stringify({ plugins: [name], passes }),
    ...files,
  });

/** Does its work and nothing else, so that a failing test below fails for its own reason. */
const harmless = '{ name: "work", description: "Does nothing", run() {} }';

/** Each is a bug of the plugin: status 70, the plugin and the pass by name, a reproducer. */
const bugs = {
  throws: {
    pass: '{ name: "work", description: "", run() { throw new TypeError("no such luck"); } }',
    code: "pass-manager/pass-crashed",
    text: 'the pass "work" of "some-plugin" crashed: no such luck',
  },
  "throws what is no error": {
    pass: '{ name: "work", description: "", run() { throw "a text"; } }',
    code: "pass-manager/pass-crashed",
    text: 'the pass "work" of "some-plugin" crashed: a text',
  },
  "corrupts the IR: an operand that does not exist": {
    pass: `{ name: "work", description: "", run(cx) {
      const id = cx.base.modules[0].operations.findIndex((one) => one?.kind === "array-write");
      cx.draft.modules[0].operations[id].value = 9999;
    } }`,
    code: "pass-manager/pass-broke-ir",
    text: 'the pass "work" of "some-plugin" left a broken system: ',
  },
  "corrupts the IR: an array that is gone": {
    pass: '{ name: "work", description: "", run(cx) { cx.draft.arrays[0] = null; } }',
    code: "pass-manager/pass-broke-ir",
    text: 'the pass "work" of "some-plugin" left a broken system: ',
  },
  "provides a fact that does not hold": {
    pass: `{ name: "work", description: "", provides: ["operands-explicit"], before: ["explicit-operands"], run(cx) {
      const module = cx.base.modules[0];
      const one = module.operations.length;
      const at = { loc: module.loc };
      cx.updateModule(0, { ...module,
        operations: [...module.operations,
          { kind: "const", value: 1n, type: { class: "u", width: 8 }, ...at },
          { kind: "const", value: 1n, type: { class: "u", width: 9 }, ...at },
          { kind: "binary", operator: "lt", left: one, right: one + 1, type: { class: "b", width: 1 }, ...at } ],
        body: { operations: [...module.body.operations, one, one + 1, one + 2] } });
    } }`,
    code: "pass-manager/fact-does-not-hold",
    text: 'behind the pass "work" of "some-plugin" the fact "operands-explicit" should hold, but: ',
  },
};

test.each(Object.entries(bugs))("a pass that %s: its own error, status 70, a reproducer", async (_, bug) => {
  const cwd = projectWith("some-plugin", plugin("some-plugin", bug.pass));
  for (const command of [
    ["compile", "-t", "rust"],
    ["run", "-t", "wasm"],
  ]) {
    const { status, stdout, stderr } = await assassyn(command, { cwd });
    expect([command, status, stdout]).toEqual([command, 70, ""]);
    expect(stderr).toContain(`error[${bug.code}]: ${bug.text}`);
    expect(stderr).toContain("This is a bug of some-plugin, not of your design.");
    expect(stderr).not.toMatch(/^ +at .*:\d+:\d+/m);
  }
  expect(existsSync(path.join(cwd, "counter-rust"))).toBe(false);
});

test("a pass that silently loses a fact is named, not the one that needs the fact", async () => {
  const careless = bugs["provides a fact that does not hold"].pass.replace(
    'provides: ["operands-explicit"], before: ["explicit-operands"]',
    'requires: ["widths-legal"]',
  );
  const cwd = projectWith("some-plugin", plugin("some-plugin", careless));
  const { status, stderr } = await assassyn(["compile", "-t", "rust"], { cwd });
  expect(status).toBe(70);
  expect(stderr).toContain(
    'behind the pass "work" of "some-plugin" the fact "operands-explicit" should hold',
  );
});

/** Each is a matter of the configuration or the installation: status 2, before anything of the design is compiled. */
test.each([
  [
    "is made for a future version",
    plugin("some-plugin", harmless, API_VERSION + 1),
    "config/plugin-version",
    `the plugin "some-plugin" is made for plugin API version ${API_VERSION + 1}; this assassyn offers ${API_VERSION}`,
  ],
  [
    "names no version",
    {
      ...plugin("some-plugin", harmless),
      "node_modules/some-plugin/package.json": '{ "name": "some-plugin", "exports": "./main.js" }',
    },
    "config/plugin-no-version",
    'the package of the plugin "some-plugin" has no "assassyn"',
  ],
  ["is not installed", {}, "config/plugin-not-found", "is not found from assassyn.config.json"],
  [
    "does not load",
    { ...plugin("some-plugin", harmless), "node_modules/some-plugin/main.js": 'throw new Error("no luck");' },
    "config/plugin-failed",
    'the plugin "some-plugin" failed to load: no luck',
  ],
  [
    "is no plugin",
    { ...plugin("some-plugin", harmless), "node_modules/some-plugin/main.js": "export default 7;" },
    "config/plugin-invalid",
    '"some-plugin" is not a plugin',
  ],
])("a plugin that %s: its own error, status 2", async (_, files, code, text) => {
  const cwd = projectWith("some-plugin", files);
  for (const command of ["compile", "run", "check", "plan", "passes"]) {
    const { status, stdout, stderr } = await assassyn([command], { cwd });
    expect([command, status, stdout]).toEqual([command, 2, ""]);
    expect(stderr).toContain(`error[${code}]: `);
    expect(stderr).toContain(text);
  }
});

test("nothing of a plugin for another version is evaluated", async () => {
  const evaluated: string[] = [];
  Object.assign(globalThis, { evaluatedPlugins: evaluated });
  await assassyn(["passes"], { cwd: projectWith("fits", plugin("fits", harmless), []) });
  await assassyn(["passes"], { cwd: projectWith("future", plugin("future", harmless, 99), []) });
  expect(evaluated).toEqual(["fits"]);
});

test("an analysis that throws in a check: its own error, status 70", async () => {
  const files = plugin("some-plugin", harmless);
  const main = files["node_modules/some-plugin/main.js"] ?? "";
  files["node_modules/some-plugin/main.js"] = main.replace(
    "passes: [",
    `analyses: [{ name: "unlucky", description: "", run() { throw new Error("no luck"); } }],
     checks: [{ name: "look", description: "", run(cx) { cx.analysis("unlucky"); } }], passes: [`,
  );
  const { status, stderr } = await assassyn(["check"], { cwd: projectWith("some-plugin", files) });
  expect([status, stderr]).toEqual([
    70,
    expect.stringContaining(
      'error[pass-manager/analysis-crashed]: the analysis "unlucky" of "some-plugin", asked for by the check "look" of "some-plugin", crashed: no luck',
    ),
  ]);
});

const source = (name: string, pass: string): string =>
  `export default { name: "${name}", apiVersion: 1, passes: [{ name: "${pass}", description: "", run() {} }] };`;

const run = (a: string, b: string, command = "run") =>
  assassyn([command, "--plugin", "./a.mjs", "--plugin", "./b.mjs"], {
    cwd: project({ "main.asyn": counter(), "a.mjs": a, "b.mjs": b }),
  });

test("two plugins of one name, and two passes of one name", async () => {
  const plugins = await run(source("same", "one"), source("same", "two"));
  expect([plugins.status, plugins.stderr]).toEqual([
    2,
    expect.stringContaining(
      'error[config/plugin-duplicate]: two plugins have the name "same": ./a.mjs and ./b.mjs',
    ),
  ]);
  for (const command of ["run", "passes"]) {
    const passes = await run(source("one", "work"), source("two", "work"), command);
    expect([command, passes.status, passes.stderr]).toEqual([
      command,
      2,
      expect.stringContaining(
        'error[pass-manager/name-clash]: the pass "work" is contributed by both "one" and "two"',
      ),
    ]);
  }
});
