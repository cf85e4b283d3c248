import { expect, test } from "vitest";
import { readImage } from "./image.js";

test("reads words, addresses, separators and comments", () => {
  expect(readImage("0000_0013 // nop\n/* a\nblock */ @3 ff @2 7 ffffffff\n")).toEqual([
    0x13, 0, 7, 0xffff_ffff,
  ]);
});

test("an empty image has no words", () => {
  expect(readImage("// nothing\n")).toEqual([]);
});

test("rejects what is not a hexadecimal word", () => {
  expect(() => readImage("0x13")).toThrow(SyntaxError);
  expect(() => readImage("@")).toThrow(SyntaxError);
  expect(() => readImage("1_0000_0000")).toThrow(RangeError);
});
