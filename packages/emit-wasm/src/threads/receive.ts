/** What a cluster takes out of its mailboxes, and what it puts into those for flags and values. */
import type { ClusterId, Location } from "@assassyn/ir";
import { assertNever, FAULT_CODE, locationKey } from "@assassyn/ir";
import type { FunctionBuilder } from "../binary/function-builder.js";
import { I32, op } from "../binary/opcodes.js";
import { load32, load64, loadCell, scale, store32, store64, storeCell } from "../cells.js";
import type { EmitContext } from "../context.js";
import { CYCLE } from "../context.js";
import type { Piece } from "../cycle.js";
import { emitAppend } from "../fifos.js";
import { arrayLayout, fifoLayout, moduleLayout } from "../layout.js";
import type { Mail, MailSlot } from "./mail.js";
import { MAIL_DETAIL, MAIL_VALUE } from "./mail.js";

/** Commits what was sent to a cluster in the cycle of the parameter: for each element its writers in the order in which they count. */
export function receiveEffects(context: EmitContext, mail: Mail, cluster: ClusterId): Piece[] {
  const pieces: Piece[] = [];
  const done = new Set<string>();
  for (const slot of mail.receivedBy(cluster)) {
    const { location } = slot.mailbox;
    if (done.has(locationKey(location))) continue;
    switch (location.kind) {
      case "array": {
        done.add(locationKey(location));
        for (const writer of context.schedule.arrays[location.array]?.writers ?? []) {
          const own = mail.find(location, writer);
          if (own !== undefined) pieces.push(writePiece(context, own, location));
        }
        break;
      }
      case "fifo": {
        done.add(locationKey(location));
        const pushers = context.schedule.ports[location.module]?.[location.port]?.pushers ?? [];
        const slots = pushers.flatMap((pusher) => mail.find(location, pusher) ?? []);
        pieces.push(pushesPiece(context, slots, location));
        break;
      }
      case "credit": {
        const { credits } = moduleLayout(context.layout, location.module);
        if (credits === undefined) throw new Error(`module #${location.module} is called but is not a stage`);
        pieces.push({
          weight: 4,
          emit: (f) => {
            slot.isOf(f);
            f.if();
            store64(f, credits, () => {
              load64(f, credits);
              slot.load64(f, MAIL_DETAIL);
              f.code(op.i64Add);
            });
            f.end();
          },
        });
        break;
      }
      case "flag":
      case "value":
        break;
      case "stamp":
        throw new Error("the number of the cycle needs no mailbox");
      default:
        return assertNever(location);
    }
  }
  return pieces;
}

function writePiece(
  { layout }: EmitContext,
  slot: MailSlot,
  location: Extract<Location, { kind: "array" }>,
): Piece {
  const array = arrayLayout(layout, location.array);
  return {
    weight: 4,
    emit: (f) => {
      slot.isOf(f);
      f.if();
      slot.load32(f, MAIL_DETAIL);
      scale(f, array.bytes);
      const offset = f.rebase(array.address);
      if (array.bytes > 8) {
        f.i32(offset);
        f.code(op.i32Add);
      }
      copyValue(f, slot, array.bytes, offset);
      f.end();
    },
  };
}

/** Stores the value of a slot; the target is on the stack, plus `offset` for narrow values. */
function copyValue(f: FunctionBuilder, slot: MailSlot, bytes: number, offset: number): void {
  slot.area(f);
  if (bytes <= 8) {
    loadCell(f, bytes, slot.address + MAIL_VALUE);
    storeCell(f, bytes, offset);
    return;
  }
  f.i32(slot.address + MAIL_VALUE);
  f.code(op.i32Add);
  f.i32(bytes);
  f.memoryCopy();
}

