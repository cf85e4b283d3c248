/** Names that are seen in more than one module. */
import type { ArrayId, ExternId, Module, ModuleId, Operation, PortId, SlotId, System } from "@assassyn/ir";
import { arrayIds, externId, moduleIds, moduleOf, parseType, walk } from "@assassyn/ir";
import type { IsGenerated } from "./analysis.js";
import { Analysis } from "./analysis.js";
import { Names, raw } from "./names.js";

/** What all modules share. */
export class Globals {
  readonly system: System;
  /** Types and constants of the language that are names of values somewhere in the design. */
  readonly shadowed = new Set<string>();
  readonly analyses = new Map<ModuleId, Analysis>();
  /** What `cycle()` is called: a function of the printed file where something in the system is called `cycle`. */
  readonly cycle: string;
  readonly #names: Names;
  readonly #modules = new Map<ModuleId, string>();
  readonly #externs = new Map<ExternId, string>();
  readonly #arrays = new Map<ArrayId, string>();
  readonly #ports = new Map<ModuleId, string[]>();
  readonly #slots = new Map<ModuleId, string[]>();
  /** Names that mean something in the body of a module: those of others that it uses, its ports, its slots. */
  readonly #inside = new Map<ModuleId, ReadonlySet<string>>();

  constructor(system: System, isGenerated: IsGenerated) {
    this.system = system;
    this.#names = new Names(neededBuiltins(system));
    for (const id of moduleIds(system)) this.#modules.set(id, this.#names.claim(moduleOf(system, id).name));
    for (const [index, declaration] of system.externs.entries())
      if (declaration !== null) this.#externs.set(externId(index), this.#names.claim(declaration.name));
    for (const id of arrayIds(system)) {
      const name = system.arrays[id]?.name ?? "";
      this.#arrays.set(id, this.#names.claim(name));
      this.#shadow(name);
    }
    this.cycle = this.#names.has("cycle") ? this.#names.claim("cycle_number") : "cycle";
    for (const id of moduleIds(system)) this.#nameInside(id, moduleOf(system, id), isGenerated);
    for (const name of this.#modules.values()) this.#shadow(name);
  }

  module(id: ModuleId): string {
    return raw(this.#modules.get(id) ?? "");
  }
  extern(id: ExternId): string {
    return raw(this.#externs.get(id) ?? "");
  }
  array(id: ArrayId): string {
    return raw(this.#arrays.get(id) ?? "");
  }
  port(module: ModuleId, port: PortId): string {
    return raw(this.#ports.get(module)?.[port] ?? "");
  }
  slot(module: ModuleId, slot: SlotId): string {
    return raw(this.#slots.get(module)?.[slot] ?? "");
  }
  /** Names that a local of the module may not have. */
  inside(module: ModuleId): ReadonlySet<string> {
    return this.#inside.get(module) ?? new Set();
  }
  /** A name for a function. */
  claimFunction(wanted: string): string {
    return this.#names.claim(wanted);
  }
  /** Gives a name back that {@link claimFunction} gave. */
  releaseFunction(name: string): void {
    this.#names.release(name);
  }

  #shadow(name: string): void {
    if (parseType(name) !== undefined || ["bool", "true", "false"].includes(name)) this.shadowed.add(name);
  }

  #nameInside(id: ModuleId, module: Module, isGenerated: IsGenerated): void {
    const analysis = new Analysis(this.system, id, module, isGenerated);
    this.analyses.set(id, analysis);
    const used = new Set<string>([...BODY_BUILTINS, this.cycle, "triggered"]);
    walk(module, (operation) => {
      const name = this.#referenced(operation, id);
      if (name !== undefined) used.add(name);
      this.#shadow(analysis.nameOf(operation) ?? "");
    });
    const names = new Names(used);
    const ports = module.ports.map((port) => names.claim(port.name));
    const takenAs = new Map<number, PortId>();
    for (const [pop, port] of analysis.taken) {
      const slot = analysis.slotOf.get(pop);
      if (slot !== undefined) takenAs.set(slot, port);
    }
    const slots = module.exposed.map((slot, index) => {
      const port = takenAs.get(index);
      return port === undefined ? names.claim(slot.name) : (ports[port] ?? slot.name);
    });
    for (const name of [...ports, ...slots]) this.#shadow(name);
    this.#ports.set(id, ports);
    this.#slots.set(id, slots);
    this.#inside.set(id, new Set([...used, ...ports, ...slots]));
  }

  /** The name of something outside of the module that an operation is printed with. */
  #referenced(operation: Operation, own: ModuleId): string | undefined {
    switch (operation.kind) {
      case "array-read":
      case "array-write":
        return this.#arrays.get(operation.array);
      case "extern-call":
        return this.#externs.get(operation.extern);
      case "fifo-valid":
      case "fifo-peek":
        return operation.module === own ? undefined : this.#modules.get(operation.module);
      case "fifo-push":
      case "call":
      case "exposed-get":
      case "exposed-valid":
      case "triggered":
        return this.#modules.get(operation.module);
      // An arm that becomes a function names the ports of the module from outside.
      case "if":
        return operation.type === null ? undefined : this.#modules.get(own);
      default:
        return undefined;
    }
  }
}

const BODY_BUILTINS = ["cat", "zext", "sext", "bitcast", "select1hot", "fifo"];

/** Functions of the language that the printed text calls. */
function neededBuiltins(system: System): Set<string> {
  const needed = new Set(["fill", "file"]);
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    walk(module, (operation) => {
      if (operation.kind === "concat") needed.add("cat");
      if (operation.kind === "cast") needed.add(operation.operator);
      if (operation.kind === "select1hot") needed.add("select1hot");
      if (operation.kind === "if" && operation.type !== null) needed.add("fifo");
      if ((operation.kind === "fifo-valid" || operation.kind === "fifo-peek") && operation.module !== id)
        needed.add("fifo");
    });
  }
  return needed;
}
