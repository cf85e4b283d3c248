/** What printer and parser of the IR text share: operators, keywords, names. */
import type { Location, LockId } from "./concurrency.js";
import type { BinaryOperator, ExternId, Module, ModuleId, ArrayId, PortId, SlotId, System } from "./ir.js";
import { assertNever } from "./operations.js";

/** Spelling of each binary operator. */
export const OPERATOR_TEXT: Readonly<Record<BinaryOperator, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  rem: "%",
  and: "&",
  or: "|",
  xor: "^",
  shl: "<<",
  shr: ">>",
  lt: "<",
  gt: ">",
  le: "<=",
  ge: ">=",
  eq: "==",
  ne: "!=",
};

/** Words with a meaning at the start of an operation; a name that is one of them is printed in quotes. */
const KEYWORDS = new Set([
  "acquire",
  "arena",
  "assert",
  "atomic",
  "bitcast",
  "by",
  "call",
  "cat",
  "cluster",
  "commits",
  "config",
  "cycle",
  "deleted",
  "depth",
  "detached",
  "downstream",
  "driver",
  "else",
  "expose",
  "exposed",
  "exposes",
  "extern",
  "fifo",
  "file",
  "fill",
  "finish",
  "from",
  "ir",
  "lock",
  "log",
  "mailbox",
  "module",
  "none",
  "of",
  "owned",
  "pop",
  "port",
  "receiver",
  "reg",
  "release",
  "scalar",
  "select1hot",
  "sext",
  "step",
  "system",
  "testbench",
  "triggered",
  "wait_until",
  "when",
  "yield",
  "zext",
]);

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name as it stands in the text: bare where it is an identifier, else a JSON string. */
export function printName(name: string): string {
  return IDENTIFIER.test(name) && !KEYWORDS.has(name) ? name : JSON.stringify(name);
}

/** The name of a pass: as a name, but with hyphens. */
export function printOrigin(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? name : JSON.stringify(name);
}

/** `adder`, or `#3` where the name would not lead back to the same entry. */
function uniqueNames(entries: readonly ({ readonly name: string } | null)[]): string[] {
  const count = new Map<string, number>();
  for (const entry of entries) if (entry !== null) count.set(entry.name, (count.get(entry.name) ?? 0) + 1);
  return entries.map((entry, index) =>
    entry !== null && count.get(entry.name) === 1 ? printName(entry.name) : `#${index}`,
  );
}

/** How declarations of one system are referred to. */
export class ReferenceNames {
  readonly #system: System;
  readonly #modules: readonly string[];
  readonly #arrays: readonly string[];
  readonly #externs: readonly string[];
  readonly #locks: readonly string[];
  readonly #ports: (readonly string[] | undefined)[] = [];
  readonly #slots: (readonly string[] | undefined)[] = [];

  constructor(system: System) {
    this.#system = system;
    this.#modules = uniqueNames(system.modules);
    this.#arrays = uniqueNames(system.arrays);
    this.#externs = uniqueNames(system.externs);
    this.#locks = uniqueNames(system.concurrency?.locks ?? []);
  }

  module(id: ModuleId): string {
    return this.#modules[id] ?? `#${id}`;
  }
  array(id: ArrayId): string {
    return this.#arrays[id] ?? `#${id}`;
  }
  extern(id: ExternId): string {
    return this.#externs[id] ?? `#${id}`;
  }
  lock(id: LockId): string {
    return this.#locks[id] ?? `#${id}`;
  }
  /** `fifo(adder.a)` */
  location(location: Location): string {
    switch (location.kind) {
      case "array":
        return `reg(${this.array(location.array)})`;
      case "fifo":
        return `fifo(${this.module(location.module)}.${this.port(location.module, location.port)})`;
      case "value":
        return `value(${this.module(location.module)}.${this.slot(location.module, location.slot)})`;
      case "credit":
      case "flag":
        return `${location.kind}(${this.module(location.module)})`;
      case "stamp":
        return "stamp";
      default:
        return assertNever(location);
    }
  }
  /** The port's own part, without the module. */
  port(module: ModuleId, id: PortId): string {
    const names = (this.#ports[module] ??= uniqueNames(this.#system.modules[module]?.ports ?? []));
    return names[id] ?? `#${id}`;
  }
  /** The slot's own part, without the module. */
  slot(module: ModuleId, id: SlotId): string {
    const names = (this.#slots[module] ??= uniqueNames(this.#system.modules[module]?.exposed ?? []));
    return names[id] ?? `#${id}`;
  }
}

/** Keyword that starts a module of this kind. */
export const MODULE_KEYWORD: Readonly<Record<Module["kind"], string>> = {
  stage: "module",
  driver: "driver",
  testbench: "testbench",
  downstream: "downstream",
};
