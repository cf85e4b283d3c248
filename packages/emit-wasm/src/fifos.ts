/** Code for FIFOs: rings in memory with free-running counters. */
import { FAULT_CODE } from "@assassyn/ir";
import type { FunctionBuilder } from "./binary/function-builder.js";
import { I32, op } from "./binary/opcodes.js";
import { load32, loadCell, scale, store32, storeCell } from "./cells.js";
import type { RuntimeFunctions } from "./context.js";
import type { FifoLayout } from "./layout.js";

/** Loads a counter of a FIFO, head or tail, into a local. Engines do not merge loads of memory by themselves. */
export function loadCounter(f: FunctionBuilder, address: number): number {
  const local = f.local(I32);
  load32(f, address);
  f.set(local);
  return local;
}

/** Pushes whether the FIFO is empty. */
export function emitIsEmpty(f: FunctionBuilder, fifo: FifoLayout): void {
  load32(f, fifo.head);
  load32(f, fifo.tail);
  f.code(op.i32Eq);
}

/** Pushes the mask of a ring. */
function emitRingMask(f: FunctionBuilder, { ring }: FifoLayout): void {
  if (ring.kind === "fixed") f.i32(ring.mask);
  else load32(f, ring.mask);
}

/** Pushes the address of the element that the counter in a local stands at, less the offset that is returned. */
function emitElement(f: FunctionBuilder, fifo: FifoLayout, counter: number, mask: () => void): number {
  const { ring } = fifo;
  f.get(counter);
  mask();
  f.code(op.i32And);
  scale(f, fifo.bytes);
  if (ring.kind === "fixed") {
    return f.rebase(ring.address);
  }
  load32(f, ring.address);
  f.code(op.i32Add);
  return 0;
}

/** Pushes the head, narrow. `head` is the local that {@link loadCounter} made. */
export function emitHead(f: FunctionBuilder, fifo: FifoLayout, head: number): void {
  const offset = emitElement(f, fifo, head, () => emitRingMask(f, fifo));
  loadCell(f, fifo.bytes, offset);
}

/** Loads the head limb by limb; `take` consumes each. */
export function emitHeadLimbs(
  f: FunctionBuilder,
  fifo: FifoLayout,
  head: number,
  take: (index: number) => void,
): void {
  const address = f.local(I32);
  const offset = emitElement(f, fifo, head, () => emitRingMask(f, fifo));
  f.set(address);
  for (let index = 0; index < fifo.bytes / 8; index += 1) {
    f.get(address);
    f.memory(op.i64Load, offset + 8 * index);
    take(index);
  }
}

/** Moves the counter at an address one behind its value in a local. */
function bump(f: FunctionBuilder, address: number, counter: number): void {
  store32(f, address, () => {
    f.get(counter);
    f.i32(1);
    f.code(op.i32Add);
  });
}

/** Removes the head, whose counter is in the local `head`. */
export function emitRemove(f: FunctionBuilder, fifo: FifoLayout, head: number): void {
  bump(f, fifo.head, head);
}

/** Pushes the number of elements, without one whose pop is pending if `pendingPop`. */
function emitLength(f: FunctionBuilder, fifo: FifoLayout, tail: number, pendingPop: boolean): void {
  f.get(tail);
  load32(f, fifo.head);
  f.code(op.i32Sub);
  if (pendingPop && fifo.pendingPop !== undefined) {
    load32(f, fifo.pendingPop);
    f.code(op.i32Sub);
  }
}

/**
 * Appends an element, growing the ring where it is full.
 *
 * @param pendingPop whether a pop of this cycle may still be pending, which makes room by the rules but not yet in the ring
 * @param overflow emits what happens when the FIFO has as many elements as it may; must not fall through to code that needs the element
 * @param store pushes the value and stores it, given the base address on the stack and an offset
 */
export function emitAppend(
  f: FunctionBuilder,
  functions: RuntimeFunctions,
  fifo: FifoLayout,
  pendingPop: boolean,
  overflow: () => void,
  store: (offset: number) => void,
): void {
  const { ring } = fifo;
  const tail = loadCounter(f, fifo.tail);
  const mask = ring.kind === "moving" ? loadCounter(f, ring.mask) : undefined;
  const checkLimit = (): void => {
    emitLength(f, fifo, tail, pendingPop);
    f.i32(fifo.limit | 0);
    f.code(op.i32GeU);
    f.if();
    overflow();
    f.end();
  };
  if (ring.kind === "fixed") {
    checkLimit();
  } else {
    // When the limit is a capacity that the ring can have, only a full ring can be at the limit: the check moves into the cold path.
    const onlyWhenFull =
      Number.isInteger(Math.log2(fifo.limit)) && !(pendingPop && fifo.pendingPop !== undefined);
    if (!onlyWhenFull) checkLimit();
    emitLength(f, fifo, tail, false);
    f.get(mask ?? 0);
    f.code(op.i32GtU);
    f.if();
    if (onlyWhenFull) checkLimit();
    f.address(ring.address);
    f.address(ring.mask);
    load32(f, fifo.head);
    f.i32(fifo.bytes);
    f.call(functions.grow);
    load32(f, ring.mask);
    f.set(mask ?? 0);
    f.end();
  }
  const offset = emitElement(f, fifo, tail, () => (mask === undefined ? emitRingMask(f, fifo) : f.get(mask)));
  store(offset);
  bump(f, fifo.tail, tail);
}

/** Moves pending pop and push of a cycle into the FIFO. */
export function emitFifoCommit(f: FunctionBuilder, functions: RuntimeFunctions, fifo: FifoLayout): void {
  const { pendingPop, pushSite, pushValue } = fifo;
  if (pendingPop !== undefined) {
    load32(f, pendingPop);
    f.if();
    emitRemove(f, fifo, loadCounter(f, fifo.head));
    store32(f, pendingPop, () => f.i32(0));
    f.end();
  }
  if (pushSite === undefined || pushValue === undefined) return;
  load32(f, pushSite);
  f.if();
  const done = f.block();
  const overflow = (): void => {
    load32(f, pushSite);
    f.i32(FAULT_CODE.overflow);
    f.i64(0n);
    f.call(functions.stop);
    f.br(done);
  };
  emitAppend(f, functions, fifo, false, overflow, (offset) => {
    if (fifo.bytes <= 8) {
      loadCell(f, fifo.bytes, f.at(pushValue));
      storeCell(f, fifo.bytes, offset);
      return;
    }
    if (offset !== 0) {
      f.i32(offset);
      f.code(op.i32Add);
    }
    f.address(pushValue);
    f.i32(fifo.bytes);
    f.memoryCopy();
  });
  f.end();
  store32(f, pushSite, () => f.i32(0));
  f.end();
}
