import { defineCatalogue, message } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import { moduleId, parseSystem, rewriteModule } from "@assassyn/ir";
import type { Pass, PassDefinition } from "@assassyn/plugin-api";
import {
  defineCheck,
  defineEmitter,
  defineFact,
  definePass,
  definePipeline,
  definePlugin,
} from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import type { PlanOptions } from "./index.js";
import { createPassManager, diffSystems } from "./index.js";

const TEXT = `ir 1
system t {
  file "t.asyn"
  driver Driver @0:2:1 {
    %0: u8 = 1 @0:3:5
    %1 log("{}", %0) @0:4:5
  }
  driver Second {
    %0 finish
  }
}
`;

function system(): System {
  const parsed = parseSystem(TEXT);
  if (parsed.system === undefined) throw new Error("bad text");
  return parsed.system;
}

const messages = defineCatalogue("test", {
  seen: message<{ what: string }>("warning", (a) => `seen ${a.what}`, "A test."),
  refused: message("error", () => "refused", "A test."),
});

const pass = (name: string, rest: Partial<PassDefinition> = {}): Pass =>
  definePass({ name, description: name, run: () => {}, ...rest });

/** Removes all logs. */
const dropLogs = definePass({
  name: "drop-logs",
  description: "Removes every log",
  run(cx) {
    const module = cx.base.modules[0];
    if (module == null) return;
    cx.updateModule(
      moduleId(0),
      rewriteModule(module, "drop-logs", {
        operation: (operation) => (operation.kind === "log" ? null : operation),
      }),
    );
  },
});

function managerOf(
  passes: readonly Pass[],
  rest: Omit<Parameters<typeof definePlugin>[0], "name" | "passes"> = {},
) {
  return createPassManager({ plugins: [definePlugin({ name: "plug", passes, ...rest })] });
}

const LADDER = [
  pass("lock-insertion", { provides: ["locks-explicit"] }),
  pass("inline", { invalidates: ["locks-explicit"] }),
  pass("lock-batching", { requires: ["locks-explicit"], targets: ["parallel"] }),
  pass("tidy"),
  pass("late", { after: ["tidy"], before: ["inline"] }),
];
const ladder = managerOf(LADDER, {
  emitters: [
    defineEmitter({
      target: "parallel",
      description: "",
      pipeline: "rungs",
      requires: ["locks-explicit"],
      emit: () => [],
    }),
    defineEmitter({ target: "plain", description: "", emit: () => [] }),
  ],
  pipelines: [
    definePipeline({ name: "rungs", description: "", steps: ["tidy", "lock-insertion", "tidy"] }),
    definePipeline({ name: "default", description: "", steps: ["tidy", "cleanup"] }),
    definePipeline({ name: "cleanup", description: "", steps: ["tidy", "inline"] }),
    definePipeline({ name: "round", description: "", steps: ["tidy", "round"] }),
  ],
});

const steps = (options: PlanOptions): string[] => {
  const { plan, diagnostics } = ladder.plan(options);
  return plan?.steps.map((step) => step.id) ?? diagnostics.map((diagnostic) => diagnostic.message);
};

test("a rung ends the target's pipeline, and selects its target", () => {
  expect(steps({ target: "parallel", rung: "lock-insertion" })).toEqual(["tidy", "lock-insertion"]);
  expect(steps({ target: "parallel", rung: "tidy" })).toEqual(["tidy", "lock-insertion", "tidy#2"]);
  const { diagnostics } = managerOf([pass("low"), pass("high", { provides: ["top"] })], {
    emitters: [defineEmitter({ target: "t", description: "", requires: ["top"], emit: () => [] })],
    pipelines: [definePipeline({ name: "default", description: "", steps: ["low", "high"] })],
  }).plan({ target: "t", rung: "low" });
  expect(diagnostics.map(({ message: text }) => text)).toEqual([
    '"t" requires "top", which no step before it provides; end at "high" or behind it, not at "low"',
  ]);
  expect(steps({ target: "parallel", rung: "lock-insertion", passes: ["lock-batching"] })).toEqual([
    "tidy",
    "lock-insertion",
    "lock-batching",
  ]);
  expect(steps({ rung: "lock-batching" })).toEqual([
    'the pipeline of the target parallel has no step "lock-batching" to end at',
  ]);
  expect(ladder.plan({ target: "parallel", rung: "lock-insertoin" }).diagnostics).toMatchObject([
    { code: "pass-manager/no-rung", help: 'did you mean "lock-insertion"?' },
  ]);
  expect(steps({ target: "parallel", rung: "tidy", pipeline: ["lock-insertion"] })).toEqual([
    "`--rung` ends the pipeline of a target, and `--pipeline` takes its place",
  ]);
});

