/** The state before cycle 1: data segments without their zeros, and loops for elements that repeat. */
import type { System } from "@assassyn/ir";
import { arrayIds, arrayOf, CONTROL, moduleIds } from "@assassyn/ir";
import type { FunctionBuilder } from "./binary/function-builder.js";
import type { FunctionIndex, WasmModuleBuilder } from "./binary/module-builder.js";
import type { Layout } from "./layout.js";
import { arrayLayout, moduleLayout } from "./layout.js";

/** Shortest run of zeros that splits a segment, at first. */
const ZERO_RUN = 32;
/** Engines refuse modules with many more segments than this; then longer runs of zeros are kept. */
const MAX_SEGMENTS = 10_000;

/** Bytes at an address. */
interface Piece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Emits the stores of the initial state into zeroed memory. */
export function emitInitialState(
  f: FunctionBuilder,
  builder: WasmModuleBuilder,
  repeat: FunctionIndex,
  system: System,
  layout: Layout,
  heapStart: number,
  data: readonly Piece[],
): void {
  const pieces: Piece[] = [{ address: CONTROL.heapTop, bytes: words(heapStart) }, ...data];
  for (const id of moduleIds(system)) {
    for (const { ring } of moduleLayout(layout, id).fifos) {
      if (ring.kind === "fixed") continue;
      pieces.push({ address: ring.address, bytes: words(ring.initialAddress) });
      pieces.push({ address: ring.mask, bytes: words(ring.initialMask) });
    }
  }
  for (const id of arrayIds(system)) {
    const array = arrayOf(system, id);
    const { address, bytes, size } = arrayLayout(layout, id);
    const listed = Math.min(array.initial.length, size);
    const filled = array.fill !== 0n && listed < size;
    if (listed > 0 || filled) {
      const content = new Uint8Array((listed + (filled ? 1 : 0)) * bytes);
      for (let index = 0; index < listed; index += 1)
        encodeElement(content, index * bytes, bytes, array.initial[index] ?? 0n);
      if (filled) encodeElement(content, listed * bytes, bytes, array.fill);
      pieces.push({ address, bytes: content });
    }
  }
  let gap = ZERO_RUN;
  let segments = split(pieces, gap);
  while (segments.length > MAX_SEGMENTS) {
    gap *= 8;
    segments = split(pieces, gap);
  }
  for (const segment of segments) {
    f.i32(segment.address);
    f.i32(0);
    f.i32(segment.bytes.length);
    f.memoryInit(builder.segment(segment.bytes));
  }
  for (const id of arrayIds(system)) {
    const array = arrayOf(system, id);
    const { address, bytes, size } = arrayLayout(layout, id);
    const listed = Math.min(array.initial.length, size);
    if (array.fill === 0n || size - listed < 2) continue;
    f.i32(address + listed * bytes);
    f.i32(bytes);
    f.i32((size - listed) * bytes);
    f.call(repeat);
  }
}

function words(value: number): Uint8Array {
  const result = new Uint8Array(4);
  new DataView(result.buffer).setUint32(0, value, true);
  return result;
}

/** Writes a bit pattern, little endian. */
function encodeElement(target: Uint8Array, offset: number, bytes: number, value: bigint): void {
  if (bytes <= 4) {
    let rest = Number(value);
    for (let index = 0; index < bytes; index += 1) {
      target[offset + index] = rest & 0xff;
      rest = Math.floor(rest / 256);
    }
    return;
  }
  let rest = value;
  for (let index = 0; index < bytes && rest !== 0n; index += 1) {
    target[offset + index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** Joins neighbours that lie closer than `gap` bytes, and leaves out runs of at least as many zeros. */
function split(pieces: readonly Piece[], gap: number): Piece[] {
  const runs: { start: number; parts: Piece[]; end: number }[] = [];
  const add = (address: number, bytes: Uint8Array): void => {
    const last = runs.at(-1);
    if (last !== undefined && address - last.end < gap) {
      last.parts.push({ address, bytes });
      last.end = address + bytes.length;
    } else {
      runs.push({ start: address, parts: [{ address, bytes }], end: address + bytes.length });
    }
  };
  for (const { address, bytes } of [...pieces].sort((a, b) => a.address - b.address)) {
    let start = -1;
    let lastNonZero = -1;
    for (let index = 0; index < bytes.length; index += 1) {
      if (bytes[index] === 0) continue;
      if (start >= 0 && index - lastNonZero > gap) {
        add(address + start, bytes.subarray(start, lastNonZero + 1));
        start = index;
      }
      if (start < 0) start = index;
      lastNonZero = index;
    }
    if (start >= 0) add(address + start, bytes.subarray(start, lastNonZero + 1));
  }
  return runs.map(({ start, parts, end }) => {
    const bytes = new Uint8Array(end - start);
    for (const part of parts) bytes.set(part.bytes, part.address - start);
    return { address: start, bytes };
  });
}
