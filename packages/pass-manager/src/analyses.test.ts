import type { System } from "@assassyn/ir";
import { moduleId, moduleOf, parseSystem, rewriteModule } from "@assassyn/ir";
import type { Pass, PassContext } from "@assassyn/plugin-api";
import { defineAnalysis, defineCheck, definePass, definePlugin } from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import { createPassManager, describeContributions, formatContributions } from "./index.js";

const TEXT = `ir 1
system t {
  file "t.asyn"
  driver First {
    %0 log("one")
  }
  driver Second {
    %0 log("two")
  }
}
`;

function parsed(): System {
  const { system } = parseSystem(TEXT);
  if (system === undefined) throw new Error("bad text");
  return system;
}

const [first, second] = [moduleId(0), moduleId(1)];

/** Analyses that write down what they were asked to look at. */
function counters() {
  const runs: string[] = [];
  const systems = defineAnalysis({
    name: "modules",
    description: "Number of modules",
    run: (system) => {
      runs.push("system");
      return { modules: system.modules.length };
    },
  });
  const modules = defineAnalysis({
    name: "logs",
    description: "Number of logs",
    scope: "module",
    run: (module) => {
      runs.push(module.name);
      return { logs: module.body.operations.length };
    },
  });
  return { runs, systems, modules };
}

const pass = (name: string, run: (cx: PassContext) => void): Pass =>
  definePass({ name, description: "", run });

function runPasses(passes: readonly Pass[], rest: Partial<Parameters<typeof definePlugin>[0]> = {}) {
  const manager = createPassManager({ plugins: [definePlugin({ name: "plug", passes, ...rest })] });
  const { plan } = manager.plan({ pipeline: passes.map(({ name }) => name) });
  if (plan === undefined) throw new Error("no plan");
  return manager.run(parsed(), plan);
}

test("results stay as long as what they are about: the system, or the module that no pass touched", () => {
  const { runs, systems, modules } = counters();
  const ask = (cx: PassContext): void => {
    expect(cx.analysis(systems)).toEqual({ modules: 2 });
    expect(cx.analysis(modules, second)).toEqual({ logs: 1 });
    runs.push(`First has ${cx.analysis(modules, first).logs}`);
  };
  const result = runPasses([
    pass("ask", ask),
    pass("ask-again", ask),
    pass("drop", (cx) =>
      cx.updateModule(first, rewriteModule(moduleOf(cx.base, first), "drop", { operation: () => null })),
    ),
    pass("ask-behind", ask),
  ]);
  expect(result.diagnostics).toEqual([]);
  expect(runs).toEqual([
    "system",
    "Second",
    "First",
    "First has 1",
    "First has 1",
    "system",
    "First",
    "First has 0",
  ]);
});

test("a check asks too, and by name for what another plugin contributes", () => {
  const { runs, systems, modules } = counters();
  const seen: unknown[] = [];
  const look = defineCheck({
    name: "look",
    description: "",
    run: ({ analysis }) => void seen.push(analysis("modules"), analysis("logs", second), analysis(systems)),
  });
  const manager = createPassManager({
    plugins: [
      definePlugin({ name: "checker", checks: [look] }),
      definePlugin({ name: "analyser", analyses: [systems, modules] }),
    ],
  });
  expect(manager.check(parsed())).toEqual([]);
  expect(seen).toEqual([{ modules: 2 }, { logs: 1 }, { modules: 2 }]);
  expect(runs).toEqual(["system", "Second"]);
});

const broken = defineAnalysis({
  name: "broken",
  description: "Throws",
  run(): never {
    throw new RangeError("out of luck");
  },
});

test("an analysis that throws is named with its plugin, beside the pass or check that asked", () => {
  const ask = pass("ask", (cx) => void cx.analysis("broken"));
  const check = defineCheck({ name: "look", description: "", run: (cx) => void cx.analysis(broken) });
  const plugins = [
    definePlugin({ name: "plug", passes: [ask], checks: [check] }),
    definePlugin({ name: "owner", analyses: [broken] }),
  ];
  const manager = createPassManager({ plugins });
  const { plan } = manager.plan({ pipeline: ["ask"] });
  if (plan === undefined) throw new Error("no plan");
  const { ok, diagnostics, reproducer } = manager.run(parsed(), plan);
  expect(ok).toBe(false);
  expect(diagnostics).toMatchObject([
    {
      code: "pass-manager/analysis-crashed",
      message:
        'the analysis "broken" of "owner", asked for by the pass "ask" of "plug", crashed: out of luck',
    },
  ]);
  expect(reproducer).toMatchObject({ step: "ask", crashed: true });
  expect(reproducer?.stack).toContain("RangeError: out of luck");
  expect(manager.check(parsed())).toMatchObject([
    {
      code: "pass-manager/analysis-crashed",
      message:
        'the analysis "broken" of "owner", asked for by the check "look" of "plug", crashed: out of luck',
    },
  ]);
});

test("an analysis that nobody contributes belongs to the plugin that asks", () => {
  const { diagnostics } = runPasses([pass("ask", (cx) => void cx.analysis(broken))]);
  expect(diagnostics[0]?.message).toBe(
    'the analysis "broken" of "plug", asked for by the pass "ask" of "plug", crashed: out of luck',
  );
});

test("asking the wrong way is a bug of the pass", () => {
  const { systems, modules } = counters();
  const reason = (ask: (cx: PassContext) => void): string | undefined =>
    runPasses([pass("ask", ask)], { analyses: [systems, modules] }).diagnostics[0]?.message;
  const start = 'the pass "ask" of "plug" crashed: ';
  expect(reason((cx) => void cx.analysis("modles"))).toBe(
    `${start}there is no analysis named "modles"; did you mean "modules"?`,
  );
  expect(reason((cx) => void cx.analysis("logs"))).toBe(
    `${start}the analysis "logs" is of modules: say of which one`,
  );
  expect(reason((cx) => void cx.analysis("modules", first))).toBe(
    `${start}the analysis "modules" is of the system, not of modules`,
  );
  expect(reason((cx) => void cx.analysis(modules, moduleId(7)))).toBe(
    `${start}there is no module 7 for the analysis "logs"`,
  );
});

test("analyses are listed, and their names are unique", () => {
  const { systems, modules } = counters();
  const plugins = [
    definePlugin({ name: "a", analyses: [systems, modules] }),
    definePlugin({ name: "b", analyses: [systems] }),
  ];
  const { registry } = createPassManager({ plugins });
  expect(describeContributions(registry).analyses).toEqual([
    { name: "modules", plugin: "a", description: "Number of modules", scope: "system" },
    { name: "logs", plugin: "a", description: "Number of logs", scope: "module" },
  ]);
  expect(formatContributions(registry)).toBe(
    "Analyses\n  modules  a  Number of modules\n  logs     a  Number of logs\n             of each module\n",
  );
  expect(registry.diagnostics[0]?.message).toBe('the analysis "modules" is contributed by both "a" and "b"');
});
