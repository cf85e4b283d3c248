/** Reads and writes bit patterns in the memory of a simulation. */
import type { Type } from "@assassyn/ir";
import { parseType } from "@assassyn/ir";

/** Width in bits of a cell's type, and whether it is signed. @throws Error for text that is no type. */
export function typeOfText(text: string): Type {
  const found = parseType(text);
  if (found === undefined)
    throw new Error(`the description of the simulation names the type "${text}", which does not exist`);
  return found;
}

/** The bit pattern of a cell of 1, 2, 4 or a multiple of 8 bytes. */
export function readCell(view: DataView, address: number, bytes: number): bigint {
  switch (bytes) {
    case 1:
      return BigInt(view.getUint8(address));
    case 2:
      return BigInt(view.getUint16(address, true));
    case 4:
      return BigInt(view.getUint32(address, true));
    case 8:
      return view.getBigUint64(address, true);
    default: {
      let result = 0n;
      for (let offset = bytes - 8; offset >= 0; offset -= 8) {
        result = (result << 64n) | view.getBigUint64(address + offset, true);
      }
      return result;
    }
  }
}

/** Stores a bit pattern that fits the cell. */
export function writeCell(view: DataView, address: number, bytes: number, value: bigint): void {
  switch (bytes) {
    case 1:
      return view.setUint8(address, Number(value));
    case 2:
      return view.setUint16(address, Number(value), true);
    case 4:
      return view.setUint32(address, Number(value), true);
    default:
      for (let offset = 0; offset < bytes; offset += 8) {
        view.setBigUint64(address + offset, BigInt.asUintN(64, value >> BigInt(8 * offset)), true);
      }
  }
}
