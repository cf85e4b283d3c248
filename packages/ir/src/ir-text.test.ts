import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  fromJson,
  moduleId,
  operationPrinter,
  opId,
  parseSystem,
  printSystem,
  SystemBuilder,
  toJson,
  verify,
} from "./index.js";
import type { Module, System } from "./index.js";
import { bits, int, uint } from "./types.js";
import { randomSystem, seededChooser } from "./random-system.js";
import { isPure, operandsOf } from "./operations.js";

const GOLDEN = String.raw`ir 1
system async_call {
  file "async-call.asyn"
  config { cycles: 200, idle: 50, fifo_limit: 16777216, parallel: false, threads: 0, log: located }
  reg cnt: i32 @0:3:3
  reg rom: [b32; 40] from "prog.hex" = [
    0x1, 0x0, 0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0x9, 0xa, 0xb, 0xc, 0xd, 0xe,
    0xf, 0xffffffff,
  ] fill 7 @0:4:3
  deleted reg
  extern f(a: u32) -> (c: u32) @0:9:1

  module adder of "pe[0]" @0:5:3 {
    port a: i32 @0:5:16
    port b: i32 depth 4 @0:5:24
    exposes sum: i32
    %0: b1 = fifo(adder.a).valid
    %1 wait_until %0 @0:6:10
    %2 a: i32 = pop(a) @0:6:10
    %3 b: i32 = pop(b) @0:6:13
    %4 c: i32 = %2 + %3 @0:7:13 by explicit-operands
    %5 expose sum = %4
    %6 log("Adder: {} + {:>#6x} = {{{}}} \n", %2, %3, %4) @0:8:5
    %8: u32 = extern f(%4)
    %9 picked: i32 = when %0 {
      yield %4
    } else {
      %10: i32 = -%4
      %12: i32 = bitcast(%10)
      yield %12
    }
    arena 15
  }

  deleted module

  driver "call" @0:10:3 {
    %0: u8 = 0
    %1: i32 = cnt[%0]
    %2: i32 = 1
    %3: i32 = %1 + %2
    %4 cnt[%0] <= %3
    %5: b1 = %1 < %2
    %6 when %5 {
      %7 adder.a.push(%1)
      %8 adder.b.push(%1)
      %9 call adder
      %10 assert %5, "never \"here\""
    }
    %11: b4 = %1[3:0]
    %12: b1 = %11[0:0]
    %13: b5 = cat(%11, %12)
    %14: b4 = %12 ? %11 : %11
    %15: i32 = select1hot(%11, %1, %1, %2, %3)
    %16: b64 = cycle()
    %17: b5 = !%13
    %18: b32 = rom[%12]
    %19 finish
  }

  downstream down {
    %0: i32 = exposed(adder.sum)
    %1: b1 = exposed(adder.sum).valid
    %2: b1 = triggered(adder)
    %3: i32 = fifo(adder.a).peek
  }
}
`;

/** Deletes operations that nothing uses, so that arenas have gaps and ends of tombstones. */
function withTombstones(system: System, keep: (index: number) => boolean): System {
  const modules = system.modules.map((module): Module | null => {
    if (module === null) return null;
    const used = new Set<number>();
    for (const operation of module.operations) {
      if (operation === null) continue;
      for (const id of operandsOf(operation)) used.add(id);
      if (operation.kind === "if")
        for (const { result } of [operation.then, operation.else]) if (result !== undefined) used.add(result);
    }
    const deleted = module.operations.map(
      (operation, index) =>
        operation !== null && !used.has(index) && !keep(index) && isPure(system, module, operation),
    );
    const filter = (ids: Module["body"]["operations"]) => ids.filter((id) => deleted[id] !== true);
    return {
      ...module,
      operations: module.operations.map((operation, index) => {
        if (operation === null || deleted[index] === true) return null;
        if (operation.kind !== "if") return operation;
        return {
          ...operation,
          then: { ...operation.then, operations: filter(operation.then.operations) },
          else: { ...operation.else, operations: filter(operation.else.operations) },
        };
      }),
      body: { operations: filter(module.body.operations) },
    };
  });
  return { ...system, modules, arrays: [...system.arrays, null], externs: [...system.externs, null] };
}

