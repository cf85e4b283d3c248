/** Loads and stores of values in memory. A cell has 1, 2, 4 or a multiple of 8 bytes, see `cellBytes`. */
import type { FunctionBuilder } from "./binary/function-builder.js";
import { op } from "./binary/opcodes.js";

/** Loads a cell of at most 8 bytes; the base address is on the stack, `offset` is added. */
export function loadCell(f: FunctionBuilder, bytes: number, offset: number): void {
  f.memory(
    bytes === 1 ? op.i32Load8U : bytes === 2 ? op.i32Load16U : bytes === 4 ? op.i32Load : op.i64Load,
    offset,
  );
}

/** Stores a cell of at most 8 bytes; base address and value are on the stack. */
export function storeCell(f: FunctionBuilder, bytes: number, offset: number): void {
  f.memory(
    bytes === 1 ? op.i32Store8 : bytes === 2 ? op.i32Store16 : bytes === 4 ? op.i32Store : op.i64Store,
    offset,
  );
}

/** Pushes the u32 at a fixed address. */
export function load32(f: FunctionBuilder, address: number): void {
  f.memory(op.i32Load, f.at(address));
}

/** Pushes the u64 at a fixed address. */
export function load64(f: FunctionBuilder, address: number): void {
  f.memory(op.i64Load, f.at(address));
}

/** Stores a u32 that `value` pushes. */
export function store32(f: FunctionBuilder, address: number, value: () => void): void {
  const offset = f.at(address);
  value();
  f.memory(op.i32Store, offset);
}

/** Stores a u64 that `value` pushes. */
export function store64(f: FunctionBuilder, address: number, value: () => void): void {
  const offset = f.at(address);
  value();
  f.memory(op.i64Store, offset);
}

/** Adds one to the u64 at a fixed address. */
export function increment64(f: FunctionBuilder, address: number): void {
  store64(f, address, () => {
    load64(f, address);
    f.i64(1n);
    f.code(op.i64Add);
  });
}

/** Multiplies the i32 on the stack by a size in bytes. */
export function scale(f: FunctionBuilder, bytes: number): void {
  if (bytes === 1) return;
  const shift = Math.log2(bytes);
  f.i32(Number.isInteger(shift) ? shift : bytes);
  f.code(Number.isInteger(shift) ? op.i32Shl : op.i32Mul);
}
