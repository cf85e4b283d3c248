/**
 * Random well-formed systems, for property tests of whatever reads, rewrites or runs the IR. A package path of its own
 * (`@assassyn/ir/random`), so that it costs nothing elsewhere.
 */
import type { ModuleBuilder } from "./builder.js";
import { binaryType, SystemBuilder } from "./builder.js";
import type { ArrayId, ExternId, ModuleId, OpId, PortId, SlotId, System } from "./ir.js";
import { BINARY_OPERATORS } from "./ir.js";
import { indexWidth, type } from "./types.js";
import type { Type } from "./types.js";

/** Gives whole numbers `0 <= n < limit`; the same sequence gives the same system. */
export type Chooser = (limit: number) => number;

/** A chooser from a seed: mulberry32, good enough for tests and the same everywhere. */
export function seededChooser(seed: number): Chooser {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** What the systems may contain. */
export interface RandomOptions {
  /** Widest value, in bits; default 200. */
  readonly maxWidth?: number;
  /** Operations in each module, roughly; default 40. */
  readonly operations?: number;
  /** Calls of externs, which no run can evaluate without an embedder; default false. */
  readonly externs?: boolean;
  /** Operations that are likely to fault when the system runs; default false. */
  readonly faults?: boolean;
}

interface Known {
  readonly id: OpId;
  readonly type: Type;
}

const FORMATS = ["{}", "{:x}", "{:#010b}", "{:>4}|", "{{{:?}}}", "{:*^9}"];

/** A random well-formed system: a driver, stages with FIFOs, downstreams, registers of all widths and classes. */
export function randomSystem(choose: Chooser, options: RandomOptions = {}): System {
  return new SystemGenerator(choose, options).generate();
}

class SystemGenerator {
  readonly #choose: Chooser;
  readonly #options: RandomOptions;
  readonly #system = new SystemBuilder("random", ["a.asyn", "lib/b.asyn"]);
  readonly #arrays: { readonly id: ArrayId; readonly type: Type; readonly size: number }[] = [];
  readonly #externs: {
    readonly id: ExternId;
    readonly parameters: readonly Type[];
    readonly result: Type;
  }[] = [];
  /** Values that stages exposed so far. */
  readonly #slots: { readonly module: ModuleId; readonly slot: SlotId; readonly type: Type }[] = [];

  constructor(choose: Chooser, options: RandomOptions) {
    this.#choose = choose;
    this.#options = options;
  }

  generate(): System {
    const choose = this.#choose;
    this.#system.config = {
      ...this.#system.config,
      cycles: 12 + choose(8),
      idle: 4 + choose(4),
      log: choose(2) === 0 ? "plain" : "located",
    };
    for (let count = 2 + choose(4); count > 0; count -= 1) this.#array();
    if (this.#options.externs === true) this.#extern();
    const driver = this.#system.module("driver", "Driver");
    const stages: {
      readonly builder: ModuleBuilder;
      readonly ports: { readonly id: PortId; readonly type: Type }[];
    }[] = [];
    for (let index = choose(3); index >= 0; index -= 1) {
      const builder = this.#system.module("stage", `stage_${index}`, { source: "stage", loc: this.#loc() });
      const ports: { readonly id: PortId; readonly type: Type }[] = [];
      for (let port = choose(3); port > 0; port -= 1) {
        const portType = this.#type();
        ports.push({
          id: builder.port(`p${port}`, portType, choose(3) === 0 ? 4 : undefined),
          type: portType,
        });
      }
      stages.push({ builder, ports });
    }
    this.#body(driver, []);
    for (const { builder, ports } of stages) this.#body(builder, ports);
    const producers = [driver, ...stages.map((stage) => stage.builder)];
    // Each FIFO has one pusher, so that most runs go on for a while.
    for (const { builder, ports } of stages) {
      const caller = producers[choose(producers.length)] ?? driver;
      for (const port of ports)
        caller.push(builder.id, port.id, caller.const(port.type, this.#pattern(port.type.width)));
      caller.call(builder.id);
    }
    for (let index = choose(3); index > 0; index -= 1) this.#downstream(index);
    return this.#system.build();
  }

  #loc(): { file: number; line: number; column: number } {
    return { file: this.#choose(2), line: 1 + this.#choose(99), column: 1 + this.#choose(40) };
  }

  /** Widths near the sizes of limbs are as likely as all others together. */
  #type(): Type {
    const choose = this.#choose;
    const most = this.#options.maxWidth ?? 200;
    const edges = [1, 2, 8, 31, 32, 33, 63, 64, 65, 127, 128, 129, 192];
    const width = choose(2) === 0 ? (edges[choose(edges.length)] ?? 1) : 1 + choose(most);
    return type((["u", "i", "b"] as const)[choose(3)] ?? "u", Math.min(width, most));
  }

  /** Zero, one, all ones, only the top bit, or anything. */
  #pattern(width: number): bigint {
    const choose = this.#choose;
    const all = (1n << BigInt(width)) - 1n;
    switch (choose(7)) {
      case 0:
        return 0n;
      case 1:
        return 1n;
      case 2:
        return all;
      case 3:
        return 1n << BigInt(width - 1);
      default: {
        let result = 0n;
        for (let at = 0; at < width; at += 16) result = (result << 16n) | BigInt(choose(65_536));
        return result & all;
      }
    }
  }

  #array(): void {
    const choose = this.#choose;
    const elementType = this.#type();
    const size = choose(2) === 0 ? 1 : choose(2) === 0 ? 2 ** choose(6) : 1 + choose(40);
    const initial = Array.from({ length: choose(size + 1) }, () => this.#pattern(elementType.width));
    const id = this.#system.array(`r${this.#arrays.length}`, elementType, {
      size,
      scalar: size === 1 && choose(2) === 0,
      initial,
      fill: choose(2) === 0 ? 0n : this.#pattern(elementType.width),
      ...(choose(4) === 0 ? { file: 'data "x".hex' } : {}),
      loc: this.#loc(),
    });
    this.#arrays.push({ id, type: elementType, size });
  }

  #extern(): void {
    const parameters = [this.#type(), this.#type()];
    const results = [this.#type(), this.#type()];
    const id = this.#system.extern({
      name: "f",
      parameters: parameters.map((parameter, index) => ({ name: `a${index}`, type: parameter })),
      results: results.map((result, index) => ({ name: `c${index}`, type: result })),
      loc: this.#loc(),
    });
    this.#externs.push({
      id,
      parameters,
      result: type(
        "b",
        results.reduce((sum, result) => sum + result.width, 0),
      ),
    });
  }

  #body(builder: ModuleBuilder, ports: readonly { readonly id: PortId; readonly type: Type }[]): void {
    const scope: Known[] = [];
    const [first] = ports;
    if (first !== undefined && this.#choose(4) !== 0) builder.wait(builder.fifoValid(builder.id, first.id));
    for (const port of ports) {
      const valid = builder.fifoValid(builder.id, port.id);
      scope.push({ id: valid, type: builder.typeOf(valid) });
      // Popped where it is valid, and anywhere when faults are welcome.
      if (port === first) builder.when(valid, () => void builder.pop(port.id));
      else {
        const popped = builder.choose(
          valid,
          () => builder.pop(port.id),
          () => builder.const(port.type, 0),
        );
        scope.push({ id: popped, type: port.type });
      }
    }
    this.#fill(builder, scope, this.#options.operations ?? 40, 0, new Set());
    for (let count = this.#choose(3); count > 0; count -= 1) {
      const known = this.#pick(builder, scope);
      this.#slots.push({
        module: builder.id,
        slot: builder.expose(`x${builder.exposed.length}`, known.id),
        type: known.type,
      });
    }
  }

  #downstream(index: number): void {
    const choose = this.#choose;
    const slot = this.#slots[choose(Math.max(1, this.#slots.length))];
    if (slot === undefined) return;
    const builder = this.#system.module("downstream", `down_${index}`, { loc: this.#loc() });
    const valid = builder.exposedValid(slot.module, slot.slot);
    const got = builder.choose(
      valid,
      () => builder.exposedGet(slot.module, slot.slot, slot.type),
      () => builder.const(slot.type, this.#pattern(slot.type.width)),
    );
    const triggered = builder.triggered(slot.module);
    const scope: Known[] = [
      { id: valid, type: builder.typeOf(valid) },
      { id: got, type: slot.type },
      { id: triggered, type: builder.typeOf(triggered) },
    ];
    this.#fill(builder, scope, this.#options.operations ?? 40, 0, new Set());
    const known = this.#pick(builder, scope);
    this.#slots.push({ module: builder.id, slot: builder.expose("y", known.id), type: known.type });
  }

  /** A value in scope, or a new constant. */
  #pick(builder: ModuleBuilder, scope: Known[]): Known {
    const choose = this.#choose;
    // Recent values are preferred, so that expressions grow deep.
    const at = choose(3) === 0 ? choose(scope.length + 2) : scope.length - 1 - choose(6);
    const found = scope[at];
    if (found !== undefined && choose(8) !== 0) return found;
    const constType = this.#type();
    return { id: builder.const(constType, this.#pattern(constType.width)), type: constType };
  }

  /** A value of this width, made by a cast where necessary. */
  #ofWidth(builder: ModuleBuilder, scope: Known[], width: number): OpId {
    const known = this.#pick(builder, scope);
    if (known.type.width === width) return known.id;
    const operator = (["zext", "sext", "bitcast"] as const)[this.#choose(3)] ?? "zext";
    return builder.cast(operator, known.id, type((["u", "i", "b"] as const)[this.#choose(3)] ?? "u", width));
  }

  #fill(builder: ModuleBuilder, scope: Known[], count: number, depth: number, written: Set<ArrayId>): void {
    for (let left = count; left > 0; left -= 1) {
      builder.loc = this.#loc();
      const made = this.#step(builder, scope, depth, written);
      if (made === undefined) continue;
      if (this.#choose(5) === 0) builder.rename(made, `v${made}`);
      scope.push({ id: made, type: builder.typeOf(made) });
    }
  }

  #step(builder: ModuleBuilder, scope: Known[], depth: number, written: Set<ArrayId>): OpId | undefined {
    const choose = this.#choose;
    const known = this.#pick(builder, scope);
    switch (choose(20)) {
      case 0:
        return builder.unary(choose(2) === 0 ? "not" : "neg", known.id);
      case 1:
      case 2: {
        const operator = (["zext", "sext", "bitcast"] as const)[choose(3)] ?? "zext";
        return builder.cast(operator, known.id, this.#type());
      }
      case 3:
      case 4: {
        const low = choose(known.type.width);
        return builder.slice(known.id, low + choose(known.type.width - low), low);
      }
      case 5: {
        const parts = Array.from({ length: 1 + choose(3) }, () => this.#pick(builder, scope));
        if (parts.reduce((sum, part) => sum + part.type.width, 0) > 2 * (this.#options.maxWidth ?? 200))
          return undefined;
        return builder.concat(parts.map((part) => part.id));
      }
      case 6:
        return builder.select(
          this.#ofWidth(builder, scope, 1),
          known.id,
          this.#ofWidth(builder, scope, known.type.width),
        );
      case 7: {
        const lines = 1 + choose(2);
        const shift = this.#ofWidth(builder, scope, lines);
        const one = builder.const(type("b", 2 ** lines), 1);
        const arms = Array.from({ length: 2 ** lines }, () =>
          this.#ofWidth(builder, scope, known.type.width),
        );
        return builder.select1hot(builder.binary("shl", one, shift), arms);
      }
      case 8:
      case 9: {
        const array = this.#arrays[choose(this.#arrays.length)];
        if (array === undefined) return undefined;
        const fits = array.size === 2 ** indexWidth(array.size);
        if (!fits && this.#options.faults !== true)
          return builder.read(array.id, builder.const(type("u", 8), choose(array.size)), array.type);
        return builder.read(array.id, this.#ofWidth(builder, scope, indexWidth(array.size)), array.type);
      }
      case 10: {
        const array = this.#arrays[choose(this.#arrays.length)];
        if (array === undefined || written.has(array.id)) return undefined;
        written.add(array.id);
        builder.write(
          array.id,
          this.#pick(builder, scope).id,
          this.#ofWidth(builder, scope, array.type.width),
        );
        return undefined;
      }
      case 11: {
        const values = Array.from({ length: choose(3) }, () => this.#pick(builder, scope).id);
        builder.log(
          `${builder.name} ` + values.map(() => FORMATS[choose(FORMATS.length)] ?? "{}").join(" "),
          values,
        );
        return undefined;
      }
      case 12:
        return builder.cycle();
      case 13: {
        if (depth >= 3) return undefined;
        const condition = this.#ofWidth(builder, scope, 1);
        if (choose(2) === 0) {
          builder.when(
            condition,
            () => this.#fill(builder, [...scope], choose(8), depth + 1, written),
            () => this.#fill(builder, [...scope], choose(3), depth + 1, written),
          );
          return undefined;
        }
        const arm = (): OpId => {
          const inner = [...scope];
          this.#fill(builder, inner, choose(6), depth + 1, written);
          return this.#ofWidth(builder, inner, known.type.width);
        };
        return builder.choose(condition, arm, arm);
      }
      case 14: {
        const extern = this.#externs[0];
        if (extern === undefined) return undefined;
        return builder.externCall(
          extern.id,
          extern.parameters.map((parameter) => this.#ofWidth(builder, scope, parameter.width)),
          extern.result,
        );
      }
      default:
        return this.#binary(builder, scope, known);
    }
  }

  #binary(builder: ModuleBuilder, scope: Known[], left: Known): OpId | undefined {
    const choose = this.#choose;
    const operator = BINARY_OPERATORS[choose(BINARY_OPERATORS.length)] ?? "add";
    let right =
      choose(3) === 0
        ? { id: this.#ofWidth(builder, scope, left.type.width), type: left.type }
        : this.#pick(builder, scope);
    if ((operator === "shl" || operator === "shr") && choose(2) === 0) {
      right = { id: this.#ofWidth(builder, scope, 1 + choose(8)), type: type("u", 8) };
    }
    if ((operator === "div" || operator === "rem") && this.#options.faults !== true) {
      const one = builder.const(builder.typeOf(right.id), 1);
      right = { id: builder.binary("or", right.id, one), type: right.type };
    }
    const resultType = binaryType(operator, left.type, builder.typeOf(right.id));
    if (resultType.width > 2 * (this.#options.maxWidth ?? 200)) return undefined;
    return builder.binary(operator, left.id, right.id);
  }
}
