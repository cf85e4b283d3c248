/** Passing over cycles in which nothing can happen; `@assassyn/emit-core` says which these are, and what must be as if they had run. */
import type { IdlePlan, RangeAnalysis, Recurrence } from "@assassyn/emit-core";
import { analyzeIdle } from "@assassyn/emit-core";
import type { ModuleId, OpId, System } from "@assassyn/ir";
import { CONTROL, moduleIds, moduleOf, operationOf } from "@assassyn/ir";
import type { FunctionBuilder } from "./binary/function-builder.js";
import { I32, I64, op } from "./binary/opcodes.js";
import { load32, load64, store32, store64 } from "./cells.js";
import type { EmitContext } from "./context.js";
import type { LogBuffer } from "./cycle.js";
import type { Allocator } from "./layout.js";

/** Bits of what the functions of a cycle return. */
export const ACTIVITY = {
  /** A stage, driver or testbench was triggered. */
  triggered: 1,
  /** Something happened: the next cycle may differ from this one. */
  busy: 2,
} as const;

/** Most recurring changes by which it pays to look for the next one. */
const MOST_RECURRENCES = 16;

/** When a system is idle. */
export class Idle {
  /** Address of a u32: {@link ACTIVITY}.busy when a part of a body that is cut noted it. */
  readonly flag: number;
  /** Address of the points of the plan, a u64 each. */
  readonly points: number;
  readonly plan: IdlePlan;

  /** Takes memory of the state, and adds what is in it from the start to `data`. */
  constructor(plan: IdlePlan, allocator: Allocator, data: EmitContext["data"]) {
    this.plan = plan;
    this.flag = allocator.take(4, 4);
    this.points = allocator.take(8 * plan.points.length, 8);
    const view = new DataView(new ArrayBuffer(8 * plan.points.length));
    plan.points.forEach((point, index) => view.setBigUint64(8 * index, point, true));
    data.push({ address: this.points, bytes: new Uint8Array(view.buffer) });
  }
}

/** Whether a cycle in which the operation runs is no idle one. */
export function isMark(plan: IdlePlan | undefined, module: ModuleId, id: OpId): boolean {
  return plan?.modules[module]?.marks.has(id) === true;
}

/** Whether a cycle in which the module runs is no idle one. */
export function isAlways(plan: IdlePlan | undefined, module: ModuleId): boolean {
  return plan?.modules[module]?.always === true;
}

/** The plan of a system that can be idle. */
export function findIdlePlan(system: System, ranges: RangeAnalysis | undefined): IdlePlan | undefined {
  if (moduleIds(system).some((id) => actsAlways(system, id))) return undefined;
  const analysis = analyzeIdle(system, ranges ?? typesOnly(system));
  if (analysis.kind === "never") return undefined;
  return analysis.plan.recurrences.length <= MOST_RECURRENCES ? analysis.plan : undefined;
}

/** Whether it is plain to see that the module does something in every cycle, so that no long search is needed. */
function actsAlways(system: System, id: ModuleId): boolean {
  const module = moduleOf(system, id);
  if (module.kind !== "driver" && module.kind !== "testbench") return false;
  for (const operationId of module.body.operations) {
    const { kind } = operationOf(module, operationId);
    if (kind === "wait") return false;
    if (kind === "array-write" || kind === "fifo-push" || kind === "call" || kind === "log") return true;
  }
  return false;
}

/** Adds bits to the activity in a local. */
export function emitActivity(f: FunctionBuilder, active: number, bits: number): void {
  f.get(active);
  f.i32(bits);
  f.code(op.i32Or);
  f.set(active);
}

/** Ranges for when they are left out: what the types say. */
function typesOnly(system: System): RangeAnalysis {
  return {
    range: (module, id) => {
      const { type } = operationOf(moduleOf(system, module), id);
      return { low: 0n, high: (1n << BigInt(type?.width ?? 0)) - 1n };
    },
    inBounds: () => false,
    nonZeroDivisor: () => false,
    staysInWidth: () => false,
    mayBeSecond: () => true,
    mayBeFirst: () => true,
  };
}

/**
 * Emits what passes over idle cycles, behind a cycle that ran in full and did not stop the run. The cycle that comes next runs in full again,
 * and the last one that the host asked for is never passed over.
 *
 * @param activity local with what the functions of the cycle returned
 * @param count local with the cycles that are still to run
 */
