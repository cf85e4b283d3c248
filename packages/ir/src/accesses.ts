/** Which shared state an operation touches: the table of the parallel forms, in one place. */
import type { Location } from "./concurrency.js";
import type { Module, ModuleId, Operation } from "./ir.js";
import { downstreamUses } from "./order.js";
import { assertNever } from "./operations.js";

/** That an operation, or a module by itself, touches a location. */
export interface Access {
  readonly location: Location;
  readonly mode: "read" | "write";
}

const NONE: readonly Access[] = [];

/**
 * The locations that an operation of the module `owner` touches; those inside the regions of an `if` are not among them. A value that is
 * exposed counts as read together with the flag of its producer, which says whether the value stands. What bodies touch without an operation
 * is {@link implicitAccesses}.
 *
 * @example accessesOf(push, driver); // [{ location: { kind: "fifo", module: adder, port: a }, mode: "write" }]
 */
export function accessesOf(operation: Operation, owner: ModuleId): readonly Access[] {
  switch (operation.kind) {
    case "array-read":
      return [{ location: { kind: "array", array: operation.array }, mode: "read" }];
    case "array-write":
      return [{ location: { kind: "array", array: operation.array }, mode: "write" }];
    case "fifo-valid":
    case "fifo-peek":
      return [{ location: { kind: "fifo", module: operation.module, port: operation.port }, mode: "read" }];
    case "fifo-pop":
      return [{ location: { kind: "fifo", module: owner, port: operation.port }, mode: "write" }];
    case "fifo-push":
      return [{ location: { kind: "fifo", module: operation.module, port: operation.port }, mode: "write" }];
    case "call":
      return [{ location: { kind: "credit", module: operation.module }, mode: "write" }];
    case "exposed-get":
    case "exposed-valid":
      return [
        { location: { kind: "flag", module: operation.module }, mode: "read" },
        { location: { kind: "value", module: operation.module, slot: operation.slot }, mode: "read" },
      ];
    case "triggered":
      return [{ location: { kind: "flag", module: operation.module }, mode: "read" }];
    case "expose":
      return [{ location: { kind: "value", module: owner, slot: operation.slot }, mode: "write" }];
    case "cycle":
      return [{ location: { kind: "stamp" }, mode: "read" }];
    case "const":
    case "unary":
    case "binary":
    case "cast":
    case "slice":
    case "concat":
    case "select":
    case "select1hot":
    case "extern-call":
    case "wait":
    case "finish":
    case "assert":
    case "log":
    case "acquire":
    case "release":
    case "if":
      return NONE;
    default:
      return assertNever(operation);
  }
}

/**
 * What a module touches around its body, without an operation: a stage reads its credits before and writes them behind it; every module
 * writes its flag; a downstream first reads the flags of the modules whose values it names.
 *
 * @param owner the id of `module`
 */
export function implicitAccesses(module: Module, owner: ModuleId): readonly Access[] {
  const flag: Access = { location: { kind: "flag", module: owner }, mode: "write" };
  switch (module.kind) {
    case "driver":
    case "testbench":
      return [flag];
    case "stage":
      return [
        { location: { kind: "credit", module: owner }, mode: "read" },
        { location: { kind: "credit", module: owner }, mode: "write" },
        flag,
      ];
    case "downstream": {
      const activators = [...downstreamUses(module).values];
      return [
        ...activators.map((used): Access => ({ location: { kind: "flag", module: used }, mode: "read" })),
        flag,
      ];
    }
    default:
      return assertNever(module.kind);
  }
}

/**
 * True for the operations that a body can keep to itself until it ends, because nothing in the body depends on when they take place: these
 * can stand under the locks of {@link Module.commits}. A pop is none of them: its result is needed at once.
 */
export function isDeferrable(operation: Operation): boolean {
  switch (operation.kind) {
    case "array-write":
    case "fifo-push":
    case "call":
    case "expose":
      return true;
    default:
      return false;
  }
}
