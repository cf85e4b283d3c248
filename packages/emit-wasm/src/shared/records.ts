/**
 * What tells the members of a class apart, as records in memory: addresses, constants, the number of the first site. Places that lie at the
 * same distance in every member share one address, and those that are the same for all need none.
 */
import type { ModuleId, OpId, System } from "@assassyn/ir";
import { moduleOf, operationOf } from "@assassyn/ir";
import type { Layout } from "../layout.js";
import { spanOf } from "./places.js";
import type { Trace } from "./trace.js";

/** A module with its trace. */
export interface Member {
  readonly id: ModuleId;
  readonly trace: Trace;
}

/** A stretch of the first member's state, and which address of the record stands for it. */
export interface MovedSpan {
  readonly start: number;
  readonly end: number;
  /** Index into {@link Records.bases}. */
  readonly base: number;
}

/** The records of one class. */
export interface Records {
  /** Bytes of one record; the addresses come first, four bytes each. */
  readonly size: number;
  /** Where each address of the record points to in the first member. */
  readonly bases: readonly number[];
  /** In the first member, by rising address. */
  readonly spans: readonly MovedSpan[];
  /** By the first member's operations: where the record has the constant. */
  readonly constants: ReadonlyMap<OpId, number>;
  /** Where the record has the number of the first site; undefined when the class has none. */
  readonly site: number | undefined;
  /** All records, in the order of the members. */
  readonly bytes: Uint8Array;
}

/** Plans the records of a class. */
export function planRecords(system: System, layout: Layout, members: readonly Member[]): Records {
  const [first] = members;
  if (first === undefined) throw new Error("a class has members");
  const starts = first.trace.places.map((_, index) =>
    Float64Array.from(members, ({ trace }) => {
      const place = trace.places[index];
      if (place === undefined) throw new Error("members of a class have as many places");
      return spanOf(layout, place).start;
    }),
  );
  const groups: { readonly places: number[]; readonly leader: Float64Array; low: number }[] = [];
  starts.forEach((own, index) => {
    if (own.every((start) => start === own[0])) return;
    for (const group of groups) {
      const distance = (own[0] ?? 0) - (group.leader[0] ?? 0);
      if (!own.every((start, member) => start - (group.leader[member] ?? 0) === distance)) continue;
      group.places.push(index);
      group.low = Math.min(group.low, distance);
      return;
    }
    groups.push({ places: [index], leader: own, low: 0 });
  });
  const spans = groups
    .flatMap(({ places }, base) =>
      places.map((index) => {
        const place = first.trace.places[index];
        if (place === undefined) throw new Error("a place of the first member");
        return { ...spanOf(layout, place), base };
      }),
    )
    .sort((a, b) => a.start - b.start);

  let size = 4 * groups.length;
  const take = (bytes: number): number => {
    size += bytes;
    return size - bytes;
  };
  const constantOf = ({ id, trace }: Member, index: number): { value: bigint; width: number } => {
    const constant = trace.constants[index];
    const operation = constant === undefined ? undefined : operationOf(moduleOf(system, id), constant);
    if (operation?.kind !== "const") throw new Error("members of a class have as many constants");
    return { value: operation.value, width: operation.type.width };
  };
  const site = first.trace.firstSite < 0 ? undefined : take(4);
  const constants = new Map<OpId, number>();
  const fields: { readonly index: number; readonly at: number; readonly width: number }[] = [];
  first.trace.constants.forEach((id, index) => {
    const { value, width } = constantOf(first, index);
    if (members.every((member) => constantOf(member, index).value === value)) return;
    const at = take(width <= 32 ? 4 : 8);
    constants.set(id, at);
    fields.push({ index, at, width });
  });
  const view = new DataView(new ArrayBuffer(size * members.length));
  members.forEach((member, number) => {
    const at = number * size;
    groups.forEach(({ leader, low }, base) =>
      view.setUint32(at + 4 * base, (leader[number] ?? 0) + low, true),
    );
    if (site !== undefined) view.setUint32(at + site, member.trace.firstSite, true);
    for (const field of fields) {
      const { value } = constantOf(member, field.index);
      if (field.width <= 32) view.setUint32(at + field.at, Number(value), true);
      else view.setBigUint64(at + field.at, value, true);
    }
  });
  return {
    size,
    bases: groups.map(({ leader, low }) => (leader[0] ?? 0) + low),
    spans,
    constants,
    site,
    bytes: new Uint8Array(view.buffer),
  };
}
