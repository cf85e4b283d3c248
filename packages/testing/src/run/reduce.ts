/** Makes a failing system small: tries to leave out modules and operations one after the other, as long as it goes on failing. */
import type { Module, ModuleId, Operation, OpId, Region, System } from "@assassyn/ir";
import { mapOperands, moduleIds, opId, operandsOf, verify } from "@assassyn/ir";

/** Decides about candidates, in order of preference: the index of one that still fails, or -1. */
export type FindFailing = (candidates: readonly System[]) => number;

/** Limits of {@link reduceSystem}. */
export interface ReduceOptions {
  /** Candidates handed over at once; more than one pays where trying is cheaper by the dozen. Default 1. */
  readonly batch?: number;
  /** Candidates in all; default 3000. */
  readonly limit?: number;
}

/**
 * The smallest system found that still fails. Every candidate passes the verifier.
 *
 * @example reduceSystem(system, ([candidate]) => (candidate && !same(candidate) ? 0 : -1));
 */
export function reduceSystem(system: System, findFailing: FindFailing, options: ReduceOptions = {}): System {
  const { batch = 1 } = options;
  let left = options.limit ?? 3000;
  let best = system;
  const firstFailing = (candidates: Generator<System>): System | undefined => {
    let group: System[] = [];
    const test = (): System | undefined => {
      left -= group.length;
      const found = group[findFailing(group)];
      group = [];
      return found;
    };
    for (const candidate of candidates) {
      if (left <= 0) return undefined;
      if (verify(candidate).length === 0) group.push(candidate);
      const found = group.length < batch ? undefined : test();
      if (found !== undefined) return found;
    }
    return group.length === 0 ? undefined : test();
  };
  for (let improved = true; improved;) {
    improved = false;
    for (const edit of edits(best)) {
      const found = firstFailing(edit(best));
      if (found === undefined) continue;
      best = found;
      improved = true;
    }
  }
  return best;
}

type Edit = (system: System) => Generator<System>;

/** Edits from coarse to fine. Each looks at the system anew, because the one before may have succeeded. */
function edits(system: System): Edit[] {
  const result: Edit[] = [];
  for (const id of moduleIds(system)) result.push((current) => withoutModule(current, id));
  for (const id of moduleIds(system)) {
    const count = system.modules[id]?.operations.length ?? 0;
    // Large pieces first: halves, quarters, … of the operations, then each by itself.
    for (let size = count >> 1; size >= 2; size >>= 1) {
      for (let from = 0; from < count; from += size) {
        result.push((current) => withoutOperations(current, id, from, from + size));
      }
    }
    for (let at = count - 1; at >= 0; at -= 1)
      result.push((current) => simplerOperation(current, id, opId(at)));
  }
  result.push(simplerDeclarations);
  return result;
}

function replaceModule(system: System, id: ModuleId, module: Module | null): System {
  return { ...system, modules: system.modules.map((old, index) => (index === id ? module : old)) };
}

const usesModule = (operation: Operation, id: ModuleId): boolean =>
  "module" in operation && operation.module === id;

/** Without a module and everything that names it. */
function* withoutModule(system: System, id: ModuleId): Generator<System> {
  if (system.modules[id] == null) return;
  let result = replaceModule(system, id, null);
  for (const other of moduleIds(result)) {
    const module = result.modules[other];
    if (module == null) continue;
    const doomed = module.operations.flatMap((operation, index) =>
      operation !== null && usesModule(operation, id) ? [index] : [],
    );
    const cut = removeAll(module, new Set(doomed));
    if (cut === undefined) return;
    result = replaceModule(result, other, cut);
  }
  yield result;
}

function* withoutOperations(system: System, id: ModuleId, from: number, to: number): Generator<System> {
  const module = system.modules[id];
  if (module == null) return;
  const doomed = new Set<number>();
  for (let at = from; at < to; at += 1) if (module.operations[at] != null) doomed.add(at);
  const cut = doomed.size === 0 ? undefined : removeAll(module, doomed);
  if (cut !== undefined) yield replaceModule(system, id, cut);
}

