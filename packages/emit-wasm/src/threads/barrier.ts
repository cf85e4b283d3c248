/** The barrier at which all threads meet, and learn what any of them has to say. */
import { THREADS } from "@assassyn/ir";
import type { FunctionBuilder } from "../binary/function-builder.js";
import type { FunctionIndex, WasmModuleBuilder } from "../binary/module-builder.js";
import { atomic, I32, I64, op } from "../binary/opcodes.js";
import { load32, store32 } from "../cells.js";

/** What a thread says at the barrier behind a cycle. */
export const SAYS = {
  /** A stage was triggered. */
  active: 1,
  /** A body asked for a stop, or memory could not grow. */
  stop: 2,
  /** A fault of the cycle before came to light when its mail was read. */
  late: 4,
  /** The log buffer might not hold another cycle. */
  full: 8,
} as const;

const FLAGS = 4;
/** Bits of the count of arrivals, and of each flag, in the word of arrivals. */
const FIELD = 8;
/** A power of two: so many barriers behind a sleep a thread tries again whether spinning pays. */
const EPOCHS_OF_CAUTION = 32;
/** A sleeper looks up so often whether a thread has failed. */
const NANOSECONDS_OF_SLEEP = 1_000_000_000n;

/** Pushes the u32 at a shared address, atomically. */
export function loadShared(f: FunctionBuilder, address: number): void {
  f.i32(0);
  f.atomic(atomic.i32Load, 4, address);
}

/** Adds one to the u32 at a shared address, and drops what it was. */
export function countShared(f: FunctionBuilder, address: number, amount = 1): void {
  f.i32(0);
  f.i32(amount);
  f.atomic(atomic.i32Add, 4, address);
  f.code(op.drop);
}

/** Wakes everybody who waits on a shared address. */
export function wakeShared(f: FunctionBuilder, address: number): void {
  f.i32(0);
  f.i32(-1);
  f.atomic(atomic.notify, 4, address);
  f.code(op.drop);
}

/** Ends the thread where another one has failed: nobody would ever answer. */
function leaveIfFailed(f: FunctionBuilder): void {
  loadShared(f, THREADS.failed);
  f.if();
  f.code(op.unreachable);
  f.end();
}

/** Sleeps until a shared u32 differs from the one in a local, or for a second. */
export function sleepShared(f: FunctionBuilder, address: number, seen: number): void {
  f.i32(0);
  f.get(seen);
  f.i64(NANOSECONDS_OF_SLEEP);
  f.atomic(atomic.wait32, 4, address);
  f.code(op.drop);
  leaveIfFailed(f);
}

/**
 * `(flags: i32) -> i32`: waits until all threads wait; returns the union of their flags.
 *
 * One read-modify-write an arrival: a field of eight bits counts the arrivals, one more field each flag. The last to arrive publishes
 * `epoch << FLAGS | flags` in a second word, on which the others spin for a while and then sleep. That publisher and sleeper store and
 * load in opposite orders, all sequentially consistent, keeps wake-ups from being lost: either the publisher sees the sleeper, or the
 * sleeper's wait sees the new word.
 *
 * Who has spun in vain spins half as long the next time: then others use the processors, and what they need most is one that is not spinning.
 *
 * @param epoch address of two u32 of the thread's own
 */
export function buildBarrier(builder: WasmModuleBuilder, epoch: number): FunctionIndex {
  const patience = epoch + 4;
  const { index, body: f } = builder.function({ parameters: [I32], result: I32 });
  const flags = 0;
  const own = f.local(I32);
  const word = f.local(I32);
  const spins = f.local(I32);
  const arrival = f.local(I64);
  const total = f.local(I64);
  store32(f, epoch, () => {
    load32(f, epoch);
    f.i32(1);
    f.code(op.i32Add);
    f.tee(own);
  });
  f.i64(1n);
  for (let flag = 0; flag < FLAGS; flag += 1) {
    f.get(flags);
    f.i32(1 << flag);
    f.code(op.i32And);
    f.code(op.i64ExtendI32U);
    f.i64(BigInt(FIELD * (flag + 1) - flag));
    f.code(op.i64Shl);
    f.code(op.i64Or);
  }
  f.set(arrival);
  f.i32(0);
  f.get(arrival);
  f.atomic(atomic.i64Add, 8, THREADS.arrived);
  f.get(arrival);
  f.code(op.i64Add);
  f.tee(total);
  f.code(op.i32WrapI64);
  f.i32((1 << FIELD) - 1);
  f.code(op.i32And);
  f.i32(0);
  f.memory(op.i32Load, THREADS.members);
  f.code(op.i32Eq);
  f.if();
  f.get(own);
  f.i32(FLAGS);
  f.code(op.i32Shl);
  for (let flag = 0; flag < FLAGS; flag += 1) {
    f.get(total);
    f.i64(((1n << BigInt(FIELD)) - 1n) << BigInt(FIELD * (flag + 1)));
    f.code(op.i64And);
    f.i64(0n);
    f.code(op.i64Ne);
    f.i32(flag);
    f.code(op.i32Shl);
    f.code(op.i32Or);
  }
  f.set(word);
  // Nobody arrives again before the word is published.
  f.i32(0);
  f.i64(0n);
  f.atomic(atomic.i64Store, 8, THREADS.arrived);
  f.i32(0);
  f.get(word);
  f.atomic(atomic.i32Store, 4, THREADS.word);
  loadShared(f, THREADS.sleeping);
  f.if();
  wakeShared(f, THREADS.word);
  f.end();
  f.else();
  const met = f.block();
  const leaveIfMet = (): void => {
    loadShared(f, THREADS.word);
    f.tee(word);
    f.get(own);
    f.i32(FLAGS);
    f.code(op.i32Shl);
    f.code(op.i32Xor);
    f.i32(FLAGS);
    f.code(op.i32ShrU);
    f.code(op.i32Eqz);
    f.brIf(met);
  };
  f.get(own);
  f.i32(EPOCHS_OF_CAUTION - 1);
  f.code(op.i32And);
  f.i32(1);
  f.code(op.i32Eq);
  f.if();
  store32(f, patience, () => {
    f.i32(0);
    f.memory(op.i32Load, THREADS.spins);
  });
  f.end();
  load32(f, patience);
  f.set(spins);
  const spin = f.loop();
  leaveIfMet();
  f.get(spins);
  f.i32(1);
  f.code(op.i32Sub);
  f.tee(spins);
  f.i32(0);
  f.code(op.i32GtS);
  f.brIf(spin);
  f.end();
  store32(f, patience, () => {
    load32(f, patience);
    f.i32(1);
    f.code(op.i32ShrU);
  });
  countShared(f, THREADS.sleeping);
  const wait = f.loop();
  const awake = f.block();
  loadShared(f, THREADS.word);
  f.tee(word);
  f.get(own);
  f.i32(FLAGS);
  f.code(op.i32Shl);
  f.code(op.i32Xor);
  f.i32(FLAGS);
  f.code(op.i32ShrU);
  f.code(op.i32Eqz);
  f.brIf(awake);
  sleepShared(f, THREADS.word, word);
  f.br(wait);
  f.end();
  f.end();
  countShared(f, THREADS.sleeping, -1);
  f.end();
  f.end();
  f.get(word);
  f.i32((1 << FLAGS) - 1);
  f.code(op.i32And);
  return index;
}
