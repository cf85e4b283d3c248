import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createManager, createMemoryHost, readDesign, resolvePath } from "@assassyn/compiler";
import type { CompilerHost, ReadDesign } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import type { Diagnostic } from "@assassyn/diagnostics";
import { createPassTester, expectDiagnostics } from "@assassyn/testing";
import type { Diagnose } from "@assassyn/testing";
import { expect, test } from "vitest";
import checks, { messages } from "../src/index.js";

/** What a command shows: the messages of the front end, then those of the checks. */
function diagnosticsOf({ system, diagnostics, sources }: ReadDesign): readonly Diagnostic[] {
  if (system === undefined) return diagnostics;
  return [...diagnostics, ...createManager({ plugins: [checks] }).check(system, { sources })];
}

const diagnose: Diagnose = (source) => diagnosticsOf(readDesign(source, createMemoryHost({})));

/** Asserts that a design causes the diagnostics in its comments and no others. */
const expectChecks = (text: string): void => expectDiagnostics(text, diagnose);

test("stages that only stages without calls would call never run", () => {
  expectChecks(`system s {
    reg n: u8
    module first(a: u8) {           //~ frontend/never-called: first
      take a
      second(a: a)
    }
    module second(a: u8) {          //~ checks/never-called: "second" never runs: its only callers, "first", never run
      take a
      log("{}", a)
    }
    module itself(a: u8) {          //~ checks/never-called: only it itself calls it
      take a
      itself(a: a)
    }
    module guarded(a: u8) {         //~ checks/never-called: the calls in "Driver" never happen
      take a
      log("{}", a)
    }
    module used(a: u8) {
      take a
      log("{}", a)
    }
    driver {
      n <= n + 1
      used(a: n)
      when n > 255 {                //~ checks/constant-condition: this when is always false
        guarded(a: n)
      }
    }
  }`);
});

test("a stage that a downstream or a stage calls in a circle runs", () => {
  expectChecks(`system s {
    reg n: u8
    module ping(a: u8) { take a; pong(a: a) }
    module pong(a: u8) { take a; let b = a; when a < 9 { ping(a: a) } }
    module late(a: u8) { take a; log("{}", a) }
    downstream watch { late(a: pong.b ?? 0) }
    driver { n <= n + 1; when n == 0 { ping(a: n) } }
  }`);
});

test("registers that are only written, only read, or neither", () => {
  expectChecks(`system s {
    reg n: u8
    reg seen: u8                    //~ checks/write-only-register: "seen" is written by "Driver"
    reg limit: u8                   //~ checks/never-written-register: "limit" is read by "Driver"
    reg spare: [u8; 4]              //~ checks/unused-register: nothing reads or writes "spare"
    reg _shown: u8
    reg _from_host: u8
    reg from_host: u8 = 0
    reg table: [u8; 4] = [1, 2, 3, 4]
    reg filled: [u8; 4] = fill(7)
    driver {
      n <= n + 1
      seen <= n
      _shown <= n
      log("{} {} {} {} {}", n < limit, _from_host, from_host, table[n[1:0]], filled[n[1:0]])
    }
  }`);
});

test("a FIFO that is pushed in every cycle and not popped in every cycle", () => {
  expectChecks(`system s {
    config { cycles: 100 }
    reg n: u8
    reg rest: u8
    module waits(
      item: u8 depth 4              //~ checks/fifo-overflow: "waits.item" can overflow its depth of 4: "Driver" pushes in every cycle, but "waits" waits in line
    ) {
      rest <= rest == 0 ? 2 : rest - 1
      wait_until rest == 0
      take item
      log("{}", item)
    }
    module chooses(item: u8 depth 4) {  //~ checks/fifo-overflow: "chooses" takes from it under a condition
      wait_until item.valid
      when item.peek > n { log("{}", item.pop()) }
    }
    module called_rarely(item: u8 depth 4) {  //~ checks/fifo-overflow: "called_rarely" is not called in every cycle
      take item
      log("{}", item)
    }
    module misses_partner(left: u8 depth 4, right: u8 depth 4) {  //~ checks/fifo-overflow: "misses_partner.left" can overflow
      take left, right
      log("{} {}", left, right)
    }
    driver {
      n <= n + 1
      waits(item: n)
      chooses(item: n)
      called_rarely.item.push(n)
      when n < 9 { call called_rarely }
      misses_partner.left.push(n)
      when n < 9 { misses_partner.right.push(n) }
      call misses_partner
    }
  }`);
});