test("what a skipped pass would have provided is told once, with the remedy", () => {
  const chain = managerOf([
    pass("lock-insertion", { provides: ["locks-explicit"] }),
    pass("first", { requires: ["locks-explicit"] }),
    pass("second", { requires: ["locks-explicit"] }),
  ]);
  const pipeline = ["lock-insertion", "first", "second"];
  expect(
    chain.plan({ pipeline, skip: ["lock-insertion"] }).diagnostics.map(({ message: text }) => text),
  ).toEqual([
    '"first" requires "locks-explicit", which no step before it provides; do not skip "lock-insertion"',
  ]);
});

test("a target that a pass selects must exist", () => {
  const alone = managerOf([pass("far", { targets: ["moon"] })]);
  expect(alone.plan({ passes: ["far"] }).diagnostics).toMatchObject([
    { code: "pass-manager/unknown-target", message: 'there is no target "moon"; known: ir' },
  ]);
});

test("a target's pipeline, the default one, and nested pipelines", () => {
  expect(steps({ target: "parallel" })).toEqual(["tidy", "lock-insertion", "tidy#2"]);
  expect(steps({ target: "plain" })).toEqual(["tidy", "tidy#2", "inline"]);
  expect(steps({})).toEqual(["tidy", "tidy#2", "inline"]);
  expect(steps({ target: "nowhere" })).toEqual(['there is no target "nowhere"; known: parallel, plain, ir']);
  expect(steps({ pipeline: ["round"] })).toEqual(['the pipeline "round" contains itself']);
});

test("a violated fact names the culprit, exactly", () => {
  expect(
    steps({ target: "parallel", pipeline: ["lock-insertion", "inline", "lock-batching", "lock-insertion"] }),
  ).toEqual([
    '"lock-batching" requires "locks-explicit", which "inline" invalidated; insert "lock-insertion" before it',
  ]);
  expect(steps({ pipeline: ["lock-batching"], target: "parallel", facts: ["locks-explicit"] })).toEqual([
    "lock-batching",
  ]);
  expect(steps({ target: "parallel", pipeline: ["lock-insertion", "inline"] })).toEqual([
    '"parallel" requires "locks-explicit", which "inline" invalidated; insert "lock-insertion" at the end',
  ]);
  expect(managerOf([pass("a", { requires: ["x"] })]).plan({ pipeline: ["a"] }).diagnostics[0]?.message).toBe(
    '"a" requires "x", which no step before it provides; no known pass provides it',
  );
});

test("--pass inserts at the stable place, once, and may choose the target", () => {
  const { plan } = ladder.plan({ passes: ["lock-batching"] });
  expect(plan?.target).toBe("parallel");
  expect(plan?.steps.map(({ id, reason }) => `${id} (${reason})`)).toEqual([
    "tidy (pipeline rungs)",
    "lock-insertion (pipeline rungs)",
    "lock-batching (--pass, behind lock-insertion)",
    "tidy#2 (pipeline rungs)",
  ]);
  expect(steps({ passes: ["late"] })).toEqual(["tidy", "late", "tidy#2", "inline"]);
  const doubled = ladder.plan({ target: "parallel", passes: ["tidy"] });
  expect(doubled.plan?.steps).toHaveLength(3);
  expect(doubled.diagnostics.map(({ severity, message: text }) => `${severity}: ${text}`)).toEqual([
    'note: the pass "tidy" is in the pipeline already (step 1, pipeline rungs); it was not added again',
  ]);
  expect(steps({ target: "plain", passes: ["lock-batching"] })).toEqual([
    'the pass "lock-batching" is for the target parallel, not for plain',
  ]);
  const needy = managerOf([pass("needy", { requires: ["water"] })]).plan({ passes: ["needy"] });
  expect(needy.diagnostics.map(({ message: text }) => text)).toEqual([
    'there is no place in the pipeline for "needy": "needy" requires "water", which no step before it provides; no known pass provides it',
  ]);
  expect(steps({ target: "plain", pipeline: ["lock-insertion", "lock-batching"] })).toEqual([
    'the pass "lock-batching" is for the target parallel, not for plain',
  ]);
});

test("order is verified, never changed", () => {
  expect(steps({ pipeline: ["late", "tidy"] })).toEqual(['"late" must come after "tidy"']);
  expect(steps({ pipeline: ["inline", "tidy", "late"] })).toEqual(['"late" must come before "inline"']);
  expect(steps({ pipeline: ["tidi"] })).toEqual(['there is no pass or pipeline named "tidi"']);
  expect(ladder.plan({ pipeline: ["tidi"] }).diagnostics[0]?.help).toBe('did you mean "tidy"?');
});

