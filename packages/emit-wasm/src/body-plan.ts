/**
 * Decides, before a body is emitted, which of its values live where.
 *
 * - A pure computation with a single use is emitted at that use (*sunk*), so that values needed only by a log cost nothing without logs.
 * - A body of more than {@link PART_WEIGHT} operations is cut into parts, a function each, since the optimising compiler of an engine
 *   gives up on, or takes far too long over, giant functions. Values used in another part than their own go through memory.
 */
import type { Module, Operation, OpId, Region } from "@assassyn/ir";
import { operandsOf, operationOf } from "@assassyn/ir";

/** Default of the most operations of one function, roughly. */
export const PART_WEIGHT = 1500;
/** Arms of more than this share of a function become functions of their own when the `if` around them is too large. */
const SMALL_ARM = 1 / 25;
/** Longest chain of sunk operations: bounds the recursion of the emitter. */
const MAX_SUNK_DEPTH = 40;

/** A stretch of a region that becomes a function of its own, or stands where the region stands. */
export interface RegionPart {
  readonly operations: readonly OpId[];
  /** True when the stretch is emitted as a function of its own. */
  readonly outlined: boolean;
}

/** The plan of one body. */
export interface BodyPlan {
  /** Operations of the whole body. */
  readonly weight: number;
  /** How a region is cut; a region that is not listed is emitted in place. */
  readonly parts: ReadonlyMap<Region, readonly RegionPart[]>;
  /** True for operations that are emitted where their only use stands. */
  readonly sunk: Uint8Array;
  /** Operations whose result goes through memory. */
  readonly spilled: readonly OpId[];
  /** Number of uses. */
  readonly uses: Int32Array;
}

/** Plans a body. A body of more than `partWeight` operations is cut. */
export function planBody(module: Module, partWeight: number): BodyPlan {
  const weights = new Map<Region, number>();
  const weight = measure(module, module.body, weights);
  const partOf = new Int32Array(module.operations.length);
  const parts = new Map<Region, readonly RegionPart[]>();
  if (weight > partWeight) cut(module, module.body, weights, partOf, parts, { next: 1, partWeight }, 0);

  const uses = new Int32Array(module.operations.length);
  const userPart = new Int32Array(module.operations.length);
  const crosses = new Uint8Array(module.operations.length);
  const use = (id: OpId, part: number, times = 1): void => {
    uses[id] = (uses[id] ?? 0) + times;
    userPart[id] = part;
    if (partOf[id] !== part) crosses[id] = 1;
  };
  visitRegions(module, module.body, (operation, id) => {
    const part = partOf[id] ?? 0;
    // The limbs of a bundle are referred to many times, so they must have a local each.
    const times = operation.kind === "concat" && operation.type.width > 64 ? 2 : 1;
    for (const operand of operandsOf(operation)) use(operand, part, times);
    if (operation.kind === "if") {
      for (const region of [operation.then, operation.else])
        if (region.result !== undefined) use(region.result, part);
    }
  });

  const sunk = new Uint8Array(module.operations.length);
  const depth = new Int32Array(module.operations.length);
  const spilled: OpId[] = [];
  visitRegions(module, module.body, (operation, id) => {
    const canSink = isPlainComputation(module, operation) && uses[id] === 1 && crosses[id] === 0;
    if (canSink) {
      let deepest = 0;
      for (const operand of operandsOf(operation))
        deepest = Math.max(deepest, sunk[operand] === 1 ? (depth[operand] ?? 0) : 0);
      if (deepest < MAX_SUNK_DEPTH) {
        sunk[id] = 1;
        depth[id] = deepest + 1;
      }
    }
    if (crosses[id] === 1 && operation.kind !== "const") spilled.push(id);
  });
  return { weight, parts, sunk, spilled, uses };
}

/** Pure, reads no state, and neither it nor its operands are wider than 64 bits. */
function isPlainComputation(module: Module, operation: Operation): boolean {
  switch (operation.kind) {
    case "binary":
      if (operation.operator === "div" || operation.operator === "rem") {
        const divisor = operationOf(module, operation.right);
        if (divisor.kind !== "const" || divisor.value === 0n) return false;
      }
      return isNarrow(module, operation);
    case "unary":
    case "cast":
    case "slice":
    case "concat":
    case "select":
      return isNarrow(module, operation);
    default:
      return false;
  }
}

function isNarrow(module: Module, operation: Operation): boolean {
  const all = [operation, ...operandsOf(operation).map((operand) => operationOf(module, operand))];
  return all.every(({ type }) => type !== null && type.width <= 64);
}

function visitRegions(module: Module, region: Region, visit: (operation: Operation, id: OpId) => void): void {
  for (const id of region.operations) {
    const operation = operationOf(module, id);
    visit(operation, id);
    if (operation.kind === "if") {
      visitRegions(module, operation.then, visit);
      visitRegions(module, operation.else, visit);
    }
  }
}

function measure(module: Module, region: Region, weights: Map<Region, number>): number {
  let sum = 0;
  for (const id of region.operations) {
    const operation = operationOf(module, id);
    if (operation.kind === "if") {
      measure(module, operation.then, weights);
      measure(module, operation.else, weights);
    }
    sum += weightOf(operation, weights);
  }
  weights.set(region, sum);
  return sum;
}

/** Cuts a region that is too large into outlined stretches, and descends into operations that are too large by themselves. */
function cut(
  module: Module,
  region: Region,
  weights: ReadonlyMap<Region, number>,
  partOf: Int32Array,
  parts: Map<Region, readonly RegionPart[]>,
  counter: { next: number; readonly partWeight: number },
  here: number,
): void {
  const { partWeight } = counter;
  const result: RegionPart[] = [];
  let open: OpId[] = [];
  let openWeight = 0;
  const close = (): void => {
    if (open.length === 0) return;
    const part = counter.next++;
    for (const id of open) assign(module, id, part, partOf);
    result.push({ operations: open, outlined: true });
    open = [];
    openWeight = 0;
  };
  for (const id of region.operations) {
    const operation = operationOf(module, id);
    const weight = weightOf(operation, weights);
    if (weight > partWeight && operation.kind === "if") {
      close();
      partOf[id] = here;
      for (const arm of [operation.then, operation.else]) {
        const armWeight = weights.get(arm) ?? 0;
        if (armWeight > partWeight) {
          cut(module, arm, weights, partOf, parts, counter, here);
          continue;
        }
        // Even small arms add up in a long chain of `else when`.
        const outlined = armWeight > SMALL_ARM * partWeight;
        const part = outlined ? counter.next++ : here;
        for (const inner of arm.operations) assign(module, inner, part, partOf);
        if (outlined) parts.set(arm, [{ operations: arm.operations, outlined }]);
      }
      result.push({ operations: [id], outlined: false });
      continue;
    }
    if (openWeight + weight > partWeight) close();
    open.push(id);
    openWeight += weight;
  }
  close();
  parts.set(region, result);
}

function weightOf(operation: Operation, weights: ReadonlyMap<Region, number>): number {
  if (operation.kind === "if")
    return 2 + (weights.get(operation.then) ?? 0) + (weights.get(operation.else) ?? 0);
  if (operation.kind === "const") return 0;
  return operation.type === null ? 2 : Math.ceil(operation.type.width / 64);
}

function assign(module: Module, id: OpId, part: number, partOf: Int32Array): void {
  partOf[id] = part;
  const operation = operationOf(module, id);
  if (operation.kind !== "if") return;
  for (const inner of operation.then.operations) assign(module, inner, part, partOf);
  for (const inner of operation.else.operations) assign(module, inner, part, partOf);
}
