import { createInterpreter } from "@assassyn/interpreter";
import { verify } from "@assassyn/ir";
import { expect, test } from "vitest";
import { importDesign, isDumpText, lexDump, parseDump, printDump } from "../src/index.js";

const ADDER = `system adders {
  cnt = [i32; 1];
  |- Read  by: v = cnt[(0:u1)] in Driver
  \`- Write by: cnt[(0:u1)] <= next /* Driver */ // meta cond (1:b1) in Driver

  #[timing: 2]${" "}
  Adder = module Adder {
    a: Port<i32>
    b: Port<i32>
  } {
    ready = Adder.a.valid()
    side effect intrinsic.wait_until({'ready'})
    a = Adder.a.pop() // meta cond (1:b1)
    b = Adder.b.pop() // meta cond (1:b1)
    c = a + b
    log('it\\'s {} + {} = {:#06x}', a, b, c) // meta cond (1:b1)
  }

  
  Driver = module Driver {
    v = cnt[(0:u1)]
    next = v + (1:i32)
    cnt[(0:u1)] <= next /* Driver */ // meta cond (1:b1)
    more = v < (3:i32)
    if more { // PUSH_CONDITION
      Adder.a.push(v) // handle = a_push // meta cond more
      Adder.b.push((40:i32)) // handle = b_push // meta cond more
      bind = Adder.bind([a_push /* Adder.a=v */, b_push /* Adder.b=(40:i32) */])
      async_call bind // meta cond more
    } // POP_CONDITION
  }

  // External: c = a + b
  //  .usedby: seen = c.valid()
  #[downstream]
  Watch = module Watch {
    seen = c.valid()
    value = seen ? c : (0:i32)
    log('watch {}', value) // meta cond (1:b1)
  }

}
`;
const METADATA = `{ "system": "adders", "sim_threshold": 5, "idle_threshold": 5, "arrays": { "cnt": { "type": "i32", "size": 1, "init": [1] } } }`;

const words = (text: string): string[] =>
  lexDump(text, 0)
    .tokens.filter(({ tokenType }) => tokenType.name !== "LineEnd")
    .map(({ image }) => image.trim());

function logOf(dump: string, metadata = METADATA): string[] {
  const { system, diagnostics } = importDesign({
    dump: { path: "adders.ir", text: dump },
    metadata: { path: "adders.json", text: metadata },
  });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  if (system === undefined) throw new Error("no system");
  expect(verify(system)).toEqual([]);
  const lines: string[] = [];
  createInterpreter(system, {
    onLog: ({ cycle, module, text }) => lines.push(`${cycle} ${module}: ${text}`),
  }).run();
  return lines;
}

test("a dump with its metadata runs", () => {
  expect(logOf(ADDER)).toEqual([
    "2 Adder: it's 1 + 40 = 0x0029",
    "2 Watch: watch 41",
    "3 Adder: it's 2 + 40 = 0x002a",
    "3 Watch: watch 42",
  ]);
});

test("a dump prints as it was read", () => {
  const { system, diagnostics } = parseDump(ADDER);
  expect(diagnostics).toEqual([]);
  if (system === undefined) throw new Error("no system");
  expect(words(printDump(system))).toEqual(words(ADDER));
});

test("a dump is told from a source and from IR text", () => {
  expect(isDumpText(ADDER)).toBe(true);
  expect(isDumpText("system s {\n  reg cnt: i32\n}\n")).toBe(false);
  expect(isDumpText("ir 1\nsystem s\n")).toBe(false);
});

test("a dump without metadata imports with warnings", () => {
  const { system, diagnostics } = importDesign({ dump: { path: "adders.ir", text: ADDER } });
  expect(system?.config.cycles).toBe(100);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ["import/unknown-thresholds", "warning"],
    ["import/unknown-initial", "warning"],
  ]);
});
