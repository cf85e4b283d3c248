import { CONTROL } from "@assassyn/ir";
import type { FunctionBuilder } from "./binary/function-builder.js";
import type { FunctionIndex } from "./binary/module-builder.js";

/** Fills `reset()`: zeroes the state and makes it the initial one. The heap needs nothing, its end moves back to its start. */
export function emitClear(f: FunctionBuilder, stateEnd: number, initialize: FunctionIndex): void {
  f.i32(CONTROL.cycle);
  f.i32(0);
  f.i32(stateEnd - CONTROL.cycle);
  f.memoryFill();
  f.call(initialize);
}
