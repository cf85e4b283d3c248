/** The functions that run one cycle, and `run`, which runs many. */
import { isEnabled } from "@assassyn/emit-core";
import type { ArrayId, ModuleId } from "@assassyn/ir";
import {
  arrayIds,
  CONTROL,
  downstreamUses,
  LOG_CYCLE_MARK,
  moduleIds,
  moduleOf,
  RUN_RESULT,
  STOP_KIND,
} from "@assassyn/ir";
import type { FunctionBuilder } from "./binary/function-builder.js";
import type { FunctionIndex } from "./binary/module-builder.js";
import { I32, I64, op } from "./binary/opcodes.js";
import { BodyEmitter } from "./body.js";
import { planBody } from "./body-plan.js";
import { increment64, load32, load64, loadCell, scale, store32, store64, storeCell } from "./cells.js";
import { CYCLE } from "./context.js";
import type { EmitContext } from "./context.js";
import { emitFifoCommit } from "./fifos.js";
import { ACTIVITY, emitActivity, emitSkip } from "./idle.js";
import { arrayLayout, moduleLayout } from "./layout.js";
import { sharedPieces } from "./shared/emit-shared.js";

/** A stretch of a cycle that stands in one function with its neighbours. */
export interface Piece {
  /** Operations, roughly. */
  readonly weight: number;
  /** Emits it; `active` is the local to set when a stage was triggered. */
  readonly emit: (f: FunctionBuilder, active: number) => void;
}

/** Emits all pieces of a cycle; each function returned tells whether it triggered a stage. */
export function emitCycleFunctions(context: EmitContext): readonly FunctionIndex[] {
  const { schedule, system } = context;
  return emitPieces(context, [
    ...sharedPieces(context, schedule.stages, stagePiece),
    ...sharedPieces(context, schedule.downstreams, downstreamPiece),
    ...moduleIds(system).flatMap((id) => moduleCommitPieces(context, id)),
    ...arrayIds(system).flatMap((id) => arrayCommitPieces(context, id)),
  ]);
}

/**
 * Puts pieces into functions `(cycle: i64) -> i32`, which tell the activity of the cycle: small neighbours into one, or, without
 * `inlining`, each into its own.
 */
export function emitPieces(context: EmitContext, pieces: readonly Piece[]): readonly FunctionIndex[] {
  const mostWeight = isEnabled(context.optimizations, "inlining") ? context.partWeight : 0;
  const functions: FunctionIndex[] = [];
  for (let start = 0; start < pieces.length;) {
    let end = start;
    let weight = 0;
    do {
      weight += pieces[end]?.weight ?? 0;
      end += 1;
    } while (end < pieces.length && weight + (pieces[end]?.weight ?? 0) <= mostWeight);
    const { index, body } = context.builder.function({ parameters: [I64], result: I32 });
    const active = body.permanentLocal(I32);
    for (const piece of pieces.slice(start, end)) {
      piece.emit(body, active);
      body.recycleLocals();
    }
    body.get(active);
    functions.push(index);
    start = end;
  }
  return functions;
}

/** Runs a stage that has a credit. */
export function stagePiece(context: EmitContext, id: ModuleId): Piece {
  const plan = planBody(moduleOf(context.system, id), context.partWeight);
  const { credits } = moduleLayout(context.layout, id);
  return {
    weight: 8 + Math.min(plan.weight, context.partWeight),
    emit: (f, active) => {
      if (credits !== undefined) {
        load64(f, credits);
        f.i64(0n);
        f.code(op.i64Ne);
        f.if();
      }
      new BodyEmitter(f, context, id, plan).emit(active, () => {
        const losesCredit = credits !== undefined && context.idle !== undefined;
        emitActivity(f, active, ACTIVITY.triggered | (losesCredit ? ACTIVITY.busy : 0));
        if (credits === undefined) return;
        store64(f, credits, () => {
          load64(f, credits);
          f.i64(1n);
          f.code(op.i64Sub);
        });
      });
      if (credits !== undefined) f.end();
    },
  };
}

