/**
 * Waveforms in the format VCD (IEEE 1364), byte for byte the same on every target. This file is the specification; the Rust runtime
 * (`tools/rust-sim-runtime/src/trace.rs`) follows it line by line, and the JavaScript hosts use {@link VcdWriter} itself.
 *
 * 1. **Signals** ({@link tracePlan}), in this order: the elements of all arrays by declaration; then for each module by declaration
 *    `triggered`, then for each port its length and its head, then its exposed values by slot.
 *    Arrays with more than {@link TRACE_ELEMENT_LIMIT} elements are left out, and a comment in the header says so.
 * 2. **Pattern**: globs separated by commas; `*` is any characters, `?` is one. A glob selects a signal when it matches its name or a prefix of
 *    the name that ends before `.` or `[`: `adder` selects everything of the module `adder`.
 * 3. **Codes** count through the signals that the pattern selects ({@link traceCode}).
 * 4. **Time** is the cycle. Time 0 (or the cycle after which tracing starts) shows the state before the first traced cycle, inside
 *    `$dumpvars`; there `triggered` is 0 and exposed values are absent.
 *    Time t shows the state after the commit of cycle t. Only changes are written, in the order of the signals; a cycle without changes is not mentioned.
 *    The cycle of a fault is not written, since its state is not specified; that of a `finish` is, unless some module faulted in it too.
 *    When the trace ends, the time of the last written-out cycle is repeated as a last line, unless it is the last time in the file already.
 * 5. **Values**: bit patterns without leading zeros. One bit: `0`, `1`, `x` directly before the code. More: `b101 ` or `bx ` before the code.
 *    `x` stands for the head of an empty FIFO and for an absent value.
 */
import type { ArrayId, ModuleId, PortId, SlotId, System } from "./ir.js";
import { portId, slotId } from "./ir.js";
import { arrayOf, assertNever, moduleOf } from "./operations.js";
import { arrayIds, moduleIds } from "./order.js";

/** Arrays with more elements are left out of a trace. */
export const TRACE_ELEMENT_LIMIT = 64;

/** What a signal shows. */
export type TraceSource =
  | { readonly kind: "element"; readonly array: ArrayId; readonly index: number }
  | { readonly kind: "triggered"; readonly module: ModuleId }
  | { readonly kind: "fifo-length"; readonly module: ModuleId; readonly port: PortId }
  | { readonly kind: "fifo-head"; readonly module: ModuleId; readonly port: PortId }
  | { readonly kind: "exposed"; readonly module: ModuleId; readonly slot: SlotId };

/** One signal of a trace: how a waveform names it, and what in the design it shows. */
export interface TraceSignal {
  /** What patterns match: `cnt`, `rf[3]`, `adder.triggered`, `adder.a.length`, `adder.a.head`, `adder.c`. */
  readonly name: string;
  /** Scopes inside the system's, outermost first. Legal VCD identifiers. */
  readonly scopes: readonly string[];
  /** The last part of the path. A legal VCD identifier. */
  readonly label: string;
  readonly kind: "reg" | "wire";
  /** In bits. */
  readonly width: number;
  readonly source: TraceSource;
}

/**
 * The signals that `pattern` selects, all if it is absent, in the order of the file.
 *
 * @example tracePlan(system, "adder,cnt").map((signal) => signal.name)
 */
