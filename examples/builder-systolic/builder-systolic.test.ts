/** The generated array against a plain matrix product. */
import { createInterpreter } from "@assassyn/interpreter";
import { moduleIds } from "@assassyn/ir";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Matrix } from "./multiply.js";
import { createMultiplier } from "./multiply.js";
import { systolicArray } from "./systolic-array.js";

/** The reference. */
function plainProduct(a: Matrix, b: Matrix): number[][] {
  return a.map((row) =>
    b.map((_, column) => row.reduce((sum, value, k) => sum + value * (b[k]?.[column] ?? 0), 0)),
  );
}

const numbers = fc.integer({ min: -128, max: 127 });
const matrix = (size: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(numbers, { minLength: size, maxLength: size }), { minLength: size, maxLength: size });

test.each([1, 2, 3, 5, 8])("products of two matrices with %i rows", (size) => {
  const multiply = createMultiplier(size);
  fc.assert(
    fc.property(matrix(size), matrix(size), (a, b) => {
      expect(multiply(a, b).product).toEqual(plainProduct(a, b));
    }),
    { numRuns: 30 },
  );
});

/** A matrix with different numbers. */
const example = (size: number): Matrix =>
  Array.from({ length: size }, (_, row) => Array.from({ length: size }, (__, column) => row - 2 * column));

test("a row and a column of operands enter in each cycle, so it takes three times the size", () => {
  const sizes = [1, 2, 4, 8];
  const cycles = sizes.map((size) => createMultiplier(size)(example(size), example(size)).cycles);
  expect(cycles).toEqual([2, 5, 11, 23]);
});

test("the logs name the lines of the generator", () => {
  const { logs } = createMultiplier(1)([[3]], [[-4]]);
  expect(logs.map(({ cycle, module, text }) => ({ cycle, module, text }))).toEqual([
    { cycle: 2, module: "pe_0_0", text: "c[0, 0] = -12" },
  ]);
  const system = systolicArray(1);
  expect(system.files).toEqual(["systolic-array.ts"]);
  const lines: string[] = [];
  createInterpreter(system, {
    onLog: ({ loc }) => lines.push(`${system.files[loc.file]}:${loc.line}`),
  }).run();
  expect(lines).toEqual([expect.stringMatching(/^systolic-array\.ts:\d+$/)]);
});

test("the size decides how many elements there are", () => {
  expect([1, 4, 10].map((size) => moduleIds(systolicArray(size)).length)).toEqual([2, 17, 101]);
  for (const size of [0, 65, 2.5]) expect(() => systolicArray(size)).toThrow(RangeError);
  const multiply = createMultiplier(1);
  expect(() => multiply([[1, 2]], [[1, 2]])).toThrow("the matrices are not 1 × 1");
  expect(() => multiply([[128]], [[1]])).toThrow(RangeError);
});