/** Runs a downstream that a triggered module activates. */
export function downstreamPiece(context: EmitContext, id: ModuleId): Piece {
  const module = moduleOf(context.system, id);
  const plan = planBody(module, context.partWeight);
  const activators = [...downstreamUses(module).values];
  return {
    weight: 8 + 3 * activators.length + Math.min(plan.weight, context.partWeight),
    emit: (f, active) => {
      activators.forEach((activator, index) => {
        load64(f, moduleLayout(context.layout, activator).stamp);
        f.get(CYCLE);
        f.code(op.i64Eq);
        if (index > 0) f.code(op.i32Or);
      });
      if (activators.length === 0) f.i32(0);
      f.if();
      new BodyEmitter(f, context, id, plan).emit(active, () => {});
      f.end();
    },
  };
}

/** Commits what waits for the end of the cycle at the FIFOs of a module, and its credits. */
export function moduleCommitPieces(context: EmitContext, id: ModuleId): Piece[] {
  const { layout, functions } = context;
  const { fifos, credits, pendingCredits } = moduleLayout(layout, id);
  const pieces: Piece[] = [];
  for (const fifo of fifos) {
    if (fifo.pendingPop === undefined && fifo.pushValue === undefined) continue;
    pieces.push({ weight: 8, emit: (f) => emitFifoCommit(f, functions, fifo) });
  }
  if (credits === undefined || pendingCredits === undefined) return pieces;
  pieces.push({
    weight: 3,
    emit: (f) => {
      store64(f, credits, () => {
        load64(f, credits);
        load64(f, pendingCredits);
        f.code(op.i64Add);
      });
      store64(f, pendingCredits, () => f.i64(0n));
    },
  });
  return pieces;
}

/** Commits the writes of an array that wait for the end of the cycle. */
export function arrayCommitPieces({ schedule, layout }: EmitContext, id: ArrayId): Piece[] {
  if (schedule.arrays[id]?.commit !== "deferred") return [];
  const array = arrayLayout(layout, id);
  return array.pending.map((slot) => ({
    weight: 4,
    emit: (f) => {
      load32(f, slot.index);
      f.if();
      load32(f, slot.index);
      f.i32(1);
      f.code(op.i32Sub);
      scale(f, array.bytes);
      const offset = f.rebase(array.address);
      if (array.bytes <= 8) {
        loadCell(f, array.bytes, f.at(slot.value));
        storeCell(f, array.bytes, offset);
      } else {
        f.i32(offset);
        f.code(op.i32Add);
        f.address(slot.value);
        f.i32(array.bytes);
        f.memoryCopy();
      }
      store32(f, slot.index, () => f.i32(0));
      f.end();
    },
  }));
}

/** Where logs go, and how many bytes of them one cycle can make. */
export interface LogBuffer {
  readonly start: number;
  readonly end: number;
  readonly perCycle: number;
}

/** Bytes of the record that starts a cycle: a mark and the cycle's number. */
export const CYCLE_RECORD = 12;

