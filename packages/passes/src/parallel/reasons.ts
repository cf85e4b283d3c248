/** Sentence parts of the reasons that locks, atomics and owners carry. */
import type { LocationSharing } from "./sharing.js";
import { readersOf, writersOf } from "./sharing.js";
import type { ModuleId, System } from "@assassyn/plugin-api";
import { moduleOf } from "@assassyn/plugin-api";

/** More names than these say no more. */
const NAMED = 4;

/** `A`, `A and B`, `A, B, C and 4 others`. */
export function nameModules(system: System, modules: readonly ModuleId[]): string {
  const names = modules.slice(0, NAMED).map((id) => moduleOf(system, id).name);
  const rest = modules.length - names.length;
  const last = rest === 0 ? names.pop() : rest === 1 ? "one other" : `${rest} others`;
  return names.length === 0 ? (last ?? "nobody") : `${names.join(", ")} and ${last ?? "nobody"}`;
}

/** `written by A, read by B and C`. */
export function nameUsers(system: System, row: LocationSharing): string {
  const writers = writersOf(row);
  const readers = readersOf(row);
  const parts = [
    ...(writers.length > 0 ? [`written by ${nameModules(system, writers)}`] : []),
    ...(readers.length > 0 ? [`read by ${nameModules(system, readers)}`] : []),
  ];
  return parts.length === 0 ? "nobody touches it" : parts.join(", ");
}

/** `1 read`, `3 reads`. */
export const countNoun = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
