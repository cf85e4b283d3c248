/** DRAMs of a dump run on the library's component; cycles are those of the model, data those of the requests. */
import { standardDram } from "@assassyn/compiler";
import { expect, test } from "vitest";
import { parseDramChoice } from "../src/index.js";
import type { ImportOptions } from "../src/index.js";
import { driverOf, dumpOf, importText, marked, run } from "./support.js";

/** Writes 100 + n to the address n in cycle n + 1, for eight cycles, and reads the same address one cycle later. */
const DUMP = dumpOf(
  "  n = [u8; 1];",
  "  cells = [b16; 64];",
  "  Driver = module Driver {",
  "    v = n[(0:u1)]",
  "    next = v + (1:u8)",
  "    n[(0:u1)] <= next /* Driver */ // meta cond (1:b1)",
  "    w = v < (8:u8)",
  "    after = v - (1:u8)",
  "    back = after < (8:u8)",
  "    target = v[(0:u1):(5:u3)]",
  "    source = after[(0:u1):(5:u3)]",
  "    wide = zext v to u16",
  "    data = wide + (100:u16)",
  "  }",
  "  #[memory.DRAM]",
  "  mem = module mem {",
  "    taken = side effect intrinsic.send_read_request({'mem, back, source'})",
  "    stored = side effect intrinsic.send_write_request({'mem, w, target, data'})",
  "  }",
  "  #[downstream]",
  "  Look = module Look {",
  "    any = taken | stored",
  "    there = pure_intrinsic.has_mem_resp(mem)",
  "    if there { // PUSH_CONDITION",
  "      word = pure_intrinsic.get_mem_resp(mem)",
  "      log('{} {} {}', word, taken, stored) // meta cond there",
  "    } // POP_CONDITION",
  "  }",
);
const METADATA = {
  sim_threshold: 40,
  arrays: { n: {}, cells: {} },
  memories: [
    {
      name: "mem",
      kind: "DRAM",
      width: 16,
      depth: 64,
      payload: "cells",
      model: { banks: 2, columns: 4, hit: 3, miss: 5 },
    },
  ],
};
const imported = (options: Partial<ImportOptions> = {}, metadata: unknown = METADATA) =>
  importText(DUMP, metadata, { dramLibrary: standardDram, ...options });

const notes = (options: Partial<ImportOptions> = {}): string[] =>
  imported(options)
    .diagnostics.filter(({ code }) => code === "import/dram-model")
    .map(({ message }) => message);
const words = (log: string[]): (string | undefined)[] => log.map((line) => line.split(" ")[2]);
const names = (options: Partial<ImportOptions>, metadata?: unknown): unknown =>
  imported(options, metadata).system?.externs.map((each) => each?.name);

test("reads give what was written, after the latency of their row, and a request is always taken", () => {
  // The write of address 0 is issued in cycle 3 and opens a row: the bank is busy for two more cycles. From there on one request a cycle.
  const result = imported();
  expect(marked(result)).toEqual([]);
  const log = run(result);
  expect(log.map((line) => line.split(" ")[2])).toEqual([
    "100",
    "101",
    "102",
    "103",
    "104",
    "105",
    "106",
    "107",
  ]);
  expect(log[0]).toBe("9 Look: 100 1 0");
  expect(new Set(log.map((line) => line.split(" ")[0])).size).toBe(8);
});

test("a note names the model, and the choice of the caller comes before that of the metadata", () => {
  expect(notes()).toEqual([
    "the DRAM mem is modelled with 2 banks and rows of 4 words; a read is answered after 3 cycles, or 5 if its row is not open",
  ]);
  expect(notes({ dram: { hit: 4, miss: 4 } })).toEqual([
    "the DRAM mem is modelled with 8 banks and rows of 8 words; a read is answered after 4 cycles, or 4 if its row is not open",
  ]);
});

test("a slower model changes cycles and no data", () => {
  const slow = run(imported({ dram: { banks: 2, columns: 1, hit: 2, miss: 4 } }));
  const fast = run(imported({ dram: { banks: 8, columns: 8, hit: 2, miss: 2 } }));
  expect(words(slow)).toEqual(words(fast));
  expect(slow.at(-1)?.split(" ")[0]).not.toBe(fast.at(-1)?.split(" ")[0]);
});

test("`--semantics upstream` answers with the address, as the original does", () => {
  const log = run(imported({ semantics: "upstream" }));
  expect(log.map((line) => line.split(" ")[2])).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
});

test("the words of the memory are the array of the dump", () => {
  const metadata = { ...METADATA, arrays: { n: { init: [200] }, cells: { init: [7, 8] } } };
  const { system } = imported({}, metadata);
  expect(system?.arrays.map((array) => array?.name)).toEqual([
    "n",
    "cells",
    "mem_opened",
    "mem_row",
    "mem_free",
    "mem_answered",
    "mem_word",
    "mem_place",
  ]);
});

test("without metadata the array is found where it is the only one that no line uses, else its size is a guess", () => {
  const found = importText(DUMP, undefined, { dramLibrary: standardDram });
  expect(marked(found, "warning").filter((each) => each.includes("dram"))).toEqual([]);
  expect(found.system?.arrays.some((array) => array?.name === "mem_cells")).toBe(false);
  const second = DUMP.replace("  cells =", "  other = [b16; 8];\n  cells =");
  const guessed = importText(second, undefined, { dramLibrary: standardDram });
  expect(marked(guessed, "warning")).toContain("import/unknown-dram mem");
  expect(guessed.system?.arrays.find((array) => array?.name === "mem_cells")?.size).toBe(64);
});

