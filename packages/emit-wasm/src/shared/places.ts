/** Parts of the state that a body touches, named so that the same part of another module has a name of the same form. */
import type { ArrayId, ModuleId, PortId, SlotId } from "@assassyn/ir";
import type { Layout } from "../layout.js";
import { arrayLayout, fifoLayout, moduleLayout } from "../layout.js";

/** A stretch of memory with one meaning. */
export type Place =
  | { readonly kind: "array"; readonly array: ArrayId }
  | { readonly kind: "fifo"; readonly module: ModuleId; readonly port: PortId }
  | { readonly kind: "stamp" | "credits" | "pendingCredits"; readonly module: ModuleId }
  | { readonly kind: "mask"; readonly module: ModuleId; readonly word: number }
  | { readonly kind: "slot"; readonly module: ModuleId; readonly slot: SlotId };

/** Addresses from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a place lies. */
export function spanOf(layout: Layout, place: Place): Span {
  switch (place.kind) {
    case "array": {
      const { address, bytes, size, pending } = arrayLayout(layout, place.array);
      return { start: pending[0]?.index ?? address, end: address + size * bytes };
    }
    case "fifo": {
      const { head, ring, bytes } = fifoLayout(layout, place.module, place.port);
      const capacity = ring.kind === "fixed" ? ring.mask + 1 : ring.initialMask + 1;
      return {
        start: head,
        end: (ring.kind === "fixed" ? ring.address : ring.initialAddress) + capacity * bytes,
      };
    }
    case "mask":
      return cell(moduleLayout(layout, place.module).masks[place.word], 4);
    case "slot": {
      const slot = moduleLayout(layout, place.module).exposed[place.slot];
      return cell(slot?.address, slot?.bytes ?? 0);
    }
    default:
      return cell(moduleLayout(layout, place.module)[place.kind], 8);
  }
}

function cell(start: number | undefined, bytes: number): Span {
  if (start === undefined) throw new Error("a body names a part of the state that is not laid out");
  return { start, end: start + bytes };
}

/** A name of the place that no other place has. */
export function placeKey(place: Place): string {
  switch (place.kind) {
    case "array":
      return `a${place.array}`;
    case "fifo":
      return `f${place.module}.${place.port}`;
    case "mask":
      return `m${place.module}.${place.word}`;
    case "slot":
      return `v${place.module}.${place.slot}`;
    default:
      return `${place.kind}${place.module}`;
  }
}

/** The numbers by which code for one place differs from code for another: sizes, and distances from its start. */
export function shapeOf(layout: Layout, place: Place): readonly number[] {
  switch (place.kind) {
    case "array": {
      const { type, size, bytes, address, pending } = arrayLayout(layout, place.array);
      const { start } = spanOf(layout, place);
      const slots = pending.flatMap(({ index, value }) => [index - start, value - start]);
      return [type.width, size, bytes, address - start, ...slots];
    }
    case "fifo": {
      const fifo = fifoLayout(layout, place.module, place.port);
      const { ring, head } = fifo;
      const distance = (address: number | undefined): number => (address === undefined ? -1 : address - head);
      return [
        fifo.type.width,
        fifo.bytes,
        fifo.limit,
        distance(fifo.tail),
        distance(fifo.pushSite),
        distance(fifo.pushCycle),
        distance(fifo.pushValue),
        distance(fifo.pendingPop),
        distance(ring.address),
        ring.kind === "fixed" ? ring.mask : -distance(ring.mask),
      ];
    }
    case "slot":
      return [moduleLayout(layout, place.module).exposed[place.slot]?.bytes ?? 0];
    default:
      return [];
  }
}
