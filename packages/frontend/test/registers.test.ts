import { expect, test } from "vitest";
import { parseMemoryFile } from "../src/index.js";
import { accept, inSystem } from "./harness.js";

const declared = (declaration: string, files = {}): unknown => {
  const [array] = accept(inSystem(`${declaration}\ndriver {}`), files).arrays;
  return array && { size: array.size, scalar: array.scalar, initial: array.initial, fill: array.fill };
};

test("initial values", () => {
  expect(declared("reg x: i8")).toEqual({ size: 1, scalar: true, initial: [], fill: 0n });
  expect(declared("reg x: i8 = -3")).toEqual({ size: 1, scalar: true, initial: [253n], fill: 0n });
  expect(declared("reg x: [u8; 1] = [7]")).toEqual({ size: 1, scalar: false, initial: [7n], fill: 0n });
  expect(declared("reg x: [u8; 4] = [1, 2]")).toEqual({
    size: 4,
    scalar: false,
    initial: [1n, 2n],
    fill: 0n,
  });
  expect(declared("reg x: [i8; 4] = fill(-1)")).toEqual({ size: 4, scalar: false, initial: [], fill: 255n });
  expect(declared("type P = record { a: u4, b: u4 }\nreg x: P = P { a: 1, b: 2 }")).toEqual({
    size: 1,
    scalar: true,
    initial: [18n],
    fill: 0n,
  });
});

test("a memory file", () => {
  expect(declared('reg x: [b16; 6] = file("m.hex")', { "m.hex": "00_11 ABCD // two words\n@4 f" })).toEqual({
    size: 6,
    scalar: false,
    initial: [0x11n, 0xabcdn, 0n, 0n, 15n],
    fill: 0n,
  });
  expect(
    accept(inSystem('reg x: [b16; 6] = file("m.hex")\ndriver {}'), { "m.hex": "" }).arrays[0]?.file,
  ).toBe("m.hex");
});

test("memory files are split as $readmemh does", () => {
  const parsed = parseMemoryFile("/* a\n b */ 1 2\r\n@A_0 3//x\n\n4");
  expect(parsed).toEqual({
    kind: "image",
    image: { addresses: [0, 1, 160, 161], values: [1n, 2n, 3n, 4n], lines: [2, 2, 3, 5] },
  });
  expect(parseMemoryFile("1\nxz")).toMatchObject({ kind: "error", line: 2 });
  expect(parseMemoryFile("1\n@g")).toMatchObject({ kind: "error", line: 2 });
  expect(parseMemoryFile("1 /* 2")).toMatchObject({ kind: "error", line: 1 });
  expect(parseMemoryFile("1 / 2")).toMatchObject({ kind: "error", line: 1 });
});
