/** What a thread does: cycle after cycle with the others, and waiting for the host in between. */
import { CONTROL, THREADS } from "@assassyn/ir";
import type { FunctionBuilder } from "../binary/function-builder.js";
import type { FunctionIndex } from "../binary/module-builder.js";
import { I32, I64, op } from "../binary/opcodes.js";
import { load32, load64, store32, store64 } from "../cells.js";
import type { LogBuffer } from "../cycle.js";
import { emitCycleRecord, emitLogEnd } from "../cycle.js";
import { countShared, loadShared, SAYS, sleepShared, wakeShared } from "./barrier.js";

/** Functions `(cycle: i64) -> i32` of one cluster; those of `stages` tell whether a stage was triggered. */
export interface ClusterFunctions {
  readonly receiveEffects: readonly FunctionIndex[];
  /** Runs the stages, and sends flags and values that leave the cluster. */
  readonly stages: readonly FunctionIndex[];
  readonly receiveValues: readonly FunctionIndex[];
  /** Runs the downstreams, and commits what waits for the end of the cycle. */
  readonly rest: readonly FunctionIndex[];
}

/** All that {@link emitWork} needs. */
export interface WorkContext {
  readonly clusters: readonly ClusterFunctions[];
  /** Index of the imported global with a bit for each cluster that the thread runs. */
  readonly clusterGlobal: number;
  readonly barrier: FunctionIndex;
  /** A barrier stands before the downstreams. */
  readonly isSplit: boolean;
  readonly logs: LogBuffer | undefined;
}

/**
 * Fills `work(count: i32)`: runs up to `count` cycles with the other threads. Behind the last cycle the mail of it is taken in, so that all
 * state is settled and every stop of the cycle is known, each on the thread that found it.
 *
 * A fault that comes to light when the mail of t is read, while t + 1 runs, takes t + 1 back: its number, its stops, and for the host its
 * log. State is not specified then anyhow.
 */
export function emitWork(f: FunctionBuilder, context: WorkContext): void {
  const { logs, isSplit, barrier } = context;
  const count = 0;
  const cycle = f.local(I64);
  const says = f.local(I32);
  const isReceived = f.local(I32);
  const isLate = f.local(I32);
  const logStart = f.local(I32);
  load64(f, CONTROL.cycle);
  f.set(cycle);
  f.i32(1);
  f.set(isReceived);
  const end = f.block();
  const loop = f.loop();
  f.get(count);
  f.code(op.i32Eqz);
  f.brIf(end);
  f.i32(0);
  f.set(isLate);
  f.i32(0);
  f.set(says);
  f.get(isReceived);
  f.code(op.i32Eqz);
  f.if();
  emitDuty(f, context, "receiveEffects", cycle);
  load32(f, CONTROL.stopSite);
  f.if();
  f.i32(1);
  f.set(isLate);
  f.i32(SAYS.late);
  f.set(says);
  f.end();
  f.end();
  f.i32(0);
  f.set(isReceived);

  store64(f, CONTROL.cycle, () => {
    f.get(cycle);
    f.i64(1n);
    f.code(op.i64Add);
    f.tee(cycle);
  });
  if (logs !== undefined) {
    f.i32(0);
    load32(f, CONTROL.logPosition);
    load32(f, CONTROL.logEnabled);
    f.code(op.i32Eqz);
    f.code(op.select);
    f.set(logStart);
    emitCycleRecord(f, logStart);
  }
  // What a thread did in a cycle that it knows to be taken back, its stop would be taken for one of the cycle before.
  f.get(isLate);
  f.code(op.i32Eqz);
  f.if();
  emitDuty(f, context, "stages", cycle, says);
  f.end();
  if (isSplit) {
    f.i32(0);
    f.call(barrier);
    f.code(op.drop);
  }
  f.get(isLate);
  f.code(op.i32Eqz);
  f.if();
  emitDuty(f, context, "receiveValues", cycle);
  emitDuty(f, context, "rest", cycle);
  load32(f, CONTROL.stopSite);
  f.if();
  say(f, says, SAYS.stop);
  f.end();
  f.end();
  load32(f, CONTROL.outOfMemory);
  f.if();
  say(f, says, SAYS.stop);
  f.end();
  if (logs !== undefined) {
    f.get(logStart);
    f.if();
    emitLogEnd(f, logStart);
    load32(f, CONTROL.logPosition);
    f.address(logs.end - logs.perCycle);
    f.code(op.i32GtU);
    f.if();
    say(f, says, SAYS.full);
    f.end();
    f.end();
  }

  f.get(says);
  f.call(barrier);
  f.tee(says);
  f.i32(SAYS.late);
  f.code(op.i32And);
  f.if();
  store64(f, CONTROL.cycle, () => {
    f.get(cycle);
    f.i64(1n);
    f.code(op.i64Sub);
  });
  f.get(isLate);
  f.code(op.i32Eqz);
  f.if();
  store32(f, CONTROL.stopSite, () => f.i32(0));
  f.end();
  f.code(op.return);
  f.end();

  f.get(says);
  f.i32(SAYS.active);
  f.code(op.i32And);
  f.if();
  store64(f, CONTROL.idle, () => f.i64(0n));
  f.else();
  store64(f, CONTROL.idle, () => {
    load64(f, CONTROL.idle);
    f.i64(1n);
    f.code(op.i64Add);
  });
  f.end();
  f.get(says);
  f.i32(SAYS.stop | SAYS.full);
  f.code(op.i32And);
  f.brIf(end);
  for (const [value, limit] of [
    [CONTROL.cycle, CONTROL.cycleLimit],
    [CONTROL.idle, CONTROL.idleLimit],
  ] as const) {
    load64(f, value);
    load64(f, limit);
    f.code(op.i64GeU);
    f.brIf(end);
  }
  f.get(count);
  f.i32(1);
  f.code(op.i32Sub);
  f.set(count);
  f.br(loop);
  f.end();
  f.end();
  f.get(isReceived);
  f.code(op.i32Eqz);
  f.if();
  emitDuty(f, context, "receiveEffects", cycle);
  f.end();
}

