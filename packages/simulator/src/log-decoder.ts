/** Turns the binary log records of a simulation into lines. */
import type { FormatSpec, LogRecord, SimulationDescription, SiteDescription, Type } from "@assassyn/ir";
import { formatValue, LOG_CYCLE_MARK } from "@assassyn/ir";
import { readCell, typeOfText } from "./cells.js";

/** One argument of a site, where it lies in the record and how it is printed. */
interface ArgumentPiece {
  /** Bytes behind the start of the record. */
  readonly offset: number;
  readonly type: Type;
  readonly spec: FormatSpec;
  /** `{}` or `{:?}` without width or sign; by far the most frequent. */
  readonly plainDecimal: boolean;
}

/** What is known of a log site. */
interface LogSite {
  readonly module: string;
  readonly loc: LogRecord["loc"];
  /** Literal text and arguments by turns. */
  readonly pieces: readonly (string | ArgumentPiece)[];
  /** Bytes of a record. */
  readonly size: number;
}

/** The log buffer of one thread: records from the start of the view to its end. */
export interface LogPart {
  readonly view: DataView;
}

const LARGEST_HIGH_WORD = 2 ** 21;
const WORD = 2 ** 32;
/** Bytes of the record that starts a cycle. */
const CYCLE_RECORD = 12;

/** Decodes the log buffer of one simulation. */
export class LogDecoder {
  readonly #sites: readonly (LogSite | undefined)[];

  constructor(description: SimulationDescription) {
    this.#sites = description.sites.map((site) =>
      site.kind === "log" ? logSite(site, description.modules[site.module]?.name ?? "") : undefined,
    );
  }

  /**
   * Emits the records between two addresses in key order. Of the cycle `stopCycle` only those of sites below `stopSite` are emitted.
   */
  decode(
    view: DataView,
    start: number,
    end: number,
    stop: { readonly cycle: number; readonly site: number } | undefined,
    emit: (record: LogRecord) => void,
  ): void {
    let at = start;
    while (at < end) {
      const cycle = cycleOf(view, at);
      const limit = stop !== undefined && stop.cycle === cycle ? stop.site : Infinity;
      const first = at + 12;
      let previous = -1;
      let sorted = true;
      for (at = first; at < end;) {
        const number = view.getUint32(at, true);
        if (number === LOG_CYCLE_MARK) break;
        if (number < previous) sorted = false;
        previous = number;
        at += this.#site(number).size;
      }
      if (sorted) {
        for (let record = first; record < at;) {
          const number = view.getUint32(record, true);
          if (number >= limit) break;
          const site = this.#site(number);
          emit({ cycle, module: site.module, text: textOf(view, record, site), loc: site.loc });
          record += site.size;
        }
        continue;
      }
      // Modules ran in another order than the canonical one: sites are numbered in the order of the lines.
      const records: { readonly number: number; readonly record: number }[] = [];
      for (let record = first; record < at;) {
        const number = view.getUint32(record, true);
        if (number < limit) records.push({ number, record });
        record += this.#site(number).size;
      }
      records.sort((a, b) => a.number - b.number);
      for (const { number, record } of records) {
        const site = this.#site(number);
        emit({ cycle, module: site.module, text: textOf(view, record, site), loc: site.loc });
      }
    }
  }

  /**
   * Emits the records of several threads in key order, up to the cycle `last`; of the cycle `stop.cycle` only those of sites below
   * `stop.site`.
   */
  decodeParts(
    parts: readonly LogPart[],
    last: number,
    stop: { readonly cycle: number; readonly site: number } | undefined,
    emit: (record: LogRecord) => void,
  ): void {
    const cursors = parts.map(({ view }) => ({ view, at: 0, end: view.byteLength }));
    for (;;) {
      let cycle = Infinity;
      for (const { view, at, end } of cursors) if (at < end) cycle = Math.min(cycle, cycleOf(view, at));
      if (cycle > last) return;
      const limit = stop !== undefined && stop.cycle === cycle ? stop.site : Infinity;
      const records: { readonly number: number; readonly view: DataView; readonly record: number }[] = [];
      let isSorted = true;
      for (const cursor of cursors) {
        const { view, end } = cursor;
        if (cursor.at >= end || cycleOf(view, cursor.at) !== cycle) continue;
        cursor.at += CYCLE_RECORD;
        while (cursor.at < end) {
          const number = view.getUint32(cursor.at, true);
          if (number === LOG_CYCLE_MARK) break;
          if (number < (records.at(-1)?.number ?? 0)) isSorted = false;
          if (number < limit) records.push({ number, view, record: cursor.at });
          cursor.at += this.#site(number).size;
        }
      }
      if (!isSorted) records.sort((a, b) => a.number - b.number);
      for (const { number, view, record } of records) {
        const site = this.#site(number);
        emit({ cycle, module: site.module, text: textOf(view, record, site), loc: site.loc });
      }
    }
  }

  #site(number: number): LogSite {
    const site = this.#sites[number];
    if (site === undefined) throw new Error(`the log buffer names site ${number}, which does not log`);
    return site;
  }
}