export function tracePlan(system: System, pattern?: string): TraceSignal[] {
  const signals: TraceSignal[] = [];
  const add = (
    name: string,
    scopes: readonly string[],
    label: string,
    kind: "reg" | "wire",
    width: number,
    source: TraceSource,
  ): void => {
    if (pattern !== undefined && !matchesTracePattern(pattern, name)) return;
    signals.push({
      name,
      scopes: scopes.map(toVcdIdentifier),
      label: toVcdIdentifier(label),
      kind,
      width,
      source,
    });
  };
  for (const array of arrayIds(system)) {
    const { name, type, size, scalar } = arrayOf(system, array);
    if (size > TRACE_ELEMENT_LIMIT) continue;
    if (scalar) {
      add(name, ["registers"], name, "reg", type.width, { kind: "element", array, index: 0 });
      continue;
    }
    for (let index = 0; index < size; index += 1) {
      const source = { kind: "element", array, index } as const;
      add(`${name}[${index}]`, ["registers", name], `_${index}`, "reg", type.width, source);
    }
  }
  for (const module of moduleIds(system)) {
    const { name, ports, exposed } = moduleOf(system, module);
    add(`${name}.triggered`, [name], "triggered", "wire", 1, { kind: "triggered", module });
    ports.forEach((port, index) => {
      const scopes = [name, "fifos", port.name];
      const place = { module, port: portId(index) };
      add(`${name}.${port.name}.length`, scopes, "length", "wire", 32, { kind: "fifo-length", ...place });
      add(`${name}.${port.name}.head`, scopes, "head", "wire", port.type.width, {
        kind: "fifo-head",
        ...place,
      });
    });
    exposed.forEach((slot, index) => {
      const source = { kind: "exposed", module, slot: slotId(index) } as const;
      add(`${name}.${slot.name}`, [name, "exposed"], slot.name, "wire", slot.type.width, source);
    });
  }
  return signals;
}

/** Whether one of the comma-separated globs matches `name`, or a prefix of it that ends before `.` or `[`. */
export function matchesTracePattern(pattern: string, name: string): boolean {
  const characters = [...name];
  const prefixes = [...characters.keys()]
    .map((last) => last + 1)
    .filter((end) => end === characters.length || characters[end] === "." || characters[end] === "[");
  return pattern.split(",").some((glob) => {
    const parts = [...glob.trim()];
    return prefixes.some((end) => matchesGlob(parts, characters.slice(0, end)));
  });
}

/** Backtracks only to the last `*`, so it is quadratic at worst. */
function matchesGlob(glob: readonly string[], name: readonly string[]): boolean {
  let at = 0;
  let position = 0;
  let star: { readonly at: number; readonly position: number } | undefined;
  while (position < name.length) {
    const expected = glob[at];
    if (expected === "*") {
      star = { at, position };
      at += 1;
    } else if (expected !== undefined && (expected === "?" || expected === name[position])) {
      at += 1;
      position += 1;
    } else if (star === undefined) {
      return false;
    } else {
      star = { at: star.at, position: star.position + 1 };
      at = star.at + 1;
      position = star.position;
    }
  }
  return glob.slice(at).every((rest) => rest === "*");
}

/** A name as VCD takes it: every other character becomes `_`. */
export function toVcdIdentifier(name: string): string {
  return name.replace(/[^A-Za-z0-9_$]/gu, "_");
}

/**
 * The short code of the signal with this index: digits `!` to `~`, the first one least significant, numbers of one digit first.
 *
 * @example traceCode(94) // "!!"
 */
export function traceCode(index: number): string {
  let code = "";
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 94) - 1)
    code += String.fromCodePoint(33 + (rest % 94));
  return code;
}

/** Everything before the first values. */
export function traceHeader(system: System, signals: readonly TraceSignal[]): string {
  let text = "$version assassyn $end\n$timescale 1 ns $end\n";
  for (const id of arrayIds(system)) {
    const { name, size } = arrayOf(system, id);
    if (size > TRACE_ELEMENT_LIMIT)
      text += `$comment ${toVcdIdentifier(name)} has ${size} elements and is left out $end\n`;
  }
  text += `$scope module ${toVcdIdentifier(system.name)} $end\n`;
  let open: readonly string[] = [];
  signals.forEach((signal, index) => {
    let common = 0;
    while (common < open.length && common < signal.scopes.length && open[common] === signal.scopes[common])
      common += 1;
    text += "$upscope $end\n".repeat(open.length - common);
    for (const scope of signal.scopes.slice(common)) text += `$scope module ${scope} $end\n`;
    open = signal.scopes;
    const range = signal.width === 1 ? "" : ` [${signal.width - 1}:0]`;
    text += `$var ${signal.kind} ${signal.width} ${traceCode(index)} ${signal.label}${range} $end\n`;
  });
  return text + "$upscope $end\n".repeat(open.length + 1) + "$enddefinitions $end\n";
}

