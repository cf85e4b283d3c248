import { moduleIds, moduleOf, rewriteModule } from "@assassyn/ir";
import type { Operation } from "@assassyn/ir";
import { formatBisect, formatBlame } from "@assassyn/pass-manager";
import { definePass, definePlugin } from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import { bisect, blame, createMemoryHost, readDesign } from "../src/index.js";
import { createBehaviourJudge } from "../src/behaviour.js";

const DESIGN = `extern fn mix(a: u8) -> (b: u8)
system t {
  config { cycles: 12, idle: 5 }
  reg n: u8
  reg unseen: u8
  module stage(a: u8) {
    take a
    when a > 3 { log("big {}", a) }
    unseen <= a + 1
  }
  driver {
    n <= n + 1
    log("n = {} {}", n, mix(n))
    stage(a: n)
    when n == 9 { finish }
  }
}
`;

function read(text = DESIGN) {
  const design = readDesign("main.asyn", createMemoryHost({ "main.asyn": text }));
  if (design.system === undefined)
    throw new Error(design.diagnostics.map(({ message }) => message).join("\n"));
  return { ...design, system: design.system };
}

/** A plugin with one pass that replaces operations. */
const pluginOf = (name: string, rule: (operation: Operation) => Operation | null) =>
  definePlugin({
    name: "wrong",
    passes: [
      definePass({
        name,
        description: "Goes wrong",
        run(cx) {
          for (const id of moduleIds(cx.base))
            cx.updateModule(id, rewriteModule(moduleOf(cx.base, id), name, { operation: rule }));
        },
      }),
    ],
  });

test.each([
  [
    "a log that is dropped",
    (op: Operation) => (op.kind === "log" && op.arguments.length === 1 ? null : op),
    /^line 6 of the log is "n = 5 \d+" of Driver in cycle 6 .*; it was "big 4" of stage/,
  ],
  [
    "a lost finish",
    (op: Operation) => (op.kind === "finish" ? null : op),
    /^the log has one more line, 16: "big 9" of stage in cycle 11 /,
  ],
  [
    "a write that nobody logs",
    (op: Operation) => (op.kind === "array-write" && op.array === 1 ? null : op),
    /^the register unseen ends as 0; it was 9$/,
  ],
  [
    "another argument of an extern function",
    (op: Operation) => (op.kind === "const" && op.value === 1n ? { ...op, value: 2n } : op),
    /^line 2 of the log is "n = 2 \d+" of Driver in cycle 2 .*; it was "n = 1 /,
  ],
] as const)("bisect names the pass behind %s, among the built-in ones", async (_, rule, reason) => {
  const { system, sources } = read();
  const result = await bisect(
    system,
    { sources },
    {
      plugins: [pluginOf("wrong", rule)],
      pipeline: ["fold-constants", "eliminate-dead-code", "wrong", "explicit-operands", "fold-constants"],
    },
  );
  expect(result.culprit).toMatchObject({ number: 3, step: { id: "wrong", plugin: "wrong" }, how: "judged" });
  expect(result.culprit?.reason).toMatch(reason);
  expect(formatBisect(result)).toMatch(/^bisect: wrong of wrong changes what the design does: step 3 of 5 /);
});

test("the passes of every target do what the design does", async () => {
  const { system, sources } = read();
  const result = await bisect(system, { sources }, {});
  expect([result.kind, result.steps > 5, result.tests]).toEqual(["same", true, 2]);
});

test("the design bounds the comparison; a shorter one may not see the difference", () => {
  const { system } = read();
  const late = read(DESIGN.replace("n == 9", "n == 8")).system;
  expect(createBehaviourJudge(system)(late)).toMatchObject({ kind: "differs" });
  expect(createBehaviourJudge(system, { cycles: 5 })(late)).toEqual({ kind: "same" });
  // Stand-ins of extern functions let their arguments be seen.
  const argument = createBehaviourJudge(system)(read(DESIGN.replace("mix(n)", "mix(n + 1)")).system);
  expect(argument.kind === "differs" && argument.reason).toMatch(/^line 1 of the log is "n = 0 \d+" /);
  const bodies = { externs: { mix: () => 7n } };
  expect(createBehaviourJudge(system, bodies)(read(DESIGN.replace("mix(n)", "mix(n + 1)")).system)).toEqual({
    kind: "same",
  });
  const forever = read("system t { config { cycles: 3 }\n reg n: u8\n driver { n <= n + 1 } }").system;
  const longer = { ...forever, config: { ...forever.config, cycles: 1_000_000 } };
  expect(createBehaviourJudge(forever)(longer)).toEqual({ kind: "same" });
});

test("faults are behaviour too, and so is a system that cannot run at all", () => {
  const design = (message: string) =>
    read(`system t {
  config { cycles: 5 }
  reg n: u8
  driver { n <= n + 1
    assert n < 2, "${message}" }
}
`).system;
  const judge = createBehaviourJudge(design("small"));
  expect(judge(design("small"))).toEqual({ kind: "same" });
  const other = judge(design("tiny"));
  expect(other.kind === "differs" && other.reason).toMatch(
    /^the run ends behind cycle 3 by .*tiny.*; it ended behind cycle 3 by .*small/,
  );
  const broken = { ...design("small"), externs: read().system.externs };
  expect(judge(broken)).toEqual({
    kind: "differs",
    reason: 'the interpreter cannot run it: extern mix has no body; pass one in the option "externs"',
  });
});

test("blame tells pass and line of what was lowered", () => {
  const { system, sources } = read(`system wide {
  reg a: u100
  reg b: u100
  driver {
    a <= a + b
  }
}
`);
  const result = blame(system, { sources }, { pattern: "main.asyn:5", by: "legalize-widths" });
  expect([result.ok, result.diagnostics]).toEqual([true, []]);
  expect(formatBlame(result)).toMatch(
    /^driver Driver \(main\.asyn:4:3\)\n {2}%\d+: b64 = .* by legalize-widths from main\.asyn:5:\d+ {2}`a <= a \+ b`\n/,
  );
  const refused = blame(system, { sources }, { pipeline: ["no-such-pass"] });
  expect([refused.ok, refused.diagnostics[0]?.code]).toEqual([false, "pass-manager/unknown-pass"]);
});
