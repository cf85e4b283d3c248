import type { SourceFile } from "@assassyn/diagnostics";
import type { Module, System } from "@assassyn/ir";
import { moduleId, parseSystem, rewriteModule, walk } from "@assassyn/ir";
import type { Pass, PassDefinition } from "@assassyn/plugin-api";
import { defineEmitter, definePass, definePipeline, definePlugin } from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import {
  createPassManager,
  formatBisect,
  formatBlame,
  formatPlan,
  reproducerArguments,
  reproducerFiles,
} from "./index.js";
import type { BisectOptions, Verdict } from "./index.js";

const SOURCE: SourceFile = {
  path: "t.asyn",
  text: `system t {
  driver {
    let one = 1
    log("{}", one)
  }
}
`,
};

const TEXT = `ir 1
system t {
  file "t.asyn"
  reg cnt: b8 @0:1:1
  driver Driver @0:2:3 {
    %0 one: b8 = 1 @0:3:15
    %1: b8 = %0 + %0 @0:3:15
    %2: b1 = %0 == %1 @0:4:5
    %3 when %2 @0:4:5 {
      %4 cnt[%0] <= %1 @0:4:9
    }
    %5 log("{}", %0) @0:4:5
  }
  driver Second {
    %0 finish
  }
}
`;

function system(): System {
  const parsed = parseSystem(TEXT);
  if (parsed.system === undefined) throw new Error(parsed.diagnostics.map(({ message }) => message).join());
  return parsed.system;
}

const pass = (name: string, rest: Partial<PassDefinition> = {}): Pass =>
  definePass({ name, description: name, run: () => {}, ...rest });

/** A pass that rewrites the first module. */
const rewriting = (
  name: string,
  rewrite: (module: Module) => Module,
  rest: Partial<PassDefinition> = {},
): Pass =>
  pass(name, {
    ...rest,
    run(cx) {
      const module = cx.base.modules[0];
      if (module != null) cx.updateModule(moduleId(0), rewrite(module));
    },
  });

const dropLogs = rewriting("drop-logs", (module) =>
  rewriteModule(module, "drop-logs", { operation: (op) => (op.kind === "log" ? null : op) }),
);
/** Doubling becomes a shift by one, and the operation keeps its place. */
const strengthen = rewriting("strengthen", (module) =>
  rewriteModule(module, "strengthen", {
    operation: (op, _id, rewriter) =>
      op.kind === "binary" && op.operator === "add"
        ? {
            ...op,
            operator: "shl",
            right: rewriter.const({ class: "b", width: 1 }, 1n),
            origin: "strengthen",
          }
        : op,
  }),
);
/** Every value gets a new name: nothing that anybody observes. */
const rename = rewriting("rename", (module) => ({ ...module, source: `${module.source}_` }));
/** Writes a one instead of what was to be written, and forgets to note itself. */
const rewire = rewriting("rewire", (module) => ({
  ...module,
  operations: module.operations.map((op) => (op?.kind === "array-write" ? { ...op, value: op.index } : op)),
}));
const breaking = pass("break", {
  run(cx) {
    const module = cx.draft.modules[0];
    module?.body.operations.shift();
  },
});
const crashing = pass("crash", {
  run() {
    throw new Error("boom");
  },
});

const manager = createPassManager({
  plugins: [
    definePlugin({
      name: "plug",
      passes: [
        dropLogs,
        strengthen,
        rename,
        rewire,
        breaking,
        crashing,
        pass("nothing"),
        pass("locks", { provides: ["locked"] }),
        pass("batch", {
          requires: ["locked", "plain"],
          after: ["nothing"],
          before: ["tidy"],
          options: {
            most: { type: "integer", description: "Locks held at once", default: 4, minimum: 1, maximum: 8 },
          },
        }),
        pass("tidy", { requires: ["locked"], invalidates: ["locked"] }),
        pass("unlock", { after: ["tidy"] }),
      ],
      emitters: [defineEmitter({ target: "machine", description: "", requires: ["locked"], emit: () => [] })],
      pipelines: [definePipeline({ name: "default", description: "", steps: ["locks"] })],
    }),
  ],
});