test("FIFOs that are emptied as fast as they are filled, or that nobody fills without a condition", () => {
  expectChecks(`system s {
    config { cycles: 100 }
    reg n: u8
    module first(item: u8 depth 1) { take item; second(left: item, right: item) }
    module second(left: u8 depth 1, right: u8 depth 1) { take left, right; log("{} {}", left, right) }
    module guarded(item: u8 depth 4) { wait_until n > 3; take item; log("{}", item) }
    module roomy(item: u8 depth 100) { wait_until n > 3; take item; log("{}", item) }
    module unlimited(item: u8) { wait_until n > 3; take item; log("{}", item) }
    driver {
      n <= n + 1
      first(item: n)
      roomy(item: n)
      unlimited(item: n)
      when n < 9 { guarded(item: n) }
    }
  }`);
});

test("conditions that widths and constants decide", () => {
  expectChecks(`system s {
    reg n: u8
    reg s: i8
    module stage(a: u8) {
      wait_until a.valid && n <= 255    // the conjunction is no constant
      take a
      log("{}", a)
    }
    driver {
      n <= n + 1
      s <= s - 1
      stage(a: n)
      when n >= 0 { log("always") }             //~ checks/constant-condition: when is always true
      when (n & 15) > 15 { log("never") }       //~ checks/constant-condition: when is always false
      when (n as u16) + 1 == 0 { log("never") } //~ checks/constant-condition: when is always false
      log("{}", (n[3:0] as u8) < 16 ? n : 0)    //~ checks/constant-condition: choice is always true
      assert n < 0, "never holds"               //~ checks/constant-condition: assert is always false
      assert n <= 255, "always holds"
      when n + 1 == 0 { log("it wraps around") }
      when s < 0 { log("it has a sign") }
      when n > 254 { log("the last one") }
    }
  }`);
});

test("instances of one declaration must agree before a condition counts as constant", () => {
  expectChecks(`system s {
    reg n: u8
    module lane[index in 0..3](a: u8) {
      take a
      let first = u8(index)
      when first == 0 { log("the first lane: {}", a) }
      when first < 3 { log("any lane") }        //~ checks/constant-condition: when is always true
    }
    driver {
      n <= n + 1
      for index in 0..3 { lane[index](a: n) }
    }
  }`);
});

test("IR text, where nothing has looked before", () => {
  expectChecks(`ir 1
system t {
  file "t.ir"
  config { cycles: 100, idle: 100, fifo_limit: 16777216, parallel: false, threads: 0, log: located }
  reg r: u8 @0:5:3

  module lonely @0:7:3 {              //~ checks/never-called: "lonely" never runs: nothing calls it
    port p: u8 depth 2 @0:8:5
    %0: u8 = pop(p) @0:9:5
    %1 r[%0] <= %0 @0:10:5
  }

  module fed @0:13:3 {
    port p: u8 depth 2 @0:14:5        //~ checks/fifo-overflow: "fed" never takes from it
    exposes v: u8
    %0: u1 = 0 @0:16:5
    %1: u8 = r[%0] @0:17:5
    %2 expose v = %1 @0:18:5          //~ checks/unread-exposed-value: "fed" exposes "v"
  }

  driver Driver @0:21:3 {
    %0: u8 = 1 @0:22:5
    %1 fed.p.push(%0) @0:23:5
    %2 call fed @0:24:5
  }
}
`);
});

test("every message says what it means and what to do", () => {
  for (const { code, explain, severity } of Object.values(messages)) {
    expect([code.startsWith("checks/"), severity, explain.length > 40]).toEqual([true, "warning", true]);
  }
});

const examples = fileURLToPath(new URL("../../../examples", import.meta.url));

/** A host on the folder of the examples. */
function readExample(name: string, from: string | undefined) {
  const resolved = resolvePath(name, from);
  const file = path.join(examples, resolved);
  return existsSync(file) ? { path: resolved, text: readFileSync(file, "utf8") } : undefined;
}
const missing = { kind: "error", reason: "no such file" } as const;
const host: CompilerHost = {
  readSource(name, from) {
    const found = readExample(name, from);
    return found === undefined ? missing : { kind: "source", ...found };
  },
  readMemory(name, from) {
    const found = readExample(name, from);
    return found === undefined ? missing : { kind: "text", text: found.text };
  },
};

test("the tester of passes runs them on IR text, for whoever builds on them", () => {
  const tester = createPassTester({ plugins: [checks] });
  const text = `ir 1
system s {
  file "s.asyn"
  reg n: u8
  driver Driver {
    %0: u1 = 0
    %1: u8 = 1
    %2 n[%0] <= %1
  }
}
`;
  const { diagnostics } = tester.run(text, []);
  expect(diagnostics.map(({ code }) => code)).toEqual(["checks/write-only-register"]);
});

test("the examples cause no warning", () => {
  const designs = readdirSync(examples, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".asyn"));
  expect(designs.length).toBeGreaterThan(15);
  for (const design of designs) {
    const read = readDesign(design, host, { requireSystem: false });
    expect(renderText(diagnosticsOf(read), read.sources)).toBe("");
  }
});