const systems = fc
  .record({
    seed: fc.integer({ min: 0 }),
    operations: fc.integer({ min: 0, max: 60 }),
    keep: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ seed, operations, keep }) =>
    withTombstones(
      randomSystem(seededChooser(seed), { operations, externs: true, faults: true }),
      (index) => index % keep === 0,
    ),
  );

test("the golden text parses and prints the same", () => {
  const parsed = parseSystem(`// a comment\n\n${GOLDEN}// the end`);
  expect(parsed.diagnostics).toEqual([]);
  const system = parsed.system;
  if (system === undefined) throw new Error("no system");
  // Everything but the place of `arena`, which stands in front.
  expect(printSystem(system).replace("    arena 15\n", "")).toBe(GOLDEN.replace("    arena 15\n", ""));
  expect(system.modules[0]?.operations.map((operation) => operation?.kind ?? null)).toEqual([
    "fifo-valid",
    "wait",
    "fifo-pop",
    "fifo-pop",
    "binary",
    "expose",
    "log",
    null,
    "extern-call",
    "if",
    "unary",
    null,
    "cast",
    null,
    null,
  ]);
  expect(system.arrays[1]?.initial).toHaveLength(18);
});

test("parse(print(ir)) is the same IR", () => {
  fc.assert(
    fc.property(systems, (system) => {
      const parsed = parseSystem(printSystem(system));
      expect(parsed.diagnostics).toEqual([]);
      expect(parsed.system).toStrictEqual(system);
    }),
    { numRuns: 150 },
  );
});

test("the JSON form comes back as the same IR", () => {
  fc.assert(
    fc.property(systems, (system) => {
      const decoded = fromJson(JSON.parse(JSON.stringify(toJson(system))));
      expect(decoded.diagnostics).toEqual([]);
      expect(decoded.system).toStrictEqual(system);
    }),
    { numRuns: 60 },
  );
});