function planOf(pipeline: readonly string[], more: Parameters<typeof manager.plan>[0] = {}) {
  const { plan, diagnostics } = manager.plan({ pipeline, ...more });
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return plan;
}

const logsOf = ({ modules }: System): number => {
  let count = 0;
  for (const module of modules)
    if (module !== null) walk(module, (op) => (count += op.kind === "log" ? 1 : 0));
  return count;
};
/** Judges by the number of logs alone. */
const judge = (judged: System): Verdict =>
  logsOf(judged) === 1 ? { kind: "same" } : { kind: "differs", reason: "the log is gone" };
const bisect = (pipeline: readonly string[], rest: Partial<BisectOptions> = {}) =>
  manager.bisect(system(), planOf(pipeline), { judge, ...rest });

test("bisect names the step, the module and what it changed", async () => {
  const result = await bisect(["rename", "nothing", "strengthen", "drop-logs", "rename", "rewire"]);
  expect(result).toMatchObject({ kind: "found", steps: 6, diagnostics: [] });
  expect(result.culprit).toMatchObject({
    step: { id: "drop-logs", plugin: "plug" },
    number: 4,
    reason: "the log is gone",
    how: "judged",
    modules: ["Driver"],
  });
  expect(result.culprit?.diff).toMatch(/^@@ Driver\n/);
  expect(result.culprit?.diff.split("\n").filter((line) => line.startsWith("-"))).toEqual([
    '-    %5 log("{}", %0) @0:4:5',
  ]);
  expect(formatBisect(result)).toMatch(
    /^bisect: drop-logs of plug changes what the design does: step 4 of 6 \(6 steps, \d tests\)\nwhy: the log is gone\nmodule: Driver\nwhat it changed:\n@@ Driver\n/,
  );
  expect(result.culprit?.reproducer).toMatchObject({
    step: "drop-logs",
    pipeline: ["drop-logs", "rename", "rewire"],
    crashed: false,
  });
  expect(result.culprit?.reproducer.ir).toContain("log(");
});

test.each([1, 2, 3, 8, 13])("bisect finds a culprit at every place of %i steps, by halves", async (count) => {
  const names = Array.from({ length: count }, () => "rename");
  for (let at = 0; at < count; at += 1) {
    const result = await bisect(names.with(at, "drop-logs"));
    expect(result.culprit?.number).toBe(at + 1);
    expect(result.tests).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(count)));
  }
});

test("steps that change nothing are not judged", async () => {
  const result = await bisect(["nothing", "nothing", "drop-logs", "nothing", "nothing"]);
  expect([result.culprit?.step.id, result.tests]).toEqual(["drop-logs", 2]);
  const none = await bisect(["nothing", "rename", "nothing"]);
  expect([none.kind, none.tests]).toEqual(["same", 2]);
  expect(formatBisect(none)).toBe("bisect: no pass changes what the design does (3 steps, 2 tests)\n");
});

test("a step that crashes or breaks the system is the culprit, unless one before it is one", async () => {
  const broken = await bisect(["rename", "break"]);
  expect(broken.culprit).toMatchObject({ step: { id: "break" }, how: "broken", modules: ["Driver"] });
  expect(broken.culprit?.reason).toContain('the pass "break" of "plug" left a broken system');
  expect(broken.culprit?.diff).toContain("-    %0 one: b8 = 1");
  const crashed = await bisect(["rename", "crash"]);
  expect(crashed.culprit).toMatchObject({ number: 2, how: "crashed", modules: [], diff: "" });
  expect(formatBisect(crashed)).toContain("bisect: crash of plug crashes: step 2 of 2");
  const earlier = await bisect(["drop-logs", "rename", "break"]);
  expect(earlier.culprit).toMatchObject({ number: 1, how: "judged" });
  const unverified = await bisect(["rename", "break"], { verifyEach: false });
  expect(unverified.kind).toBe("same");
});

