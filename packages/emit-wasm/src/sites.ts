/** Numbers everything that prints or can stop the run, in key order. */
import type { Module, ModuleId, Operation, OpId, SiteDescription, System } from "@assassyn/ir";
import {
  arrayOf,
  canFault,
  faultText,
  moduleIds,
  moduleOf,
  operationOf,
  printType,
  walk,
} from "@assassyn/ir";
import type { Schedule } from "@assassyn/emit-core";

/** The sites of a system. */
export interface Sites {
  readonly descriptions: readonly SiteDescription[];
  /** The site of an operation. @throws Error if it has none. */
  readonly siteOf: (module: ModuleId, operation: OpId) => number;
  /** The site of an operation, or -1. */
  readonly find: (module: ModuleId, operation: OpId) => number;
}

/** Numbers the sites by canonical index of the module, then by position in its body. */
export function collectSites(system: System, schedule: Schedule): Sites {
  const descriptions: SiteDescription[] = [];
  const numbers: Int32Array[] = [];
  const described = new Map<ModuleId, number>();
  for (const id of moduleIds(system)) described.set(id, described.size);
  for (const id of schedule.canonical) {
    const module = moduleOf(system, id);
    const own = new Int32Array(module.operations.length).fill(-1);
    numbers[id] = own;
    walk(module, (operation, operationId) => {
      const description = describe(system, schedule, id, module, described.get(id) ?? 0, operation);
      if (description === undefined) return;
      own[operationId] = descriptions.length;
      descriptions.push(description);
    });
  }
  const find = (module: ModuleId, operation: OpId): number => numbers[module]?.[operation] ?? -1;
  return {
    descriptions,
    find,
    siteOf: (module, operation) => {
      const site = find(module, operation);
      if (site < 0) throw new Error(`operation %${operation} of module #${module} has no site`);
      return site;
    },
  };
}

function describe(
  system: System,
  schedule: Schedule,
  id: ModuleId,
  module: Module,
  index: number,
  operation: Operation,
): SiteDescription | undefined {
  const base = { module: index, loc: operation.loc };
  const text = (message: string): SiteDescription => ({ ...base, kind: "fault", text: message });
  const fifo = (owner: ModuleId, port: number): string =>
    `${moduleOf(system, owner).name}.${moduleOf(system, owner).ports[port]?.name}`;
  switch (operation.kind) {
    case "log":
      return {
        ...base,
        kind: "log",
        pieces: operation.pieces,
        types: operation.arguments.map((argument) => {
          const { type } = operationOf(module, argument);
          if (type === null)
            throw new Error(`log argument %${argument} of module ${module.name} has no value`);
          return printType(type);
        }),
      };
    case "finish":
      return { ...base, kind: "finish" };
    case "assert":
      return text(faultText.assertion(operation.message));
    case "select1hot":
      return text(faultText.notOneHot());
    case "binary":
      if (!canFault(system, module, operation)) return undefined;
      return text(operation.operator === "div" ? faultText.divisionByZero() : faultText.remainderByZero());
    case "array-read": {
      if (!canFault(system, module, operation)) return undefined;
      const array = arrayOf(system, operation.array);
      return { ...base, kind: "read", array: array.name, size: array.size };
    }
    case "array-write":
      if (schedule.arrays[operation.array]?.checkTwice.has(id) !== true) return undefined;
      return text(faultText.writeTwice(arrayOf(system, operation.array).name));
    case "fifo-peek":
      return text(faultText.peekEmpty(fifo(operation.module, operation.port)));
    case "fifo-pop":
      return { ...base, kind: "pop", fifo: fifo(id, operation.port) };
    case "fifo-push": {
      const limit =
        moduleOf(system, operation.module).ports[operation.port]?.depth ?? system.config.fifoLimit;
      return { ...base, kind: "push", fifo: fifo(operation.module, operation.port), limit };
    }
    case "exposed-get": {
      const owner = moduleOf(system, operation.module);
      return text(faultText.absentValue(`${owner.name}.${owner.exposed[operation.slot]?.name}`));
    }
    case "extern-call":
      return { ...base, kind: "extern", name: system.externs[operation.extern]?.name ?? "" };
    default:
      return undefined;
  }
}
