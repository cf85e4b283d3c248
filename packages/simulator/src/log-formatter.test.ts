import { emitWasm } from "@assassyn/emit-wasm";
import { createInterpreter } from "@assassyn/interpreter";
import type { LogRecord } from "@assassyn/ir";
import { int, SystemBuilder, type } from "@assassyn/ir";
import { expect, test } from "vitest";
import { loadSync, LogFormatter } from "./index.js";

const record: LogRecord = {
  cycle: 12,
  module: "adder",
  text: 'a "b"\t\u0001',
  loc: { file: 1, line: 7, column: 3 },
};
const files = ["a.asyn", "lib/b.asyn"];

test("the three formats", () => {
  expect(new LogFormatter("plain", files).format(record)).toBe(record.text);
  expect(new LogFormatter("located", files).format(record)).toBe(
    `@lib/b.asyn:7  Cycle @12.00: [adder]\t${record.text}`,
  );
  expect(new LogFormatter("json", files).format(record)).toBe(
    String.raw`{"cycle":12,"module":"adder","text":"a \"b\"\t\u0001","file":"lib/b.asyn","line":7}`,
  );
});

test("instances of one source line keep their names", () => {
  const formatter = new LogFormatter("located", files);
  expect(formatter.format(record)).toContain("[adder]");
  expect(formatter.format({ ...record, module: "other" })).toContain("[other]");
});

test("arguments are printed as on the interpreter, in every format and width", () => {
  const formats = [
    "{}",
    "{:?}",
    "{:x}",
    "{:#X}",
    "{:#010x}",
    "{:b}",
    "{:#b}",
    "{:o}",
    "{:05}",
    "{:+}",
    "{:+08}",
    "{:<6}|",
    "{:*^9}",
    "{:>12}",
    "{:#<4}",
  ];
  const system = new SystemBuilder("formats");
  system.config = { ...system.config, cycles: 1 };
  const driver = system.module("driver", "Driver");
  for (const width of [1, 7, 8, 31, 32, 33, 52, 53, 54, 63, 64, 65, 130]) {
    for (const letter of ["u", "i", "b"] as const) {
      const valueType = type(letter, width);
      const all = (1n << BigInt(width)) - 1n;
      for (const value of [0n, 1n, all >> 1n, (all >> 1n) + 1n, all, 1n << 20n]) {
        for (const format of formats) driver.log(format, [driver.const(valueType, value)]);
      }
    }
  }
  const [first, second] = [driver.const(int(40), -1), driver.const(int(8), 5)];
  driver.log("{1} {0} {1} é {{}}", [first, second]);
  const built = system.build();
  const expected: string[] = [];
  createInterpreter(built, { onLog: ({ text }) => expected.push(text) }).run();
  const actual: string[] = [];
  loadSync(emitWasm(built).wasm, { onLog: ({ text }) => actual.push(text) }).run();
  expect(actual).toEqual(expected);
  expect(actual.at(-1)).toBe("5 -1 5 é {}");
});
