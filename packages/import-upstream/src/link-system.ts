/** Joins a system to another one: its arrays and modules follow those that are there. */
import { assertNever } from "@assassyn/diagnostics";
import type { ArrayId, Loc, Module, ModuleId, Operation, System } from "@assassyn/ir";
import { arrayId, moduleId } from "@assassyn/ir";

/** What changes in a system that is joined. */
export interface Relocation {
  readonly array: (id: ArrayId) => ArrayId;
  readonly module: (id: ModuleId) => ModuleId;
  readonly loc: (loc: Loc) => Loc;
  /** Names of arrays and modules. */
  readonly rename: (name: string) => string;
}

/** A system with its place in the whole. */
export interface LinkedSystem {
  readonly system: System;
  /** Its name in front of its names: `m_read` becomes `dram_read` for `dram`. */
  readonly name: string;
  /** Index of its first module, of its first array, of its first file in the whole. */
  readonly modules: number;
  readonly arrays: number;
  readonly files: number;
  /** Arrays that are in the whole already, by their index in the system; the others keep their order. */
  readonly shared: ReadonlyMap<number, ArrayId>;
}

/** Arrays that a linked system adds. */
export function addedArrays({ system, shared }: Pick<LinkedSystem, "system" | "shared">): number {
  return system.arrays.length - shared.size;
}

/** Index in the whole of an array of a linked system. */
export function linkedArray(linked: LinkedSystem, index: number): ArrayId {
  const before = [...linked.shared.keys()].filter((each) => each < index).length;
  return linked.shared.get(index) ?? arrayId(linked.arrays + index - before);
}

/** The whole: `base`, and behind it the systems in turn. Their configurations do not count. */
export function linkSystems(base: System, linked: readonly LinkedSystem[], files: readonly string[]): System {
  const arrays = [...base.arrays];
  const modules = [...base.modules];
  for (const each of linked) {
    const { system } = each;
    const relocation: Relocation = {
      array: (id) => linkedArray(each, id),
      module: (id) => moduleId(each.modules + id),
      loc: (loc) => ({ ...loc, file: each.files + loc.file }),
      rename: (name) => name.replace(/^m_/, `${each.name}_`),
    };
    for (const [index, array] of system.arrays.entries()) {
      if (each.shared.has(index)) continue;
      arrays.push(
        array === null
          ? null
          : { ...array, name: relocation.rename(array.name), loc: relocation.loc(array.loc) },
      );
    }
    for (const module of system.modules)
      modules.push(module === null ? null : relocateModule(module, relocation));
  }
  return { ...base, files, arrays, modules };
}

function relocateModule(module: Module, relocation: Relocation): Module {
  const { loc } = relocation;
  return {
    ...module,
    name: relocation.rename(module.name),
    source: relocation.rename(module.source),
    ports: module.ports.map((port) => ({ ...port, loc: loc(port.loc) })),
    operations: module.operations.map((operation) =>
      operation === null ? null : { ...relocateOperation(operation, relocation), loc: loc(operation.loc) },
    ),
    loc: loc(module.loc),
  };
}

/** The same operation with the arrays and modules of the whole. @throws Error for a call of an extern and for locks, which no library has */
function relocateOperation(operation: Operation, { array, module }: Relocation): Operation {
  switch (operation.kind) {
    case "array-read":
    case "array-write":
      return { ...operation, array: array(operation.array) };
    case "fifo-valid":
    case "fifo-peek":
    case "fifo-push":
    case "call":
    case "exposed-get":
    case "exposed-valid":
    case "triggered":
      return { ...operation, module: module(operation.module) };
    case "extern-call":
    case "acquire":
    case "release":
      throw new Error(`a linked system cannot have the operation ${operation.kind}`);
    case "const":
    case "unary":
    case "binary":
    case "cast":
    case "slice":
    case "concat":
    case "select":
    case "select1hot":
    case "cycle":
    case "fifo-pop":
    case "wait":
    case "finish":
    case "assert":
    case "log":
    case "expose":
    case "if":
      return operation;
    default:
      return assertNever(operation);
  }
}
