import { expect, test } from "vitest";
import { fromJson, parseSystem, printSystem, toJson, verify } from "./index.js";
import type { System } from "./index.js";

const GOLDEN = String.raw`ir 1
system counter {
  file "counter.asyn"
  config { cycles: 100, idle: 100, fifo_limit: 16777216, parallel: false, threads: 0, log: located }
  reg cnt: i32 @0:3:3
  reg "lock": i32 @0:4:3

  receiver shared
  lock cnt: rwlock for reg(cnt) because "written by Driver, read by show"
  deleted lock
  lock adder_a: mutex for fifo(adder.a)
  lock calls: mutex for credit(adder)
  atomic flag(adder) because "one writer, \"adder\""
  atomic value(adder.c)
  atomic stamp
  owned reg("lock") by Driver because "no other module touches it"
  owned credit(adder) by cluster 1
  cluster 0 cost 12: Driver
  cluster 1 cost 0: adder, show
  mailbox fifo(adder.a) from Driver to 1
  mailbox reg(cnt) from Driver to 0, 1
  step receive effects
  step run Driver, adder
  step barrier
  step receive values
  step run show
  step barrier
  step commit

  module adder {
    port a: i32
    exposes c: i32
    %0 acquire write adder_a
    %1: i32 = pop(a)
    %2 release adder_a
    %3 expose c = %1
  }

  driver Driver {
    commits cnt, adder_a, calls
    %0: b1 = 0
    %1 acquire read cnt by lock-insertion
    %2: i32 = cnt[%0]
    %3 release cnt
    %4 cnt[%0] <= %2
    %5 adder.a.push(%2)
    %6 call adder
  }

  downstream show {
    commits
    %0: i32 = exposed(adder.c)
  }
}
`;

function parsed(text: string): System {
  const { system, diagnostics } = parseSystem(text);
  expect(diagnostics).toEqual([]);
  if (system === undefined) throw new Error("no system");
  return system;
}

test("the parallel form survives text and JSON", () => {
  const system = parsed(GOLDEN);
  expect(printSystem(system)).toBe(GOLDEN);
  expect(verify(system)).toEqual([]);
  const json: unknown = JSON.parse(JSON.stringify(toJson(system)));
  expect(fromJson(json).system).toEqual(system);
});

test.each([
  ["lock nobody:", "lock nobody: mutex for reg(none)", "there is no register named"],
  ["lock kind", "lock l: spin for reg(cnt)", "expected `mutex` or `rwlock`"],
  ["place", "atomic heap(cnt)", "expected `reg`, `fifo`, `credit`, `flag`, `value` or `stamp`"],
  ["cluster order", "cluster 5 cost 1: adder", "expected cluster 2"],
  ["step", "step jump", "expected `run`, `barrier`, `commit` or `receive`"],
  ["receiver", "receiver mine", "expected `exclusive` or `shared`"],
])("a wrong line about threads is located: %s", (_, line, message) => {
  const text = GOLDEN.replace("  step commit", `  ${line}\n  step commit`);
  const { diagnostics } = parseSystem(text);
  expect(diagnostics.map((diagnostic) => diagnostic.message).join("\n")).toContain(message);
});

test.each([
  ["%2 release adder_a\n    ", "", "is still held where the region ends"],
  ["%0 acquire write adder_a\n    ", "", "which is not held"],
  ["acquire write adder_a", "acquire write #7", "lock #7 was deleted or never existed"],
  [
    "%1 acquire read cnt by lock-insertion",
    "%1 acquire read cnt\n    %7 acquire read cnt",
    "is held already",
  ],
  ["commits cnt, adder_a", "commits cnt, #1", "it commits under lock #1"],
  ["cluster 1 cost 0: adder, show", "cluster 1 cost 0: adder, Driver", "which cluster 0 has too"],
  ["from Driver to 1", "from Driver to 4", "there is no cluster 4"],
  ["lock calls: mutex for credit(adder)", "lock calls: mutex for credit(#9)", "module #9 was deleted"],
  ["deleted lock", "lock adder_a: rwlock for reg(cnt)", "the name is used twice"],
])("the verifier refuses a broken parallel form: %s", (from, to, message) => {
  const system = parsed(GOLDEN.replace(from, to));
  expect(
    verify(system)
      .map((diagnostic) => diagnostic.message)
      .join("\n"),
  ).toContain(message);
});