export function emitSkip(
  f: FunctionBuilder,
  idle: Idle,
  activity: number,
  count: number,
  logs: LogBuffer | undefined,
): void {
  const { points, recurrences } = idle.plan;
  const distance = f.local(I64);
  const next = f.local(I64);
  f.get(activity);
  load32(f, idle.flag);
  f.code(op.i32Or);
  f.i32(ACTIVITY.busy);
  f.code(op.i32And);
  store32(f, idle.flag, () => f.i32(0));
  f.code(op.i32Eqz);
  if (logs !== undefined) {
    // With a full buffer the next call returns to the host at once, which must see a cycle that ran.
    load32(f, CONTROL.logPosition);
    f.i32(logs.end - logs.perCycle);
    f.code(op.i32LeU);
    f.code(op.i32And);
  }
  f.if();
  f.get(count);
  f.code(op.i64ExtendI32U);
  f.set(distance);
  const least = (other: () => void): void => {
    other();
    f.set(next);
    f.get(next);
    f.get(distance);
    f.get(next);
    f.get(distance);
    f.code(op.i64LtU);
    f.code(op.select);
    f.set(distance);
  };
  least(() => {
    load64(f, CONTROL.cycleLimit);
    load64(f, CONTROL.cycle);
    f.code(op.i64Sub);
  });
  f.get(activity);
  f.i32(ACTIVITY.triggered);
  f.code(op.i32And);
  f.code(op.i32Eqz);
  f.if();
  least(() => {
    load64(f, CONTROL.idleLimit);
    load64(f, CONTROL.idle);
    f.code(op.i64Sub);
  });
  f.end();
  for (const recurrence of recurrences) least(() => emitRecurrence(f, recurrence));
  if (points.length > 0) emitPoint(f, idle.points, points.length, least);
  f.get(distance);
  f.i64(1n);
  f.code(op.i64Sub);
  f.set(distance);
  store64(f, CONTROL.cycle, () => {
    load64(f, CONTROL.cycle);
    f.get(distance);
    f.code(op.i64Add);
  });
  store64(f, CONTROL.idle, () => {
    load64(f, CONTROL.idle);
    f.i64(0n);
    f.get(distance);
    f.get(activity);
    f.i32(ACTIVITY.triggered);
    f.code(op.i32And);
    f.code(op.select);
    f.code(op.i64Add);
  });
  f.get(count);
  f.get(distance);
  f.code(op.i32WrapI64);
  f.code(op.i32Sub);
  f.set(count);
  f.end();
}

/** Pushes how far the next cycle of a recurrence is away. */
function emitRecurrence(f: FunctionBuilder, { modulus, residue }: Recurrence): void {
  const phase = f.local(I64);
  load64(f, CONTROL.cycle);
  f.i64(1n);
  f.code(op.i64Add);
  f.i64(modulus);
  f.code(op.i64RemU);
  f.set(phase);
  // 1 + residue - phase, and one period more where that has passed.
  f.i64(residue + 1n);
  f.get(phase);
  f.code(op.i64Sub);
  f.i64(modulus);
  f.i64(0n);
  f.get(phase);
  f.i64(residue);
  f.code(op.i64GtU);
  f.code(op.select);
  f.code(op.i64Add);
}

/** Finds the first of `size` ascending numbers in memory that is larger than the cycle, and lets `least` take its distance. */
function emitPoint(
  f: FunctionBuilder,
  address: number,
  size: number,
  least: (other: () => void) => void,
): void {
  const low = f.local(I32);
  const high = f.local(I32);
  const middle = f.local(I32);
  f.i32(0);
  f.set(low);
  f.i32(size);
  f.set(high);
  const found = f.block();
  const search = f.loop();
  f.get(low);
  f.get(high);
  f.code(op.i32GeU);
  f.brIf(found);
  f.get(low);
  f.get(high);
  f.code(op.i32Add);
  f.i32(1);
  f.code(op.i32ShrU);
  f.tee(middle);
  f.i32(3);
  f.code(op.i32Shl);
  f.memory(op.i64Load, address);
  load64(f, CONTROL.cycle);
  f.code(op.i64LeU);
  f.if();
  f.get(middle);
  f.i32(1);
  f.code(op.i32Add);
  f.set(low);
  f.else();
  f.get(middle);
  f.set(high);
  f.end();
  f.br(search);
  f.end();
  f.end();
  f.get(low);
  f.i32(size);
  f.code(op.i32LtU);
  f.if();
  least(() => {
    f.get(low);
    f.i32(3);
    f.code(op.i32Shl);
    f.memory(op.i64Load, address);
    load64(f, CONTROL.cycle);
    f.code(op.i64Sub);
  });
  f.end();
}