test("a design that is wrong from the start has no culprit", async () => {
  const result = await bisect(["drop-logs"], { judge: () => ({ kind: "differs", reason: "never right" }) });
  expect(result).toMatchObject({ kind: "wrong-input", reason: "never right", tests: 1 });
  expect(formatBisect(result)).toBe(
    "bisect: the design is wrong before the first pass already: never right\n",
  );
});

const blamed = (options: Parameters<typeof manager.blame>[2] = {}) =>
  formatBlame(
    manager.blame(system(), planOf(["rename", "strengthen", "rewire", "strengthen"]), {
      sources: [SOURCE],
      ...options,
    }),
  );

test("blame names the step that made an operation, those that changed it, and the line", () => {
  expect(blamed()).toBe(`driver Driver (t.asyn:2:3)
  %0 one: b8 = 1                              by source from t.asyn:3:15  \`let one = 1\`
  %6: b1 = 1                                  by strengthen from t.asyn:3:15  \`let one = 1\`
  %1: b8 = %0 << %6                           by strengthen from t.asyn:3:15  \`let one = 1\`
  %2: b1 = %0 == %1                           by source from t.asyn:4:5  \`log("{}", one)\`
  %3 when %2                                  by source from t.asyn:4:5  \`log("{}", one)\`
    %4 cnt[%0] <= %0                          by source, changed by rewire, from t.asyn:4:9  \`log("{}", one)\`
  %5 log("{}", %0)                            by source from t.asyn:4:5  \`log("{}", one)\`

driver Second (t.asyn:1:1)
  %0 finish                                   by source from t.asyn:1:1  \`system t {\`
`);
  const ids = (options: Parameters<typeof manager.blame>[2]): string[] =>
    [...blamed(options).matchAll(/^ +(%\d+)/gm)].map(([, id = ""]) => id);
  expect(ids({ pattern: "Second" })).toEqual(["%0"]);
  expect(ids({ pattern: "Driver.one, Driver.%5" })).toEqual(["%0", "%5"]);
  expect(ids({ pattern: "cnt" })).toEqual(["%4"]);
  expect(ids({ pattern: "t.asyn:3" })).toEqual(["%0", "%6", "%1"]);
  expect(ids({ by: "strengthen" })).toEqual(["%6", "%1"]);
  expect(ids({ by: "rewire" })).toEqual(["%4"]);
  expect(ids({ by: "plug", pattern: "D*" })).toEqual(["%6", "%1", "%4"]);
  expect(ids({ by: "source", pattern: "D*" })).toEqual(["%0", "%2", "%3", "%4", "%5"]);
  expect(ids({ pattern: "nobody" })).toEqual([]);
  expect(blamed({ sources: [], pattern: "Driver.one" })).toContain("by source from t.asyn:3:15\n");
});

test("blame finds the step of a pass that does not note itself, and shows what stands before a failure", () => {
  const silent = rewriting("silent", (module) => ({
    ...module,
    operations: module.operations.map((op) =>
      op?.kind === "log" ? { kind: "finish", type: null, loc: op.loc } : op,
    ),
  }));
  const own = createPassManager({
    plugins: [definePlugin({ name: "own", passes: [silent, crashing] })],
  });
  const { plan } = own.plan({ pipeline: ["silent", "crash"] });
  if (plan === undefined) throw new Error("no plan");
  const result = own.blame(system(), plan, { pattern: "Driver.%5" });
  expect(result.modules[0]?.operations[0]).toMatchObject({
    text: "%5 finish",
    by: { pass: "silent", step: "silent", plugin: "own" },
  });
  expect([result.ok, result.reproducer?.step]).toEqual([false, "crash"]);
  // What a step did whose result was refused is not in the system that is shown.
  const spoil = rewriting("spoil", (module) => ({
    ...module,
    operations: module.operations.map((op) =>
      op?.kind === "const" ? { ...op, value: 999n, origin: "x" } : op,
    ),
  }));
  const other = createPassManager({ plugins: [definePlugin({ name: "other", passes: [spoil] })] });
  const spoiled = other.plan({ pipeline: ["spoil"] }).plan;
  if (spoiled === undefined) throw new Error("no plan");
  expect(other.blame(system(), spoiled, { by: "source", pattern: "Driver.one" }).modules).toMatchObject([
    { operations: [{ text: "%0 one: b8 = 1" }] },
  ]);
});