function pushesPiece(
  { layout, functions }: EmitContext,
  slots: readonly MailSlot[],
  location: Extract<Location, { kind: "fifo" }>,
): Piece {
  // A pop that waited for the commit has been committed by now.
  const { pendingPop: _, ...fifo } = fifoLayout(layout, location.module, location.port);
  return {
    weight: 10 * slots.length,
    emit: (f) => {
      const earlier = slots.length > 1 ? f.local(I32) : undefined;
      if (earlier !== undefined) {
        f.i32(0);
        f.set(earlier);
      }
      for (const slot of slots) {
        slot.isOf(f);
        f.if();
        const done = f.block();
        const fault = (code: number, detail: () => void): void => {
          slot.load32(f, MAIL_DETAIL);
          f.i32(code);
          detail();
          f.call(functions.stop);
          f.br(done);
        };
        if (earlier !== undefined) {
          f.get(earlier);
          f.if();
          fault(FAULT_CODE.twice, () => {
            f.get(earlier);
            f.code(op.i64ExtendI32U);
          });
          f.end();
          slot.load32(f, MAIL_DETAIL);
          f.set(earlier);
        }
        const overflow = (): void => fault(FAULT_CODE.overflow, () => f.i64(0n));
        emitAppend(f, functions, fifo, false, overflow, (offset) => {
          if (fifo.bytes > 8 && offset !== 0) {
            f.i32(offset);
            f.code(op.i32Add);
          }
          copyValue(f, slot, fifo.bytes, offset);
        });
        f.end();
        f.end();
      }
    },
  };
}

/** Publishes flags and values of the stages of a cluster for the downstreams of others. */
export function sendValues({ layout }: EmitContext, mail: Mail, cluster: ClusterId): Piece[] {
  return mail.sentBy(cluster).flatMap((slot): Piece[] => {
    const { location } = slot.mailbox;
    if (location.kind !== "flag" && location.kind !== "value") return [];
    const { stamp, masks, exposed } = moduleLayout(layout, location.module);
    return [
      {
        weight: 6,
        emit: (f) => {
          load64(f, stamp);
          f.get(CYCLE);
          f.code(op.i64Eq);
          if (location.kind === "value") {
            load32(f, masks[location.slot >> 5] ?? 0);
            f.i32(location.slot & 31);
            f.code(op.i32ShrU);
            f.i32(1);
            f.code(op.i32And);
            f.code(op.i32And);
          }
          f.if();
          const cell = location.kind === "value" ? exposed[location.slot] : undefined;
          if (cell !== undefined) {
            slot.area(f);
            if (cell.bytes <= 8) {
              loadCell(f, cell.bytes, f.at(cell.address));
              storeCell(f, cell.bytes, slot.address + MAIL_VALUE);
            } else {
              f.i32(slot.address + MAIL_VALUE);
              f.code(op.i32Add);
              f.address(cell.address);
              f.i32(cell.bytes);
              f.memoryCopy();
            }
          }
          slot.seal(f);
          f.end();
        },
      },
    ];
  });
}

/** Takes in flags and values of the cycle. */
export function receiveValues({ layout }: EmitContext, mail: Mail, cluster: ClusterId): Piece[] {
  return mail.receivedBy(cluster).flatMap((slot): Piece[] => {
    const { location } = slot.mailbox;
    if (location.kind !== "flag" && location.kind !== "value") return [];
    const { stamp, masks, exposed } = moduleLayout(layout, location.module);
    if (location.kind === "flag") {
      const emit = (f: FunctionBuilder): void => {
        slot.isOf(f);
        f.if();
        store64(f, stamp, () => f.get(CYCLE));
        f.end();
      };
      return [{ weight: 3, emit }];
    }
    const mask = masks[location.slot >> 5] ?? 0;
    const cell = exposed[location.slot];
    if (cell === undefined) throw new Error(`no slot #${location.slot} of module #${location.module}`);
    const emit = (f: FunctionBuilder): void => {
      const bit = 1 << (location.slot & 31);
      slot.isOf(f);
      f.if();
      let offset = cell.address;
      if (cell.bytes <= 8) offset = f.at(cell.address);
      else f.address(cell.address);
      copyValue(f, slot, cell.bytes, offset);
      store32(f, mask, () => {
        load32(f, mask);
        f.i32(bit);
        f.code(op.i32Or);
      });
      f.else();
      store32(f, mask, () => {
        load32(f, mask);
        f.i32(~bit);
        f.code(op.i32And);
      });
      f.end();
    };
    return [{ weight: 8, emit }];
  });
}
