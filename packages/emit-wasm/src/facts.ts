/** What is known of operations, with the ranges of values or without them. Code leaves out the checks that it makes needless. */
import type { RangeAnalysis, Schedule } from "@assassyn/emit-core";
import { analyzeRanges } from "@assassyn/emit-core";
import type { Module, ModuleId, Operation, OpId, System } from "@assassyn/ir";
import { arrayOf, indexFits, moduleIds, moduleOf, operationOf, opId } from "@assassyn/ir";

/** Operations up to which ranges are looked for although they can only save masks: the search takes some microseconds each. */
const FEW_OPERATIONS = 20_000;

/** Facts about the operations of a system. */
export class Facts {
  /** @param ranges absent: only what types and constants tell */
  constructor(
    private readonly system: System,
    readonly ranges?: RangeAnalysis,
  ) {}

  /** Whether the index of an `array-read` or `array-write` is below the size of the array. */
  inBounds(module: ModuleId, id: OpId): boolean {
    if (this.ranges?.inBounds(module, id) === true) return true;
    const owner = moduleOf(this.system, module);
    const operation = operationOf(owner, id);
    if (operation.kind !== "array-read" && operation.kind !== "array-write") return false;
    return indexFits(owner, operation.index, arrayOf(this.system, operation.array).size);
  }

  /** Whether the divisor of a `div` or `rem` is never zero. */
  nonZeroDivisor(module: ModuleId, id: OpId): boolean {
    if (this.ranges?.nonZeroDivisor(module, id) === true) return true;
    const owner = moduleOf(this.system, module);
    const operation = operationOf(owner, id);
    if (operation.kind !== "binary") return false;
    const divisor = operationOf(owner, operation.right);
    return divisor.kind === "const" && divisor.value !== 0n;
  }

  /** Whether the result of an `add`, `sub`, `mul`, `shl` or `neg` needs no mask. */
  staysInWidth(module: ModuleId, id: OpId): boolean {
    return this.ranges?.staysInWidth(module, id) === true;
  }

  /** Whether the pattern of a value is always below `limit`. */
  isBelow(module: ModuleId, value: OpId, limit: bigint): boolean {
    return this.ranges !== undefined && this.ranges.range(module, value).high < limit;
  }

  /** Whether a write, push or pop may come behind another one of the same body on the same place. */
  mayBeSecond(module: ModuleId, id: OpId): boolean {
    return this.ranges?.mayBeSecond(module, id) ?? true;
  }

  /** Whether one that {@link mayBeSecond} may come behind this one. */
  mayBeFirst(module: ModuleId, id: OpId): boolean {
    return this.ranges?.mayBeFirst(module, id) ?? true;
  }

  /** The facts that change the code of one operation, as a number that is equal where they are. */
  summary(module: ModuleId, id: OpId, operation: Operation): number {
    if (this.ranges === undefined) return 0;
    const owner = moduleOf(this.system, module);
    switch (operation.kind) {
      case "array-read":
        return Number(this.inBounds(module, id));
      case "array-write":
        return Number(this.inBounds(module, id)) + this.#order(module, id);
      case "fifo-push":
      case "fifo-pop":
        return this.#order(module, id);
      case "unary":
        return Number(this.staysInWidth(module, id));
      case "binary": {
        const isShift = operation.operator === "shl" || operation.operator === "shr";
        const limit = BigInt(operation.type.width);
        return (
          Number(this.staysInWidth(module, id)) +
          2 * Number(this.nonZeroDivisor(module, id)) +
          4 * Number(isShift && this.isBelow(module, operation.right, limit))
        );
      }
      case "cast":
      case "slice":
        return Number(this.isBelow(module, operation.operand, limitOf(owner, id)));
      default:
        return 0;
    }
  }

  #order(module: ModuleId, id: OpId): number {
    return 2 * Number(this.mayBeSecond(module, id)) + 4 * Number(this.mayBeFirst(module, id));
  }
}

/** What the operand of a cast or slice must be below to be kept whole, apart from the bits that a slice shifts out. */
export function limitOf(module: Module, id: OpId): bigint {
  const operation = operationOf(module, id);
  const low = operation.kind === "slice" ? operation.low : 0;
  return 1n << BigInt(low + (operation.type?.width ?? 0));
}

/** The facts of a system; looks for ranges where they may save something. */
export function findFacts(system: System, schedule: Schedule, useRanges: boolean): Facts {
  return new Facts(system, useRanges && isWorthwhile(system, schedule) ? analyzeRanges(system) : undefined);
}

/** Whether there is a check that ranges may prove needless, or the search is cheap. */
function isWorthwhile(system: System, schedule: Schedule): boolean {
  const plain = new Facts(system);
  let operations = 0;
  for (const id of moduleIds(system)) operations += moduleOf(system, id).operations.length;
  if (operations <= FEW_OPERATIONS) return true;
  return moduleIds(system).some((id) => {
    const ports = schedule.ports[id] ?? [];
    if (ports.some((port) => port.checkPopTwice || (port.checkPushTwice && port.pushers.length === 1)))
      return true;
    return moduleOf(system, id).operations.some((operation, index) => {
      switch (operation?.kind) {
        case "array-read":
          return !plain.inBounds(id, opId(index));
        case "array-write":
          return !plain.inBounds(id, opId(index)) || schedule.arrays[operation.array]?.checkTwice.has(id);
        case "binary":
          return (
            (operation.operator === "div" || operation.operator === "rem") &&
            !plain.nonZeroDivisor(id, opId(index))
          );
        default:
          return false;
      }
    });
  });
}
