/** Functions that serve classes of modules, and the pieces of a cycle that call them. */
import type { ModuleId } from "@assassyn/ir";
import type { FunctionBuilder } from "../binary/function-builder.js";
import type { FunctionIndex } from "../binary/module-builder.js";
import { I32, I64, op } from "../binary/opcodes.js";
import type { EmitContext } from "../context.js";
import { CYCLE } from "../context.js";
import { moduleLayout } from "../layout.js";
import type { Piece } from "../cycle.js";
import { Instance, RECORD } from "./instance.js";
import type { Member } from "./records.js";
import { planRecords } from "./records.js";

/** The third parameter of such a function: the address behind the last record. */
const END = 2;
/** Members of a group: the credits of one fill a cache line. */
const GROUP = 8;
/** Bytes of the credits of a stage. */
const CREDIT = 8;
/** Operations of a call, roughly. */
const CALL_WEIGHT = 8;

/**
 * The pieces that run modules in the given order: those of one class by one call for each row of them, the others by their own code.
 *
 * @param piece makes the code of one module
 */
export function sharedPieces(
  context: EmitContext,
  ids: readonly ModuleId[],
  piece: (context: EmitContext, id: ModuleId) => Piece,
): Piece[] {
  const { classOf, traces } = context.classes;
  const rows: { readonly key: number; readonly members: Member[] }[] = [];
  const members = new Map<number, Member[]>();
  for (const id of ids) {
    const key = classOf[id] ?? -1;
    const trace = traces[id];
    const last = rows.at(-1);
    if (key < 0 || trace === undefined) rows.push({ key: -1, members: [{ id, trace: NO_TRACE }] });
    else {
      const member = { id, trace };
      if (last?.key === key) last.members.push(member);
      else rows.push({ key, members: [member] });
      const all = members.get(key);
      if (all === undefined) members.set(key, [member]);
      else all.push(member);
    }
  }
  const classes = new Map<number, { readonly index: FunctionIndex; readonly size: number; next: number }>();
  return rows.flatMap(({ key, members: row }): Piece[] => {
    if (key < 0) return row.map(({ id }) => piece(context, id));
    let one = classes.get(key);
    if (one === undefined) classes.set(key, (one = emitClass(context, members.get(key) ?? [], piece)));
    const { index, size } = one;
    const from = one.next;
    one.next += size * row.length;
    const to = one.next;
    return [{ weight: CALL_WEIGHT, emit: (f, active) => emitCall(f, index, from, to, active) }];
  });
}

const NO_TRACE = { text: "", places: [], constants: [], firstSite: -1 };

function emitCall(f: FunctionBuilder, index: FunctionIndex, from: number, to: number, active: number): void {
  f.get(CYCLE);
  f.i32(from);
  f.i32(to);
  f.call(index);
  f.get(active);
  f.code(op.i32Or);
  f.set(active);
}

/**
 * Emits a loop over groups of members, which runs those that have a credit among them. Their credits lie side by side; behind the last one
 * the credits of others may be looked at too, which costs time only.
 *
 * @param credits the address of the credits of the member at hand
 * @param run emits the loop over the members up to the one whose record's address is in a local; it moves the pointer to the credits
 */
function emitGroups(
  f: FunctionBuilder,
  size: number,
  credits: { readonly local: number; readonly offset: number },
  run: (end: number, pointer: number) => void,
): void {
  const groupEnd = f.permanentLocal(I32);
  const groups = f.loop();
  f.get(RECORD);
  f.i32(GROUP * size);
  f.code(op.i32Add);
  f.tee(groupEnd);
  f.get(END);
  f.get(groupEnd);
  f.get(END);
  f.code(op.i32LtU);
  f.code(op.select);
  f.set(groupEnd);
  for (let member = 0; member < GROUP; member += 1) {
    f.get(credits.local);
    f.memory(op.i64Load, credits.offset + CREDIT * member);
    if (member > 0) f.code(op.i64Or);
  }
  f.code(op.i64Eqz);
  f.if();
  f.get(groupEnd);
  f.set(RECORD);
  advance(f, credits.local, GROUP * CREDIT);
  f.else();
  run(groupEnd, credits.local);
  f.end();
  f.get(RECORD);
  f.get(END);
  f.code(op.i32LtU);
  f.brIf(groups);
  f.end();
}

function advance(f: FunctionBuilder, pointer: number, bytes: number): void {
  f.get(pointer);
  f.i32(bytes);
  f.code(op.i32Add);
  f.set(pointer);
}

/** Emits the function of a class: `(cycle, first record, end of the records) -> whether a stage was triggered`. */
function emitClass(
  context: EmitContext,
  members: readonly Member[],
  piece: (context: EmitContext, id: ModuleId) => Piece,
): { readonly index: FunctionIndex; readonly size: number; next: number } {
  const [first] = members;
  if (first === undefined) throw new Error("a class has members");
  const records = planRecords(context.system, context.layout, members);
  const address = context.layout.allocator.take(records.bytes.length, 8);
  context.data.push({ address, bytes: records.bytes });
  const { index, body: f } = context.builder.function({ parameters: [I64, I32, I32], result: I32 });
  const instance = new Instance(records, first.trace.firstSite);
  instance.attach(f);
  const active = f.permanentLocal(I32);
  const run = (end: number, pointer?: number): void => {
    const loop = f.loop();
    piece({ ...context, instance }, first.id).emit(f, active);
    if (pointer !== undefined) advance(f, pointer, CREDIT);
    f.get(RECORD);
    f.i32(records.size);
    f.code(op.i32Add);
    f.tee(RECORD);
    f.get(end);
    f.code(op.i32LtU);
    f.brIf(loop);
    f.end();
  };
  const { credits } = moduleLayout(context.layout, first.id);
  if (credits !== undefined && members.length > 1 && context.classes.together.has(first.id))
    emitGroups(f, records.size, instance.pin(f, credits), run);
  else run(END);
  f.get(active);
  return { index, size: records.size, next: address };
}