/** One operation less, or a simpler one in its place. */
function* simplerOperation(system: System, id: ModuleId, at: OpId): Generator<System> {
  const module = system.modules[id];
  const operation = module?.operations[at];
  if (module == null || operation == null) return;
  const { type } = operation;
  if (type !== null) {
    // An operand of the same type instead of the operation.
    for (const operand of operandsOf(operation)) {
      const source = module.operations[operand];
      if (source?.type?.width === type.width && source.type.class === type.class) {
        yield replaceModule(system, id, dropUnplaced(redirect(module, at, operand)));
      }
    }
  }
  const cut = removeAll(module, new Set([Number(at)]));
  if (cut !== undefined && !(operation.kind === "const" && operation.value === 0n)) {
    yield replaceModule(system, id, cut);
  }
  if (operation.kind === "if") {
    for (const region of [operation.then, operation.else]) {
      const inlined = inlineRegion(module, at, region);
      const { result } = region;
      yield replaceModule(
        system,
        id,
        dropUnplaced(result === undefined ? inlined : redirect(inlined, at, result)),
      );
    }
  }
  if (operation.kind === "const" && operation.value > 1n) {
    for (const value of [1n, operation.value >> 1n, operation.value - 1n]) {
      yield replaceModule(system, id, replaceOperation(module, at, { ...operation, value }));
    }
  }
  if (operation.kind === "log" && operation.arguments.length > 1) {
    for (const [index, argument] of operation.arguments.entries()) {
      const pieces = operation.pieces.flatMap((piece) =>
        piece.kind === "argument" && piece.index === index ? [{ ...piece, index: 0 }] : [],
      );
      yield replaceModule(
        system,
        id,
        replaceOperation(module, at, { ...operation, pieces, arguments: [argument] }),
      );
    }
  }
}

function* simplerDeclarations(system: System): Generator<System> {
  for (const cycles of [1, 2, 3, system.config.cycles >> 1, system.config.cycles - 1]) {
    if (cycles >= 1 && cycles < system.config.cycles)
      yield { ...system, config: { ...system.config, cycles } };
  }
}

function replaceOperation(module: Module, at: OpId, operation: Operation | null): Module {
  return { ...module, operations: module.operations.map((old, index) => (index === at ? operation : old)) };
}

/** Effects vanish; values that are still used become the constant 0 of their type. */
function removeAll(module: Module, doomed: ReadonlySet<number>): Module | undefined {
  const operations = module.operations.map((operation, index): Operation | null => {
    if (operation === null || !doomed.has(index)) return operation;
    const { type, loc } = operation;
    return type === null ? null : { kind: "const", type, value: 0n, loc };
  });
  return dropUnplaced(dropUnused({ ...module, operations }));
}

/** Uses of `from` become uses of `to`; `from` goes. */
function redirect(module: Module, from: OpId, to: OpId): Module {
  const operations = module.operations.map((operation, index) => {
    if (operation === null || index === from) return null;
    return mapOperands(operation, (operand) => (operand === from ? to : operand));
  });
  return { ...module, operations };
}

/** The `if` goes, the operations of one of its regions take its place. */
function inlineRegion(module: Module, at: OpId, region: Region): Module {
  const splice = (target: Region): Region => ({
    ...target,
    operations: target.operations.flatMap((id) => (id === at ? region.operations : [id])),
  });
  const operations = module.operations.map((operation, index) => {
    if (operation === null || index === at) return null;
    return operation.kind === "if"
      ? { ...operation, then: splice(operation.then), else: splice(operation.else) }
      : operation;
  });
  return { ...module, operations, body: splice(module.body) };
}

/** Constants that nobody uses go. */
function dropUnused(module: Module): Module {
  const used = new Set<number>();
  for (const operation of module.operations) {
    if (operation === null) continue;
    for (const operand of operandsOf(operation)) used.add(operand);
    if (operation.kind !== "if") continue;
    for (const region of [operation.then, operation.else])
      if (region.result !== undefined) used.add(region.result);
  }
  return {
    ...module,
    operations: module.operations.map((operation, index) =>
      operation?.kind === "const" && !used.has(index) ? null : operation,
    ),
  };
}

/** Regions without deleted operations, arena without operations that stand in no region. */
function dropUnplaced(module: Module): Module {
  const clean = (region: Region): Region => ({
    ...region,
    operations: region.operations.filter((id) => module.operations[id] != null),
  });
  const operations = module.operations.map((operation) =>
    operation?.kind === "if"
      ? { ...operation, then: clean(operation.then), else: clean(operation.else) }
      : operation,
  );
  const placed = new Set<number>();
  const place = (region: Region): void => {
    for (const id of region.operations) {
      placed.add(id);
      const operation = operations[id];
      if (operation?.kind !== "if") continue;
      place(operation.then);
      place(operation.else);
    }
  };
  const body = clean(module.body);
  place(body);
  return {
    ...module,
    body,
    operations: operations.map((operation, index) => (placed.has(index) ? operation : null)),
  };
}