const reproduce = (pipeline: readonly string[], more: Parameters<typeof manager.plan>[0] = {}) =>
  manager.run(system(), planOf(pipeline, more)).reproducer;

test("a reproducer has the rest of the plan, or the step alone where the rest cannot stand alone", () => {
  const rest = reproduce(["nothing", "crash", "locks", "batch"], {
    facts: ["plain"],
    passOptions: { batch: { most: 2 } },
  });
  expect(rest).toMatchObject({
    pipeline: ["crash", "locks", "batch"],
    passOptions: { batch: { most: 2 } },
    facts: ["plain"],
    crashed: true,
  });
  // Of the rest, "unlock" wants a "tidy" before it, and the only one left stands behind it.
  const alone = reproduce(["locks", "tidy", "crash", "unlock", "locks", "tidy"]);
  expect(alone?.pipeline).toEqual(["crash"]);
  expect(alone?.rest.map(({ id }) => id)).toEqual(["crash", "unlock", "locks#2", "tidy#2"]);
});

test("the files of a reproducer: IR, plan, command and stack", () => {
  const plan = planOf(["locks", "crash"], { target: "machine", facts: ["a b"] });
  const { reproducer } = manager.run(system(), plan);
  if (reproducer === undefined) throw new Error("no reproducer");
  expect(reproducerArguments(reproducer)).toEqual([
    "--target",
    "machine",
    "--pipeline",
    "crash",
    "--assume-facts",
    "a b,locked",
  ]);
  const files = new Map(
    reproducerFiles(reproducer, ["--plugin", "./it's.mjs"]).map(({ path, content }) => [
      path,
      String(content),
    ]),
  );
  expect([...files.keys()]).toEqual(["before.ir", "plan.json", "reproduce.sh", "stack.txt"]);
  expect(files.get("before.ir")).toBe(reproducer.ir);
  expect(JSON.parse(files.get("plan.json") ?? "")).toEqual({
    step: "crash",
    plugin: "plug",
    reason: 'the pass "crash" of "plug" crashed: boom',
    target: "machine",
    facts: ["a b", "locked"],
    rest: [{ id: "crash", pass: "crash", plugin: "plug", options: {} }],
  });
  expect(files.get("reproduce.sh")).toBe(`#!/bin/sh
# the pass "crash" of "plug" crashed: boom
# Run it where it failed, so that plugins are found as they were then.
assassyn compile "$(dirname "$0")/before.ir" --target machine --pipeline crash --assume-facts 'a b,locked' --plugin './it'\\''s.mjs' "$@"
`);
  expect(files.get("stack.txt")).toMatch(/^Error: boom\n +at /);
});

test("a plan says who provides what each step requires, and what keeps it in its place", () => {
  const plan = planOf(["nothing", "locks", "batch", "tidy", "unlock", "locks"], {
    target: "machine",
    facts: ["plain"],
    passOptions: { batch: { most: "8" } },
  });
  expect(plan.steps).toHaveLength(6);
  expect(formatPlan(plan, manager.explain(plan))).toBe(`target machine: 6 steps
  1  nothing  plug  --pipeline
  2  locks    plug  --pipeline
       provides locked, required by batch, tidy
  3  batch    plug  --pipeline
       requires locked, provided by locks
       requires plain, which holds from the start
       must stand behind nothing
       must stand before tidy
       with most = 8 (default 4)
  4  tidy     plug  --pipeline
       requires locked, provided by locks
       ends locked
  5  unlock   plug  --pipeline
       must stand behind tidy
  6  locks#2  plug  --pipeline
       provides locked, required by the target machine
`);
});
