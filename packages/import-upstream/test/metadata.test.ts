import { expect, test } from "vitest";
import { driverOf, dumpOf, importText, marked, run } from "./support.js";

const ONE = "// meta cond (1:b1)";
const DUMP = driverOf(["x = rom[(1:u2)]", `log('{}', x) ${ONE}`], ["rom = [i40; 4]"]);
const errors = (metadata: unknown): string[] =>
  importText(DUMP, metadata)
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ message }) => message);

test("initial values may be larger than a JavaScript number holds, and negative", () => {
  const wide = driverOf(["x = r[(0:u1)]", "y = r[(1:u1)]", `log('{} {}', x, y) ${ONE}`], ["r = [i80; 2]"]);
  const metadata =
    '{ "sim_threshold": 1, "arrays": { "r": { "init": [-604462909807314587353087, 9007199254740993] } } }';
  expect(run(importText(wide, metadata))).toEqual(["1 Driver: -604462909807314587353087 9007199254740993"]);
});

test.each([
  ["{", "s.json is not JSON: the name of a member is expected here"],
  ['{"a": 1,}', "s.json is not JSON: the name of a member is expected here"],
  ["[1 2]", "s.json is not JSON: `,` or `]` is expected here"],
  ["{} x", "s.json is not JSON: something follows the document"],
  ["[".repeat(100), "s.json is not JSON: it nests deeper than 64 levels"],
  ["[]", "s.json: the document: expected an object, found a list"],
  ['{"sim_threshold": 0}', "s.json: sim_threshold: expected a whole number from 1, found 0"],
  ['{"sim_threshold": "9"}', 's.json: sim_threshold: expected a whole number from 1, found "9"'],
  [
    '{"arrays": {"rom": {"init": [1, 2.5]}}}',
    "s.json: arrays.rom.init[1]: expected a whole number, found a fraction",
  ],
  ['{"memories": [{"name": "m"}]}', "s.json: memories[0].width: expected a number of bits, found nothing"],
  [
    '{"externals": {"E": {"outputs": {"c": "int"}}}}',
    's.json: externals.E.outputs.c: expected a type such as `u32`, found "int"',
  ],
  ['{"system": "t"}', "s.json does not belong to this dump: it is of the system t, the dump of s"],
  ['{"arrays": {"ram": {}}}', "s.json does not belong to this dump: the dump has no array ram"],
  [
    '{"arrays": {"rom": {"size": 8}}}',
    "s.json does not belong to this dump: the array rom has 8 elements, in the dump 4",
  ],
  [
    '{"arrays": {"rom": {"type": "u8"}}}',
    "s.json does not belong to this dump: the array rom has type u8, in the dump i40",
  ],
])("%s", (metadata, expected) => {
  expect(errors(metadata)[0]).toBe(expected);
});

const MEMORY = {
  sim_threshold: 1,
  resource_base: "res",
  arrays: { rom: {} },
  memories: [{ name: "m", kind: "SRAM", width: 40, depth: 4, init_file: "rom.hex", payload: "rom" }],
};

test("a memory file is read relative to the metadata", () => {
  const asked: string[] = [];
  const result = importText(DUMP, MEMORY, {
    readMemory: (path) => {
      asked.push(path);
      return { kind: "text", text: "// head\n@1\n00_ff // word\n" };
    },
  });
  expect(asked).toEqual(["res/rom.hex"]);
  expect(run(result)).toEqual(["1 Driver: 255"]);
});

test.each([
  ["1\n2\n3\n4\n5\n", "line 5: the word 5 does not fit an array of 4"],
  ["xyz", "line 1: `xyz` is not a hexadecimal word"],
  ["10000000000", "line 1: the word 10000000000 has more than 40 bits"],
  ["@9\n1", "line 1: the address @9 is outside an array of 4"],
])("memory file %j", (text, reason) => {
  const result = importText(DUMP, MEMORY, { readMemory: () => ({ kind: "text", text }) });
  expect(result.diagnostics.map(({ message }) => message)).toEqual([
    `the memory m cannot be loaded from res/rom.hex: ${reason}`,
  ]);
});

test("a missing memory file is an error, a host without files a warning", () => {
  const missing = importText(DUMP, MEMORY, { readMemory: () => ({ kind: "error", reason: "no such file" }) });
  expect(marked(missing)[0]).toMatch(/^import\/memory-file \{"name":"m"/);
  expect(marked(importText(DUMP, MEMORY), "warning")[0]).toMatch(/^import\/unknown-memory \{"name":"m"/);
});

test("depths are recorded, and enforced only on demand", () => {
  const text = dumpOf("  A = module A {", "    p: Port<u8>", "    q: Port<u8>", "  } {", "  }");
  const metadata = { sim_threshold: 1, fifo_depth: 4, push_fifo_depths: { "A.p": [1, 2] } };
  const depths = (enforceDepths: boolean): unknown =>
    importText(text, metadata, { enforceDepths }).system?.modules[0]?.ports.map(({ depth }) => depth);
  expect(depths(false)).toEqual([undefined, undefined]);
  expect(depths(true)).toEqual([2, 4]);
});

test("an external module runs with a body from outside, its output types from the metadata", () => {
  const text = driverOf([
    "e = external_instantiate.Mac(a=(3:u8), b=(250:u8))",
    "low = e.low",
    "high = e.high",
    `log('{} {}', low, high) ${ONE}`,
  ]);
  const metadata = { sim_threshold: 1, externals: { Mac: { outputs: { low: "u8", high: "i4" } } } };
  const result = importText(text, metadata);
  expect(result.diagnostics).toEqual([]);
  expect(run(result, { Mac: (a = 0n, b = 0n) => [a + b - 3n, -1n] })).toEqual(["1 Driver: 250 -1"]);
});
