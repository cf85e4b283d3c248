/** What is true of an operation by its kind alone: operands, purity, faults. */
import type { ArrayDeclaration, ArrayId, Module, ModuleId, Operation, OpId, Region, System } from "./ir.js";

/** Fails to compile where a union is not handled completely; throws when data from outside breaks the types. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}

/** The entry of `module` with this id. @throws Error if it was deleted or never existed. */
export function operationOf(module: Module, id: OpId): Operation {
  const operation = module.operations[id];
  if (operation === undefined || operation === null)
    throw new Error(`module ${module.name} has no operation %${id}`);
  return operation;
}

/** The module with this id. @throws Error if it was deleted or never existed. */
export function moduleOf(system: System, id: ModuleId): Module {
  const module = system.modules[id];
  if (module === undefined || module === null) throw new Error(`system ${system.name} has no module #${id}`);
  return module;
}

/** The array with this id. @throws Error if it was deleted or never existed. */
export function arrayOf(system: System, id: ArrayId): ArrayDeclaration {
  const array = system.arrays[id];
  if (array === undefined || array === null) throw new Error(`system ${system.name} has no array #${id}`);
  return array;
}

/** The values an operation itself uses, in order; those used inside the regions of an `if` are not among them. */
export function operandsOf(operation: Operation): readonly OpId[] {
  switch (operation.kind) {
    case "const":
    case "cycle":
    case "fifo-valid":
    case "fifo-peek":
    case "exposed-get":
    case "exposed-valid":
    case "triggered":
    case "fifo-pop":
    case "call":
    case "finish":
    case "acquire":
    case "release":
      return [];
    case "unary":
    case "cast":
    case "slice":
      return [operation.operand];
    case "binary":
      return [operation.left, operation.right];
    case "concat":
      return operation.operands;
    case "select":
      return [operation.condition, operation.then, operation.else];
    case "select1hot":
      return [operation.selector, ...operation.arms];
    case "array-read":
      return [operation.index];
    case "extern-call":
      return operation.arguments;
    case "array-write":
      return [operation.index, operation.value];
    case "fifo-push":
    case "expose":
      return [operation.value];
    case "wait":
    case "assert":
    case "if":
      return [operation.condition];
    case "log":
      return operation.arguments;
    default:
      return assertNever(operation);
  }
}

/** The same operation with each operand replaced by `map(operand)`; regions of an `if`, but for their results, are left alone. */
export function mapOperands(operation: Operation, map: (id: OpId) => OpId): Operation {
  switch (operation.kind) {
    case "const":
    case "cycle":
    case "fifo-valid":
    case "fifo-peek":
    case "exposed-get":
    case "exposed-valid":
    case "triggered":
    case "fifo-pop":
    case "call":
    case "finish":
    case "acquire":
    case "release":
      return operation;
    case "unary":
    case "cast":
    case "slice":
      return { ...operation, operand: map(operation.operand) };
    case "binary":
      return { ...operation, left: map(operation.left), right: map(operation.right) };
    case "concat":
      return { ...operation, operands: operation.operands.map(map) };
    case "select":
      return {
        ...operation,
        condition: map(operation.condition),
        then: map(operation.then),
        else: map(operation.else),
      };
    case "select1hot":
      return { ...operation, selector: map(operation.selector), arms: operation.arms.map(map) };
    case "array-read":
      return { ...operation, index: map(operation.index) };
    case "extern-call":
    case "log":
      return { ...operation, arguments: operation.arguments.map(map) };
    case "array-write":
      return { ...operation, index: map(operation.index), value: map(operation.value) };
    case "fifo-push":
    case "expose":
      return { ...operation, value: map(operation.value) };
    case "wait":
    case "assert":
      return { ...operation, condition: map(operation.condition) };
    case "if":
      return {
        ...operation,
        condition: map(operation.condition),
        then: mapResult(operation.then, map),
        else: mapResult(operation.else, map),
      };
    default:
      return assertNever(operation);
  }
}

function mapResult(region: Region, map: (id: OpId) => OpId): Region {
  return region.result === undefined ? region : { ...region, result: map(region.result) };
}

/** True when the array access can never be out of range, because the index type cannot hold such a value. */
export function indexFits(module: Module, index: OpId, size: number): boolean {
  const operation = operationOf(module, index);
  if (operation.kind === "const") return operation.value < BigInt(size);
  return operation.type !== null && operation.type.width < 32 && 2 ** operation.type.width <= size;
}

/**
 * True when the operation itself can end the run with a fault. Such an operation is an effect: no pass removes it, moves it out of
 * its region or runs it where it did not run before. For an `if` only the condition counts; ask its operations for the rest.
 */
export function canFault(system: System, module: Module, operation: Operation): boolean {
  switch (operation.kind) {
    case "binary": {
      if (operation.operator !== "div" && operation.operator !== "rem") return false;
      const divisor = operationOf(module, operation.right);
      return !(divisor.kind === "const" && divisor.value !== 0n);
    }
    case "array-read":
      return !indexFits(module, operation.index, arrayOf(system, operation.array).size);
    case "select1hot":
    case "fifo-peek":
    case "fifo-pop":
    case "exposed-get":
    case "extern-call":
    case "array-write":
    case "fifo-push":
    case "assert":
      return true;
    case "const":
    case "unary":
    case "cast":
    case "slice":
    case "concat":
    case "select":
    case "cycle":
    case "fifo-valid":
    case "exposed-valid":
    case "triggered":
    case "call":
    case "wait":
    case "finish":
    case "log":
    case "expose":
    case "acquire":
    case "release":
    case "if":
      return false;
    default:
      return assertNever(operation);
  }
}

/** True when the operation does nothing but compute its result from operands and committed state, so that an unused one can go. */
export function isPure(system: System, module: Module, operation: Operation): boolean {
  switch (operation.kind) {
    case "const":
    case "unary":
    case "cast":
    case "slice":
    case "concat":
    case "select":
    case "cycle":
    case "fifo-valid":
    case "exposed-valid":
    case "triggered":
      return true;
    case "binary":
    case "array-read":
    case "select1hot":
    case "fifo-peek":
    case "exposed-get":
      return !canFault(system, module, operation);
    case "fifo-pop":
    case "extern-call":
    case "array-write":
    case "fifo-push":
    case "call":
    case "wait":
    case "finish":
    case "assert":
    case "log":
    case "expose":
    case "acquire":
    case "release":
    case "if":
      return false;
    default:
      return assertNever(operation);
  }
}

/** Calls `visit` for every operation of the body in program order, regions of an `if` behind the `if` itself. `depth` counts the enclosing `if`s. */
export function walk(module: Module, visit: (operation: Operation, id: OpId, depth: number) => void): void {
  const walkRegion = (region: Region, depth: number): void => {
    for (const id of region.operations) {
      const operation = operationOf(module, id);
      visit(operation, id, depth);
      if (operation.kind === "if") {
        walkRegion(operation.then, depth + 1);
        walkRegion(operation.else, depth + 1);
      }
    }
  };
  walkRegion(module.body, 0);
}