/** The cycle of the record at an address, which starts one. */
function cycleOf(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) + view.getUint32(at + 8, true) * WORD;
}

function logSite(site: Extract<SiteDescription, { kind: "log" }>, module: string): LogSite {
  const places: { readonly type: Type; readonly offset: number }[] = [];
  let size = 4;
  for (const text of site.types) {
    const type = typeOfText(text);
    places.push({ type, offset: size });
    size += type.width <= 32 ? 4 : 8 * Math.ceil(type.width / 64);
  }
  const pieces = site.pieces.map((piece): string | ArgumentPiece => {
    if (piece.kind === "text") return piece.text;
    const place = places[piece.index];
    if (place === undefined) throw new Error(`a log of ${module} misses argument ${piece.index}`);
    const { radix, width, plus } = piece.spec;
    return {
      ...place,
      spec: piece.spec,
      plainDecimal: (radix === "" || radix === "?") && width === 0 && !plus,
    };
  });
  return { module, loc: site.loc, pieces, size };
}

function textOf(view: DataView, record: number, site: LogSite): string {
  let text = "";
  for (const piece of site.pieces)
    text += typeof piece === "string" ? piece : formatArgument(view, record + piece.offset, piece);
  return text;
}

/** As `formatValue`, but through numbers where the value has at most 53 bits. */
function formatArgument(
  view: DataView,
  address: number,
  { type, spec, plainDecimal }: ArgumentPiece,
): string {
  const { width } = type;
  if (width > 64) return formatValue(readCell(view, address, 8 * Math.ceil(width / 64)), type, spec);
  let bits: number;
  if (width <= 32) {
    bits = view.getUint32(address, true);
  } else {
    const high = view.getUint32(address + 4, true);
    // A negative number has its high bits set, so it takes the exact path.
    if (high >= LARGEST_HIGH_WORD) return formatValue(view.getBigUint64(address, true), type, spec);
    bits = high * WORD + view.getUint32(address, true);
  }
  const half = 2 ** (width - 1);
  const value = type.class === "i" && bits >= half ? bits - 2 * half : bits;
  return plainDecimal ? String(value) : formatNumber(bits, value, spec);
}

/** `formatValue` for a bit pattern and a value that numbers represent exactly. */
function formatNumber(bits: number, value: number, spec: FormatSpec): string {
  let sign = "";
  let prefix = "";
  let digits: string;
  switch (spec.radix) {
    case "x":
    case "X":
      digits = bits.toString(16);
      if (spec.radix === "X") digits = digits.toUpperCase();
      if (spec.alternate) prefix = "0x";
      break;
    case "b":
      digits = bits.toString(2);
      if (spec.alternate) prefix = "0b";
      break;
    case "o":
      digits = bits.toString(8);
      if (spec.alternate) prefix = "0o";
      break;
    case "":
    case "?":
      digits = String(Math.abs(value));
      if (value < 0) sign = "-";
      break;
  }
  if (sign === "" && spec.plus) sign = "+";
  const text = sign + prefix + digits;
  const missing = spec.width - text.length;
  if (missing <= 0) return text;
  if (spec.zero) return sign + prefix + "0".repeat(missing) + digits;
  switch (spec.align) {
    case "<":
      return text + spec.fill.repeat(missing);
    case "^":
      return spec.fill.repeat(missing >> 1) + text + spec.fill.repeat(missing - (missing >> 1));
    case ">":
    case undefined:
      return spec.fill.repeat(missing) + text;
  }
}