/** A value as VCD shows it, without the code behind it; `undefined` is absent. */
export function traceValue(bits: bigint | undefined, width: number): string {
  const digits = bits === undefined ? "x" : bits.toString(2);
  return width === 1 ? digits : `b${digits} `;
}

/** Reads the committed bit pattern of a signal, or `undefined` where the value is absent. */
export type TraceReader = (source: TraceSource) => bigint | undefined;

/**
 * Writes the text of a trace piece by piece. The caller reads the state and keeps the text.
 *
 * @example
 * const writer = new VcdWriter(system, tracePlan(system));
 * out(writer.start(0, read));        // before the first cycle
 * out(writer.sample(1, read));       // after the commit of cycle 1
 * out(writer.finish());
 */
export class VcdWriter {
  readonly #system: System;
  readonly #signals: readonly TraceSignal[];
  readonly #codes: readonly string[];
  readonly #written: (string | undefined)[];
  #lastCycle = 0;
  #lastTime = 0;

  constructor(system: System, signals: readonly TraceSignal[]) {
    this.#system = system;
    this.#signals = signals;
    this.#codes = signals.map((_, index) => traceCode(index));
    this.#written = signals.map(() => undefined);
  }

  /** Header and values before the cycle behind `cycle`. The reader must give 0 for `triggered` and nothing for exposed values. */
  start(cycle: number, read: TraceReader): string {
    this.#lastCycle = cycle;
    this.#lastTime = cycle;
    return `${traceHeader(this.#system, this.#signals)}#${cycle}\n$dumpvars\n${this.#changes(cycle, read)}$end\n`;
  }

  /** What changed in `cycle`. Not to be called for a cycle in which a module faulted. */
  sample(cycle: number, read: TraceReader): string {
    this.#lastCycle = cycle;
    return this.#changes(cycle, read);
  }

  /** The time of the last cycle. */
  finish(): string {
    return this.#lastTime === this.#lastCycle ? "" : `#${this.#lastCycle}\n`;
  }

  #changes(cycle: number, read: TraceReader): string {
    let text = "";
    this.#signals.forEach((signal, index) => {
      const value = traceValue(read(signal.source), signal.width);
      if (this.#written[index] === value) return;
      this.#written[index] = value;
      if (this.#lastTime !== cycle) {
        text += `#${cycle}\n`;
        this.#lastTime = cycle;
      }
      text += `${value}${this.#codes[index]}\n`;
    });
    return text;
  }
}

/** What {@link VcdWriter} can be fed from: the observing half of a simulation. */
export interface TraceableSimulation {
  read(name: string, index?: number): bigint;
  fifo(name: string): { readonly length: number; readonly head: bigint | undefined };
  exposed(name: string): bigint | undefined;
  triggered(name: string): boolean;
}

/** A reader over any simulation in JavaScript, by name. */
export function traceReader(system: System, simulation: TraceableSimulation): TraceReader {
  return (source) => {
    switch (source.kind) {
      case "element": {
        const { name, type } = arrayOf(system, source.array);
        return BigInt.asUintN(type.width, simulation.read(name, source.index));
      }
      case "triggered":
        return simulation.triggered(moduleOf(system, source.module).name) ? 1n : 0n;
      case "fifo-length":
        return BigInt(simulation.fifo(portName(system, source.module, source.port)).length);
      case "fifo-head": {
        const { head } = simulation.fifo(portName(system, source.module, source.port));
        const port = moduleOf(system, source.module).ports[source.port];
        return head === undefined || port === undefined ? undefined : BigInt.asUintN(port.type.width, head);
      }
      case "exposed": {
        const module = moduleOf(system, source.module);
        const slot = module.exposed[source.slot];
        const value = slot === undefined ? undefined : simulation.exposed(`${module.name}.${slot.name}`);
        return value === undefined || slot === undefined ? undefined : BigInt.asUintN(slot.type.width, value);
      }
      default:
        return assertNever(source);
    }
  };
}

function portName(system: System, module: ModuleId, port: PortId): string {
  const owner = moduleOf(system, module);
  return `${owner.name}.${owner.ports[port]?.name}`;
}