/** Fills `run(count: i32) -> i32`: runs up to `count` cycles and returns a member of `RUN_RESULT`. */
export function emitRun(
  f: FunctionBuilder,
  context: EmitContext,
  cycleFunctions: readonly FunctionIndex[],
  logs: LogBuffer | undefined,
): void {
  const count = 0;
  const active = f.local(I32);
  const cycle = f.local(I64);
  load32(f, CONTROL.stopKind);
  f.if();
  f.i32(RUN_RESULT.stopped);
  f.code(op.return);
  f.end();
  const exit = f.block();
  const loop = f.loop();
  f.get(count);
  f.code(op.i32Eqz);
  f.brIf(exit);
  const start = logs === undefined ? undefined : emitLogStart(f, logs);
  store64(f, CONTROL.cycle, () => {
    load64(f, CONTROL.cycle);
    f.i64(1n);
    f.code(op.i64Add);
    f.tee(cycle);
  });
  if (logs !== undefined && start !== undefined) emitCycleRecord(f, start);
  cycleFunctions.forEach((index, position) => {
    f.get(cycle);
    f.call(index);
    if (position > 0) f.code(op.i32Or);
  });
  if (cycleFunctions.length === 0) f.i32(0);
  f.set(active);
  if (start !== undefined) emitLogEnd(f, start);
  emitStopDecision(f, active);
  load32(f, CONTROL.outOfMemory);
  f.if();
  f.i32(RUN_RESULT.outOfMemory);
  f.code(op.return);
  f.end();
  load32(f, CONTROL.stopKind);
  f.if();
  f.i32(RUN_RESULT.stopped);
  f.code(op.return);
  f.end();
  f.get(count);
  f.i32(1);
  f.code(op.i32Sub);
  f.tee(count);
  f.code(op.i32Eqz);
  f.brIf(exit);
  if (context.idle !== undefined) emitSkip(f, context.idle, active, count, logs);
  f.br(loop);
  f.end();
  f.end();
  f.i32(RUN_RESULT.done);
}

/** Leaves to the host when the buffer might not hold another cycle; returns the local with the position, 0 without logs. */
function emitLogStart(f: FunctionBuilder, logs: LogBuffer): number {
  const start = f.local(I32);
  f.i32(0);
  f.set(start);
  load32(f, CONTROL.logEnabled);
  f.if();
  load32(f, CONTROL.logPosition);
  f.tee(start);
  f.i32(logs.end - logs.perCycle);
  f.code(op.i32GtU);
  f.if();
  f.i32(RUN_RESULT.drain);
  f.code(op.return);
  f.end();
  f.end();
  return start;
}

/** Writes the record that starts a cycle, unless the local `start` is 0. */
export function emitCycleRecord(f: FunctionBuilder, start: number): void {
  f.get(start);
  f.if();
  f.get(start);
  f.i32(LOG_CYCLE_MARK | 0);
  f.memory(op.i32Store, 0);
  f.get(start);
  load64(f, CONTROL.cycle);
  f.memory(op.i64Store, 4);
  store32(f, CONTROL.logPosition, () => {
    f.get(start);
    f.i32(CYCLE_RECORD);
    f.code(op.i32Add);
  });
  f.end();
}

/** Takes the cycle's mark back when nothing was logged behind it. */
export function emitLogEnd(f: FunctionBuilder, start: number): void {
  load32(f, CONTROL.logPosition);
  f.get(start);
  f.i32(CYCLE_RECORD);
  f.code(op.i32Add);
  f.code(op.i32Eq);
  f.if();
  store32(f, CONTROL.logPosition, () => f.get(start));
  f.end();
}

/** A stop at a site first, then idleness, then the limit. */
function emitStopDecision(f: FunctionBuilder, active: number): void {
  const set = (kind: number): void => store32(f, CONTROL.stopKind, () => f.i32(kind));
  f.get(active);
  f.i32(ACTIVITY.triggered);
  f.code(op.i32And);
  f.if();
  store64(f, CONTROL.idle, () => f.i64(0n));
  f.else();
  increment64(f, CONTROL.idle);
  f.end();
  load64(f, CONTROL.cycle);
  load64(f, CONTROL.cycleLimit);
  f.code(op.i64GeU);
  f.if();
  set(STOP_KIND.limit);
  f.end();
  load64(f, CONTROL.idle);
  load64(f, CONTROL.idleLimit);
  f.code(op.i64GeU);
  f.if();
  set(STOP_KIND.idle);
  f.end();
  load32(f, CONTROL.stopSite);
  f.if();
  set(STOP_KIND.site);
  f.end();
}