function say(f: FunctionBuilder, says: number, what: number): void {
  f.get(says);
  f.i32(what);
  f.code(op.i32Or);
  f.set(says);
}

/** Calls the functions of each cluster that this thread runs; those that tell whether a stage was triggered make it say so. */
function emitDuty(
  f: FunctionBuilder,
  { clusters, clusterGlobal }: WorkContext,
  duty: keyof ClusterFunctions,
  cycle: number,
  says?: number,
): void {
  clusters.forEach((cluster, index) => {
    const functions = cluster[duty];
    if (functions.length === 0) return;
    f.globalGet(clusterGlobal);
    f.i64(1n << BigInt(index));
    f.code(op.i64And);
    f.i64(0n);
    f.code(op.i64Ne);
    f.if();
    for (const one of functions) {
      f.get(cycle);
      f.call(one);
      if (says === undefined) {
        f.code(op.drop);
        continue;
      }
      // The result is 0 or 1, which is what `active` is.
      f.get(says);
      f.code(op.i32Or);
      f.set(says);
    }
    f.end();
  });
}

/** Fills `serve()`: obeys the host's commands until one asks for no cycles. */
export function emitServe(f: FunctionBuilder, work: FunctionIndex): void {
  const seen = f.local(I32);
  f.i32(0);
  f.set(seen);
  countShared(f, THREADS.ready);
  wakeShared(f, THREADS.ready);
  const serve = f.loop();
  const wait = f.loop();
  sleepShared(f, THREADS.command, seen);
  loadShared(f, THREADS.command);
  f.get(seen);
  f.code(op.i32Eq);
  f.brIf(wait);
  f.end();
  loadShared(f, THREADS.command);
  f.set(seen);
  f.i32(0);
  f.memory(op.i32Load, THREADS.count);
  f.code(op.i32Eqz);
  f.if();
  f.code(op.return);
  f.end();
  f.i32(0);
  f.memory(op.i32Load, THREADS.count);
  f.call(work);
  countShared(f, THREADS.done);
  wakeShared(f, THREADS.done);
  f.br(serve);
  f.end();
}