test("requests stay functions where the metadata or the caller say so", () => {
  const [memory] = METADATA.memories;
  const extern = { ...METADATA, memories: [{ ...memory, model: "extern" }] };
  const functions = [
    "mem_send_read_request",
    "mem_send_write_request",
    "mem_has_mem_resp",
    "mem_get_mem_resp",
  ];
  expect(names({}, extern)).toEqual(functions);
  expect(names({ dram: "extern" })).toEqual(functions);
  expect(names({})).toEqual([]);
});

test("names of the library give way to those of the design", () => {
  const text = DUMP.replace("  Driver =", "  mem_read = module mem_read {\n  }\n  Driver =");
  const { system } = importText(text, METADATA, { dramLibrary: standardDram });
  expect(system?.modules.map((module) => module?.name).filter((name) => name?.endsWith("read"))).toEqual([
    "mem_read",
    "mem_1_read",
  ]);
});

const memory = (name: string, width: number, payload: string): unknown => ({
  name,
  kind: "DRAM",
  width,
  depth: 2,
  payload,
});

test("two memories, one of them smaller than a row", () => {
  const text = driverOf(
    [
      "now = pure_intrinsic.current_cycle()",
      "first = now == (1:u64)",
      "a = side effect intrinsic.send_write_request({'A, first, (1:b1), (77:b80)'})",
      "b = side effect intrinsic.send_write_request({'B, first, (9:b4), (88:b8)'})",
      "second = now == (2:u64)",
      "c = side effect intrinsic.send_read_request({'A, second, (1:b1)'})",
      "d = side effect intrinsic.send_read_request({'B, second, (9:b4)'})",
      "ra = pure_intrinsic.has_mem_resp(A)",
      "rb = pure_intrinsic.has_mem_resp(B)",
      "wa = pure_intrinsic.get_mem_resp(A)",
      "wb = pure_intrinsic.get_mem_resp(B)",
      "if ra { // PUSH_CONDITION",
      "log('A {}', wa) // meta cond ra",
      "} // POP_CONDITION",
      "if rb { // PUSH_CONDITION",
      "log('B {}', wb) // meta cond rb",
      "} // POP_CONDITION",
    ],
    ["x = [b80; 2]", "y = [b8; 10]"],
  ).replace(
    "\n}\n",
    "\n  #[memory.DRAM]\n  A = module A {\n  }\n  #[memory.DRAM]\n  B = module B {\n  }\n}\n",
  );
  const metadata = { sim_threshold: 40, memories: [memory("A", 80, "x"), memory("B", 8, "y")] };
  const result = importText(text, metadata, { dramLibrary: standardDram });
  expect(run(result)).toEqual(["28 Driver: A 77", "28 Driver: B 88"]);
});

test("an address that is wider than the memory is cut, with a warning", () => {
  const text = DUMP.replace("'mem, back, source'", "'mem, back, after'");
  expect(marked(importText(text, METADATA, { dramLibrary: standardDram }), "warning")).toEqual([
    "import/width-adjusted after",
  ]);
});

test.each([
  ["extern", { kind: "choice", choice: "extern" }],
  ["hit=4, miss=9", { kind: "choice", choice: { hit: 4, miss: 9 } }],
  ["hit=4,", { kind: "error", reason: "wanted is `extern`, or some of `banks=8,columns=64,hit=10,miss=24`" }],
  ["banks=6", { kind: "error", reason: "banks is a power of two from 2 to 1024" }],
  ["columns=0", { kind: "error", reason: "columns is a power of two" }],
  ["hit=1", { kind: "error", reason: "hit is at least 2" }],
  ["hit=30", { kind: "error", reason: "miss is at least hit" }],
])("--dram %s", (text, expected) => {
  expect(parseDramChoice(text)).toEqual(expected);
});

test.each([
  ["fast", 's.json: memories[0].model: expected an object, or `extern`, found "fast"'],
  [{ hit: 0 }, "s.json: memories[0].model.hit: expected a whole number from 1, found 0"],
  [
    { banks: 3 },
    "s.json: memories[0].model: expected a model of a DRAM: banks is a power of two from 2 to 1024, found an object",
  ],
])("the model %j in the metadata", (model, expected) => {
  const [memory] = METADATA.memories;
  const { diagnostics } = importText(DUMP, { ...METADATA, memories: [{ ...memory, model }] });
  expect(diagnostics.map(({ message }) => message)).toEqual([expected]);
});

test.each([
  ["too many words", "b16", 2 ** 40],
  ["words too wide", "b65536", 64],
])("a memory with %s is refused", (_, type, depth) => {
  const [memory] = METADATA.memories;
  const text = DUMP.replace("  cells = [b16; 64];\n", "");
  const metadata = {
    ...METADATA,
    arrays: { n: {} },
    memories: [{ ...memory, payload: null, depth, width: Number(type.slice(1)) }],
  };
  expect(marked(importText(text, metadata, { dramLibrary: standardDram }))).toEqual([
    "import/dram-refused mem",
  ]);
});

test("requests and responses are those of DRAMs", () => {
  const text = driverOf([
    "x = side effect intrinsic.send_read_request({'Driver, (1:b1), (0:u4)'})",
    "y = pure_intrinsic.has_mem_resp(Driver)",
  ]);
  expect(marked(importText(text))).toEqual(["import/wrong-place Driver", "import/wrong-place Driver"]);
});