test("steps are skipped by name and by number", () => {
  expect(steps({ target: "parallel", skip: ["tidy#2"] })).toEqual(["tidy", "lock-insertion"]);
  expect(steps({ target: "parallel", skip: ["tidy#1"] })).toEqual(["lock-insertion", "tidy"]);
  expect(steps({ target: "parallel", skip: ["tidy"] })).toEqual(["lock-insertion"]);
  expect(steps({ target: "parallel", skip: ["tidy#3"] })).toEqual([
    'the pipeline has no step "tidy#3" to skip',
  ]);
  expect(steps({ target: "parallel", skip: ["lock-insertion"] })).toEqual([
    '"parallel" requires "locks-explicit", which no step before it provides; do not skip "lock-insertion"',
  ]);
});

test("options are checked and defaulted", () => {
  const configured = pass("a", {
    options: {
      limit: { type: "integer", description: "", default: 8, minimum: 1 },
      mode: { type: "choice", description: "", choices: ["fast", "small"], default: "fast" },
    },
  });
  const manager = managerOf([configured]);
  expect(
    manager.plan({ pipeline: ["a"], passOptions: { a: { limit: "16" } } }).plan?.steps[0]?.options,
  ).toEqual({
    limit: 16,
    mode: "fast",
  });
  const wrong = manager.plan({
    pipeline: ["a"],
    passOptions: { a: { limit: 0, mode: "slow", size: 1 }, b: {} },
  });
  expect(wrong.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([
    'pass "a": option "limit" needs a whole number from 1, not 0',
    'pass "a": option "mode" needs one of fast, small, not "slow"',
    'pass "a": there is no option "size"; known: limit, mode',
    'there is no pass named "b"',
  ]);
});

test("clashing names and plugins of another version are reported", () => {
  const manager = createPassManager({
    plugins: [
      definePlugin({ name: "one", passes: [pass("a")] }),
      definePlugin({ name: "two", passes: [pass("a")] }),
      { ...definePlugin({ name: "old", passes: [pass("b")] }), apiVersion: 0 },
    ],
  });
  expect(manager.registry.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([
    'the pass "a" is contributed by both "one" and "two"',
    'the plugin "old" was made for version 0 of the plugin contract; this is version 1',
  ]);
  expect(manager.registry.passes.has("b")).toBe(false);
});

function run(passes: readonly Pass[], options: Parameters<ReturnType<typeof managerOf>["run"]>[2] = {}) {
  const manager = managerOf(passes, {
    facts: [
      defineFact({
        name: "no-logs",
        description: "",
        check: (checked) =>
          checked.modules.some((module) => module?.operations.some((operation) => operation?.kind === "log"))
            ? [{ code: "x/y", severity: "error", message: "a log is left", labels: [], notes: [], fixes: [] }]
            : [],
      }),
    ],
  });
  const { plan } = manager.plan({ pipeline: passes.map((entry) => entry.name) });
  if (plan === undefined) throw new Error("no plan");
  return manager.run(system(), plan, options);
}

test("a pass edits through the context; what it leaves alone stays the same object", () => {
  const cycles = pass("more-cycles", {
    run(cx) {
      cx.draft.config.cycles = cx.base.config.cycles + 1;
    },
  });
  const result = run([pass("nothing"), dropLogs, cycles]);
  const input = system();
  expect(result.ok).toBe(true);
  expect(result.system.config.cycles).toBe(input.config.cycles + 1);
  expect(result.system.modules[0]?.operations[1]).toBeNull();
  expect(
    result.records.map(({ step, changed, changedModules }) => [step.id, changed, changedModules]),
  ).toEqual([
    ["nothing", false, []],
    ["drop-logs", true, [0]],
    ["more-cycles", true, []],
  ]);
});

test("reports of a pass carry span and origin, and errors stop the run", () => {
  const seen = pass("see", {
    run(cx) {
      cx.report(messages.seen, { what: "a log" }, cx.base.modules[0]?.operations[1]?.loc);
      cx.report(messages.refused, {});
    },
  });
  const source = { path: "t.asyn", text: "// first\ndriver {\n\n    log(1)\n}\n" };
  const result = run([seen, dropLogs], { sources: [source] });
  expect(result.ok).toBe(false);
  expect(result.reproducer).toBeUndefined();
  expect(result.records).toHaveLength(1);
  expect(result.diagnostics[0]).toMatchObject({
    code: "test/seen",
    origin: "plug: see",
    span: { file: 0, start: 23, end: 26 },
  });
  expect(run([seen]).diagnostics[0]?.notes).toEqual(["at t.asyn:4:5"]);
});

test("a crash is a bug of the plugin, with a reproducer", () => {
  const crash = pass("crash", {
    run() {
      throw new TypeError("boom");
    },
  });
  const result = run([dropLogs, crash]);
  expect(result.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([
    'the pass "crash" of "plug" crashed: boom',
  ]);
  expect(result.system.modules[0]?.operations[1]).toBeNull();
  expect(result.reproducer).toMatchObject({
    step: "crash",
    plugin: "plug",
    pipeline: ["crash"],
    target: "ir",
  });
  expect(result.reproducer?.stack).toContain("TypeError: boom");
  const read = parseSystem(result.reproducer?.ir ?? "").system;
  expect(read?.modules[0]?.operations[0]).toEqual(result.system.modules[0]?.operations[0]);
});

test("a pass that breaks the system or a fact is caught behind it", () => {
  const breaks = pass("break", {
    run(cx) {
      const module = cx.draft.modules[0];
      if (module != null) module.operations[0] = null;
    },
  });
  const broken = run([breaks, dropLogs]);
  expect(broken.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([
    'the pass "break" of "plug" left a broken system: module Driver, %0: it stands in a region, but was deleted or never existed',
  ]);
  expect(broken.reproducer?.step).toBe("break");
  expect(run([breaks], { verifyEach: false }).ok).toBe(true);
  expect(
    run([pass("liar", { provides: ["no-logs"] })]).diagnostics.map((diagnostic) => diagnostic.message),
  ).toEqual(['behind the pass "liar" of "plug" the fact "no-logs" should hold, but: a log is left']);
});

test("a system that is broken before the first pass is refused", () => {
  const manager = managerOf([dropLogs]);
  const { plan } = manager.plan({ pipeline: ["drop-logs"] });
  if (plan === undefined) throw new Error("no plan");
  const result = manager.run({ ...system(), files: [] }, plan);
  expect(result.ok).toBe(false);
  expect(result.diagnostics[0]?.code).toBe("pass-manager/invalid-input");
  expect(result.reproducer).toBeUndefined();
});

test("instruments print before, behind, on change, differences, dumps", () => {
  let printed = "";
  const files: string[] = [];
  const result = run([pass("nothing"), dropLogs, pass("never")], {
    instruments: {
      printIrBefore: ["nothing"],
      printIrAfterChange: true,
      printIrDiff: true,
      print: (text) => void (printed += text),
      dump: (name) => void files.push(name),
      stopAfter: "drop-logs",
    },
  });
  expect(result.records.map((record) => record.step.id)).toEqual(["nothing", "drop-logs"]);
  expect(files).toEqual(["0-input.ir", "1-nothing.ir", "2-drop-logs.ir"]);
  expect(printed.match(/^\/\/ ---- .*$/gm)).toEqual([
    "// ---- before nothing",
    "// ---- unchanged by nothing",
    "// ---- behind drop-logs",
    "// ---- changed by drop-logs",
  ]);
  expect(printed.slice(printed.indexOf("// ---- changed"))).toBe(`// ---- changed by drop-logs
@@ Driver
   driver Driver @0:2:1 {
+    arena 2
     %0: u8 = 1 @0:3:5
-    %1 log("{}", %0) @0:4:5
   }
`);
});

test("a wrong option of a pass that runs twice is reported once", () => {
  const { diagnostics } = managerOf([pass("tidy")]).plan({
    pipeline: ["tidy", "tidy"],
    passOptions: { tidy: { nope: 1 } },
  });
  expect(diagnostics.map(({ code }) => code)).toEqual(["pass-manager/wrong-option"]);
});

test("an instrument for a step that is not there is refused", () => {
  const result = run([dropLogs], {
    instruments: { printIrAfter: ["drop-logs", "inline"], stopAfter: "drop-logs#2" },
  });
  expect(result.records).toEqual([]);
  expect(result.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([
    'print-ir-after: the pipeline has no step "inline"',
    'stop-after: the pipeline has no step "drop-logs#2"',
  ]);
});

test("differences cover declarations, deleted and new modules", () => {
  const before = system();
  const after = { ...before, name: "u", modules: [before.modules[0] ?? null, null] };
  expect(diffSystems(before, after)).toBe(` ir 1
-system t {
+system u {
   file "t.asyn"
   config { cycles: 100, idle: 100, fifo_limit: 16777216, parallel: false, threads: 0, log: located }
@@ Second
-  driver Second {
-    %0 finish
-  }
+  deleted module
`);
});

test("checks look at the system and report; a crash names the plugin", () => {
  const manager = managerOf([], {
    checks: [
      defineCheck({
        name: "look",
        description: "",
        run: (cx) => cx.report(messages.seen, { what: cx.system.name }, cx.system.modules[0]?.loc),
      }),
      defineCheck({
        name: "bad",
        description: "",
        run: () => {
          throw new Error("boom");
        },
      }),
    ],
  });
  expect(manager.check(system()).map(({ message: text, notes }) => [text, notes])).toEqual([
    ["seen t", ["at t.asyn:2:1"]],
    ['the check "bad" of "plug" crashed: boom', []],
  ]);
  const sources = [{ path: "t.asyn", text: "// first\ndriver {}\n" }];
  expect(manager.check(system(), { sources })[0]?.span).toEqual({ file: 0, start: 9, end: 15 });
});
