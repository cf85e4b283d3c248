/** What one body does to shared state, and in which order it can do so. Input of the schedule. */
import type { ArrayId, Module, ModuleId, PortId, Region } from "@assassyn/ir";
import { operationOf } from "@assassyn/ir";

/** A FIFO, named by its owner and port. */
export interface PortReference {
  readonly module: ModuleId;
  readonly port: PortId;
}

/** Accesses of one module. "After" means: on some path through the body, in one cycle. */
export interface ModuleAccess {
  readonly arrayReads: ReadonlySet<ArrayId>;
  readonly arrayWrites: ReadonlySet<ArrayId>;
  /** Arrays written twice on some path. */
  readonly writtenTwice: ReadonlySet<ArrayId>;
  /** Arrays read after an own write. */
  readonly readAfterWrite: ReadonlySet<ArrayId>;
  /** FIFOs whose length or head the module looks at, pops included. */
  readonly observes: readonly PortReference[];
  readonly pushes: readonly PortReference[];
  /** {@link portKey}s of FIFOs pushed twice on some path. */
  readonly pushedTwice: ReadonlySet<string>;
  /** FIFOs that the module looks at after pushing into them itself. */
  readonly observedAfterPush: ReadonlySet<string>;
  /** Own ports popped. */
  readonly pops: ReadonlySet<PortId>;
  /** Own ports popped twice on some path. */
  readonly poppedTwice: ReadonlySet<PortId>;
  /** Own ports looked at, or popped, after a pop. */
  readonly observedAfterPop: ReadonlySet<PortId>;
  readonly calls: ReadonlySet<ModuleId>;
  readonly logs: boolean;
}

/** A string that identifies a FIFO in sets and maps. */
export function portKey(module: ModuleId, port: PortId): string {
  return `${module}.${port}`;
}

/** What may have happened before a point of the body. */
interface Before {
  readonly written: Set<ArrayId>;
  readonly pushed: Set<string>;
  readonly popped: Set<PortId>;
}

/** Finds the accesses of the module `id` by one walk in program order, joining the arms of each `if`. */
export function analyzeAccess(module: Module, id: ModuleId): ModuleAccess {
  const arrayReads = new Set<ArrayId>();
  const arrayWrites = new Set<ArrayId>();
  const writtenTwice = new Set<ArrayId>();
  const readAfterWrite = new Set<ArrayId>();
  const observes = new Map<string, PortReference>();
  const pushes = new Map<string, PortReference>();
  const pushedTwice = new Set<string>();
  const observedAfterPush = new Set<string>();
  const pops = new Set<PortId>();
  const poppedTwice = new Set<PortId>();
  const observedAfterPop = new Set<PortId>();
  const calls = new Set<ModuleId>();
  let logs = false;

  const observe = (reference: PortReference, before: Before): void => {
    const key = portKey(reference.module, reference.port);
    observes.set(key, reference);
    if (before.pushed.has(key)) observedAfterPush.add(key);
    if (reference.module === id && before.popped.has(reference.port)) observedAfterPop.add(reference.port);
  };

  const visit = (region: Region, before: Before): void => {
    for (const operationId of region.operations) {
      const operation = operationOf(module, operationId);
      switch (operation.kind) {
        case "array-read":
          arrayReads.add(operation.array);
          if (before.written.has(operation.array)) readAfterWrite.add(operation.array);
          break;
        case "array-write":
          arrayWrites.add(operation.array);
          if (before.written.has(operation.array)) writtenTwice.add(operation.array);
          before.written.add(operation.array);
          break;
        case "fifo-valid":
        case "fifo-peek":
          observe({ module: operation.module, port: operation.port }, before);
          break;
        case "fifo-pop":
          if (before.popped.has(operation.port)) poppedTwice.add(operation.port);
          observe({ module: id, port: operation.port }, before);
          pops.add(operation.port);
          before.popped.add(operation.port);
          break;
        case "fifo-push": {
          const key = portKey(operation.module, operation.port);
          if (before.pushed.has(key)) pushedTwice.add(key);
          pushes.set(key, { module: operation.module, port: operation.port });
          before.pushed.add(key);
          break;
        }
        case "call":
          calls.add(operation.module);
          break;
        case "log":
          logs = true;
          break;
        case "if": {
          const other: Before = {
            written: new Set(before.written),
            pushed: new Set(before.pushed),
            popped: new Set(before.popped),
          };
          visit(operation.then, before);
          visit(operation.else, other);
          for (const array of other.written) before.written.add(array);
          for (const key of other.pushed) before.pushed.add(key);
          for (const port of other.popped) before.popped.add(port);
          break;
        }
        default:
          break;
      }
    }
  };
  visit(module.body, { written: new Set(), pushed: new Set(), popped: new Set() });

  return {
    arrayReads,
    arrayWrites,
    writtenTwice,
    readAfterWrite,
    observes: [...observes.values()],
    pushes: [...pushes.values()],
    pushedTwice,
    observedAfterPush,
    pops,
    poppedTwice,
    observedAfterPop,
    calls,
    logs,
  };
}