test("random systems are well-formed", () => {
  fc.assert(
    fc.property(systems, (system) => {
      expect(verify(system)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("names and formats that are hard to write survive", () => {
  const builder = new SystemBuilder('we"ird\n', ["a b.asyn", "\u{1F600}"]);
  const array = builder.array("when", int(7), { size: 3, scalar: false, initial: [127n] });
  const twin = builder.array("twin", int(7));
  builder.array("twin", int(7));
  const module = builder.module("stage", "%1 @0:1:1", { source: "}" });
  const port = module.port("yield", uint(1));
  const index = module.const(bits(2), 1);
  module.rename(index, "none");
  module.read(array, index, int(7));
  module.read(twin, index, int(7));
  module.rename(module.push(module.id, port, module.fifoValid(module.id, port)), "//");
  module.append({
    kind: "log",
    pieces: [
      { kind: "text", text: "a" },
      { kind: "text", text: "{}" },
      {
        kind: "argument",
        index: 0,
        spec: { fill: "}", align: "<", plus: true, alternate: true, zero: true, width: 3, radix: "?" },
      },
    ],
    arguments: [index],
    type: null,
    loc: { file: 1, line: 2, column: 3 },
    origin: "my pass@2",
  });
  const system = builder.build();
  expect(parseSystem(printSystem(system))).toStrictEqual({ system, diagnostics: [] });
});

test("several mistakes are reported in one run, each at its place", () => {
  const text = GOLDEN.replace("%2 + %3", "%2 $ %3")
    .replace("reg cnt: i32", "reg cnt: x32")
    .replace("call adder", "call addder")
    .replace("%17: b5 = !%13", "%16: b5 = !%13")
    .replace('"Adder: {}', '"Adder: {:q}');
  const { system, diagnostics } = parseSystem(text, { file: 3 });
  expect(system).toBeUndefined();
  expect(
    diagnostics.map(({ code, message, span }) => [
      code,
      message,
      text.slice(span?.start ?? 0, (span?.start ?? 0) + 8),
    ]),
  ).toEqual([
    ["ir/text-syntax", "expected a type such as `u8`, `i32` or `b1`, found `x32`", "x32 @0:3"],
    ["ir/text-syntax", "expected an operator, `[` or `?`, found `$`", "$ %3 @0:"],
    ["ir/text-value", "wrong format string: `{:q}` is not a format for an integer", '"Adder: '],
    ["ir/text-unknown-name", 'there is no register named "cnt"', "cnt[%0]\n"],
    ["ir/text-unknown-name", 'there is no register named "cnt"', "cnt[%0] "],
    ["ir/text-unknown-name", 'there is no module named "addder"', "addder\n "],
    ["ir/text-duplicate", "%16 is defined a second time", "%16: b5 "],
  ]);
  expect(diagnostics.every((diagnostic) => diagnostic.span?.file === 3)).toBe(true);
});

test.each([
  ["", "an IR text starts with the line `ir 1`, found the end of the text"],
  ["ir 2\n", "an IR text starts with the line `ir 1`, found `2`"],
  ["ir 1\n", "expected `system NAME {`, found the end of the text"],
  ["ir 1\nsystem x {\n", "expected `}` at the end of the system, found the end of the text"],
  ["ir 1\nsystem x {\n driver d {\n }\n", "expected `}` at the end of the system, found the end of the text"],
  ["ir 1\nsystem x {\n driver d {\n", "expected a `}` that closes what starts here, found `driver`"],
  ["ir 1\nsystem x {\n driver d {\n }\n}\n}\n", "expected the end of the text, found `}`"],
  [
    "ir 1\nsystem x {\n driver d {\n %99999999 finish\n }\n}\n",
    "the number of an operation is at most 20000000",
  ],
  [
    "ir 1\nsystem x {\n driver d {\n arena 999999999\n }\n}\n",
    "the number of operations is at most 20000000",
  ],
  [
    "ir 1\nsystem x {\n driver d {\n %0: b99999 = 1\n }\n}\n",
    "a type is at most 65536 bits wide, found `b99999`",
  ],
  [
    'ir 1\nsystem x {\n driver d {\n %0 log("a\n }\n}\n',
    'expected a string that ends on its line, found `"`',
  ],
])("%j is refused with a clear message", (text, message) => {
  expect(parseSystem(text).diagnostics.map((diagnostic) => diagnostic.message)).toEqual([message]);
});

test("garbage gives errors, never an exception, and no flood", () => {
  fc.assert(
    fc.property(
      systems,
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), fc.string({ maxLength: 5 })), { maxLength: 6 }),
      (system, edits) => {
        let text = printSystem(system);
        for (const [at, length, insert] of edits) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + insert + text.slice(start + length);
        }
        const parsed = parseSystem(text);
        expect(parsed.diagnostics.length).toBeLessThanOrEqual(51);
        expect(parsed.system === undefined).toBe(parsed.diagnostics.length > 0);
        // What was read can be checked and printed, whatever it says.
        const readable = parsed.system ?? system;
        verify(readable);
        expect(parseSystem(printSystem(readable)).diagnostics).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test("a JSON document of another shape or version is refused with its path", () => {
  const broken: unknown = JSON.parse(
    JSON.stringify(toJson(randomSystem(seededChooser(1)))).replace('"operator":"and"', '"operator":"nand"'),
  );
  expect(fromJson(broken).diagnostics[0]?.message).toMatch(
    /^\$\.system\.modules\[\d\]\.operations\[\d+\]\.operator: expected "add" or/,
  );
  expect(fromJson({ version: 2 }).diagnostics[0]?.message).toBe(
    "the document has IR version 2; this reader understands version 1",
  );
  expect(fromJson(null).diagnostics[0]?.message).toBe("$: expected an object");
});

test("single operations are printed as in the whole text, without place and origin", () => {
  const { system } = parseSystem(GOLDEN);
  if (system === undefined) throw new Error("the golden does not parse");
  const print = operationPrinter(system);
  expect([4, 6, 9, 14].map((id) => print(moduleId(0), opId(id)))).toEqual([
    "%4 c: i32 = %2 + %3",
    String.raw`%6 log("Adder: {} + {:>#6x} = {{{}}} \n", %2, %3, %4)`,
    "%9 picked: i32 = when %0",
    "%14 // deleted",
  ]);
});
