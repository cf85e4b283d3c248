/** The few functions that every module carries. */
import { CONTROL, FAULT_CODE } from "@assassyn/ir";
import type { FunctionIndex, WasmModuleBuilder } from "./binary/module-builder.js";
import { atomic, I32, I64, op } from "./binary/opcodes.js";
import { load32, store32, store64 } from "./cells.js";

/** `(1 + site, code, detail)`: notes a stop unless one with a smaller site is noted already. */
export function buildStop(builder: WasmModuleBuilder): FunctionIndex {
  const { index, body: f } = builder.function({ parameters: [I32, I32, I64] });
  f.get(1);
  f.i32(FAULT_CODE.finish);
  f.code(op.i32Ne);
  f.if();
  store32(f, CONTROL.faulted, () => f.i32(1));
  f.end();
  // Zero means none, which this comparison takes for the largest number.
  f.get(0);
  f.i32(1);
  f.code(op.i32Sub);
  load32(f, CONTROL.stopSite);
  f.i32(1);
  f.code(op.i32Sub);
  f.code(op.i32LtU);
  f.if();
  store32(f, CONTROL.stopSite, () => f.get(0));
  store32(f, CONTROL.stopCode, () => f.get(1));
  store64(f, CONTROL.stopDetail, () => f.get(2));
  f.end();
  return index;
}

/**
 * `(address of the ring's address, address of its mask, head, bytes of an element)`: moves a full ring into one of twice the capacity on
 * the heap. When memory cannot grow, notes so and leaves the ring; the next push then overwrites the head, and the host refuses to go on.
 *
 * @param sharedHeap address of a u64, the end of a heap that all threads share; absent: the heap is the instance's own
 */
export function buildGrow(builder: WasmModuleBuilder, sharedHeap?: number): FunctionIndex {
  const { index, body: f } = builder.function({ parameters: [I32, I32, I32, I32] });
  const [ring, maskAddress, head, bytes] = [0, 1, 2, 3];
  const old = f.local(I32);
  const mask = f.local(I32);
  const target = f.local(I32);
  const newMask = f.local(I32);
  const count = f.local(I32);
  const end = f.local(I64);
  f.get(ring);
  f.memory(op.i32Load, 0);
  f.set(old);
  f.get(maskAddress);
  f.memory(op.i32Load, 0);
  f.tee(mask);
  f.i32(1);
  f.code(op.i32Shl);
  f.i32(1);
  f.code(op.i32Or);
  f.set(newMask);
  f.get(newMask);
  f.code(op.i64ExtendI32U);
  f.i64(1n);
  f.code(op.i64Add);
  f.get(bytes);
  f.code(op.i64ExtendI32U);
  f.code(op.i64Mul);
  f.i64(7n);
  f.code(op.i64Add);
  f.i64(-8n);
  f.code(op.i64And);
  f.set(end);
  if (sharedHeap === undefined) {
    load32(f, CONTROL.heapTop);
    f.tee(target);
    f.code(op.i64ExtendI32U);
    f.get(end);
    f.code(op.i64Add);
    f.set(end);
  } else {
    const before = f.local(I64);
    f.i32(0);
    f.get(end);
    f.atomic(atomic.i64Add, 8, sharedHeap);
    f.tee(before);
    f.code(op.i32WrapI64);
    f.set(target);
    f.get(before);
    f.get(end);
    f.code(op.i64Add);
    f.set(end);
  }

  const failed = f.block();
  const fits = f.block();
  const pageShift = 16n;
  const compareToSize = (comparison: number): void => {
    f.get(end);
    f.memorySize();
    f.code(op.i64ExtendI32U);
    f.i64(pageShift);
    f.code(op.i64Shl);
    f.code(comparison);
  };
  compareToSize(op.i64LeU);
  f.brIf(fits);
  f.get(end);
  f.i64(0xffff_0000n);
  f.code(op.i64GtU);
  f.brIf(failed);
  f.get(end);
  f.i64(0xffffn);
  f.code(op.i64Add);
  f.i64(pageShift);
  f.code(op.i64ShrU);
  f.code(op.i32WrapI64);
  f.memorySize();
  f.code(op.i32Sub);
  f.memoryGrow();
  f.code(op.drop);
  // The size decides: another thread may have grown the memory meanwhile.
  compareToSize(op.i64GtU);
  f.brIf(failed);
  f.end();

  f.i32(0);
  f.set(count);
  const copy = f.loop();
  for (const [base, limit] of [
    [target, newMask],
    [old, mask],
  ]) {
    f.get(base ?? 0);
    f.get(head);
    f.get(count);
    f.code(op.i32Add);
    f.get(limit ?? 0);
    f.code(op.i32And);
    f.get(bytes);
    f.code(op.i32Mul);
    f.code(op.i32Add);
  }
  f.get(bytes);
  f.memoryCopy();
  f.get(count);
  f.i32(1);
  f.code(op.i32Add);
  f.tee(count);
  f.get(mask);
  f.code(op.i32LeU);
  f.brIf(copy);
  f.end();
  f.get(ring);
  f.get(target);
  f.memory(op.i32Store, 0);
  f.get(maskAddress);
  f.get(newMask);
  f.memory(op.i32Store, 0);
  if (sharedHeap === undefined) {
    store32(f, CONTROL.heapTop, () => {
      f.get(end);
      f.code(op.i32WrapI64);
    });
  }
  f.code(op.return);
  f.end();
  store32(f, CONTROL.outOfMemory, () => f.i32(1));
  return index;
}

/** `(address, bytes of an element, bytes in all)`: repeats the element at `address` over the memory behind it, doubling the copied part. */
export function buildRepeat(builder: WasmModuleBuilder): FunctionIndex {
  const { index, body: f } = builder.function({ parameters: [I32, I32, I32] });
  const [address, done, total] = [0, 1, 2];
  const size = f.local(I32);
  const exit = f.block();
  const loop = f.loop();
  f.get(done);
  f.get(total);
  f.code(op.i32GeU);
  f.brIf(exit);
  // min(done, total - done)
  f.get(done);
  f.get(total);
  f.get(done);
  f.code(op.i32Sub);
  f.get(done);
  f.get(total);
  f.get(done);
  f.code(op.i32Sub);
  f.code(op.i32LtU);
  f.code(op.select);
  f.set(size);
  f.get(address);
  f.get(done);
  f.code(op.i32Add);
  f.get(address);
  f.get(size);
  f.memoryCopy();
  f.get(done);
  f.get(size);
  f.code(op.i32Add);
  f.set(done);
  f.br(loop);
  f.end();
  f.end();
  return index;
}
