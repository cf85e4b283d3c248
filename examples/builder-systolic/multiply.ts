import { lower } from "@assassyn/compiler";
import { wasmEmitter } from "@assassyn/emit-wasm";
import { renderText } from "@assassyn/diagnostics";
import type { LogRecord } from "@assassyn/ir";
import { loadSync } from "@assassyn/simulator";
import { systolicArray } from "./systolic-array.js";

/** Rows of numbers. */
export type Matrix = readonly (readonly number[])[];

/** A product, and how it was made. */
export interface Product {
  readonly product: number[][];
  /** Cycles that the hardware took. */
  readonly cycles: number;
  readonly logs: readonly LogRecord[];
}

/**
 * Generates a systolic array and compiles it to WebAssembly.
 *
 * @param size rows and columns of the matrices, 1 to 64
 * @returns a function that multiplies two matrices of this size: it writes their numbers, -128 to 127, into the registers of the hardware,
 *   runs it, and reads the product. It throws a `RangeError` for other sizes and numbers.
 */
export function createMultiplier(size: number): (a: Matrix, b: Matrix) => Product {
  const { outputs, diagnostics } = lower(
    systolicArray(size),
    { sources: [] },
    { target: "wasm", emitters: [wasmEmitter] },
  );
  const wasm = outputs?.[0]?.content;
  if (!(wasm instanceof Uint8Array)) throw new Error(renderText(diagnostics, []));
  let logs: LogRecord[] = [];
  const simulation = loadSync(wasm, { onLog: (record) => logs.push(record) });

  return (a, b) => {
    if ([a, b].some((matrix) => matrix.length !== size || matrix.some((row) => row.length !== size)))
      throw new RangeError(`the matrices are not ${size} × ${size}`);
    simulation.reset();
    logs = [];
    for (const [name, matrix] of Object.entries({ a, b }))
      for (const [index, value] of matrix.flat().entries()) simulation.write(name, value, index);
    const { cycles, stop } = simulation.run();
    if (stop.kind !== "finish") throw new Error(`the array did not finish: ${stop.kind}`);
    const c = simulation.readArray("c").map(Number);
    return { product: a.map((_, row) => c.slice(row * size, (row + 1) * size)), cycles, logs };
  };
}
