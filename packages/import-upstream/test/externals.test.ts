/** External modules: outputs with an index are registers of the instance, others are wired; either can be read in another module. */
import type { ExternFunction } from "@assassyn/ir";
import { printSource } from "@assassyn/print-source";
import { expect, test } from "vitest";
import { driverOf, dumpOf, importText, marked, run } from "./support.js";

const ONE = "// meta cond (1:b1)";
const METADATA = {
  sim_threshold: 3,
  externals: { Mul: { outputs: { low: "u8", high: "i8", sum: "u9" } } },
};
const MUL = { Mul: (a = 0n, b = 0n): readonly bigint[] => [(a * b) & 255n, (a * b) >> 8n, a + b] };
/** A body that returns one number for all outputs. */
const all = (value: (a: bigint) => bigint): { Mul: ExternFunction } => ({
  Mul: (a = 0n) => [value(a), value(a), value(a)],
});

/** An owner with an instance, and what other modules do with it. */
const dump = (owner: readonly string[], ...others: readonly string[]): string =>
  dumpOf(
    "  Driver = module Driver {",
    "    now = pure_intrinsic.current_cycle()",
    "    a = now[(0:u1):(7:u3)]",
    "    m = external_instantiate.Mul(a=a, b=(200:u8))",
    ...owner.map((line) => `    ${line}`),
    "  }",
    ...others,
  );
const reader = (kind: string, ...lines: readonly string[]): string =>
  [
    ...(kind === "stage" ? [] : [`  #[${kind}]`]),
    "  Reader = module Reader {",
    ...lines.map((line) => `    ${line}`),
    "  }",
  ].join("\n");

test("an output that is read with an index is a register: it shows the value of the cycle before", () => {
  const text = dump(["low = m.low[(0:u32)]", "high = m.high", `log('{} {}', low, high) ${ONE}`]);
  expect(run(importText(text, METADATA), MUL)).toEqual([
    "1 Driver: 0 0",
    "2 Driver: 200 1",
    "3 Driver: 144 2",
  ]);
});

test("an index that is not 0 is out of range", () => {
  const text = dump(["low = m.low[a]", `log('{}', low) ${ONE}`]);
  expect(
    run(
      importText(text, METADATA),
      all((a) => a),
    ),
  ).toEqual(["fault: read of m_low[1], which has 1 element"]);
});

test("a downstream reads a wired output of an instance of another module in the same cycle", () => {
  const text = dump([], reader("downstream", "low = m.low", "sum = m.sum", `log('{} {}', low, sum) ${ONE}`));
  const result = importText(text, METADATA);
  expect(marked(result)).toEqual([]);
  expect(run(result, MUL)).toEqual(["1 Reader: 200 201", "2 Reader: 144 202", "3 Reader: 88 203"]);
});

test("any module reads a registered output of an instance of another module", () => {
  const text = dump(
    ["b = Reader.bind([])", `async_call b ${ONE}`],
    reader("stage", "high = m.high[(0:u32)]", `log('{}', high) ${ONE}`),
  );
  const result = importText(text, METADATA);
  expect(marked(result)).toEqual([]);
  // In cycle 2 the value of cycle 1.
  expect(
    run(
      result,
      all((a) => -a),
    ),
  ).toEqual(["2 Reader: -1", "3 Reader: -2"]);
});

const other = (name: string, mine: string, theirs: string): string =>
  [
    "  #[downstream]",
    `  ${name} = module ${name} {`,
    `    ${mine} = external_instantiate.Mul(a=v, b=(1:u8))`,
    `    ${name}_read = ${theirs}.low[(0:u32)]`,
    `    log('{}', ${name}_read) ${ONE}`,
    "  }",
  ].join("\n");

test("modules may read each other's registered outputs", () => {
  const text = dumpOf(
    "  Driver = module Driver {",
    "    v = (3:u8) + (4:u8)",
    "  }",
    other("A", "one", "two"),
    other("B", "two", "one"),
  );
  expect(
    run(
      importText(text, { ...METADATA, sim_threshold: 2 }),
      all((a) => a),
    ),
  ).toEqual(["1 A: 0", "1 B: 0", "2 A: 7", "2 B: 7"]);
});

test("a stage cannot read a wired output of another module", () => {
  const text = dump([], reader("stage", "low = m.low"));
  expect(marked(importText(text, METADATA))).toEqual(["import/stage-reads-value m.low"]);
});

test("an output under a condition is absent where the instance is", () => {
  const text = dumpOf(
    "  Driver = module Driver {",
    "    now = pure_intrinsic.current_cycle()",
    "    odd = now[(0:u1):(0:u1)]",
    "    if odd { // PUSH_CONDITION",
    "      m = external_instantiate.Mul(a=now)",
    "    } // POP_CONDITION",
    "  }",
    reader("downstream", "low = m.low", `log('{}', low) ${ONE}`),
  );
  expect(
    run(
      importText(text, METADATA),
      all((a) => a + 40n),
    ),
  ).toEqual(["1 Reader: 41", "fault: use of the absent value Driver.m_low"]);
});

test("an instance must be there where its output is read", () => {
  const early = ["x = m.low", "m = external_instantiate.Mul(a=(1:u8))"];
  expect(marked(importText(driverOf(early), METADATA))).toEqual(["import/not-visible m"]);
  const bind = ["n = Driver.bind([])", "y = n.low"];
  expect(marked(importText(driverOf(bind), METADATA))).toEqual(["import/unknown-name n"]);
});

test("the names of outputs give way to those of the design, and both semantics take them", () => {
  const text = dump(
    ["m_low = m.low[(0:u32)]", "m_high = a + (1:u8)", `log('{} {}', m_low, m_high) ${ONE}`],
    reader("downstream", "there = m_high.valid()", "high = m.high", `log('{} {}', there, high) ${ONE}`),
  ).replace("  Driver =", "  m_low = [u8; 1];\n  Driver =");
  const externs = { Mul: (a = 0n): readonly bigint[] => [a, -a, 0n] };
  const log = [
    "1 Driver: 0 2",
    "1 Reader: 1 -1",
    "2 Driver: 1 3",
    "2 Reader: 1 -2",
    "3 Driver: 2 4",
    "3 Reader: 1 -3",
  ];
  for (const semantics of ["exact", "upstream"] as const)
    expect(run(importText(text, METADATA, { semantics }), externs)).toEqual(log);
  const { system } = importText(text, METADATA);
  expect(system === undefined ? "" : printSource(system)).toContain(
    "extern fn Mul(a: b8, b: u8) -> (low: u8, high: i8, sum: u9)",
  );
});
